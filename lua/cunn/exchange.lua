-- Parameters and gradients between the copies of an nn.DataParallelTable: through NCCL where that
-- is wanted and can be, otherwise by copies between GPUs.

local F = require 'torch.ffi'
local nccl = require 'cunn.nccl'

local exchange = {}

local function by_nccl(self, lists)
  return self.usenccl and nccl.serves(self.gpuAssignments) and nccl.takes(lists)
end

--- Copies the tensors of the first GPU to the others; lists[i] are those of GPU i.
function exchange.broadcast(self, lists)
  if by_nccl(self, lists) then return nccl.broadcast(self.gpuAssignments, lists) end
  for i = 2, #lists do
    for k, p in ipairs(lists[i]) do p:copy(lists[1][k]) end
  end
end

local function sum_by_copies(self, lists)
  for k, sum in ipairs(lists[1]) do
    for i = 2, #lists do
      local buffer = self.buffer
      if not buffer or buffer.dtype ~= sum.dtype or buffer.device ~= sum.device then
        buffer = F.like(sum)
      end
      self.buffer = buffer
      sum:add(buffer:resizeAs(sum):copy(lists[i][k]))
    end
  end
end

--- Adds the tensors of the other GPUs to those of the first, and makes them 0.
function exchange.sum(self, lists)
  if by_nccl(self, lists) then nccl.sum(self.gpuAssignments, lists)
  else sum_by_copies(self, lists) end
  for i = 2, #lists do
    for _, g in ipairs(lists[i]) do g:zero() end
  end
end

return exchange
