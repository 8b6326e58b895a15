/* host.h: the parts of the th command. The host opens a Lua state, adds its own folders to the
 * search paths, registers two C modules for lua/trepl and hands the command line to trepl.cli.
 * It promises to work, apart from line editing, where libreadline is missing. */
#ifndef LUATORCH_TH_HOST_H
#define LUATORCH_TH_HOST_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>

/* Sets package.path and package.cpath: what LUA_PATH and LUA_CPATH give, the folders found relative
 * to the executable, LuaJIT's defaults. Expects them to hold LuaJIT's defaults. */
void th_add_paths(lua_State *L);

/* Pushes the table of the module trepl.host (signals.c, files.c). */
int th_open_host(lua_State *L);
/* Adds the file functions of trepl.host to the table on the top of the stack. */
void th_add_file_functions(lua_State *L);
/* Pushes the table of the module trepl.readline. */
int th_open_readline(lua_State *L);

/* True if Ctrl-C came since the last call; forgets it. */
bool th_take_interrupt(void);
/* True if the process was stopped and goes on since the last call; forgets it. */
bool th_take_resumption(void);
/* True if either of them would return true. */
bool th_signal_noted(void);

#endif
