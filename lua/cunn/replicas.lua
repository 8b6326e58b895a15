-- nn.DataParallelTable.Basic(table): the module of an nn.DataParallelTable and its copies on the
-- other GPUs, which are made when they are first needed. One thread gives work to all GPUs, which
-- do it side by side.
-- nn.DataParallelTable.Threads(table, [init], [syncCopies]): the same; it calls init first, in
-- which programs require what their modules need. syncCopies is taken for the original's sake.

local F = require 'torch.ffi'
local cutorch = require 'cutorch'

local raise, torch = F.raise, torch

local Basic = torch.class('nn.DataParallelTable.Basic')

function Basic:__init(owner)
  self.owner = owner
end

--- Makes the copies where there are none.
function Basic:setup()
  if self.modules then return end
  local owner = self.owner
  local gpus, master = owner.gpuAssignments, owner.modules[1]
  if not master or #gpus == 0 then raise('nn.DataParallelTable: it has no module, or no GPUs') end
  for _, p in ipairs(master:parameters() or {}) do
    if p.device ~= gpus[1] then
      raise('nn.DataParallelTable: the parameters of its module are %s, expected on GPU %d: use '
        .. ':cuda()', p.device == 0 and 'not on a GPU' or 'on GPU ' .. p.device, gpus[1])
    end
  end
  local modules = {master}
  for i = 2, #gpus do
    modules[i] = cutorch.withDevice(gpus[i], function() return master:clone() end)
    modules[i]:zeroGradParameters() -- those of the first module are counted once
  end
  self.modules = modules
end

--- Calls closure(module, i) for each GPU, or the first `most` of them, with it as the current one;
-- returns the list of results.
function Basic:exec(closure, most)
  self:setup()
  local results = {}
  for i = 1, most or #self.modules do
    results[i] = cutorch.withDevice(self.owner.gpuAssignments[i], function()
      return closure(self.modules[i], i)
    end)
  end
  return results
end

--- Lets go of the copies.
function Basic:close() self.modules = nil end

--- Makes copies of the module as it is now, when they are next needed.
Basic.applyChanges = Basic.close

local Threads, parent = torch.class('nn.DataParallelTable.Threads', 'nn.DataParallelTable.Basic')

function Threads:__init(owner, init)
  parent.__init(self, owner)
  if init ~= nil then
    if type(init) ~= 'function' then
      F.bad_argument('nn.DataParallelTable.Threads', 2, 'a function', init)
    end
    init()
  end
end
