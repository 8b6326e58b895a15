-- Doubles the size of a picture: th upscale.lua MODEL IN.png OUT.png

require 'torch'
require 'nn'
require 'nngraph'
require 'image'
local lapp = require 'pl.lapp'

local args = lapp[[
Doubles the size of a picture
   -t,--threads (default 1)  number of threads
   <model>      (string)     checkpoint of train.lua
   <input>      (string)     picture
   <output>     (string)     picture to write
]]

torch.setdefaulttensortype('torch.FloatTensor')
torch.setnumthreads(args.threads)
local net = torch.load(args.model).net
net:evaluate()

-- the network knows one channel: it gets the channels one by one, as a batch
local picture = image.load(args.input)
local channels = picture:view(picture:size(1), 1, picture:size(2), picture:size(3))
local out = net:forward(channels)
out = out:view(out:size(1), out:size(3), out:size(4)):clamp(0, 1)
image.save(args.output, out)
print(string.format('%d x %d -> %d x %d, wrote %s', picture:size(3), picture:size(2), out:size(3),
  out:size(2), args.output))
