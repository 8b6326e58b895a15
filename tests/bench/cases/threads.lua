-- Threads: what a job costs on its way, and whether two loaders do twice the work of one.

local torch = require 'torch'
local harness = require 'harness'

local available, threads = pcall(require, 'threads')
if not available then return end -- a Torch7 without the package

local function pool_of(n, serialization)
  threads.Threads.serialization(serialization)
  local pool = threads.Threads(n)
  threads.Threads.serialization('threads.serialize')
  return pool
end

-- name, statement of one iteration, number of threads
local statements = {
  {'job', 'pool:addjob(nothing) pool:synchronize()', 1},
  {'job_10mb', 'pool:addjob(shared, take) pool:synchronize()', 1},
  {'load1', 'for _ = 1, 64 do pool:addjob(load, take) end pool:synchronize()', 1},
  {'load2', 'for _ = 1, 64 do pool:addjob(load, take) end pool:synchronize()', 2},
  {'pictures1', 'for _ = 1, 64 do pool:addjob(pictures, take) end pool:synchronize()', 1},
  {'pictures2', 'for _ = 1, 64 do pool:addjob(pictures, take) end pool:synchronize()', 2},
}

local photograph -- a JPEG file, where package image is there
local has_image, image = pcall(require, 'image')
if has_image then
  local noise = harness.tensor(1, 3, 375, 500):mul(0.3)
  photograph = image.compressJPG(image.scale(image.lena():float(), 500, 375):add(noise))
end

local function environment(n)
  local x = torch.FloatTensor(10 * 2 ^ 18):fill(1)
  return {
    pool = pool_of(n, 'threads.sharedserialize'),
    nothing = function() end,
    take = function() end,
    shared = function() return x end,
    load = function() -- a batch that takes about 2 ms to make, half of them in kernels
      local batch = torch.FloatTensor(64, 1024)
      for _ = 1, 8 do batch:fill(0.5):exp():sqrt():log() end
      local sum = 0
      for k = 1, 1e5 do sum = sum + k % 7 end
      return batch, sum
    end,
    pictures = function() -- a batch as image classifiers take it, from photographs of 375 x 500
      local batch = torch.FloatTensor(8, 3, 224, 224)
      for k = 1, 8 do
        local picture = image.scale(image.decompress(photograph, 3, 'float'), 341, 256)
        picture = image.crop(picture, 10 * k, 4 * k, 10 * k + 224, 4 * k + 224)
        batch[k]:copy(k % 2 == 0 and image.hflip(picture) or picture)
      end
      return batch
    end,
  }
end

for _, row in ipairs(statements) do
  if not has_image and row[1]:find '^pictures' then break end
  harness.case('threads.' .. row[1], function()
    return harness.loop(row[2], environment(row[3]))
  end)
end
