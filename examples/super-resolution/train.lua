-- Trains a network that doubles the size of images of digits: th train.lua --help
-- Shi et al., Real-time single image and video super-resolution using an efficient sub-pixel
-- convolutional neural network, 2016.

require 'torch'
require 'nn'
require 'nngraph'
require 'optim'
require 'image'
require 'paths'
local lapp = require 'pl.lapp'

opt = lapp[[
Trains a network that doubles the size of images
   -d,--data       (default '')            folder with the MNIST files; empty: ../mnist/data
   -n,--train      (default 2000)          number of training images
   -e,--epochs     (default 24)            passes over them
   -b,--batchSize  (default 20)            images in a mini-batch
   -r,--rate       (default 0.003)         learning rate of Adam
   -w,--width      (default 16)            channels of the hidden layers
   -s,--save       (default 'super-resolution')  writes SAVE.t7 and SAVE.png
   -t,--threads    (default 1)             number of threads
   --seed          (default 1)             of the random numbers
   -c,--cuda                               train on a GPU
]]

torch.manualSeed(opt.seed)
torch.setnumthreads(opt.threads)
torch.setdefaulttensortype('torch.FloatTensor')
if opt.cuda and not pcall(require, 'cunn') then
  print('cunn is not there, training on the CPU')
  opt.cuda = false
end

-- Digits [n 1 28 28], and the same at half their size, each pixel the mean of four.
local idx = paths.dofile '../mnist/idx.lua'
if opt.data == '' then opt.data = paths.thisfile '../mnist/data' end
local function load(name, n)
  local digits = idx.read(paths.concat(opt.data, name .. '-images-idx3-ubyte.gz'))
  local large = digits:narrow(1, 1, n):float():div(255):view(n, 1, 28, 28)
  local small = nn.SpatialAveragePooling(2, 2, 2, 2):forward(large):clone()
  return {small = small, large = large, size = function() return n end}
end
trainset, testset = load('train', opt.train), load('t10k', 200)

-- the network adds to what bilinear interpolation gives
local input = nn.Identity()()
local features = nn.Tanh()(nn.SpatialConvolution(1, opt.width, 5, 5, 1, 1, 2, 2)(input))
features = nn.Tanh()(nn.SpatialConvolution(opt.width, opt.width, 3, 3, 1, 1, 1, 1)(features))
local detail = nn.PixelShuffle(2)(nn.SpatialConvolution(opt.width, 4, 3, 3, 1, 1, 1, 1)(features))
local output = nn.CAddTable()({nn.SpatialUpSamplingBilinear(2)(input), detail})
net = nn.gModule({input}, {output})
criterion = nn.MSECriterion()
if opt.cuda then
  net:cuda()
  criterion:cuda()
end

parameters, gradParameters = net:getParameters()
print('<trainer> ' .. trainset:size() .. ' images, ' .. parameters:nElement() .. ' parameters')

-- peak signal to noise ratio in decibels, of images with values in 0 to 1
function psnr(x, y)
  return -10 * math.log10(torch.pow(x - y, 2):mean())
end

function train(dataset)
  epoch = epoch or 1
  optimState = optimState or {learningRate = opt.rate}
  local shuffle = torch.randperm(dataset:size()):long()
  local loss = 0
  for t = 1, dataset:size() - opt.batchSize + 1, opt.batchSize do
    local batch = shuffle[{{t, t + opt.batchSize - 1}}]
    local inputs, targets = dataset.small:index(1, batch), dataset.large:index(1, batch)
    local feval = function(x)
      if x ~= parameters then parameters:copy(x) end
      gradParameters:zero()
      local f = criterion:forward(net:forward(inputs), targets)
      net:backward(inputs, criterion:backward(net.output, targets))
      loss = loss + f
      return f, gradParameters
    end
    optim.adam(feval, parameters, optimState)
  end
  if epoch == math.floor(0.75 * opt.epochs) then
    optimState.learningRate = optimState.learningRate / 4
  end
  epoch = epoch + 1
  return loss / math.floor(dataset:size() / opt.batchSize)
end

function test(dataset)
  net:evaluate()
  local out = net:forward(dataset.small):clone():clamp(0, 1)
  net:training()
  return psnr(out, dataset.large), out
end

-- what image.scale makes of them, to compare with
local function interpolate(dataset, mode)
  local out = torch.Tensor(dataset.large:size())
  for i = 1, dataset:size() do
    out[i][1]:copy(image.scale(dataset.small[i][1], 28, 28, mode))
  end
  return out:clamp(0, 1)
end
bicubic = interpolate(testset, 'bicubic')
print(string.format('<tester> bilinear %.2f dB, bicubic %.2f dB',
  psnr(interpolate(testset, 'bilinear'), testset.large), psnr(bicubic, testset.large)))

timer = torch.Timer()
for i = 1, opt.epochs do
  local loss = train(trainset)
  print(string.format('<trainer> epoch %d: loss %.6f, test %.2f dB, %.1f s', i, loss, test(testset),
    timer:time().real))
end

-- rows: small, interpolated, made by the network, true
local _, made = test(testset)
local rows = {}
for _, images in ipairs{interpolate(testset, 'simple'), bicubic, made, testset.large} do
  for i = 1, 12 do table.insert(rows, images[i]) end
end
image.save(opt.save .. '.png', image.toDisplayTensor{input = rows, nrow = 12, padding = 2, min = 0,
  max = 1})
torch.save(opt.save .. '.t7', {net = net:clearState(), opt = opt})
print('wrote ' .. opt.save .. '.png and ' .. opt.save .. '.t7')
