/* readline.c: the module trepl.readline: one edited line, history, completion. libreadline is
 * opened on first use, so that scripts neither need nor load it. The callback interface is used so
 * that Ctrl-C can end the line at once. */
#include "host.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

typedef char **completion_function(const char *text, int start, int end);
typedef void line_function(char *line);

/* What is used of libreadline: functions by their type, variables by a pointer. */
#define READLINE_SYMBOLS(F, V)                                          \
  F(void, rl_callback_handler_install, (const char *, line_function *)) \
  F(void, rl_callback_handler_remove, (void))                           \
  F(void, rl_callback_read_char, (void))                                \
  F(void, rl_check_signals, (void))                                     \
  F(int, rl_pending_signal, (void))                                     \
  F(int, rl_forced_update_display, (void))                              \
  F(int, rl_crlf, (void))                                               \
  F(void, add_history, (const char *))                                  \
  F(void, stifle_history, (int))                                        \
  V(const char *, rl_readline_name)                                     \
  V(char *, rl_line_buffer)                                             \
  V(completion_function *, rl_attempted_completion_function)            \
  V(const char *, rl_completer_word_break_characters)                   \
  V(int, rl_attempted_completion_over)                                  \
  V(int, rl_completion_append_character)                                \
  V(int, rl_catch_signals)                                              \
  V(int, rl_persistent_signal_handlers)

static struct {
  void *library;
#define FUNCTION(result, name, arguments) result(*name) arguments;
#define VARIABLE(type, name) type *name;
  READLINE_SYMBOLS(FUNCTION, VARIABLE)
#undef FUNCTION
#undef VARIABLE
} rl;

static struct {
  lua_State *L; /* of the read() in progress */
  char *line;
  bool done;
  int completer; /* registry reference */
} session = {.completer = LUA_NOREF};

static void on_line(char *line) {
  session.line = line;
  session.done = true;
  rl.rl_callback_handler_remove();
}

/* Turns the Lua list at the stack's top into readline's form: common prefix, matches, NULL. */
static char **to_matches(lua_State *L, const char *text) {
  int count = (int)lua_objlen(L, -1);
  if (count == 0) return NULL;
  char **matches = calloc((size_t)count + 2, sizeof *matches);
  if (matches == NULL) return NULL;
  size_t common = 0;
  for (int i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    const char *match = lua_tostring(L, -1);
    matches[i] = strdup(match ? match : text);
    lua_pop(L, 1);
    if (matches[i] == NULL) break;
    size_t same = 0;
    while (matches[1][same] != '\0' && matches[1][same] == matches[i][same]) same++;
    common = i == 1 ? strlen(matches[1]) : same < common ? same : common;
  }
  if (matches[1]) matches[0] = strndup(matches[1], common);
  if (matches[0]) return matches;
  for (int i = 1; i <= count; i++) free(matches[i]);
  free(matches);
  return NULL;
}

static char **complete(const char *text, int start, int end) {
  lua_State *L = session.L;
  int top = lua_gettop(L);
  *rl.rl_attempted_completion_over = 1;
  *rl.rl_completion_append_character = '\0';
  char **matches = NULL;
  lua_rawgeti(L, LUA_REGISTRYINDEX, session.completer);
  lua_pushlstring(L, *rl.rl_line_buffer, (size_t)end);
  lua_pushinteger(L, start);
  if (lua_pcall(L, 2, 2, 0) == 0 && lua_istable(L, -2)) {
    const char *append = lua_tostring(L, -1);
    if (append) *rl.rl_completion_append_character = append[0];
    lua_pop(L, 1);
    matches = to_matches(L, text);
  }
  lua_settop(L, top);
  return matches;
}

/* open(completer) -> true, or nil and a message where libreadline cannot be used. completer(line up
 * to the cursor, offset of the word in it) -> list of words, character to append or nil. */
static int readline_open(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  void *library = dlopen("libreadline.so.8", RTLD_LAZY | RTLD_LOCAL);
  if (library == NULL) {
    lua_pushnil(L);
    lua_pushstring(L, dlerror());
    return 2;
  }
#define LOAD(name)                                            \
  if ((*(void **)&rl.name = dlsym(library, #name)) == NULL) { \
    lua_pushnil(L);                                           \
    lua_pushliteral(L, "libreadline.so.8 lacks " #name);      \
    return 2;                                                 \
  }
#define FUNCTION(result, name, arguments) LOAD(name)
#define VARIABLE(type, name) LOAD(name)
  READLINE_SYMBOLS(FUNCTION, VARIABLE)
  rl.library = library;
  *rl.rl_readline_name = "th";
  *rl.rl_attempted_completion_function = complete;
  *rl.rl_completer_word_break_characters = " \t\n!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~";
  *rl.rl_catch_signals = 1;
  *rl.rl_persistent_signal_handlers = 1;
  lua_settop(L, 1);
  session.completer = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushboolean(L, 1);
  return 1;
}

static void check_open(lua_State *L) {
  if (rl.library == NULL) luaL_error(L, "trepl.readline: open has not been called");
}

/* Waits for input or a signal. Signals are blocked except while waiting, so that none gets lost. */
static bool wait_for_input(void) {
  sigset_t block, before;
  sigemptyset(&block);
  sigaddset(&block, SIGINT);
  sigaddset(&block, SIGCONT);
  sigaddset(&block, SIGTSTP);
  sigaddset(&block, SIGTERM);
  sigaddset(&block, SIGHUP);
  sigprocmask(SIG_BLOCK, &block, &before);
  int ready = -1;
  if (!rl.rl_pending_signal() && !th_signal_noted()) {
    fd_set input;
    FD_ZERO(&input);
    FD_SET(STDIN_FILENO, &input);
    ready = pselect(STDIN_FILENO + 1, &input, NULL, NULL, NULL, &before);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return ready > 0;
}

/* read(prompt) -> line; nil at the end of input; false after Ctrl-C. */
static int readline_read(lua_State *L) {
  const char *prompt = luaL_checkstring(L, 1);
  check_open(L);
  session.L = L;
  session.line = NULL;
  session.done = false;
  th_take_interrupt();
  rl.rl_callback_handler_install(prompt, on_line);
  while (!session.done) {
    bool ready = wait_for_input();
    rl.rl_check_signals();
    if (th_take_interrupt()) {
      rl.rl_callback_handler_remove();
      rl.rl_crlf();
      lua_pushboolean(L, 0);
      return 1;
    }
    if (th_take_resumption()) rl.rl_forced_update_display();
    if (ready) rl.rl_callback_read_char();
  }
  if (session.line == NULL) return 0;
  lua_pushstring(L, session.line);
  free(session.line);
  return 1;
}

/* remember(line): adds a line to the history of this session. */
static int readline_remember(lua_State *L) {
  const char *line = luaL_checkstring(L, 1);
  check_open(L);
  rl.add_history(line);
  return 0;
}

/* limit(n): keeps the newest n lines of history. */
static int readline_limit(lua_State *L) {
  int limit = luaL_checkint(L, 1);
  check_open(L);
  rl.stifle_history(limit);
  return 0;
}

int th_open_readline(lua_State *L) {
  static const luaL_Reg functions[] = {{"open", readline_open},
                                       {"read", readline_read},
                                       {"remember", readline_remember},
                                       {"limit", readline_limit},
                                       {NULL, NULL}};
  lua_newtable(L);
  luaL_register(L, NULL, functions);
  return 1;
}
