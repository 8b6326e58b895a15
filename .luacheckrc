std = 'luajit'
max_line_length = 100
cache = false
read_globals = {'torch'} -- set by require 'torch', as Torch7 does
exclude_files = {'lua/*/cdef.lua', 'build/', 'bin/'}

-- Programs use the globals that the packages set when they are required.
local packages = {
  'torch', 'nn', 'optim', 'autograd', 'paths', 'sys', 'xlua', 'image', 'cutorch', 'cunn', 'cudnn',
  'graph', 'nngraph', 'gnuplot',
}
files['tests/'] = {std = '+busted', read_globals = packages}
files['examples/'] = {read_globals = packages}
-- Programs in the manner of Torch7's time: global state, names used again.
for _, name in ipairs {'dcgan', 'neural-style', 'resnet', 'seq2seq', 'super-resolution'} do
  files['examples/' .. name .. '/'] = {ignore = {'1', '2', '4'}, read_globals = packages}
end
files['tests/programs/'] = {ignore = {'1', '2', '4'}, read_globals = packages}
