/* signals.c: Ctrl-C in the REPL, as functions of trepl.host. At the prompt it is only noted; while
 * a command runs it raises the Lua error "interrupted" at the next interpreted instruction and
 * makes the next tensor operation fail. A second one within two seconds leaves the process. Scripts
 * never get here: they keep the default action.
 * Limit: LuaJIT does not look for interrupts inside compiled code. */
#include "host.h"

#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_SIGINT = 130, INSIST_SECONDS = 2 };

static lua_State *main_state;
static volatile sig_atomic_t command_running, interrupted, resumed;
static volatile int32_t *tensor_interrupt; /* lt_interrupt, once libluatorch is loaded */
static struct timespec last_interrupt;
static struct termios terminal;
static bool have_terminal;

static void raise_interrupted(lua_State *L, lua_Debug *debug) {
  (void)debug;
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "interrupted");
}

static void on_sigint(int signal_number) {
  (void)signal_number;
  if (command_running) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (interrupted && now.tv_sec - last_interrupt.tv_sec < INSIST_SECONDS) {
      if (have_terminal) tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
      _exit(EXIT_SIGINT);
    }
    last_interrupt = now;
    if (tensor_interrupt) *tensor_interrupt = 1;
    lua_sethook(main_state, raise_interrupted, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
  }
  interrupted = 1;
}

static void on_sigcont(int signal_number) {
  (void)signal_number;
  resumed = 1;
}

bool th_take_resumption(void) {
  bool was = resumed != 0;
  resumed = 0;
  return was;
}

bool th_signal_noted(void) { return interrupted || resumed; }

bool th_take_interrupt(void) {
  bool was = interrupted != 0;
  interrupted = 0;
  return was;
}

static int find_tensor_interrupt(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size, (void)context;
  const char *slash = strrchr(info->dlpi_name, '/');
  const char *name = slash ? slash + 1 : info->dlpi_name;
  if (strncmp(name, "libluatorch.so", strlen("libluatorch.so")) != 0) return 0;
  void *library = dlopen(info->dlpi_name, RTLD_LAZY | RTLD_NOLOAD);
  if (library == NULL) return 0;
  tensor_interrupt = dlsym(library, "lt_interrupt");
  return 1;
}

/* watch(): takes over Ctrl-C for the rest of the session, and notes when a stopped th goes on. */
static int host_watch(lua_State *L) {
  main_state = L;
  have_terminal = tcgetattr(STDIN_FILENO, &terminal) == 0;
  struct sigaction action = {.sa_handler = on_sigint}; /* no SA_RESTART: reads come back */
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  action.sa_handler = on_sigcont;
  action.sa_flags = SA_RESTART;
  sigaction(SIGCONT, &action, NULL);
  return 0;
}

/* arm(): a command starts; Ctrl-C interrupts it from now on. */
static int host_arm(lua_State *L) {
  (void)L;
  if (tensor_interrupt == NULL) dl_iterate_phdr(find_tensor_interrupt, NULL);
  interrupted = 0;
  command_running = 1;
  return 0;
}

/* disarm() -> boolean: the command has ended; true if Ctrl-C came meanwhile. */
static int host_disarm(lua_State *L) {
  command_running = 0;
  lua_sethook(L, NULL, 0, 0);
  if (tensor_interrupt) *tensor_interrupt = 0;
  lua_pushboolean(L, th_take_interrupt());
  return 1;
}

int th_open_host(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"watch", host_watch}, {"arm", host_arm}, {"disarm", host_disarm}, {NULL, NULL}};
  lua_newtable(L);
  luaL_register(L, NULL, functions);
  th_add_file_functions(L);
  return 1;
}
