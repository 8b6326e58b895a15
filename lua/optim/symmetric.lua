-- Eigenvalues of small symmetric matrices in plain Lua. Private to optim.

-- One rotation in the plane (p, q) that makes a[p][q] zero; v collects the rotations.
local function rotate(a, v, n, p, q)
  local theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
  local t = (theta < 0 and -1 or 1) / (math.abs(theta) + math.sqrt(theta * theta + 1))
  local c = 1 / math.sqrt(t * t + 1)
  local s = t * c
  for k = 1, n do
    local x, y = a[k][p], a[k][q]
    a[k][p], a[k][q] = c * x - s * y, s * x + c * y
  end
  for k = 1, n do
    local x, y = a[p][k], a[q][k]
    a[p][k], a[q][k] = c * x - s * y, s * x + c * y
    x, y = v[k][p], v[k][q]
    v[k][p], v[k][q] = c * x - s * y, s * x + c * y
  end
end

--- Eigenvalues and eigenvectors of a symmetric n x n matrix (a table of rows) by Jacobi's method
-- (Golub and Van Loan, Matrix computations, section 8.5). Returns a list of n values and a table of
-- rows whose columns are the vectors.
return function(matrix)
  local n = #matrix
  local a, v = {}, {}
  for i = 1, n do
    a[i], v[i] = {}, {}
    for j = 1, n do a[i][j], v[i][j] = matrix[i][j], i == j and 1 or 0 end
  end
  for _ = 1, 60 do
    local off, all = 0, 0
    for i = 1, n do
      for j = 1, n do
        local square = a[i][j] * a[i][j]
        all = all + square
        if i ~= j then off = off + square end
      end
    end
    if off <= 1e-30 * all then break end
    for p = 1, n - 1 do
      for q = p + 1, n do
        if a[p][q] ~= 0 then rotate(a, v, n, p, q) end
      end
    end
  end
  local values = {}
  for i = 1, n do values[i] = a[i][i] end
  return values, v
end
