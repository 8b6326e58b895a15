-- The MNIST images and labels of a folder, and mini-batches of them.

local idx = paths.dofile 'idx.lua'

local data = {SIZE = 28, CLASSES = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'}}

-- Mean and standard deviation of the training pixels, scaled to 0 .. 1.
local MEAN, STD = 0.1307, 0.3081

local function find(folder, name)
  for _, ending in ipairs {'', '.gz'} do
    local path = folder .. '/' .. name .. ending
    if paths.filep(path) then return path end
  end
  return nil, ('%s: no file %s or %s.gz'):format(folder, name, name)
end

local function read(folder, name, dims)
  local path, message = find(folder, name)
  if not path then return nil, message end
  local tensor
  tensor, message = idx.read(path)
  if not tensor then return nil, message end
  if tensor:dim() ~= dims then
    return nil, ('%s: expected %d dimensions, got %d'):format(path, dims, tensor:dim())
  end
  return tensor
end

--- Images and labels of one part, 'train' or 't10k': {images = ByteTensor n x 28 x 28, labels =
-- ByteTensor n of digits + 1}, or nil and a message.
function data.load(folder, part)
  if not paths.dirp(folder) then return nil, folder .. ': no such folder' end
  local images, message = read(folder, part .. '-images-idx3-ubyte', 3)
  if not images then return nil, message end
  local labels
  labels, message = read(folder, part .. '-labels-idx1-ubyte', 1)
  if not labels then return nil, message end
  if images:size(2) ~= data.SIZE or images:size(3) ~= data.SIZE then
    return nil, ('%s: the %s images are %d x %d, expected %d x %d'):format(folder, part,
      images:size(2), images:size(3), data.SIZE, data.SIZE)
  end
  if images:size(1) ~= labels:size(1) then
    return nil, ('%s: %d %s images but %d labels'):format(folder, images:size(1), part,
      labels:size(1))
  end
  if labels:max() >= #data.CLASSES then
    return nil, ('%s: a %s label is %d, expected 0 to 9'):format(folder, part, labels:max())
  end
  return {images = images, labels = labels:add(1)}
end

--- Pixels 0 .. 255 in place to inputs of the models: mean 0 and standard deviation 1 over MNIST.
function data.normalize(inputs)
  return inputs:mul(1 / (255 * STD)):add(-MEAN / STD)
end

--- A function that gathers mini-batches of a set: batch(order, first, n) returns the images whose
-- numbers are the elements first .. first + n - 1 of the tensor `order` as inputs [n 1 28 28], and
-- their labels [n] where the set has them, of the given tensor type and reused by the next call.
-- shift: every image is moved by a random number of pixels, at most so many, each way.
function data.batches(set, type_name, shift)
  local size = data.SIZE
  local images = set.images
  if shift > 0 then
    local padded = torch.ByteTensor(images:size(1), size + 2 * shift, size + 2 * shift):zero()
    padded:narrow(2, shift + 1, size):narrow(3, shift + 1, size):copy(images)
    images = padded
  end
  local bytes, classes = torch.ByteTensor(), torch.ByteTensor()
  local inputs = torch.Tensor():type(type_name)
  local targets = torch.Tensor():type(type_name)
  return function(order, first, n)
    bytes:resize(n, 1, size, size)
    classes:resize(n)
    for i = 1, n do
      local index = order[first + i - 1]
      local image = images[index]
      if shift > 0 then
        local y, x = torch.random(1, 2 * shift + 1), torch.random(1, 2 * shift + 1)
        image = image:narrow(1, y, size):narrow(2, x, size)
      end
      bytes[i]:copy(image)
      if set.labels then classes[i] = set.labels[index] end
    end
    inputs:resize(n, 1, size, size):copy(bytes)
    if set.labels then targets:resize(n):copy(classes) end
    return data.normalize(inputs), set.labels and targets
  end
end

return data
