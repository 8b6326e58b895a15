-- Parts of tensors, and of tables of them, along a dimension, for several GPUs, and what is made of
-- parts. Messages begin with `name`, that of the module.

local F = require 'torch.ffi'

local C, check, raise = F.C, F.check, F.raise
local torch, type, pairs = torch, type, pairs

local scatter = {}

-- x, or a copy of it on a GPU. Copies are made in the tensors of the list `buffers`, in turn:
-- buffers.used counts them.
local function placed(buffers, x, gpu)
  if x.device == gpu then return x:contiguous() end
  local n = buffers.used + 1
  local to = buffers[n]
  if not to or to.dtype ~= x.dtype then to = F.tensor(x.dtype, gpu) end
  buffers.used, buffers[n] = n, to
  check(C.lt_resize_as(to, x))
  check(C.lt_copy(to, x))
  return to
end

--- The size along dimension d that all tensors of x, a tensor or a table, have; empty ones do not
-- count. known: of others.
function scatter.extent(name, x, d, known)
  if torch.isTensor(x) then
    if x:dim() == 0 then return known end
    if x:dim() < d then
      raise('%s: expected a tensor of at least %d dimensions, got %s', name, d, F.describe(x))
    end
    if known and known ~= x:size(d) then
      raise('%s: inputs have %d and %d elements along dimension %d', name, known, x:size(d), d)
    end
    return x:size(d)
  elseif type(x) ~= 'table' then
    raise('%s: expected a tensor or a table of tensors, got %s', name, F.describe(x))
  end
  for _, value in pairs(x) do known = scatter.extent(name, value, d, known) end
  return known
end

local function pluck(list, key)
  local out = {}
  for i = 1, #list do out[i] = list[i][key] end
  return out
end

-- Elements before part i of n, and its own: all as even as they can be, or as in `likes`.
local function part_of(name, x, d, i, n, likes)
  if not likes then
    local before = math.ceil((i - 1) * x:size(d) / n)
    return before, math.ceil(i * x:size(d) / n) - before
  end
  local before, total = 0, 0
  for k = 1, #likes do
    if not torch.isTensor(likes[k]) or likes[k]:dim() < d then
      raise('%s: gradOutput has %s where the output has %s', name, F.describe(x),
        F.describe(likes[k]))
    end
    if k < i then before = before + likes[k]:size(d) end
    total = total + likes[k]:size(d)
  end
  if x:dim() < d or x:size(d) ~= total then
    raise('%s: gradOutput should have %d elements along dimension %d, got %s', name, total, d,
      F.describe(x))
  end
  return before, likes[i]:size(d)
end

local function is_empty(x) return torch.isTensor(x) and x:dim() == 0 end

--- Part i of n of x along dimension d, on a GPU: empty for an empty tensor. likes: the outputs
-- of all GPUs, whose parts have the sizes to be taken. buffers: a table for copies, which holds
-- until the next part made with it.
function scatter.part(name, buffers, x, d, i, n, gpu, likes)
  if torch.isTensor(x) then
    if is_empty(x) and (not likes or is_empty(likes[i])) then return F.tensor(x.dtype, gpu) end
    local before, size = part_of(name, x, d, i, n, likes)
    return placed(buffers, x:narrow(d, before + 1, size), gpu)
  elseif type(x) ~= 'table' then
    raise('%s: expected a tensor or a table of tensors, got %s', name, F.describe(x))
  end
  local out = {}
  for key, value in pairs(x) do
    local inner = likes
    if likes then
      if type(likes[1]) ~= 'table' then
        raise('%s: gradOutput is a table, the output %s', name, F.describe(likes[1]))
      end
      inner = pluck(likes, key)
    end
    out[key] = scatter.part(name, buffers, value, d, i, n, gpu, inner)
  end
  return out
end

--- The parts of a list, one of each GPU, joined along dimension d on a GPU, in `to` where that is a
-- tensor there (or a table of such); nil for parts that are no tensors.
function scatter.join(name, to, parts, d, gpu)
  local first = parts[1]
  if is_empty(first) then
    return F.tensor(first.dtype, gpu)
  elseif torch.isTensor(first) then
    local total = 0
    for i = 1, #parts do
      if parts[i]:dim() < d then
        raise('%s: expected outputs of at least %d dimensions, got %s', name, d,
          F.describe(parts[i]))
      end
      total = total + parts[i]:size(d)
    end
    local sizes = first:size()
    sizes[d] = total
    if not torch.isTensor(to) or to.device ~= gpu or to.dtype ~= first.dtype then
      to = F.tensor(first.dtype, gpu)
    end
    to:resize(sizes)
    local at = 1
    for i = 1, #parts do
      local size = parts[i]:size(d)
      if size > 0 then to:narrow(d, at, size):copy(parts[i]) end
      at = at + size
    end
    return to
  elseif type(first) ~= 'table' then
    return nil
  end
  local out = {}
  for key in pairs(first) do
    local old = type(to) == 'table' and to[key] or nil
    out[key] = scatter.join(name, old, pluck(parts, key), d, gpu)
  end
  return out
end

return scatter
