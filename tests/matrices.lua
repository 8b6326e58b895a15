-- Matrices for the specs of linear algebra.

local torch = require 'torch'

local matrices = {}

--- The types that LAPACK takes, with the error to be expected of a small, well-conditioned matrix.
matrices.types = {Float = 2e-4, Double = 1e-11}

--- A random m x n matrix far from singular.
function matrices.random(type_name, m, n)
  local x = torch.DoubleTensor(m, n):uniform(-1, 1)
  for i = 1, math.min(m, n) do x[i][i] = x[i][i] + 2 end
  return x:type('torch.' .. type_name .. 'Tensor')
end

--- A random symmetric positive definite matrix.
function matrices.definite(type_name, n)
  local x = matrices.random(type_name, n, n)
  return x * x:t()
end

return matrices
