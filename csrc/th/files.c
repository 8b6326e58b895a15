/* files.c: the file functions of trepl.host: an atomic write, a folder's names, terminal check,
 * clock. Functions that can fail return nil and a message. */
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int fail(lua_State *L, const char *path, int code) {
  lua_pushnil(L);
  lua_pushfstring(L, "%s: %s", path, strerror(code));
  return 2;
}

static int write_all(int fd, const char *data, size_t length) {
  while (length > 0) {
    ssize_t n = write(fd, data, length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    data += n;
    length -= (size_t)n;
  }
  return 0;
}

/* Writes to a file that is no regular one, such as /dev/null: that is never replaced. */
static int write_special(const char *path, const char *text, size_t length) {
  int fd = open(path, O_WRONLY);
  if (fd < 0) return errno;
  int code = write_all(fd, text, length);
  if (close(fd) != 0 && code == 0) code = errno;
  return code;
}

/* Writes a temporary file beside the target and renames it; `temporary` ends in XXXXXX. */
static int write_replacing(const char *target, char *temporary, mode_t mode, const char *text,
                           size_t length) {
  int fd = mkstemp(temporary);
  if (fd < 0) return errno;
  int code = write_all(fd, text, length);
  if (code == 0 && fchmod(fd, mode) != 0) code = errno;
  if (close(fd) != 0 && code == 0) code = errno;
  if (code == 0 && rename(temporary, target) != 0) code = errno;
  if (code != 0) unlink(temporary);
  return code;
}

/* save(path, text) -> true: replaces the file in one step. Keeps the file's mode (0600 for a new
 * file) and follows symbolic links. */
static int host_save(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  size_t length;
  const char *text = luaL_checklstring(L, 2, &length);
  char *real = realpath(path, NULL);
  lua_pushstring(L, real ? real : path);
  free(real);
  const char *target = lua_tostring(L, -1);
  struct stat info;
  bool exists = stat(target, &info) == 0;
  int code;
  if (exists && !S_ISREG(info.st_mode)) {
    code = write_special(target, text, length);
  } else {
    char *temporary = lua_newuserdata(L, strlen(target) + sizeof ".XXXXXX");
    strcat(strcpy(temporary, target), ".XXXXXX");
    code = write_replacing(target, temporary, exists ? info.st_mode & 07777 : 0600, text, length);
  }
  if (code != 0) return fail(L, path, code);
  lua_pushboolean(L, 1);
  return 1;
}

/* list(folder) -> {name, ...}: names in the folder, folders with a slash at the end. */
static int host_list(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  lua_newtable(L);
  DIR *folder = opendir(path);
  if (folder == NULL) return fail(L, path, errno);
  int count = 0;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    struct stat info;
    bool is_folder = fstatat(dirfd(folder), name, &info, 0) == 0 && S_ISDIR(info.st_mode);
    lua_pushfstring(L, "%s%s", name, is_folder ? "/" : "");
    lua_rawseti(L, -2, ++count);
  }
  closedir(folder);
  return 1;
}

/* isatty(fd) -> boolean */
static int host_isatty(lua_State *L) {
  lua_pushboolean(L, isatty(luaL_checkint(L, 1)));
  return 1;
}

/* clock() -> seconds of the monotonic clock */
static int host_clock(lua_State *L) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  lua_pushnumber(L, (double)now.tv_sec + (double)now.tv_nsec * 1e-9);
  return 1;
}

void th_add_file_functions(lua_State *L) {
  static const luaL_Reg functions[] = {{"save", host_save},
                                       {"list", host_list},
                                       {"isatty", host_isatty},
                                       {"clock", host_clock},
                                       {NULL, NULL}};
  luaL_register(L, NULL, functions);
}
