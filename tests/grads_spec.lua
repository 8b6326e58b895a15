-- The derivative of every unary row of elementwise.def, lt_NAME_grad, against finite differences in
-- double precision at random points of its domain, away from kinks.

local torch = require 'torch'
local F = require 'torch.ffi'
local helpers = require 'helpers'

local C, check = F.C, F.check

-- Domain, parameters, and points where the value has a kink or a jump; {-3, 3} and none by default.
-- whole: also at every integer (at every half for round).
local rows = {
  abs = {kinks = {0}}, sign = {kinks = {0}}, ceil = {whole = 1}, floor = {whole = 1},
  round = {whole = 0.5}, trunc = {whole = 1}, frac = {whole = 1},
  log = {dom = {0.05, 8}}, log1p = {dom = {-0.9, 8}}, sqrt = {dom = {0.05, 8}},
  rsqrt = {dom = {0.05, 8}}, cinv = {dom = {0.1, 8}}, tan = {dom = {-1.4, 1.4}},
  asin = {dom = {-0.95, 0.95}}, acos = {dom = {-0.95, 0.95}},
  clamp = {args = {-1, 2}, kinks = {-1, 2}}, rpow = {args = {2.5}},
  threshold = {args = {0.5, -1}, kinks = {0.5}}, hardtanh = {args = {-1, 1.5}, kinks = {-1, 1.5}},
  leakyrelu = {args = {0.1}, kinks = {0}}, elu = {args = {0.7}, kinks = {0}},
  softplus = {args = {2, 3}, kinks = {1.5}}, softshrink = {args = {0.5}, kinks = {-0.5, 0.5}},
  hardshrink = {args = {0.5}, kinks = {-0.5, 0.5}}, softsign = {kinks = {0}},
  logsigmoid = {kinks = {0}}, hardsigmoid = {dom = {-5, 5}, kinks = {-3, 3}},
  hardswish = {dom = {-5, 5}, kinks = {-3, 3}}, gelu = {dom = {-8, 8}},
  gelutanh = {dom = {-30, 30}}, silu = {dom = {-30, 30}}, mish = {dom = {-30, 30}},
}

-- Rows of the list with a derivative: {name = number of parameters}.
local parameters = {}
for line in io.lines(helpers.folder .. '/../csrc/elementwise.def') do
  local count, name = line:match('^UNARY(%d?)%((%w+), ')
  if name then parameters[name] = tonumber(count) or 0 end
end

local H = 1e-5

local function away(x, row)
  for _, kink in ipairs(row.kinks or {}) do
    if math.abs(x - kink) < 10 * H then return false end
  end
  if row.whole then
    local distance = (x / row.whole) % 1
    return distance > 1e-3 and distance < 1 - 1e-3
  end
  return true
end

local function points(row, n)
  local low, high = unpack(row.dom or {-3, 3})
  local t, i = torch.DoubleTensor(n), 0
  while i < n do
    local x = torch.uniform(low, high)
    if away(x, row) then
      i = i + 1
      t[i] = x
    end
  end
  return t
end

local function value(name, x, args)
  local r = torch.DoubleTensor()
  check(C['lt_' .. name](r, x, unpack(args)))
  return r
end

local function gradient(name, g, x, y, args)
  local r = x.new()
  check(C['lt_' .. name .. '_grad'](r, g, x, y, unpack(args)))
  return r
end

describe('the derivative of', function()
  torch.manualSeed(5)
  for name, count in pairs(parameters) do
    it(name, function()
      local row = rows[name] or {}
      local args = row.args or {}
      assert.are.equal(count, #args, 'parameters of ' .. name)
      local x, g = points(row, 200), torch.DoubleTensor(200):uniform(-2, 2)
      local y = value(name, x, args)
      local analytic = gradient(name, g, x, y, args)
      local numeric = value(name, torch.add(x, H), args):csub(value(name, torch.add(x, -H), args))
        :div(2 * H):cmul(g)
      helpers.assert_near(analytic, numeric, 1e-7, name)

      -- float and the 16-bit types give the same within their precision
      for dtype, tol in pairs {Float = 1e-5, Half = 2e-3, BFloat16 = 1e-2} do
        local to = 'torch.' .. dtype .. 'Tensor'
        local xs, gs = x:type(to), g:type(to)
        local ys = y:type(to)
        local exact = gradient(name, gs:double(), xs:double(), ys:double(), args)
        helpers.assert_near(gradient(name, gs, xs, ys, args):double(), exact, tol,
          name .. ' ' .. dtype)
      end
    end)
  end

  it('every row is refused for integers, without operands, and for operands of other sizes',
    function()
    local x, whole, small = torch.DoubleTensor(3):fill(0.5), torch.IntTensor(3),
      torch.DoubleTensor(2)
    for name in pairs(parameters) do
      local args = (rows[name] or {}).args or {}
      assert.is_false(pcall(gradient, name, whole, whole, whole, args), name)
      assert.is_false(pcall(gradient, name, x, nil, x, args), name)
      assert.is_false(pcall(gradient, name, x, x, nil, args), name)
      assert.is_false(pcall(gradient, name, nil, x, x, args), name)
      assert.is_false(pcall(gradient, name, x, small, x, args), name)
    end
  end)

  it('a row may overwrite the gradient it gets', function()
    local x = torch.DoubleTensor(5, 4):uniform()
    local g = torch.DoubleTensor(4, 5):uniform():t()
    local y = value('tanh', x, {})
    local want = gradient('tanh', g, x, y, {})
    check(C.lt_tanh_grad(g, g, x, y))
    assert.is_true(g:equal(want))
  end)
end)
