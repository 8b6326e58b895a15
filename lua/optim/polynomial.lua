-- Polynomials of low degree as tables of coefficients, {c0, c1, ...} for c0 + c1 x + ...: what
-- optim.polyinterp needs. Private to optim.

local polynomial = {}

--- Value at x.
function polynomial.value(c, x)
  local sum = 0
  for i = #c, 1, -1 do sum = sum * x + c[i] end
  return sum
end

local function derivative(c)
  local d = {}
  for i = 2, #c do d[i - 1] = c[i] * (i - 1) end
  return d
end

local function bisect(c, low, high)
  local sign = polynomial.value(c, low) < 0 and -1 or 1
  while true do
    local middle = low + (high - low) / 2
    if middle <= low or middle >= high then return middle end
    if polynomial.value(c, middle) * sign > 0 then low = middle else high = middle end
  end
end

--- Real roots within [low, high] in rising order. Between the extrema a polynomial is monotonic, so
-- every root is found by bisection between neighbouring roots of the derivative.
function polynomial.roots(c, low, high)
  if #c < 2 then return {} end
  local ends = polynomial.roots(derivative(c), low, high)
  table.insert(ends, 1, low)
  ends[#ends + 1] = high
  local roots = {}
  for i = 1, #ends - 1 do
    local a, b = polynomial.value(c, ends[i]), polynomial.value(c, ends[i + 1])
    if a == 0 then
      if roots[#roots] ~= ends[i] then roots[#roots + 1] = ends[i] end
    elseif a * b <= 0 then
      roots[#roots + 1] = bisect(c, ends[i], ends[i + 1])
    end
  end
  return roots
end

--- Critical points (zeros of the derivative) within [low, high].
function polynomial.critical(c, low, high)
  return polynomial.roots(derivative(c), low, high)
end

-- Solves a square system in place by elimination with row pivoting; nil where it is singular.
local function solve(rows, n)
  for column = 1, n do
    local pivot = column
    for i = column + 1, n do
      if math.abs(rows[i][column]) > math.abs(rows[pivot][column]) then pivot = i end
    end
    rows[column], rows[pivot] = rows[pivot], rows[column]
    local top = rows[column]
    if top[column] == 0 then return nil end
    for i = column + 1, n do
      local factor = rows[i][column] / top[column]
      for j = column, n + 1 do rows[i][j] = rows[i][j] - factor * top[j] end
    end
  end
  local x = {}
  for i = n, 1, -1 do
    local sum = rows[i][n + 1]
    for j = i + 1, n do sum = sum - rows[i][j] * x[j] end
    x[i] = sum / rows[i][i]
  end
  return x
end

--- The polynomial of least degree with given values {x, f} and slopes {x, g}, nil where there is
-- none.
function polynomial.fit(values, slopes)
  local n = #values + #slopes
  local rows = {}
  for _, point in ipairs(values) do
    local row = {}
    for j = 1, n do row[j] = point[1] ^ (j - 1) end
    row[n + 1] = point[2]
    rows[#rows + 1] = row
  end
  for _, point in ipairs(slopes) do
    local row = {0}
    for j = 2, n do row[j] = (j - 1) * point[1] ^ (j - 2) end
    row[n + 1] = point[2]
    rows[#rows + 1] = row
  end
  return solve(rows, n)
end

return polynomial
