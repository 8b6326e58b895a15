-- The CUDA library for an installed luatorch; needs nvcc.
rockspec_format = '3.0'
package = 'luatorch-cuda'
version = 'scm-1'
source = {url = '.'}
description = {
  summary = 'CUDA kernels for luatorch',
  license = 'BSD-3-Clause',
  labels = {'torch', 'tensor', 'cuda', 'luajit'},
}
dependencies = {'lua >= 5.1', 'luatorch'}
build = {
  type = 'make',
  build_target = 'cuda',
  build_variables = {CFLAGS = '$(CFLAGS)'}, -- LuaRocks wants it passed; the Makefile has its own
  install_target = 'install-cuda',
  install_variables = {LIBDIR = '$(LIBDIR)', DOCDIR = '$(PREFIX)/doc'},
}
