-- Masks: maskedFill, maskedCopy, maskedSelect, nonzero. A mask is a ByteTensor of 0 and 1 with as
-- many elements as the tensor.

local F = require 'torch.ffi'
local ops = require 'torch.ops'

local C, check_as, retry, bad, like, is_tensor =
  F.C, F.check_as, F.retry, F.bad_argument, F.like, F.is_tensor
local op = ops.op
local type = type

local function need_tensor(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
end

op('maskedFill', 'custom', {
  doc = 'sets the elements where the mask is 1 to a number; returns the number',
  usage = '(x, mask, v)',
  method = function(self, mask, v)
    need_tensor('maskedFill', 1, self)
    need_tensor('maskedFill', 2, mask)
    if type(v) ~= 'number' then bad('maskedFill', 3, 'a number', v) end
    local rc = C.lt_masked_fill(self, mask, v)
    if rc ~= 0 and retry(rc) then rc = C.lt_masked_fill(self, mask, v) end
    check_as('maskedFill', rc)
    return v
  end})

op('maskedCopy', 'custom', {
  doc = 'fills the elements where the mask is 1 with those of y, in order', usage = '(x, mask, y)',
  method = function(self, mask, y)
    need_tensor('maskedCopy', 1, self)
    need_tensor('maskedCopy', 2, mask)
    need_tensor('maskedCopy', 3, y)
    local rc = C.lt_masked_copy(self, mask, y)
    if rc ~= 0 and retry(rc) then rc = C.lt_masked_copy(self, mask, y) end
    check_as('maskedCopy', rc)
    return self
  end})

local function selected(r, x, mask)
  local rc = C.lt_masked_select(r, x, mask)
  if rc ~= 0 and retry(rc) then rc = C.lt_masked_select(r, x, mask) end
  check_as('maskedSelect', rc)
end

op('maskedSelect', 'custom', {doc = 'vector of the elements where the mask is 1',
  usage = '([res,] x, mask)',
  method = function(self, a, mask)
    need_tensor('maskedSelect', 1, self)
    need_tensor('maskedSelect', 2, a)
    if mask == nil then
      local r = like(self)
      selected(r, self, a)
      return r
    end
    need_tensor('maskedSelect', 3, mask)
    selected(self, a, mask)
    return mask -- Torch7 returns its last argument here
  end})

local function nonzero(a, b)
  need_tensor('nonzero', 1, a)
  local r, x = a, b
  if b == nil then r, x = F.tensor(F.dtype.Long, a.device), a end
  need_tensor('nonzero', 2, x)
  local rc = C.lt_nonzero(r, x)
  if rc ~= 0 and retry(rc) then rc = C.lt_nonzero(r, x) end
  check_as('nonzero', rc)
  return r
end
op('nonzero', 'custom', {
  doc = 'positions of the elements that are not 0, one in each row of a LongTensor',
  usage = '([resIndex,] x)', method = nonzero, func = nonzero})
