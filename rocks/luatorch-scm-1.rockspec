-- The whole of luatorch from this checkout: libluatorch.so, every Lua package, and th.
-- luarocks --lua-version 5.1 make rocks/luatorch-scm-1.rockspec --tree DIR
rockspec_format = '3.0'
package = 'luatorch'
version = 'scm-1'
source = {url = '.'}
description = {
  summary = 'Torch7-compatible tensors, neural networks and training for LuaJIT',
  license = 'BSD-3-Clause',
  labels = {'torch', 'tensor', 'machine-learning', 'luajit'},
}
dependencies = {'lua >= 5.1'} -- to be run by LuaJIT, which th embeds
build = {
  type = 'make',
  build_target = 'rock',
  build_variables = {CFLAGS = '$(CFLAGS)'}, -- LuaRocks wants it passed; the Makefile has its own
  install_variables = {
    BINDIR = '$(BINDIR)', LUADIR = '$(LUADIR)', LIBDIR = '$(LIBDIR)', DOCDIR = '$(PREFIX)/doc',
  },
}
