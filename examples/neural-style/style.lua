-- Paints the content of one picture in the style of another: th style.lua -help
-- Gatys, Ecker and Bethge, Image style transfer using convolutional neural networks, 2016.

require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'paths'

paths.dofile 'losses.lua'
local pictures = paths.dofile 'pictures.lua'

local cmd = torch.CmdLine()
cmd:text('Options')
cmd:option('-content_image', '', 'content; a landscape is drawn if empty')
cmd:option('-style_image', '', 'style; strokes are drawn if empty')
cmd:option('-output_image', 'out.png', 'what is painted')
cmd:option('-image_size', 128, 'pixels of its longer side')
cmd:option('-style_scale', 1.0, 'size of the style picture, relative to that')
cmd:option('-model', 'textures.t7', 'network of train.lua')
cmd:option('-content_layers', 'relu2_2', 'where content is compared')
cmd:option('-style_layers', 'relu1_1,relu2_1,relu3_1', 'where style is compared')
cmd:option('-content_weight', 1)
cmd:option('-style_weight', 1e5)
cmd:option('-tv_weight', 1e-5, 'weight of smoothness')
cmd:option('-pooling', 'avg', 'avg|max')
cmd:option('-init', 'image', 'begin with: image|random')
cmd:option('-optimizer', 'lbfgs', 'lbfgs|adam')
cmd:option('-num_iterations', 500)
cmd:option('-learning_rate', 0.02, 'of adam')
cmd:option('-print_iter', 100, '0: never')
cmd:option('-save_iter', 0, 'also saves a picture each so many iterations')
cmd:option('-gpu', -1, '-1: the CPU')
cmd:option('-threads', 1)
cmd:option('-seed', 123)

-- defined below
local build, paint

local function main(params)
  torch.setdefaulttensortype('torch.FloatTensor')
  torch.setnumthreads(params.threads)
  torch.manualSeed(params.seed)
  if params.gpu >= 0 and not pcall(require, 'cunn') then
    print('no cunn: using the CPU')
    params.gpu = -1
  end
  local checkpoint = torch.load(params.model)
  local mean = checkpoint.mean

  local function picture(file, size, draw)
    local x = file == '' and draw(size) or image.scale(image.load(file, 3), size)
    x = x:add(-mean)
    return params.gpu >= 0 and x:cuda() or x
  end
  local content = picture(params.content_image, params.image_size, pictures.landscape)
  local style = picture(params.style_image, math.ceil(params.style_scale * params.image_size),
    pictures.strokes)

  local net, content_losses, style_losses = build(checkpoint.model, content, style, params)
  local img = content:clone()
  if params.init == 'random' then img:normal(0, 0.1) end
  paint(net, img, content_losses, style_losses, params, function(file)
    image.save(file, torch.add(img, mean):float():clamp(0, 1))
  end)
end

-- The layers of cnn as far as they are needed, with the modules of the losses between them.
function build(cnn, content, style, params)
  local wanted = {}
  for _, name in ipairs(params.content_layers:split(',')) do wanted[name] = {content = true} end
  for _, name in ipairs(params.style_layers:split(',')) do
    wanted[name] = wanted[name] or {}
    wanted[name].style = true
  end

  local net, content_losses, style_losses = nn.Sequential(), {}, {}
  if params.tv_weight > 0 then net:add(nn.TVLoss(params.tv_weight):type(content:type())) end
  for i = 1, cnn:size() do
    if not next(wanted) then break end
    local layer = cnn:get(i)
    if torch.type(layer) == 'nn.SpatialMaxPooling' and params.pooling == 'avg' then
      layer = nn.SpatialAveragePooling(layer.kW, layer.kH, layer.dW, layer.dH)
      layer.name = cnn:get(i).name
    end
    net:add(layer:type(content:type()))
    local what = wanted[layer.name] or {}
    if what.content then
      print('content is compared at ' .. layer.name)
      local loss = nn.ContentLoss(params.content_weight, net:forward(content):clone())
      table.insert(content_losses, loss:type(content:type()))
    end
    if what.style then
      print('style is compared at ' .. layer.name)
      local loss = nn.StyleLoss(params.style_weight, net:forward(style):clone())
      table.insert(style_losses, loss:type(content:type()))
    end
    if what.content then net:add(content_losses[#content_losses]) end
    if what.style then net:add(style_losses[#style_losses]) end
    if layer.name then wanted[layer.name] = nil end
  end
  if next(wanted) then error('the network has no layer ' .. next(wanted)) end

  -- only gradients of the picture are needed
  for _, m in ipairs(net:findModules 'nn.SpatialConvolution') do
    m.gradWeight, m.gradBias = nil, nil
  end
  collectgarbage()
  return net, content_losses, style_losses
end

-- Changes img until the losses are small.
function paint(net, img, content_losses, style_losses, params, save)
  local nothing = net:forward(img):clone():zero() -- no gradient comes from behind the last layer
  local calls, first, last = 0, nil, nil
  local timer = torch.Timer()

  local function feval(x)
    calls = calls + 1
    net:forward(x)
    local gradient = net:updateGradInput(x, nothing)
    local loss, line = 0, {}
    for _, list in ipairs {content_losses, style_losses} do
      for _, m in ipairs(list) do
        loss = loss + m.loss
        table.insert(line, string.format('%.5f', m.loss))
      end
    end
    first, last = first or loss, loss
    if params.print_iter > 0 and calls % params.print_iter == 0 then
      print(string.format('%d of %d: loss %.5f = %s, %.1f s', calls, params.num_iterations, loss,
        table.concat(line, ' + '), timer:time().real))
    end
    if params.save_iter > 0 and calls % params.save_iter == 0 then
      save((params.output_image:gsub('(%.%w+)$', '_' .. calls .. '%1')))
    end
    collectgarbage()
    return loss, gradient:view(gradient:nElement()) -- lbfgs wants a vector
  end

  if params.optimizer == 'lbfgs' then
    local state = {maxIter = params.num_iterations, tolX = 0, tolFun = 0, verbose = true}
    optim.lbfgs(feval, img, state)
  elseif params.optimizer == 'adam' then
    local state = {learningRate = params.learning_rate}
    for _ = 1, params.num_iterations do optim.adam(feval, img, state) end
  else
    error('unknown optimizer ' .. params.optimizer)
  end
  save(params.output_image)
  print(string.format('loss %.4f at first, %.4f after %d evaluations, %.1f s; wrote %s', first,
    last, calls, timer:time().real, params.output_image))
end

main(cmd:parse(arg))
