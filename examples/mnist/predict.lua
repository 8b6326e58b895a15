-- Classifies images of digits with a model that train.lua saved: th predict.lua -h

require 'torch'
require 'nn'
require 'paths'

local common = paths.dofile '../common.lua'
local data = paths.dofile 'data.lua'
local digit = paths.dofile 'digit.lua'
local idx = paths.dofile 'idx.lua'
local png = paths.dofile 'png.lua'

local cmd = common.cmdline('Classifies images of digits: predict.lua [options] MODEL IMAGE...',
  'An image is a PNG file, or an IDX file (plain or .gz) of 28 x 28 images.')
cmd:argument('MODEL', 'checkpoint of train.lua')
cmd:argument('IMAGE', 'PNG or IDX file; more may follow')
cmd:option('-index', 0, 'of IDX files only this image, from 1; 0: all')
common.machine_options(cmd, torch.getnumthreads())

-- CmdLine knows a fixed number of arguments: the images after the first are taken out before.
local words, images = {}, {}
local arguments, i = 0, 1
while arg[i] do
  local is_option = arg[i]:sub(1, 1) == '-'
  if not is_option then arguments = arguments + 1 end
  if not is_option and arguments > 2 then
    images[#images + 1] = arg[i]
  else
    words[#words + 1] = arg[i]
  end
  if cmd.options[arg[i]] then
    i = i + 1
    words[#words + 1] = arg[i]
  end
  i = i + 1
end
words[0] = arg[0]
local opt = common.parse(cmd, words)
table.insert(images, 1, opt.IMAGE)
common.check_integer(opt, 'index', 0)

local tensor_type = common.set_machine(opt)
local checkpoint = common.load(opt.MODEL, 'mnist', {model = 'nn.Module'})
local model = common.restore(opt.MODEL, function()
  local loaded = checkpoint.model:type(tensor_type)
  loaded:evaluate()
  local classes = loaded:forward(torch.zeros(1, 1, data.SIZE, data.SIZE):type(tensor_type)):size(2)
  assert(classes == #data.CLASSES, 'its model has another number of classes')
  return loaded
end)

-- The first bytes of a PNG file.
local function is_png(path)
  local file, message = io.open(path, 'rb')
  if not file then common.fail('%s', message) end
  local bytes = file:read(8)
  file:close()
  return bytes == '\137PNG\r\n\26\n'
end

-- The images of a file as a ByteTensor n x 28 x 28, and their names.
local function read(path)
  local pixels, message
  if is_png(path) then
    pixels, message = png.read(path)
    if not pixels then common.fail('%s', message) end
    pixels, message = digit.prepare(pixels)
    if not pixels then common.fail('%s: %s', path, message) end
    return pixels:view(1, data.SIZE, data.SIZE), {path}
  end
  pixels, message = idx.read(path)
  if not pixels then common.fail('%s', message) end
  if pixels:dim() ~= 3 or pixels:size(2) ~= data.SIZE or pixels:size(3) ~= data.SIZE then
    common.fail('%s: expected images of %d x %d, its sizes are %s', path, data.SIZE, data.SIZE,
      table.concat(pixels:size():totable(), ' x '))
  end
  local first, last = 1, pixels:size(1)
  if opt.index > last then common.fail('%s: -index is %d of %d images', path, opt.index, last) end
  if opt.index > 0 then first, last = opt.index, opt.index end
  local names = {}
  for n = first, last do names[#names + 1] = ('%s[%d]'):format(path, n) end
  return pixels:narrow(1, first, last - first + 1), names
end

for _, path in ipairs(images) do
  local pixels, names = read(path)
  local batch = data.batches({images = pixels}, tensor_type, 0)
  local order = torch.range(1, #names)
  for first = 1, #names, 250 do
    local n = math.min(250, #names - first + 1)
    local outputs = model:forward(batch(order, first, n))
    local best, classes = outputs:max(2)
    for k = 1, n do
      print(('%s: %s (%.1f %%)'):format(names[first + k - 1], data.CLASSES[classes[k][1]],
        100 * math.exp(best[k][1])))
    end
  end
end
