-- What specs of order share: a stable sort in plain Lua, in which NaN is larger than every number,
-- and samples of every type with ties and special values.

local torch = require 'torch'

local reference = {}

reference.types = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'Double', 'BFloat16'}

local floats = {Half = true, Float = true, Double = true, BFloat16 = true}
reference.floats = floats

local nan = 0 / 0

--- Whether a comes before b.
local function less(a, b)
  if b ~= b then return a == a end
  return a < b
end

reference.less = less

--- Positions of a list in order: a merge sort, which is stable.
function reference.positions(list, descending)
  local function before(a, b)
    if descending then return less(list[b], list[a]) end
    return less(list[a], list[b])
  end
  local at = {}
  for i = 1, #list do at[i] = i end
  local width = 1
  while width < #list do
    local out = {}
    for first = 1, #list, 2 * width do
      local i, j = first, first + width
      local i_end, j_end = math.min(j, #list + 1), math.min(j + width, #list + 1)
      while i < i_end or j < j_end do
        if j >= j_end or (i < i_end and not before(at[j], at[i])) then
          out[#out + 1], i = at[i], i + 1
        else
          out[#out + 1], j = at[j], j + 1
        end
      end
    end
    at, width = out, 2 * width
  end
  return at
end

--- Whether two elements are the same, the sign of zero included.
function reference.same(a, b)
  return a == b and 1 / a == 1 / b or (a ~= a and b ~= b)
end

--- A tensor with ties; of a floating point type also with everything that is special.
function reference.sample(name, ...)
  local t = torch.DoubleTensor(...):random(-90, 90)
  local flat = t:view(-1)
  if floats[name] then
    t:div(8)
    for i, v in ipairs {nan, -0.0, 0, math.huge, -math.huge, -0.0, 6e-5, -nan} do
      for at = i * 3, flat:size(1), 29 do flat[at] = v end
    end
  else
    t:add(name == 'Byte' and 90 or 0)
  end
  return t:type('torch.' .. name .. 'Tensor')
end

return reference
