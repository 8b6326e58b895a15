-- Trains a deep convolutional generative adversarial network on a folder of images; options come
-- from the environment: niter=2000 data=FOLDER th train.lua
-- Radford, Metz and Chintala, Unsupervised representation learning with deep convolutional
-- generative adversarial networks, 2016.

require 'torch'
require 'nn'
require 'optim'
require 'image'
require 'paths'

opt = {
  data = 'faces',       -- folder of images; drawn if it is not there
  images = 600,         -- how many to draw
  batchSize = 32,
  imageSize = 32,
  nz = 32,              -- size of the noise
  ngf = 32,             -- channels of the generator's last hidden layer
  ndf = 32,             -- channels of the discriminator's first layer
  nThreads = 2,         -- threads that read images
  threads = 1,          -- threads of torch
  niter = 600,          -- mini-batches
  lr = 0.0005,          -- learning rate of Adam
  beta1 = 0.5,          -- its momentum
  report = 100,         -- mini-batches between reports
  manualSeed = 1,
  gpu = 0,              -- 0: the CPU
  name = 'dcgan',       -- of the files that are written: NAME.png, NAME_net_G.t7, NAME_net_D.t7
}
for k in pairs(opt) do opt[k] = tonumber(os.getenv(k)) or os.getenv(k) or opt[k] end
print(opt)

torch.manualSeed(opt.manualSeed)
torch.setnumthreads(opt.threads)
torch.setdefaulttensortype('torch.FloatTensor')

if not paths.dirp(opt.data) then
  print('drawing ' .. opt.images .. ' faces into ' .. opt.data)
  paths.dofile('faces.lua').draw(opt.data, opt.images)
end
data = paths.dofile('data.lua').new(opt.nThreads, opt)
print('Dataset: ' .. opt.data .. ' Size: ' .. data:size())

-- weights as the paper begins with
local function initialize(m)
  local kind = torch.type(m)
  local mean = kind:find 'Convolution' and 0 or kind:find 'BatchNormalization' and 1
  if mean then
    m.weight:normal(mean, 0.02)
    m.bias:zero()
  end
end

local nc, nz, ndf, ngf = 3, opt.nz, opt.ndf, opt.ngf
local REAL, FAKE = 1, 0

-- generator: noise [nz 1 1] to [4 ngf, 4, 4], [2 ngf, 8, 8], [ngf, 16, 16], image [nc 32 32]
netG = nn.Sequential()
netG:add(nn.SpatialFullConvolution(nz, 4 * ngf, 4, 4))
for _, width in ipairs {4 * ngf, 2 * ngf, ngf} do
  netG:add(nn.SpatialBatchNormalization(width)):add(nn.ReLU(true))
  netG:add(nn.SpatialFullConvolution(width, width > ngf and width / 2 or nc, 4, 4, 2, 2, 1, 1))
end
netG:add(nn.Tanh())
netG:apply(initialize)

-- discriminator: image [nc 32 32] to [ndf, 16, 16], [2 ndf, 8, 8], [4 ndf, 4, 4], probability [1]
netD = nn.Sequential()
netD:add(nn.SpatialConvolution(nc, ndf, 4, 4, 2, 2, 1, 1)):add(nn.LeakyReLU(0.2, true))
for _, width in ipairs {ndf, 2 * ndf} do
  netD:add(nn.SpatialConvolution(width, 2 * width, 4, 4, 2, 2, 1, 1))
  netD:add(nn.SpatialBatchNormalization(2 * width)):add(nn.LeakyReLU(0.2, true))
end
netD:add(nn.SpatialConvolution(4 * ndf, 1, 4, 4)):add(nn.Sigmoid())
netD:add(nn.View(1):setNumInputDims(3))
netD:apply(initialize)

local criterion = nn.BCECriterion()
optimStateG = {learningRate = opt.lr, beta1 = opt.beta1}
optimStateD = {learningRate = opt.lr, beta1 = opt.beta1}

local input = torch.Tensor(opt.batchSize, nc, opt.imageSize, opt.imageSize)
local noise = torch.Tensor(opt.batchSize, nz, 1, 1)
local label = torch.Tensor(opt.batchSize)
local errD, errG
local timer, wait = torch.Timer(), torch.Timer():stop()

if opt.gpu > 0 then
  local ok, message = pcall(require, 'cunn')
  if ok then
    require 'cutorch'
    cutorch.setDevice(opt.gpu)
    input, noise, label = input:cuda(), noise:cuda(), label:cuda()
    netG:cuda(); netD:cuda(); criterion:cuda()
  else
    print('no GPU, going on with the CPU: ' .. message)
  end
end

local parametersD, gradParametersD = netD:getParameters()
local parametersG, gradParametersG = netG:getParameters()

-- loss of the discriminator on what is in `input`, and its gradients
local function judge(truth)
  label:fill(truth)
  local output = netD:forward(input)
  local loss = criterion:forward(output, label)
  netD:backward(input, criterion:backward(output, label))
  return loss
end

local evalD = function()
  gradParametersD:zero()
  wait:resume()
  input:copy(data:getBatch())
  wait:stop()
  errD = judge(REAL)
  input:copy(netG:forward(noise:normal(0, 1)))
  errD = errD + judge(FAKE)
  return errD, gradParametersD
end

-- with the noise and the images that evalD left: the generator wants them to pass for real ones
local evalG = function()
  gradParametersG:zero()
  label:fill(REAL)
  local output = netD:forward(input)
  errG = criterion:forward(output, label)
  netG:backward(noise, netD:updateGradInput(input, criterion:backward(output, label)))
  return errG, gradParametersG
end

-- How far the images are from those of the folder: mean absolute differences of the mean and of the
-- standard deviation of each pixel.
local function distance(images, reference)
  return (images:mean(1) - reference:mean(1)):abs():mean(),
    (images:std(1) - reference:std(1)):abs():mean()
end

local reference = {}
for i = 1, 8 do table.insert(reference, data:getBatch()) end
reference = torch.cat(reference, 1)
local samples = noise:clone():resize(64, nz, 1, 1):normal(0, 1)

local function generate()
  netG:evaluate()
  local images = netG:forward(samples):float():clone()
  netG:training()
  return images
end

wait:reset()
for i = 1, opt.niter do
  optim.adam(evalD, parametersD, optimStateD)
  optim.adam(evalG, parametersG, optimStateG)
  if i % opt.report == 0 or i == opt.niter then
    print(('%4d of %d: %.1f s, %.2f of them waiting for data; errors: G %.4f, D %.4f'):format(i,
      opt.niter, timer:time().real, wait:time().real, errG, errD))
  end
end

local images = generate()
image.save(opt.name .. '.png', image.toDisplayTensor{input = images, nrow = 8, padding = 2})
torch.save(opt.name .. '_net_G.t7', netG:clearState())
torch.save(opt.name .. '_net_D.t7', netD:clearState())
data:close()
print(('generated images differ from real ones by %.4f in their mean, %.4f in their deviation')
  :format(distance(images, reference)))
print(('real images from other real ones by %.4f, %.4f'):format(
  distance(reference:narrow(1, 1, 64), reference:narrow(1, 65, reference:size(1) - 64))))
print(('%.1f s; wrote %s.png'):format(timer:time().real, opt.name))
