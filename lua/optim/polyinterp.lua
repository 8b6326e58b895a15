-- Minimum of a polynomial through points with values and slopes, for line searches.

local class = require 'torch.class'
local polynomial = require 'optim.polynomial'

-- Minimum of the cubic through (x1, f1) and (x2, f2) with slopes g1 and g2, within [x1, x2]
-- (Nocedal and Wright, Numerical optimization, equation 3.59).
local function cubic(x1, f1, g1, x2, f2, g2)
  if x1 > x2 then x1, f1, g1, x2, f2, g2 = x2, f2, g2, x1, f1, g1 end
  local d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
  local square = d1 * d1 - g1 * g2
  if square < 0 then return (x1 + x2) / 2 end
  local d2 = math.sqrt(square)
  local x = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
  return math.min(math.max(x, x1), x2)
end

local function known(number)
  return number == number and math.abs(number) < math.huge
end

--- Where the interpolating polynomial is least between two bounds (default: among the points).
-- points: N x 3 tensor of positions, values and slopes; NaN stands for an unknown value or slope.
-- Returns the position and, unless two full points without bounds are given, the minimum.
return function(points, xminBound, xmaxBound)
  if not class.isTensor(points) or points:dim() ~= 2 or points:size(2) ~= 3 then
    error('optim.polyinterp: N x 3 tensor expected, got ' .. class.type(points), 2)
  end
  local n = points:size(1)
  local rows = {}
  local lowest, highest = math.huge, -math.huge
  local complete = true
  for i = 1, n do
    local row = {points[{i, 1}], points[{i, 2}], points[{i, 3}]}
    rows[i] = row
    lowest, highest = math.min(lowest, row[1]), math.max(highest, row[1])
    complete = complete and known(row[2]) and known(row[3])
  end
  if n == 2 and complete and not xminBound and not xmaxBound then
    local a, b = rows[1], rows[2]
    return cubic(a[1], a[2], a[3], b[1], b[2], b[3])
  end

  -- Positions are mapped to [0, 1], where the system of equations is well conditioned.
  local width = highest > lowest and highest - lowest or 1
  local values, slopes = {}, {}
  for _, row in ipairs(rows) do
    local u = (row[1] - lowest) / width
    if known(row[2]) then values[#values + 1] = {u, row[2]} end
    if known(row[3]) then slopes[#slopes + 1] = {u, row[3] * width} end
  end
  local low = ((xminBound or lowest) - lowest) / width
  local high = ((xmaxBound or highest) - lowest) / width
  local best, minimum = (low + high) / 2, math.huge
  local fit = polynomial.fit(values, slopes)
  if fit then
    local candidates = {low, high}
    for _, row in ipairs(rows) do candidates[#candidates + 1] = (row[1] - lowest) / width end
    for _, u in ipairs(polynomial.critical(fit, low, high)) do candidates[#candidates + 1] = u end
    for _, u in ipairs(candidates) do
      local value = polynomial.value(fit, u)
      if u >= low and u <= high and value < minimum then best, minimum = u, value end
    end
  end
  return lowest + best * width, minimum
end
