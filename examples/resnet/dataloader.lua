-- Mini-batches in random order, which threads load while the network is trained.

local FolderDataset = require 'folder'
local Threads = require 'threads'
Threads.serialization('threads.sharedserialize')

local M = {}
local DataLoader = torch.class('resnet.DataLoader', M)

-- loaders of the training and the validation images
function DataLoader.create(opt)
  local loaders = {}
  for i, split in ipairs {'train', 'val'} do
    loaders[i] = M.DataLoader(FolderDataset(opt, split), opt)
  end
  return table.unpack(loaders)
end

function DataLoader:__init(dataset, opt)
  local seed = opt.manualSeed
  self.threads = Threads(opt.nThreads,
    function() require 'folder' end, -- the class, before an object of it comes
    function(id)
      torch.setdefaulttensortype('torch.FloatTensor')
      torch.setnumthreads(1)
      torch.manualSeed(seed + id)
      _G.dataset, _G.preprocess = dataset, dataset:preprocess()
    end)
  self.classes = dataset.classList
  self.count = dataset:size()
  self.batchSize = opt.batchSize
end

-- number of batches
function DataLoader:size()
  return math.ceil(self.count / self.batchSize)
end

-- for n, sample in loader:run() do
function DataLoader:run()
  local order = torch.randperm(self.count)
  local pool, size, count = self.threads, self.batchSize, self.count
  local first, n = 1, 0
  local sample

  -- in a worker: the images of a list of numbers
  local function work(numbers)
    local inputs, targets = {}, torch.LongTensor(numbers:size(1))
    for i = 1, numbers:size(1) do
      local item = _G.dataset:get(numbers[i])
      local x = _G.preprocess(item.input)
      inputs[i] = x:view(1, x:size(1), x:size(2), x:size(3))
      targets[i] = item.target
    end
    collectgarbage()
    return {input = torch.cat(inputs, 1), target = targets}
  end

  local function feed()
    while first <= count and pool:acceptsjob() do
      pool:addjob(work, function(result) sample = result end,
        order:narrow(1, first, math.min(size, count - first + 1)))
      first = first + size
    end
  end

  return function()
    feed()
    if not pool:hasjob() then return nil end
    pool:dojob()
    if pool:haserror() then pool:synchronize() end
    feed()
    n = n + 1
    return n, sample
  end
end

return M.DataLoader
