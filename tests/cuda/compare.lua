-- Comparing results on the GPU with those on the CPU.

local torch = require 'torch'
local device = require 'cuda.device'
local helpers = require 'helpers'

local compare = {}

compare.floating = {'Float', 'Double', 'Half', 'BFloat16'}
compare.all = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double', 'Half', 'BFloat16'}

-- Whether two numbers are one, as is NaN with NaN; with a tolerance, close.
local function same(a, b, tol)
  if a ~= a or b ~= b then return a ~= a and b ~= b end
  if tol then return math.abs(a - b) <= tol * math.max(1, math.abs(a)) end
  return a == b and 1 / a == 1 / b
end

--- nil where a tensor on the GPU is what the one on the CPU is, else what is different.
function compare.difference(there, here, tol)
  if type(here) == 'number' then
    return not same(here, there, tol) and ('%s instead of %s'):format(there, here) or nil
  end
  if there:type() ~= device.there(here:type()) then return 'a ' .. there:type() end
  local got = device.fetch(there)
  if not got:isSameSizeAs(here) then
    return ('sizes %s'):format(table.concat(got:size():totable(), ' '))
  end
  local a, b = helpers.flat(here), helpers.flat(got)
  for i = 1, #a do
    if not same(a[i], b[i], tol) then
      return ('element %d is %.17g instead of %.17g'):format(i, b[i], a[i])
    end
  end
end

--- Runs f on copies of the arguments on the CPU and on the GPU, and compares the results and then
-- the arguments. Returns what is different, or nil.
function compare.call(f, tol, ...)
  local here, there = {}, {}
  for i = 1, select('#', ...) do
    local v = select(i, ...)
    here[i] = torch.isTensor(v) and v:clone() or v
    there[i] = device.place(v)
  end
  local n = select('#', ...)
  local want, got = {f(unpack(here, 1, n))}, {f(unpack(there, 1, n))}
  if #want ~= #got then return ('%d results instead of %d'):format(#got, #want) end
  for i = 1, #want do
    local message = compare.difference(got[i], want[i], tol)
    if message then return 'result ' .. i .. ': ' .. message end
  end
  for i = 1, n do
    local message = torch.isTensor(here[i]) and compare.difference(there[i], here[i], tol)
    if message then return 'argument ' .. i .. ': ' .. message end
  end
end

--- A tensor of a type with values that often are equal; NaN, zeros of both signs and infinities
-- among those of floating point.
function compare.values(type_name, ...)
  local x = torch.DoubleTensor(...):random(1, 16):add(-6)
  local floating = type_name == 'Float' or type_name == 'Double' or type_name == 'Half'
    or type_name == 'BFloat16'
  if type_name == 'Byte' then x:abs() end
  if floating then
    local flat = x:view(-1)
    for i = 1, flat:size(1), 5 do
      local special = {0 / 0, -0.0, 1 / 0, -1 / 0, 0.5}
      flat[i] = special[torch.random(5)]
    end
  end
  return x:type('torch.' .. type_name .. 'Tensor')
end

return compare
