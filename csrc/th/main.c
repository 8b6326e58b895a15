/* main.c: start of the th command. Everything beyond opening the Lua state (flags, scripts, the
 * REPL) is Lua code in lua/trepl; an error that reaches this file is one of the installation. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>

struct command_line {
  int argc;
  char **argv;
};

static void preload(lua_State *L, const char *name, lua_CFunction open) {
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "preload");
  lua_pushcfunction(L, open);
  lua_setfield(L, -2, name);
  lua_pop(L, 2);
}

/* Runs protected; argument: struct command_line. Leaves the exit code. */
static int run(lua_State *L) {
  const struct command_line *command = lua_touserdata(L, 1);
  lua_pushboolean(L, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV"); /* th_add_paths reads the environment */
  luaL_openlibs(L);
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  th_add_paths(L);
  preload(L, "trepl.host", th_open_host);
  preload(L, "trepl.readline", th_open_readline);
  lua_getglobal(L, "require");
  lua_pushliteral(L, "trepl.cli");
  lua_call(L, 1, 1);
  lua_createtable(L, command->argc, 1);
  for (int i = 0; i < command->argc; i++) {
    lua_pushstring(L, command->argv[i]);
    lua_rawseti(L, -2, i);
  }
  lua_call(L, 1, 1);
  return 1;
}

int main(int argc, char **argv) {
  lua_State *L = luaL_newstate();
  if (L == NULL) {
    fputs("th: not enough memory for a Lua state\n", stderr);
    return EXIT_FAILURE;
  }
  struct command_line command = {argc, argv};
  lua_pushcfunction(L, run);
  lua_pushlightuserdata(L, &command);
  int code = EXIT_FAILURE;
  if (lua_pcall(L, 1, 1, 0) == 0) {
    code = (int)lua_tointeger(L, -1);
  } else {
    const char *message = lua_tostring(L, -1);
    fprintf(stderr, "th: %s\n", message ? message : "cannot start");
  }
  lua_close(L);
  if (fflush(stdout) != 0) {
    perror("th: standard output");
    if (code == EXIT_SUCCESS) code = EXIT_FAILURE;
  }
  return code;
}
