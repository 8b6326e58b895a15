/* paths.c: where th finds Lua files and libraries. Beside a source tree (bin/th, lua/, build/) it
 * uses that tree, bin/th-NAME with build/NAME; elsewhere the folders of an installation prefix. */
#include "host.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Pushes the folder above the one of the executable and the executable's name; false and nothing
 * pushed where the system does not tell. */
static bool push_root(lua_State *L) {
  char exe[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", exe, sizeof exe - 1);
  if (length <= 0) return false;
  exe[length] = '\0';
  char *name = strrchr(exe, '/');
  if (name == NULL || name == exe) return false;
  *name++ = '\0';
  char *root = strrchr(exe, '/');
  if (root == NULL) return false;
  *root = '\0';
  lua_pushstring(L, exe);
  lua_pushstring(L, name);
  return true;
}

/* Pushes th's own templates for package.path and package.cpath. */
static void push_own_templates(lua_State *L) {
  if (!push_root(L)) {
    lua_pushliteral(L, "");
    lua_pushliteral(L, "");
    return;
  }
  const char *root = lua_tostring(L, -2), *name = lua_tostring(L, -1);
  const char *probe = lua_pushfstring(L, "%s/lua/torch/init.lua", root);
  if (access(probe, R_OK) == 0) {
    const char *dash = strchr(name, '-');
    lua_pushfstring(L, "%s/lua/?.lua;%s/lua/?/init.lua", root, root);
    lua_pushfstring(L, "%s/build%s%s/?.so", root, dash ? "/" : "", dash ? dash + 1 : "");
  } else {
    lua_pushfstring(L, "%s/share/lua/5.1/?.lua;%s/share/lua/5.1/?/init.lua", root, root);
    lua_pushfstring(L, "%s/lib/lua/5.1/?.so", root);
  }
}

/* Sets package[field] to the value of the environment variable, in which ";;" stands for the
 * defaults, followed by the defaults where it does not mention them. The defaults are the current
 * folder, th's own templates and LuaJIT's list. */
static void set_path(lua_State *L, const char *field, const char *variable, const char *here,
                     const char *own) {
  int top = lua_gettop(L);
  lua_getglobal(L, "package");
  lua_getfield(L, -1, field);
  const char *standard = luaL_checkstring(L, -1);
  size_t prefix = strlen(here);
  if (strncmp(standard, here, prefix) == 0) standard += prefix;
  const char *defaults = lua_pushfstring(L, "%s%s;%s", here, own, standard);
  const char *given = getenv(variable);
  if (given == NULL || *given == '\0') {
    lua_pushstring(L, defaults);
  } else if (strstr(given, ";;") != NULL) {
    luaL_gsub(L, luaL_gsub(L, given, ";;", ";\1;"), "\1", defaults);
  } else {
    lua_pushfstring(L, "%s;%s", given, defaults);
  }
  lua_setfield(L, top + 1, field);
  lua_settop(L, top);
}

void th_add_paths(lua_State *L) {
  push_own_templates(L);
  const char *path = lua_tostring(L, -2), *cpath = lua_tostring(L, -1);
  set_path(L, "path", "LUA_PATH", "./?.lua;", path);
  set_path(L, "cpath", "LUA_CPATH", "./?.so;", cpath);
}
