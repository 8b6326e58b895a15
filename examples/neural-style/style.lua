-- Paints the content of one picture in the style of another: th style.lua -help
-- Gatys, Ecker and Bethge, Image style transfer using convolutional neural networks, 2016.

require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'paths'

local cmd = torch.CmdLine()

-- Basic options
cmd:option('-content_image', '', 'content; a landscape is drawn if empty')
cmd:option('-style_image', '', 'style; strokes are drawn if empty')
cmd:option('-image_size', 128, 'pixels of the longer side of the content')
cmd:option('-gpu', -1, 'GPU to use; -1 = the CPU')

-- Optimization options
cmd:option('-content_weight', 1)
cmd:option('-style_weight', 1e5)
cmd:option('-tv_weight', 1e-5)
cmd:option('-num_iterations', 500)
cmd:option('-normalize_gradients', false)
cmd:option('-init', 'image', 'random|image')
cmd:option('-optimizer', 'lbfgs', 'lbfgs|adam')
cmd:option('-learning_rate', 0.05, 'of adam')

-- Output options
cmd:option('-print_iter', 100)
cmd:option('-save_iter', 0, 'also saves OUTPUT_N.png each so many iterations')
cmd:option('-output_image', 'out.png')

-- Other options
cmd:option('-style_scale', 1.0)
cmd:option('-model', 'textures.t7', 'network of train.lua')
cmd:option('-pooling', 'avg', 'max|avg')
cmd:option('-content_layers', 'relu2_2', 'layers for content')
cmd:option('-style_layers', 'relu1_1,relu2_1,relu3_1', 'layers for style')
cmd:option('-threads', 1)
cmd:option('-seed', 123)

local pictures = paths.dofile 'pictures.lua'

-- forward declarations, as the definitions follow
local preprocess, deprocess

local function main(params)
  if params.gpu >= 0 then
    local ok = pcall(function() require 'cutorch'; require 'cunn' end)
    if not ok then
      print('no cutorch, using the CPU')
      params.gpu = -1
    end
  end
  local checkpoint = torch.load(params.model)
  local cnn, mean = checkpoint.model:float(), checkpoint.mean

  local content_image = params.content_image == '' and pictures.landscape(params.image_size)
    or image.scale(image.load(params.content_image, 3), params.image_size, 'bilinear')
  local style_size = math.ceil(params.style_scale * params.image_size)
  local style_image = params.style_image == '' and pictures.strokes(style_size)
    or image.scale(image.load(params.style_image, 3), style_size, 'bilinear')
  local content_image_caffe = preprocess(content_image, mean):float()
  local style_image_caffe = preprocess(style_image, mean):float()

  local content_layers = params.content_layers:split(',')
  local style_layers = params.style_layers:split(',')

  -- Set up the network, inserting style and content loss modules
  local content_losses, style_losses = {}, {}
  local next_content_idx, next_style_idx = 1, 1
  local net = nn.Sequential()
  if params.tv_weight > 0 then
    net:add(nn.TVLoss(params.tv_weight):float())
  end
  for i = 1, cnn:size() do
    if next_content_idx <= #content_layers or next_style_idx <= #style_layers then
      local layer = cnn:get(i)
      local name = layer.name
      local is_pooling = torch.type(layer) == 'nn.SpatialMaxPooling'
      if is_pooling and params.pooling == 'avg' then
        assert(layer.padW == 0 and layer.padH == 0)
        local avg_pool_layer = nn.SpatialAveragePooling(layer.kW, layer.kH, layer.dW, layer.dH)
        avg_pool_layer:float()
        print('Replacing max pooling at layer', i, 'with average pooling')
        net:add(avg_pool_layer)
      else
        net:add(layer)
      end
      if name == content_layers[next_content_idx] then
        print('Setting up content layer', i, ':', layer.name)
        local target = net:forward(content_image_caffe):clone()
        local loss_module = nn.ContentLoss(params.content_weight, target,
          params.normalize_gradients):float()
        net:add(loss_module)
        table.insert(content_losses, loss_module)
        next_content_idx = next_content_idx + 1
      end
      if name == style_layers[next_style_idx] then
        print('Setting up style layer  ', i, ':', layer.name)
        local gram = GramMatrix():float()
        local target_features = net:forward(style_image_caffe):clone()
        local target = gram:forward(target_features)
        target:div(target_features:nElement())
        local loss_module = nn.StyleLoss(params.style_weight, target,
          params.normalize_gradients):float()
        net:add(loss_module)
        table.insert(style_losses, loss_module)
        next_style_idx = next_style_idx + 1
      end
    end
  end

  -- The network is set up, so the original one is not needed any more
  cnn = nil
  for i = 1, #net.modules do
    local module = net.modules[i]
    if torch.type(module) == 'nn.SpatialConvolution' then
      -- not used, and memory they would take
      module.gradWeight = nil
      module.gradBias = nil
    end
  end
  collectgarbage()

  -- Initialize the image
  if params.seed >= 0 then
    torch.manualSeed(params.seed)
  end
  local img
  if params.init == 'random' then
    img = torch.randn(content_image:size()):float():mul(0.1)
  elseif params.init == 'image' then
    img = content_image_caffe:clone():float()
  else
    error('Invalid init type')
  end

  -- Run it through the network once to get the proper size for the gradient
  local y = net:forward(img)
  local dy = img.new(#y):zero()

  local optim_state
  if params.optimizer == 'lbfgs' then
    optim_state = {maxIter = params.num_iterations, verbose = false, tolX = 0, tolFun = 0}
  elseif params.optimizer == 'adam' then
    optim_state = {learningRate = params.learning_rate}
  else
    error(string.format('Unrecognized optimizer "%s"', params.optimizer))
  end

  local function maybe_print(t, loss)
    if params.print_iter > 0 and t % params.print_iter == 0 then
      print(string.format('Iteration %d / %d', t, params.num_iterations))
      for i, loss_module in ipairs(content_losses) do
        print(string.format('  Content %d loss: %f', i, loss_module.loss))
      end
      for i, loss_module in ipairs(style_losses) do
        print(string.format('  Style %d loss: %f', i, loss_module.loss))
      end
      print(string.format('  Total loss: %f', loss))
    end
  end

  local function maybe_save(t)
    if params.save_iter > 0 and t % params.save_iter == 0 then
      local ext = paths.extname(params.output_image)
      local basename = paths.basename(params.output_image, ext)
      local directory = paths.dirname(params.output_image)
      image.save(string.format('%s/%s_%d.%s', directory, basename, t, ext),
        image.minmax{tensor = deprocess(img:double(), mean), min = 0, max = 1})
    end
  end

  -- Function to evaluate loss and gradient. We run the net forward and backward to get the
  -- gradient, and sum up losses from the loss modules. optim.lbfgs internally handles iteration and
  -- calls this function many times, so we manually count the number of iterations.
  local num_calls = 0
  local first_loss, last_loss
  local function feval(x)
    num_calls = num_calls + 1
    net:forward(x)
    local grad = net:updateGradInput(x, dy)
    local loss = 0
    for _, mod in ipairs(content_losses) do
      loss = loss + mod.loss
    end
    for _, mod in ipairs(style_losses) do
      loss = loss + mod.loss
    end
    maybe_print(num_calls, loss)
    maybe_save(num_calls)
    first_loss, last_loss = first_loss or loss, loss

    collectgarbage()
    -- optim.lbfgs expects a vector for gradients
    return loss, grad:view(grad:nElement())
  end

  -- Run optimization.
  local timer = torch.Timer()
  if params.optimizer == 'lbfgs' then
    print('Running optimization with L-BFGS')
    local _, losses = optim.lbfgs(feval, img, optim_state)
    last_loss = losses[#losses]
  else
    print('Running optimization with ADAM')
    for t = 1, params.num_iterations do
      optim.adam(feval, img, optim_state)
    end
  end
  image.save(params.output_image,
    image.minmax{tensor = deprocess(img:double(), mean), min = 0, max = 1})
  print(string.format('loss %.4f at first, %.4f after %d evaluations, %.1f s; wrote %s',
    first_loss, last_loss, num_calls, timer:time().real, params.output_image))
end

-- The network was trained on pictures without their mean.
function preprocess(img, mean)
  return img:clone():add(-mean)
end

function deprocess(img, mean)
  return img:clone():add(mean)
end

-- Define an nn Module to compute content loss in-place
local ContentLoss, parent = torch.class('nn.ContentLoss', 'nn.Module')

function ContentLoss:__init(strength, target, normalize)
  parent.__init(self)
  self.strength = strength
  self.target = target
  self.normalize = normalize or false
  self.loss = 0
  self.crit = nn.MSECriterion()
end

function ContentLoss:updateOutput(input)
  if input:nElement() == self.target:nElement() then
    self.loss = self.crit:forward(input, self.target) * self.strength
  else
    print('WARNING: Skipping content loss')
  end
  self.output = input
  return self.output
end

function ContentLoss:updateGradInput(input, gradOutput)
  if input:nElement() == self.target:nElement() then
    self.gradInput = self.crit:backward(input, self.target)
  end
  if self.normalize then
    self.gradInput:div(torch.norm(self.gradInput, 1) + 1e-8)
  end
  self.gradInput:mul(self.strength)
  self.gradInput:add(gradOutput)
  return self.gradInput
end

-- Returns a network that computes the CxC Gram matrix from inputs of size C x H x W
function GramMatrix()
  local net = nn.Sequential()
  net:add(nn.View(-1):setNumInputDims(2))
  local concat = nn.ConcatTable()
  concat:add(nn.Identity())
  concat:add(nn.Identity())
  net:add(concat)
  net:add(nn.MM(false, true))
  return net
end

-- Define an nn Module to compute style loss in-place
local StyleLoss, parent = torch.class('nn.StyleLoss', 'nn.Module')

function StyleLoss:__init(strength, target, normalize)
  parent.__init(self)
  self.normalize = normalize or false
  self.strength = strength
  self.target = target
  self.loss = 0

  self.gram = GramMatrix()
  self.G = nil
  self.crit = nn.MSECriterion()
end

function StyleLoss:updateOutput(input)
  self.G = self.gram:forward(input)
  self.G:div(input:nElement())
  self.loss = self.crit:forward(self.G, self.target)
  self.loss = self.loss * self.strength
  self.output = input
  return self.output
end

function StyleLoss:updateGradInput(input, gradOutput)
  local dG = self.crit:backward(self.G, self.target)
  dG:div(input:nElement())
  self.gradInput = self.gram:backward(input, dG)
  if self.normalize then
    self.gradInput:div(torch.norm(self.gradInput, 1) + 1e-8)
  end
  self.gradInput:mul(self.strength)
  self.gradInput:add(gradOutput)
  return self.gradInput
end

-- Total variation: only the gradient, of half the sum of squared differences of neighbours
local TVLoss, parent = torch.class('nn.TVLoss', 'nn.Module')

function TVLoss:__init(strength)
  parent.__init(self)
  self.strength = strength
  self.x_diff = torch.Tensor()
  self.y_diff = torch.Tensor()
end

function TVLoss:updateOutput(input)
  self.output = input
  return self.output
end

function TVLoss:updateGradInput(input, gradOutput)
  self.gradInput:resizeAs(input):zero()
  local C, H, W = input:size(1), input:size(2), input:size(3)
  self.x_diff:resize(C, H - 1, W - 1)
  self.y_diff:resize(C, H - 1, W - 1)
  self.x_diff:copy(input[{{}, {1, -2}, {1, -2}}])
  self.x_diff:add(-1, input[{{}, {1, -2}, {2, -1}}])
  self.y_diff:copy(input[{{}, {1, -2}, {1, -2}}])
  self.y_diff:add(-1, input[{{}, {2, -1}, {1, -2}}])
  self.gradInput[{{}, {1, -2}, {1, -2}}]:add(self.x_diff):add(self.y_diff)
  self.gradInput[{{}, {1, -2}, {2, -1}}]:add(-1, self.x_diff)
  self.gradInput[{{}, {2, -1}, {1, -2}}]:add(-1, self.y_diff)
  self.gradInput:mul(self.strength)
  self.gradInput:add(gradOutput)
  return self.gradInput
end

torch.setdefaulttensortype('torch.FloatTensor')
local params = cmd:parse(arg)
torch.setnumthreads(params.threads)
main(params)
