-- Calls whose results on the GPU have to be those on the CPU, in all types that take them, and the
-- messages of calls that mix devices.

local ffi = require 'ffi'
local torch = require 'torch'
local compare = require 'cuda.compare'
local device = require 'cuda.device'
local F = require 'torch.ffi'

local C, check = F.C, F.check

-- name, types, tolerance, function, arguments made from a type's name
local function values(...)
  local sizes = {...}
  return function(type_name) return compare.values(type_name, unpack(sizes)) end
end

local function numbers(...)
  local sizes = {...}
  return function(type_name)
    return torch.DoubleTensor(unpack(sizes)):random(0, 5):type('torch.' .. type_name .. 'Tensor')
  end
end

local exact = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double'}
local real = {'Float', 'Double'}

local function finite(x)
  x:maskedFill(torch.ne(x, x), 1)
  return x:clamp(-100, 100)
end

local function positive(n)
  return function(type_name)
    local a = torch.randn(n, n)
    return torch.mm(a, a:t()):add(torch.eye(n)):type('torch.' .. type_name .. 'Tensor')
  end
end

local function normal(...)
  local sizes = {...}
  return function(type_name)
    return torch.randn(unpack(sizes)):type('torch.' .. type_name .. 'Tensor')
  end
end

local rows = {
  {'histc', compare.floating, nil, function(x) return torch.histc(finite(x), 7) end, values(5000)},
  {'histc of many bins', real, nil, function(x) return torch.histc(x, 9000, -1, 1) end,
    normal(3000)},
  {'bhistc', real, nil, function(x) return torch.bhistc(finite(x), 5) end, values(12, 600)},
  {'conv2', exact, nil, function(x, k) return torch.conv2(x, k), torch.conv2(x, k, 'F') end,
    numbers(9, 11), numbers(3, 4)},
  {'xcorr2', exact, nil, function(x, k) return torch.xcorr2(x, k), torch.xcorr2(x, k, 'F') end,
    numbers(2, 9, 11), numbers(3, 2, 3, 4)},
  {'conv3', exact, nil, function(x, k) return torch.conv3(x, k), torch.xcorr3(x, k, 'F') end,
    numbers(5, 6, 7), numbers(2, 3, 2)},
  {'inverse', real, 1e-3, torch.inverse, positive(9)},
  {'gesv', real, 1e-3, torch.gesv, normal(9, 2), positive(9)},
  {'gels', real, 1e-3, function(b, a) return (torch.gels(b, a)) end, normal(9, 2), normal(9, 4)},
  {'trtrs', real, 1e-3, function(b, a) return (torch.trtrs(b, a)) end, normal(5, 2), positive(5)},
  {'potrf', real, 1e-3, torch.potrf, positive(6)},
  {'potri', real, 1e-2, function(a) return torch.potri(torch.potrf(a)) end, positive(6)},
  {'potrs', real, 1e-2, function(b, a) return torch.potrs(b, torch.potrf(a)) end, normal(6, 2),
    positive(6)},
  {'pstrf', real, 1e-3, torch.pstrf, positive(6)},
  {'qr', real, 1e-3, torch.qr, normal(7, 4)},
  {'geqrf, orgqr, ormqr', real, 1e-3, function(a, c)
    local factors, tau = torch.geqrf(a)
    return factors, tau, torch.orgqr(factors, tau), torch.ormqr(factors, tau, c)
  end, normal(7, 4), normal(7, 3)},
  {'symeig', real, 1e-3, function(a) return (torch.symeig(a, 'V')) end, positive(6)},
  {'eig', real, 1e-3, function(a) return (torch.eig(a)) end, positive(6)},
  {'svd', real, 1e-3, function(a) return select(2, torch.svd(a)) end, normal(7, 4)},
  {'det', real, 1e-2, function(a) return torch.det(a) end, positive(4)},
  {'renorm', compare.floating, 1e-2, function(x) return torch.renorm(finite(x), 2, 1, 3) end,
    values(7, 30)},
  {'norm', real, 1e-5, function(x) return torch.norm(x), torch.norm(x, 1, 2) end, normal(7, 30)},
  {'cumsum', real, 1e-4, function(x) return torch.cumsum(x, 1), torch.cumsum(x, 2) end,
    normal(300, 5)},
}

describe('calls on the GPU', function()
  if not device.present then return pending('are skipped: ' .. device.reason) end

  for _, row in ipairs(rows) do
    local name, types, tol, f = unpack(row, 1, 4)
    it('of ' .. name, function()
      torch.manualSeed(21)
      for _, type_name in ipairs(types) do
        local arguments = {}
        for i = 5, table.maxn(row) do arguments[i - 4] = row[i](type_name) end
        assert.is_nil(compare.call(f, tol, unpack(arguments)), type_name)
      end
    end)
  end

  -- r = op(...), for functions of the library that have no name of their own in torch
  local function result(name, ...)
    local r
    for i = 1, select('#', ...) do
      local v = select(i, ...)
      if torch.isTensor(v) then r = F.like(v) break end
    end
    check(C['lt_' .. name](r, ...))
    return r
  end

  it('of resampling', function()
    for _, type_name in ipairs(compare.floating) do
      local tol = 1e-2
      local x = torch.randn(2, 3, 4, 5, 6):type('torch.' .. type_name .. 'Tensor')
      assert.is_nil(compare.call(function(v)
        local y = result('pad_edges', v, 0, 1, 2, 3, 0, 300, 2)
        local z = result('pad_edges', v, 1, 1, 2, 3, 0, 4, 2)
        return y, result('pad_edges_grad', y, v, 0, 1, 2, 3, 0, 300, 2), z,
          result('pad_edges_grad', z, v, 1, 1, 2, 3, 0, 4, 2)
      end, tol, x), type_name)
      assert.is_nil(compare.call(function(v)
        local y = result('upsample_nearest', v, 3, 3)
        return y, result('upsample_nearest_grad', y, v, 3, 3)
      end, tol, x), type_name)
      for _, size in ipairs {{9, 3, 20}, {1, 1, 1}, {4, 5, 6}} do
        assert.is_nil(compare.call(function(v)
          local y = result('upsample_linear', v, 3, unpack(size))
          return y, result('upsample_linear_grad', y, v, 3, unpack(size))
        end, tol, x), type_name)
      end
    end
  end)

  it('of rotary position encoding', function()
    for _, type_name in ipairs(compare.floating) do
      local t = 'torch.' .. type_name .. 'Tensor'
      local x, angles = torch.randn(3, 70, 2, 8):type(t), torch.randn(80, 8):type(t)
      assert.is_nil(compare.call(function(v, w)
        local y = result('rotary', v, w, 1, 4, 0)
        return y, result('rotary', y, w, 1, 4, 1)
      end, 1e-2, x, angles), type_name)
    end
  end)

  it('of sparse linear layers', function()
    torch.manualSeed(22)
    for _, type_name in ipairs(real) do
      local t = 'torch.' .. type_name .. 'Tensor'
      local keys, values_ = torch.LongTensor(40):random(1, 12), torch.randn(40):type(t)
      local ends = torch.LongTensor{7, 7, 30, 40}
      local bias, gy = torch.randn(5):type(t), torch.randn(4, 5):type(t)
      for by_row = 0, 1 do
        local w = (by_row == 1 and torch.randn(12, 5) or torch.randn(5, 12)):type(t)
        assert.is_nil(compare.call(function(k, v, e, weight, b, g)
          local y = F.like(v)
          check(C.lt_sparse_linear(y, k, v, e, weight, b, by_row))
          local gb = F.like(b)
          check(C.lt_resize_as(gb, b))
          check(C.lt_fill(gb, 0))
          check(C.lt_sparse_linear_grad_weight(weight, gb, k, v, e, g, by_row, 0.5, 0.1))
          return y, gb
        end, 1e-4, keys, values_, ends, w, bias, gy), type_name)
      end
      assert.is_nil(compare.call(function(weight, gradient, k)
        check(C.lt_sparse_columns_update(weight, gradient, k, 0.3))
        return weight
      end, 1e-4, torch.randn(5, 12):type(t), torch.randn(5, 12):type(t), keys), type_name)
    end
    local keys, ends = torch.CudaLongTensor{1, 13}, torch.CudaLongTensor{2}
    local v, w = torch.CudaTensor{1, 2}, torch.CudaTensor(5, 12):zero()
    local b = torch.CudaTensor(5):zero()
    assert.has_error(function() check(C.lt_sparse_linear(F.like(v), keys, v, ends, w, b, 0)) end)
    assert.has_error(function()
      check(C.lt_sparse_linear(F.like(v), torch.LongTensor{1, 2}, v, ends, w, b, 0))
    end)
  end)

  it('of maskedFill with masks of other numbers than 0 and 1', function()
    local x = torch.CudaTensor {1, 2, 3}
    x:maskedFill(torch.CudaByteTensor {0, 2, 255}, 7)
    assert.are.same({1, 7, 7}, x:totable())
    assert.has_error(function() x:maskedSelect(torch.CudaByteTensor {0, 2, 1}) end)
  end)

  -- calls that mix devices, and a part of their message
  local mixed = {
    {function(a, b) return torch.add(a, b) end, 'expected a FloatTensor, got a CudaTensor'},
    {function(a, b) return torch.add(b, a) end, 'expected a CudaTensor, got a FloatTensor'},
    {function(a, b) return torch.cmul(a, b) end, 'CudaTensor'},
    {function(a, b) return torch.mm(a, b) end, 'CudaTensor'},
    {function(a, b) return a:cdiv(b:cudaDouble()) end, 'CudaDoubleTensor'},
    {function(a, b) return torch.cat(a, b, 1) end, 'CudaTensor'},
    {function(a, b) return torch.sort(a, b) end, 'Cuda'},
    {function(a, b) return torch.gesv(a, b) end, 'CudaTensor'},
    {function(a, b) return torch.dist(a, b) end, 'CudaTensor'},
    {function(a, b) return a:maskedFill(b:gt(0), 1) end, 'CudaByteTensor'},
    {function(a) return a:index(1, torch.CudaLongTensor{1}) end, 'CudaLongTensor'},
    {function(_, b) return b:index(1, torch.IntTensor{1}) end, 'got a IntTensor'},
    {function() return torch.CharStorage.string(torch.CudaCharStorage(3)) end, 'CudaCharStorage'},
  }

  it('that mix devices say which types they met', function()
    local a, b = torch.randn(3, 3):float(), torch.randn(3, 3):cuda()
    for i, row in ipairs(mixed) do
      local ok, message = pcall(row[1], a, b)
      assert.is_false(ok, 'call ' .. i)
      assert.is_truthy(tostring(message):find(row[2], 1, true), i .. ': ' .. tostring(message))
    end
  end)

  it('of Fourier transforms', function()
    if not pcall(torch.fft, torch.zeros(1, 2)) then return end -- no FFTW
    local x = torch.randn(6, 4, 2)
    for _, f in ipairs {torch.fft, torch.ifft, torch.rfft, torch.irfft} do
      assert.is_nil(compare.call(function(v)
        return f(v), f(v, {1, 2}), f(v.new(), v, 1)
      end, 1e-12, x))
    end
  end)

  it('of pointers', function()
    local x = torch.CudaTensor {1, 2}
    local y = torch.pushudata(torch.pointer(x), 'torch.CudaTensor')
    y:fill(3):add(x)
    local s = torch.pushudata(torch.pointer(x:storage()), 'torch.CudaStorage')
    assert.are.same({6, 6}, s:totable())
    s:retain()
    s:free()
    for _, v in ipairs {x, x:float(), x:cudaDouble()} do
      local other = torch.isTensor(v) and v:type() == 'torch.CudaTensor' and 'Float' or 'Cuda'
      assert.has_error(function()
        torch.pushudata(torch.pointer(v), ('torch.%sTensor'):format(other))
      end)
    end
  end)

  it('that are not about elements work on the GPU too', function()
    local x = torch.CudaTensor{{1, 2}, {3, 4}}
    assert.are.same({{1, 2}, {3, 4}}, x:totable())
    assert.are.equal(10, x:sum())
    x:apply(function(v) return v * 2 end)
    assert.are.same({{2, 4}, {6, 8}}, x:totable())
    assert.is_true(tostring(x):find('CudaTensor', 1, true) ~= nil)
    assert.is_true(ffi.istype('float *', x:data()))
    local y = torch.einsum and torch.einsum('ij,jk->ik', x, x)
    assert.are.same({{28, 40}, {60, 88}}, y:totable())
  end)
end)
