-- Copies that are under way when they return.

local F = require 'torch.ffi'
local C = require 'cutorch.library'

local copies = {}

--- r:copyAsync(x): copies between a GPU and the host without waiting, where the tensor of the host
-- is in pinned memory and both are contiguous and of one type; otherwise as r:copy(x). Work given
-- to the GPU later comes after it; the host has to wait before it changes or reads the pinned
-- tensor.
function copies.async(r, x)
  if not F.is_tensor(r) then F.bad_argument('copyAsync', 1, 'a tensor', r) end
  if not F.is_tensor(x) then F.bad_argument('copyAsync', 2, 'a tensor', x) end
  F.run('copyAsync', C.lt_cuda_copy_async, r, x)
  return r
end

return copies
