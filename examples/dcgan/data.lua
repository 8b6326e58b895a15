-- Batches of random images of a folder, which threads read ahead of the training.

local threads = require 'threads'

local ImageFolder = {}
ImageFolder.__index = ImageFolder

-- n: number of threads. opt: data, imageSize, batchSize, manualSeed.
function ImageFolder.new(n, opt)
  local self = setmetatable({batchSize = opt.batchSize}, ImageFolder)
  local folder, side, seed = opt.data, opt.imageSize, opt.manualSeed -- upvalues of the workers
  local sizes
  self.pool, sizes = threads(n,
    function() require 'image' end,
    function(id)
      torch.setdefaulttensortype('torch.FloatTensor')
      torch.setnumthreads(1)
      torch.manualSeed(seed + id)
      files = {} -- a global of the worker
      for name in paths.iterfiles(folder) do
        if image.is_supported(paths.extname(name)) then table.insert(files, name) end
      end
      table.sort(files)

      -- a random square of the image, its shorter side scaled to `side`; values in -1 to 1
      function read(name)
        local x = image.scale(image.load(paths.concat(folder, name), 3), '^' .. side)
        local left, top = torch.random(0, x:size(3) - side), torch.random(0, x:size(2) - side)
        x = image.crop(x, left, top, left + side, top + side)
        if torch.bernoulli() == 1 then x = image.hflip(x) end
        return x:mul(2):add(-1)
      end
      return #files
    end)
  self.count = sizes[1][1]
  if self.count == 0 then error('no images in ' .. folder) end
  for _ = 1, n do self:order() end
  return self
end

-- Has the next free worker make a batch.
function ImageFolder:order()
  self.pool:addjob(
    function(size, n)
      local batch = torch.Tensor(n, 3, size, size)
      for i = 1, n do batch[i] = read(files[torch.random(#files)]) end
      return batch
    end,
    function(batch) self.ready = batch end,
    opt.imageSize, self.batchSize)
end

function ImageFolder:getBatch()
  self:order()
  self.pool:dojob()
  return self.ready
end

function ImageFolder:size() return self.count end

function ImageFolder:close() self.pool:terminate() end

return ImageFolder
