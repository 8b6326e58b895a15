-- Equality of numbers, tensors, storages and nested tables within a tolerance, for torch.Tester.

local class = require 'torch.class'

local compare = {}

local function difference_of_tensors(a, b)
  local x, y = a:double(), b:double()
  local difference = x:clone():add(-1, y):abs()
  difference:maskedFill(x:eq(y), 0)
  if difference:ne(difference):sum() > 0 then return 0 / 0 end
  return difference:max()
end

--- Whether the elements of two tensors of one type differ by at most `tolerance`.
-- Returns equal or not, a reason where not, and a warning where only the shapes differ.
function compare.tensors(a, b, tolerance)
  if a:type() ~= b:type() then
    return false, ('different tensor types: %s and %s'):format(a:type(), b:type())
  end
  if a:nElement() ~= b:nElement() then
    return false, ('different numbers of elements: %d and %d'):format(a:nElement(), b:nElement())
  end
  local warning
  if not a:isSameSizeAs(b) then
    warning = 'tensors with equal numbers of elements but different dimensions'
  end
  if a:nElement() == 0 then return true, nil, warning end
  local difference = difference_of_tensors(a, b:contiguous():viewAs(a))
  if difference <= tolerance then return true, nil, warning end
  return false, ('max abs difference %s > tolerance %s'):format(difference, tolerance), warning
end

local function storages(a, b, tolerance)
  if #a ~= #b then return false, ('different storage sizes: %d and %d'):format(#a, #b) end
  for i = 1, #a do
    local equal = a[i] == b[i] or math.abs(a[i] - b[i]) <= tolerance
    if not equal then
      return false, ('storages differ at %d: %s and %s'):format(i, a[i], b[i])
    end
  end
  return true
end

local function tables(a, b, tolerance, seen)
  if seen[a] == b then return true end
  seen[a] = b
  for key, value in pairs(a) do
    local equal, reason = compare.values(value, b[key], tolerance, seen)
    if not equal then return false, ('at [%s]: %s'):format(tostring(key), reason) end
  end
  for key in pairs(b) do
    if a[key] == nil then return false, ('only the second has [%s]'):format(tostring(key)) end
  end
  return true
end

--- Whether two values of any kind are equal, their numbers within `tolerance`. Tensors must have
-- the same type and shape. Returns equal or not, and a reason where not.
function compare.values(a, b, tolerance, seen)
  local kind, other = class.type(a), class.type(b)
  if kind ~= other then return false, ('different types: %s and %s'):format(kind, other) end
  if kind == 'number' then
    if a == b or math.abs(a - b) <= tolerance then return true end
    return false, ('%s and %s differ by more than %s'):format(a, b, tolerance)
  elseif class.isTensor(a) then
    local equal, reason, warning = compare.tensors(a, b, tolerance)
    if equal and warning then return false, warning end
    return equal, reason
  elseif class.isStorage(a) then
    return storages(a, b, tolerance)
  elseif type(a) == 'table' then
    return tables(a, b, tolerance, seen or {})
  elseif a == b then
    return true
  end
  return false, ('%s and %s are not equal'):format(tostring(a), tostring(b))
end

return compare
