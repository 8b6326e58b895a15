/* Readers of files under libFuzzer, guided by the lines of Lua they run: every pair of lines that
 * follow each other is a counter of the fuzzer's. FORMAT in the environment names the format, and
 * tests/fuzz/target.lua has its reader. JIT-compiled code runs no hooks, so it is switched off. */

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNTERS 65536

__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counters[COUNTERS];
static lua_State *state;
static uint32_t before;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_line(lua_State *L, lua_Debug *at) {
  lua_getinfo(L, "S", at);
  uint32_t line = (uint32_t)((uintptr_t)at->source >> 4) * 2654435761u + (uint32_t)at->currentline;
  line ^= line >> 15;
  uint8_t *counter = &counters[(line ^ before) % COUNTERS];
  if (*counter < UINT8_MAX) (*counter)++;
  before = line >> 1;
}

/* Ends the fuzzer with the error at the top of the stack. */
static void fail(void) {
  const char *message = lua_tostring(state, -1);
  fprintf(stderr, "guided: %s\n", message ? message : "error that is no message");
  abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  state = luaL_newstate();
  if (!state) abort();
  luaL_openlibs(state);
  if (luaL_dofile(state, "tests/fuzz/target.lua")) fail();
  lua_sethook(state, count_line, LUA_MASKLINE, 0);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  before = 0;
  lua_pushvalue(state, -1);
  lua_pushlstring(state, (const char *)data, size);
  if (lua_pcall(state, 1, 0, 0)) fail();
  return 0;
}
