-- The values of elementwise rows in plain Lua, for the specs that compare with them: references of
-- every row and type, arguments from its domain, and the comparison.

local torch = require 'torch'
local helpers = require 'helpers'

local floor, ceil = math.floor, math.ceil

local bits = {Byte = 8, Char = 8, Short = 16, Int = 32, Long = 64}
local tolerance = {Half = 1e-3, Float = 2e-6, Double = 2e-14, BFloat16 = 8e-3}
local dtypes = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'Double', 'BFloat16'}

-- Which dtypes a row of elementwise.def takes, by its types column.
local takes = {}
for line in io.lines(helpers.folder .. '/../csrc/elementwise.def') do
  local name, types = line:match('^%u+%d?%((%w+), (%u+), ')
  if name then
    takes[name] = {}
    for _, dtype in ipairs(dtypes) do
      local whole = bits[dtype] ~= nil
      takes[name][dtype] = types == 'ALL' or (types == 'INT') == whole
        or (types == 'SGN' and (dtype == 'Int' or dtype == 'Long'))
    end
  end
end

-- References -----------------------------------------------------------------------------------

local function wrap(v, dtype)
  if dtype == 'Long' then return v end
  local n = 2 ^ bits[dtype]
  v = v % n
  return dtype ~= 'Byte' and v >= n / 2 and v - n or v
end

local function trunc(v) return v >= 0 and floor(v) or ceil(v) end
local function unsigned(v, dtype) return v >= 0 and v or v + 2 ^ bits[dtype] end
local function truncated_division(x, y) return trunc(x / y) end
local function shift_right(x, y) return floor(x / 2 ^ y) end -- of x without its sign

-- Where integers differ from row.ref.
local integer = {
  div = truncated_division, cdiv = truncated_division, rshift = shift_right, crshift = shift_right,
  bitand = bit.band, bitor = bit.bor, bitxor = bit.bxor, cbitand = bit.band, cbitor = bit.bor,
  cbitxor = bit.bxor,
}

-- Abramowitz and Stegun 7.1.6, whose terms have one sign.
local function erf(x)
  local term, sum = x, x
  for n = 1, 80 do
    term = term * 2 * x * x / (2 * n + 1)
    sum = sum + term
  end
  return 2 / math.sqrt(math.pi) * math.exp(-x * x) * sum
end

local comparisons = {
  lt = function(x, y) return x < y end, gt = function(x, y) return x > y end,
  le = function(x, y) return x <= y end, ge = function(x, y) return x >= y end,
  eq = function(x, y) return x == y end, ne = function(x, y) return x ~= y end,
}

-- The value of a row for one element and its operand or parameters.
local function reference(row, dtype, x, a, b)
  if row.kind == 'compare' then return comparisons[row.name](x, a) and 1 or 0 end
  local f = bits[dtype] and integer[row.name] or row.ref or erf
  if bits[dtype] then
    a, b = a and wrap(trunc(a), dtype), b and wrap(trunc(b), dtype)
    x = f == shift_right and unsigned(x, dtype) or x
  end
  local value
  if a == nil then value = f(x) elseif b == nil then value = f(x, a) else value = f(x, a, b) end
  return bits[dtype] and wrap(value, dtype) or value
end

-- Operands -------------------------------------------------------------------------------------

local function values(row, dtype, n)
  local low, high = -20, 100
  if row.dom then low, high = row.dom[1], row.dom[2] end
  local out = {}
  for i = 1, n do
    local u = torch.uniform()
    out[i] = low + u * (high - low)
    if bits[dtype] then
      local first = dtype == 'Byte' and math.max(0, ceil(low)) or ceil(low)
      out[i] = first + floor(u * (floor(high) - first + 1))
    end
  end
  return out
end

local function new(dtype, ...) return torch[dtype .. 'Tensor'](...) end

local function assert_values(result, row, dtype, xs, ys, a, b, what)
  local got = helpers.flat(result)
  if #xs ~= #got then error(('%s: %d elements, expected %d'):format(what, #got, #xs), 2) end
  local tol = tolerance[dtype] or 0
  for i = 1, #xs do
    local want = reference(row, dtype, xs[i], ys and ys[i] or a, b)
    if not helpers.near(got[i], want, tol) then
      error(('%s: element %d of %g (%s) is %.17g, expected %.17g'):format(what, i, xs[i],
        tostring(ys and ys[i] or a), got[i], want), 2)
    end
  end
end

return {
  bits = bits, dtypes = dtypes, takes = takes, erf = erf, reference = reference, values = values,
  new = new, assert_values = assert_values,
}
