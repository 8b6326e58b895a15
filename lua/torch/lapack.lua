-- Linear algebra through LAPACK, for Float and Double: systems of equations, factorizations,
-- eigenvalues, singular values, inverse, determinant. As in Torch7 these are functions, not methods
-- of tensors, and matrices that are made here are column-major.

local compile = require 'torch.compile'
local op = require('torch.ops').op

-- Declares torch.NAME. In the source, flag(n, v, yes, no) is 1 for the text `yes`, 0 for `no`, and
-- raises for anything else as argument n.
local function declare(name, doc, usage, source)
  op(name, 'custom', {doc = doc, usage = usage, func = compile(name, [[
local function flag(n, v, yes, no)
  if v == yes then return 1 end
  if v ~= no then bad('$N', n, "'" .. yes .. "' or '" .. no .. "'", v) end
  return 0
end
]] .. source)})
end

-- Systems of equations ---------------------------------------------------------------------------

for _, row in ipairs {
  {'gesv', 'solution x of a x = b, and the LU factors of the square matrix a', 'lu'},
  {'gels', 'least squares solution of a x = b, or where a has more columns than rows the solution '
    .. 'of least norm, and the QR factors of a, which is of full rank', 'qr'},
} do
  declare(row[1], row[2], '([resb, resa,] b, a) -> x, ' .. row[3], [[
local function solve(x, factors, b, a)
  need_tensor(1, x)
  need_tensor(2, factors)
  need_tensor(3, b)
  need_tensor(4, a)
  TRY(C.lt_$N(x, factors, b, a))
  return x, factors
end
return function(a, b, c, d)
  if c ~= nil then return solve(a, b, c, d) end
  need_tensor(1, a)
  need_tensor(2, b)
  return solve(like(b), like(b), a, b)
end]])
end

declare('trtrs', "solution x of a x = b, and a copy of a, of which only the upper ('U') or lower "
  .. "('L') triangle is used, transposed ('T') or not ('N'), with ones on the diagonal ('U') or "
  .. "what is there ('N')",
  "([resb, resa,] b, a [, 'U' | 'L' [, 'N' | 'T' [, 'N' | 'U']]]) -> x, a", [[
local function solve(first, x, copy, b, a, uplo, trans, diag)
  -- options may be left out from the left
  if (uplo == 'N' or uplo == 'T') and diag == nil then uplo, trans, diag = nil, uplo, trans end
  if trans == 'U' and diag == nil then trans, diag = nil, 'U' end
  local upper = flag(first, uplo == nil and 'U' or uplo, 'U', 'L')
  local transposed = flag(first + 1, trans == nil and 'N' or trans, 'T', 'N')
  local unit = flag(first + 2, diag == nil and 'N' or diag, 'U', 'N')
  TRY(C.lt_trtrs(x, copy, b, a, upper, transposed, unit))
  return x, copy
end
return function(a, b, c, d, e, f, g)
  need_tensor(1, a)
  need_tensor(2, b)
  if not is_tensor(c) then return solve(3, like(b), like(b), a, b, c, d, e) end
  need_tensor(4, d)
  return solve(5, a, b, c, d, e, f, g)
end]])

-- Inverse and determinant ------------------------------------------------------------------------

declare('inverse', 'inverse of a square matrix', '([res,] x)', [[
return function(a, b)
  need_tensor(1, a)
  local r = a
  if b == nil then r, b = like(a), a else need_tensor(2, b) end
  TRY(C.lt_inverse(r, b))
  return r
end]])

declare('det', 'determinant of a square matrix (an addition to Torch7)', '(x) -> number', [[
return function(x)
  need_tensor(1, x)
  TRY(C.lt_det(out, x))
  return out[0]
end]])

declare('slogdet', 'sign of the determinant of a square matrix, or 0, and the logarithm of its '
  .. 'absolute value, for determinants beyond the range of numbers (an addition to Torch7)',
  '(x) -> sign, number', [[
return function(x)
  need_tensor(1, x)
  TRY(C.lt_slogdet(out, x))
  return out[0], out[1]
end]])

-- Cholesky ---------------------------------------------------------------------------------------

for _, row in ipairs {
  {'potrf', "Cholesky factor of a symmetric positive definite matrix x: u with u' u = x, or with "
    .. "'L' l with l l' = x; only that triangle of x is read", 'x'},
  {'potri', 'inverse of the matrix whose factor from potrf is given', 'chol'},
} do
  declare(row[1], row[2], '([res,] ' .. row[3] .. " [, 'U' | 'L'])", [[
local function factor(first, r, x, uplo)
  local upper = flag(first, uplo == nil and 'U' or uplo, 'U', 'L')
  TRY(C.lt_$N(r, x, upper))
  return r
end
return function(a, b, c)
  need_tensor(1, a)
  if is_tensor(b) then return factor(3, a, b, c) end
  return factor(2, like(a), a, b)
end]])
end

declare('potrs', 'solution x of a x = b, given the factor of a from potrf',
  "([res,] b, chol [, 'U' | 'L'])", [[
local function solve(first, r, b, chol, uplo)
  local upper = flag(first, uplo == nil and 'U' or uplo, 'U', 'L')
  TRY(C.lt_potrs(r, b, chol, upper))
  return r
end
return function(a, b, c, d)
  need_tensor(1, a)
  need_tensor(2, b)
  if is_tensor(c) then return solve(4, a, b, c, d) end
  return solve(3, like(b), a, b, c)
end]])

declare('pstrf', 'Cholesky factor, as of potrf, of x with its rows and columns in the order piv '
  .. '(an IntTensor), in which the largest pivot comes first; raises when a pivot is not above '
  .. 'tol, by default the size of x times machine precision times the largest diagonal element',
  "([res, piv,] x [, 'U' | 'L' [, tol=-1]]) -> res, piv", [[
local function factor(first, r, piv, x, uplo, tol)
  if tol == nil and type(uplo) == 'number' then uplo, tol = nil, uplo end
  local upper = flag(first, uplo == nil and 'U' or uplo, 'U', 'L')
  tol = tol == nil and -1 or need_number(first + 1, tol)
  TRY(C.lt_pstrf(r, piv, x, upper, tol))
  return r, piv
end
return function(a, b, c, d, e)
  need_tensor(1, a)
  if not is_tensor(b) then
    return factor(2, like(a), F.tensor(F.dtype.Int, a.device), a, b, c)
  end
  need_tensor(3, c)
  return factor(4, a, b, c, d, e)
end]])

-- Orthogonal factors -----------------------------------------------------------------------------

for _, row in ipairs {
  {'qr', 'factors of x = q r: q has orthonormal columns, as many as the smaller dimension of x, '
    .. 'and r is an upper triangle', 'q, r'},
  {'geqrf', 'the factors of qr as LAPACK stores them: r and, below it, reflectors that make up q '
    .. 'together with tau', 'a, tau'},
} do
  declare(row[1], row[2], '([res1, res2,] x) -> ' .. row[3], [[
local function factor(q, r, x)
  TRY(C.lt_$N(q, r, x))
  return q, r
end
return function(a, b, c)
  need_tensor(1, a)
  if b == nil then return factor(like(a), like(a), a) end
  need_tensor(2, b)
  need_tensor(3, c)
  return factor(a, b, c)
end]])
end

declare('orgqr', 'the columns of q, given what geqrf returns', '([res,] a, tau)', [[
return function(a, b, c)
  need_tensor(1, a)
  need_tensor(2, b)
  local r = a
  if c == nil then r = like(a) else need_tensor(3, c) a, b = b, c end
  TRY(C.lt_orgqr(r, a, b))
  return r
end]])

declare('ormqr', "product of q, or of its transpose ('T'), given what geqrf returns, with a "
  .. "matrix: q c, or c q with 'R'", "([res,] a, tau, c [, 'L' | 'R' [, 'N' | 'T']])", [[
local function product(first, r, a, tau, c, side, trans)
  if (side == 'N' or side == 'T') and trans == nil then side, trans = nil, side end
  local right = flag(first, side == nil and 'L' or side, 'R', 'L')
  local transposed = flag(first + 1, trans == nil and 'N' or trans, 'T', 'N')
  TRY(C.lt_ormqr(r, a, tau, c, right, transposed))
  return r
end
return function(a, b, c, d, e, f)
  need_tensor(1, a)
  need_tensor(2, b)
  need_tensor(3, c)
  if is_tensor(d) then return product(5, a, b, c, d, e, f) end
  return product(4, like(a), a, b, c, d, e)
end]])

-- Eigenvalues and singular values ----------------------------------------------------------------

declare('symeig', "eigenvalues e of the symmetric matrix x in ascending order, and with 'V' "
  .. "eigenvectors in the columns of v; only the upper ('U') or lower ('L') triangle of x is read",
  "([rese, resv,] x [, 'N' | 'V' [, 'U' | 'L']]) -> e, v", [[
local function solve(first, e, v, x, job, uplo)
  if (job == 'U' or job == 'L') and uplo == nil then job, uplo = nil, job end
  local vectors = flag(first, job == nil and 'N' or job, 'V', 'N')
  local upper = flag(first + 1, uplo == nil and 'U' or uplo, 'U', 'L')
  TRY(C.lt_symeig(e, v, x, vectors, upper))
  return e, v
end
return function(a, b, c, d, e)
  need_tensor(1, a)
  if not is_tensor(b) then return solve(2, like(a), like(a), a, b, c) end
  need_tensor(3, c)
  return solve(4, a, b, c, d, e)
end]])

declare('eig', "eigenvalues of a square matrix, real and imaginary parts in the columns of e, and "
  .. "with 'V' right eigenvectors in the columns of v: those of a conjugate pair take two columns, "
  .. "the real and the imaginary part of the first",
  "([rese, resv,] x [, 'N' | 'V']) -> e, v", [[
local function solve(first, e, v, x, job)
  local vectors = flag(first, job == nil and 'N' or job, 'V', 'N')
  TRY(C.lt_eig(e, v, x, vectors))
  return e, v
end
return function(a, b, c, d)
  need_tensor(1, a)
  if not is_tensor(b) then return solve(2, like(a), like(a), a, b) end
  need_tensor(3, c)
  return solve(4, a, b, c, d)
end]])

declare('svd', "singular value decomposition x = u diag(s) v', s descending; with 'S' u and v have "
  .. "as many columns as s, with 'A' they are square",
  "([resu, ress, resv,] x [, 'S' | 'A']) -> u, s, v", [[
local function decompose(first, u, s, v, x, job)
  local all = flag(first, job == nil and 'S' or job, 'A', 'S')
  TRY(C.lt_svd(u, s, v, x, all))
  return u, s, v
end
return function(a, b, c, d, e)
  need_tensor(1, a)
  if not is_tensor(b) then return decompose(2, like(a), like(a), like(a), a, b) end
  need_tensor(3, c)
  need_tensor(4, d)
  return decompose(5, a, b, c, d, e)
end]])
