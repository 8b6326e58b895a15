-- Reductions on the GPU give what the CPU gives: sizes around those of packs of elements, warps and
-- blocks, aligned or not, contiguous or not. Sums are the same bits wherever the elements lie.

local torch = require 'torch'
local compare = require 'cuda.compare'
local device = require 'cuda.device'

local shapes = {
  {1}, {15}, {17}, {1000}, {4099}, {30000}, {3, 1001}, {1001, 3}, {300, 33}, {5, 40, 9},
}

local calls = {
  sum = function(x, dim) return x:sum(dim) end,
  max = function(x, dim) return x:max(dim) end,
  min = function(x, dim) return x:min(dim) end,
  ['all elements'] = function(x) return x:sum(), x:max(), x:min() end,
}
local real = {
  mean = function(x, dim) return x:mean(dim) end,
  ['norm'] = function(x, dim) return x:norm(2, dim) end,
  ['var'] = function(x, dim) return x:size(dim) > 1 and x:var(dim) or 0 end,
  ['norms of all elements'] = function(x)
    return x:norm(), x:norm(1), x:nElement() > 1 and x:std() or 0, x:dot(x), x:dist(x * 2, 1)
  end,
}

local TOLERANCE = {Half = 2e-3, BFloat16 = 2e-2}

-- A copy of x whose first element is `shift` elements behind an aligned address.
local function shifted(x, shift)
  local longer = x.new(x:nElement() + shift)
  return longer:narrow(1, shift + 1, x:nElement()):copy(x):view(x:size())
end

describe('reductions on the GPU', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  for _, type_name in ipairs(compare.all) do
    it('are those of the CPU for ' .. type_name, function()
      torch.manualSeed(11)
      local floating = type_name:find('Float') or type_name == 'Double' or type_name == 'Half'
      for _, shape in ipairs(shapes) do
        local x = torch.DoubleTensor(unpack(shape)):random(0, 2):add(floating and 0.25 or 0)
          :type('torch.' .. type_name .. 'Tensor')
        local layouts = {x, shifted(x, 1), x:transpose(1, #shape)}
        for k, y in ipairs(layouts) do
          for dim = 1, #shape do
            for _, list in ipairs {calls, floating and real or {}} do
              for name, call in pairs(list) do
                assert.is_nil(compare.call(call, TOLERANCE[type_name] or 1e-5, y, dim),
                  ('%s of %s along %d, layout %d'):format(name, table.concat(shape, ' x '), dim, k))
              end
            end
          end
        end
      end
    end)
  end

  it('have the same bits wherever the elements lie', function()
    torch.manualSeed(12)
    local x = device.place(torch.DoubleTensor(7, 3001):normal())
    local all, lines = x:sum(), x:sum(2)
    for shift = 1, 3 do
      local y = shifted(x, shift)
      assert.are.equal(all, y:sum())
      assert.is_nil(compare.difference(y:sum(2), lines:double()))
    end
  end)
end)
