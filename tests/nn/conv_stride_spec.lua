-- Convolutions of Float images with steps of two columns and many channels, which are unfolded from
-- images taken apart into even and odd columns, against the sum in place in double.
local helpers = require 'tests.helpers'
require 'nn'

-- images, planes in and out, kernel (w, h), steps, padding, height and width of the images
local cases = {
  {3, 64, 64, 3, 3, 2, 2, 1, 1, 16, 16},
  {5, 64, 64, 3, 3, 2, 2, 1, 1, 14, 18},
  {2, 64, 64, 3, 3, 2, 1, 0, 2, 7, 10},
  {2, 64, 66, 5, 2, 2, 3, 2, 0, 11, 8},
  {1, 64, 64, 2, 4, 2, 2, 1, 1, 5, 2},
  {18, 64, 64, 3, 3, 2, 2, 1, 1, 16, 16}, -- more images than are halved at a time
  {2, 64, 64, 3, 3, 2, 2, 1, 1, 9, 15}, -- rows that cannot be halved
  {1, 64, 64, 3, 9, 2, 64, 1, 1, 128, 34}, -- an image too large to be
}

describe('convolutions in steps of two', function()
  for _, case in ipairs(cases) do
    it(table.concat(case, ' '), function()
      local n, c, k, kw, kh, dw, dh, pw, ph, h, w = unpack(case)
      local double = nn.SpatialConvolution(c, k, kw, kh, dw, dh, pw, ph):double()
      local float = double:clone():float()
      local x = torch.DoubleTensor(n, c, h, w):uniform(-1, 1)
      local g = double:forward(x):clone():uniform(-1, 1)
      local function near(name, actual, expected, sums)
        helpers.assert_near(actual:double(), expected, 2e-6 * sums, name)
      end
      near('output', float:forward(x:float()), double.output, 8)
      double:zeroGradParameters()
      float:zeroGradParameters()
      double:backward(x, g)
      float:backward(x:float(), g:float())
      near('gradInput', float.gradInput, double.gradInput, 8)
      near('gradWeight', float.gradWeight, double.gradWeight, 8 * math.sqrt(g:nElement() / k))
    end)
  end
end)
