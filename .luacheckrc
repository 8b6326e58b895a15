std = 'luajit'
max_line_length = 100
cache = false
read_globals = {'torch'} -- set by require 'torch', as Torch7 does
exclude_files = {'lua/torch/cdef.lua', 'build/', 'bin/'}

-- Programs use the globals that the packages set when they are required.
local packages = {
  'torch', 'nn', 'optim', 'autograd', 'paths', 'sys', 'xlua', 'image', 'cutorch', 'cunn', 'cudnn',
  'graph', 'nngraph',
}
files['tests/'] = {std = '+busted', read_globals = packages}
files['examples/'] = {read_globals = packages}
