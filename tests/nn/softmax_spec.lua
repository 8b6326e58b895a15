-- SoftMax and LogSoftMax against their formulas, for rows of all lengths: the kernels take short
-- rows together, longer ones in vectors with a rest.

local torch = require 'torch'
local helpers = require 'helpers'
local nn = require 'nn'

local exp, log = math.exp, math.log

-- Forward and backward of one row of numbers, by the formulas.
local function expected(x, g, logarithm)
  local most = math.max(unpack(x))
  local sum, dot, y, gx = 0, 0, {}, {}
  for i = 1, #x do sum = sum + exp(x[i] - most) end
  for i = 1, #x do y[i] = logarithm and x[i] - most - log(sum) or exp(x[i] - most) / sum end
  for i = 1, #x do dot = dot + (logarithm and g[i] or g[i] * y[i]) end
  for i = 1, #x do gx[i] = logarithm and g[i] - exp(y[i]) * dot or y[i] * (g[i] - dot) end
  return y, gx
end

local types = {['torch.DoubleTensor'] = 1e-13, ['torch.FloatTensor'] = 2e-6}

for _, name in ipairs {'SoftMax', 'LogSoftMax'} do
  describe('nn.' .. name, function()
    for _, length in ipairs {1, 2, 15, 16, 31, 32, 33, 63, 64, 65, 100} do
      for _, rows in ipairs {1, 63, 130} do
        it(('is the formula for %d rows of %d'):format(rows, length), function()
          for type, tolerance in pairs(types) do
            local x = torch.randn(rows, length):mul(3):type(type)
            local g = torch.randn(rows, length):type(type)
            local module = nn[name]():type(type)
            local y, gx = module:forward(x):totable(), module:backward(x, g):totable()
            local xs, gs = x:totable(), g:totable()
            for r = 1, rows do
              local want, gradient = expected(xs[r], gs[r], name == 'LogSoftMax')
              for i = 1, length do
                assert(helpers.near(y[r][i], want[i], tolerance), type .. ' forward')
                assert(helpers.near(gx[r][i], gradient[i], 4 * tolerance), type .. ' backward')
              end
            end
          end
        end)
      end
    end

    it('takes -infinity as probability 0 and gives NaN where nothing is possible', function()
      local never = -math.huge
      for _, length in ipairs {3, 40, 70} do
        local x = torch.DoubleTensor(2, length):fill(never)
        x[1][2], x[1][length] = 1, 1
        local y = nn[name]():forward(x)
        if name == 'LogSoftMax' then y = torch.exp(y) end
        assert(helpers.near(y[1][2], 0.5, 1e-14) and helpers.near(y[1][length], 0.5, 1e-14))
        assert.are.equal(0, y[1][1])
        assert(y[2][1] ~= y[2][1] and y[2][length] ~= y[2][length])
      end
    end)

    it('gives NaN to the whole row of a NaN, and only to that', function()
      for _, length in ipairs {3, 40, 70} do
        local x = torch.zeros(70, length)
        x[65][length] = 0 / 0
        local y = nn[name]():forward(x)
        for i = 1, length do
          assert(y[65][i] ~= y[65][i])
          assert(y[64][i] == y[64][i] and y[66][i] == y[66][i])
        end
      end
    end)
  end)
end
