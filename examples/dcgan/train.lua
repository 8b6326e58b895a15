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
  niter = 1000,         -- mini-batches
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
local data = paths.dofile('data.lua').new(opt.nThreads, opt)
print('Dataset: ' .. opt.data .. ' Size: ' .. data:size())

local function weights_init(m)
  local name = torch.type(m)
  if name:find('Convolution') then
    m.weight:normal(0.0, 0.02)
    if m.bias then m.bias:fill(0) end
  elseif name:find('BatchNormalization') then
    if m.weight then m.weight:normal(1.0, 0.02) end
    if m.bias then m.bias:fill(0) end
  end
end

local nc, nz, ndf, ngf = 3, opt.nz, opt.ndf, opt.ngf
local real_label, fake_label = 1, 0

local SpatialBatchNormalization = nn.SpatialBatchNormalization
local SpatialConvolution = nn.SpatialConvolution
local SpatialFullConvolution = nn.SpatialFullConvolution

netG = nn.Sequential()
-- noise [nz 1 1]
netG:add(SpatialFullConvolution(nz, ngf * 4, 4, 4))
netG:add(SpatialBatchNormalization(ngf * 4)):add(nn.ReLU(true))
-- [ngf * 4, 4, 4]
netG:add(SpatialFullConvolution(ngf * 4, ngf * 2, 4, 4, 2, 2, 1, 1))
netG:add(SpatialBatchNormalization(ngf * 2)):add(nn.ReLU(true))
-- [ngf * 2, 8, 8]
netG:add(SpatialFullConvolution(ngf * 2, ngf, 4, 4, 2, 2, 1, 1))
netG:add(SpatialBatchNormalization(ngf)):add(nn.ReLU(true))
-- [ngf, 16, 16]
netG:add(SpatialFullConvolution(ngf, nc, 4, 4, 2, 2, 1, 1))
netG:add(nn.Tanh())
-- [nc, 32, 32]
netG:apply(weights_init)

netD = nn.Sequential()
-- image [nc 32 32]
netD:add(SpatialConvolution(nc, ndf, 4, 4, 2, 2, 1, 1))
netD:add(nn.LeakyReLU(0.2, true))
-- [ndf, 16, 16]
netD:add(SpatialConvolution(ndf, ndf * 2, 4, 4, 2, 2, 1, 1))
netD:add(SpatialBatchNormalization(ndf * 2)):add(nn.LeakyReLU(0.2, true))
-- [ndf * 2, 8, 8]
netD:add(SpatialConvolution(ndf * 2, ndf * 4, 4, 4, 2, 2, 1, 1))
netD:add(SpatialBatchNormalization(ndf * 4)):add(nn.LeakyReLU(0.2, true))
-- [ndf * 4, 4, 4]
netD:add(SpatialConvolution(ndf * 4, 1, 4, 4))
netD:add(nn.Sigmoid())
-- [1, 1, 1]
netD:add(nn.View(1):setNumInputDims(3))
netD:apply(weights_init)

local criterion = nn.BCECriterion()
optimStateG = {learningRate = opt.lr, beta1 = opt.beta1}
optimStateD = {learningRate = opt.lr, beta1 = opt.beta1}

local input = torch.Tensor(opt.batchSize, nc, opt.imageSize, opt.imageSize)
local noise = torch.Tensor(opt.batchSize, nz, 1, 1)
local label = torch.Tensor(opt.batchSize)
local errD, errG
local epoch_tm, tm, data_tm = torch.Timer(), torch.Timer(), torch.Timer()

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

-- f(X) and df/dX of the discriminator
local fDx = function(x)
  gradParametersD:zero()

  -- train with real images
  data_tm:reset(); data_tm:resume()
  local real = data:getBatch()
  data_tm:stop()
  input:copy(real)
  label:fill(real_label)
  local output = netD:forward(input)
  local errD_real = criterion:forward(output, label)
  netD:backward(input, criterion:backward(output, label))

  -- train with generated ones
  noise:normal(0, 1)
  local fake = netG:forward(noise)
  input:copy(fake)
  label:fill(fake_label)
  output = netD:forward(input)
  local errD_fake = criterion:forward(output, label)
  netD:backward(input, criterion:backward(output, label))

  errD = errD_real + errD_fake
  return errD, gradParametersD
end

-- f(X) and df/dX of the generator
local fGx = function(x)
  gradParametersG:zero()
  -- the noise and the images are those of fDx; the generator wants them to pass for real ones
  label:fill(real_label)
  local output = netD:forward(input)
  errG = criterion:forward(output, label)
  local df_dg = netD:updateGradInput(input, criterion:backward(output, label))
  netG:backward(noise, df_dg)
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
local noise_vis = noise:clone():resize(64, nz, 1, 1):normal(0, 1)

local function generate()
  netG:evaluate()
  local images = netG:forward(noise_vis):float():clone()
  netG:training()
  return images
end

for i = 1, opt.niter do
  tm:reset()
  optim.adam(fDx, parametersD, optimStateD)
  optim.adam(fGx, parametersG, optimStateG)
  if i % opt.report == 0 or i == opt.niter then
    print(('[%4d / %d] %.0f ms, %.1f of them for data  Err_G: %.4f  Err_D: %.4f')
      :format(i, opt.niter, tm:time().real * 1000, data_tm:time().real * 1000, errG, errD))
  end
end

parametersD, gradParametersD = nil, nil -- the networks are saved without their buffers
parametersG, gradParametersG = nil, nil
local images = generate()
image.save(opt.name .. '.png', image.toDisplayTensor{input = images, nrow = 8, padding = 2})
torch.save(opt.name .. '_net_G.t7', netG:clearState())
torch.save(opt.name .. '_net_D.t7', netD:clearState())
data.threads:terminate()
print(('generated images differ from real ones by %.4f in their mean, %.4f in their deviation')
  :format(distance(images, reference)))
print(('real images from other real ones by %.4f, %.4f'):format(
  distance(reference:narrow(1, 1, 64), reference:narrow(1, 65, reference:size(1) - 64))))
print(('%.1f s; wrote %s.png'):format(epoch_tm:time().real, opt.name))
