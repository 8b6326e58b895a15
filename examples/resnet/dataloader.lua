-- Mini-batches in random order, which threads load while the network is trained.

local FolderDataset = require 'folder'
local Threads = require 'threads'
Threads.serialization('threads.sharedserialize')

local M = {}
local DataLoader = torch.class('resnet.DataLoader', M)

function DataLoader.create(opt)
  local loaders = {}
  for i, split in ipairs{'train', 'val'} do
    local dataset = FolderDataset(opt, split)
    loaders[i] = M.DataLoader(dataset, opt, split)
  end
  return table.unpack(loaders)
end

function DataLoader:__init(dataset, opt, split)
  local manualSeed = opt.manualSeed
  local function init()
    require 'folder'
  end
  local function main(idx)
    torch.setdefaulttensortype('torch.FloatTensor')
    if manualSeed ~= 0 then
      torch.manualSeed(manualSeed + idx)
    end
    torch.setnumthreads(1)
    _G.dataset = dataset
    _G.preprocess = dataset:preprocess()
    return dataset:size()
  end

  local threads, sizes = Threads(opt.nThreads, init, main)
  self.threads = threads
  self.split = split
  self.classes = dataset.classList
  self.__size = sizes[1][1]
  self.batchSize = opt.batchSize
end

-- number of batches
function DataLoader:size()
  return math.ceil(self.__size / self.batchSize)
end

-- for n, sample in loader:run() do
function DataLoader:run()
  local threads = self.threads
  local size, batchSize = self.__size, self.batchSize
  local perm = torch.randperm(size)

  local idx, sample = 1, nil
  local function enqueue()
    while idx <= size and threads:acceptsjob() do
      local indices = perm:narrow(1, idx, math.min(batchSize, size - idx + 1))
      threads:addjob(
        function(indices)
          local sz = indices:size(1)
          local batch, imageSize
          local target = torch.IntTensor(sz)
          for i, idx in ipairs(indices:totable()) do
            local sample = _G.dataset:get(idx)
            local input = _G.preprocess(sample.input)
            if not batch then
              imageSize = input:size():totable()
              batch = torch.FloatTensor(sz, table.unpack(imageSize))
            end
            batch[i]:copy(input)
            target[i] = sample.target
          end
          collectgarbage()
          return {input = batch, target = target}
        end,
        function(_sample_)
          sample = _sample_
        end,
        indices
      )
      idx = idx + batchSize
    end
  end

  local n = 0
  local function loop()
    enqueue()
    if not threads:hasjob() then
      return nil
    end
    threads:dojob()
    if threads:haserror() then
      threads:synchronize()
    end
    enqueue()
    n = n + 1
    return n, sample
  end

  return loop
end

return M.DataLoader
