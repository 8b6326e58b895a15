-- Joins parameter tensors in one contiguous tensor and makes them views of it. Memory that several
-- tensors share appears once and stays shared.

local F = require 'torch.ffi'

local raise = F.raise
local torch = torch

-- Elements of its storage that a tensor spans.
local function span(t)
  local first, last = t:storageOffset(), t:storageOffset()
  for d = 1, t:dim() do last = last + (t:size(d) - 1) * t:stride(d) end
  return first, last
end

-- Storages in order of appearance: {storage =, spans = {{first, last}, ...}} merged and sorted.
local function collect(tensors)
  local order, by_address = {}, {}
  for i, t in ipairs(tensors) do
    if torch.typename(t) ~= torch.typename(tensors[1]) then
      raise('flatten: parameter %d is a %s, the first one a %s', i, torch.typename(t),
        torch.typename(tensors[1]))
    end
    if t:storage() then
      local address = torch.pointer(t:storage())
      local entry = by_address[address]
      if not entry then
        entry = {storage = t:storage(), spans = {}}
        by_address[address], order[#order + 1] = entry, entry
      end
      local first, last = span(t)
      if t:dim() > 0 then entry.spans[#entry.spans + 1] = {first, last} end
    end
  end
  for _, entry in ipairs(order) do
    table.sort(entry.spans, function(a, b) return a[1] < b[1] end)
    local merged = {}
    for _, s in ipairs(entry.spans) do
      local top = merged[#merged]
      if top and s[1] <= top[2] then
        top[2] = math.max(top[2], s[2])
      else
        merged[#merged + 1] = {s[1], s[2]}
      end
    end
    entry.spans = merged
  end
  return order, by_address
end

--- One tensor with all elements of the given tensors, which become views of it.
return function(tensors)
  if #tensors == 0 then return torch.Tensor() end
  local order, by_address = collect(tensors)
  local total = 0
  for _, entry in ipairs(order) do
    for _, s in ipairs(entry.spans) do
      s.at = total
      total = total + s[2] - s[1] + 1
    end
  end
  local new = tensors[1].new
  local flat = new(total)
  for _, entry in ipairs(order) do
    for _, s in ipairs(entry.spans) do
      local n = s[2] - s[1] + 1
      flat:narrow(1, s.at + 1, n):copy(new(entry.storage, s[1], torch.LongStorage {n}))
    end
  end
  local storage = flat:storage()
  for _, t in ipairs(tensors) do
    local entry = t:dim() > 0 and by_address[torch.pointer(t:storage())]
    if entry then -- nil: the same tensor has been moved before
      local first = t:storageOffset()
      for _, s in ipairs(entry.spans) do
        if first >= s[1] and first <= s[2] then
          t:set(storage, s.at + first - s[1] + 1, t:size(), t:stride())
          break
        end
      end
    end
  end
  return flat
end
