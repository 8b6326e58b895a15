-- Batches of random images of a folder, which threads read.

local threads = require 'threads'

local data = {}

local result
local unpack = unpack and unpack or table.unpack

-- n: number of threads, at least 1. opt: data, imageSize, batchSize, manualSeed.
function data.new(n, opt_)
  local self = {}
  for k, v in pairs(data) do self[k] = v end

  -- upvalues are copied to the threads
  local opt = opt_
  self.threads = threads.Threads(n,
    function() require 'torch'; require 'image'; require 'paths' end,
    function(idx)
      torch.setdefaulttensortype('torch.FloatTensor')
      torch.setnumthreads(1)
      torch.manualSeed(opt.manualSeed + idx)
      files = {}
      for f in paths.iterfiles(opt.data) do
        if f:find('%.png$') or f:find('%.jpe?g$') then table.insert(files, f) end
      end
      table.sort(files)

      function load_image(path)
        local input = image.load(path, 3, 'float')
        local size = opt.imageSize
        local width, height = input:size(3), input:size(2)
        if width < height then
          input = image.scale(input, size, size * height / width)
        else
          input = image.scale(input, size * width / height, size)
        end
        local x = math.floor(torch.uniform(0, input:size(3) - size + 1))
        local y = math.floor(torch.uniform(0, input:size(2) - size + 1))
        local out = image.crop(input, x, y, x + size, y + size)
        if torch.uniform() > 0.5 then out = image.hflip(out) end
        return out:mul(2):add(-1) -- 0 to 1 becomes -1 to 1
      end

      function sample(quantity)
        local out = torch.Tensor(quantity, 3, opt.imageSize, opt.imageSize)
        for i = 1, quantity do
          out[i]:copy(load_image(paths.concat(opt.data, files[torch.random(#files)])))
        end
        return out
      end
    end)

  local count
  self.threads:addjob(function() return #files end, function(c) count = c end)
  self.threads:synchronize()
  self._size = count
  if count == 0 then error('no images in ' .. opt.data) end

  for i = 1, n do
    self.threads:addjob(self._getFromThreads, self._pushResult, opt.batchSize)
  end
  return self
end

function data._getFromThreads(quantity)
  return sample(quantity)
end

function data._pushResult(...)
  result = ...
end

function data:getBatch()
  -- queue another job, then take the next result
  self.threads:addjob(self._getFromThreads, self._pushResult, opt.batchSize)
  self.threads:dojob()
  local res = result
  result = nil
  return res
end

function data:size()
  return self._size
end

return data
