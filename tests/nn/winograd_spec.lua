-- Convolution with 3 x 3 windows at steps 1 and 2 takes another way for Float images of many
-- channels (csrc/cpu/winograd.c, winograd_stride.c), and so do windows with few outputs
-- (csrc/cpu/unfold.c): the same results as the plain sum in Double, up to rounding.

local torch = require 'torch'
require 'nn'

-- images, input and output channels, height, width, padding of rows and columns
local shapes = {
  {2, 16, 16, 7, 7, 1, 1}, {1, 32, 48, 56, 56, 1, 1}, {3, 40, 37, 9, 30, 0, 0},
  {2, 64, 64, 14, 14, 2, 2}, {1, 32, 32, 4, 600, 1, 0}, {2, 33, 40, 13, 11, 0, 2},
  {4, 128, 128, 8, 8, 1, 1}, {1, 64, 64, 3, 3, 0, 0}, {17, 48, 32, 8, 20, 1, 1},
  {9, 200, 230, 6, 7, 1, 1}, -- few tiles below many weights
  {10, 32, 32, 64, 64, 1, 1}, -- chunks for all threads
  {70, 130, 20, 5, 3, 1, 1}, {2, 67, 150, 12, 12, 1, 1}, {1, 16, 16, 4, 5, 1, 1},
}

-- at step 2, of as many forms: borders within tiles, vectors and panels, all paddings
local strided = {
  {32, 128, 256, 16, 16, 1, 1}, {3, 64, 48, 15, 17, 1, 0}, {2, 70, 81, 16, 34, 0, 1},
  {2, 33, 100, 18, 16, 2, 2}, {1, 100, 17, 33, 31, 0, 0}, {5, 48, 64, 8, 15, 2, 1},
  {40, 64, 40, 32, 30, 1, 2}, -- several chunks
  {1, 40, 48, 16, 560, 1, 1}, -- rows of more tiles than are made at a time
  {3, 300, 96, 16, 16, 1, 1}, -- weights in blocks of channels
}

-- of volumes: images, channels, frames, height, width, frames of the window, padding of all three
local volumes = {
  {2, 16, 18, 5, 12, 13, 3, 1, 1, 1}, {1, 20, 16, 4, 9, 8, 2, 0, 0, 0},
  {3, 16, 16, 1, 12, 12, 3, 2, 1, 1}, {1, 32, 40, 9, 30, 41, 4, 3, 2, 0},
  {2, 24, 16, 6, 8, 8, 1, 0, 1, 1}, {1, 64, 64, 7, 28, 28, 5, 2, 1, 1},
}

-- with few outputs: images, input and output channels, size, window, step, padding
local few = {
  {20, 128, 64, 16, 3, 2, 1}, {9, 64, 72, 9, 5, 1, 0}, {33, 64, 96, 15, 1, 2, 0},
  {2, 80, 64, 8, 1, 3, 1}, {3, 64, 64, 1, 1, 2, 0},
}

local function far(got, want)
  return (want - got:double()):abs():max() / want:abs():max()
end

-- A layer in Double and one in Float, after a step on the same input.
local function step(exact, ...)
  local fast = exact:clone():float()
  local x = torch.randn(...)
  local y = exact:forward(x)
  local g = torch.randn(y:size())
  local xf, gf = x:float(), g:float()
  fast:forward(xf)
  for _, m in ipairs {exact, fast} do m.gradWeight:fill(0.5) m.gradBias:fill(0) end
  exact:backward(x, g, 0.25)
  fast:backward(xf, gf, 0.25)
  return exact, fast
end

local function run(shape)
  local n, c, k, h, w, ph, pw = unpack(shape)
  torch.manualSeed(7)
  return step(nn.SpatialConvolution(c, k, 3, 3, 1, 1, pw, ph), n, c, h, w)
end

local function run_strided(shape)
  local n, c, k, h, w, ph, pw = unpack(shape)
  torch.manualSeed(7)
  return step(nn.SpatialConvolution(c, k, 3, 3, 2, 2, pw, ph), n, c, h, w)
end

local function run_volume(shape)
  local n, c, k, t, h, w, kt, pt, ph, pw = unpack(shape)
  torch.manualSeed(7)
  return step(nn.VolumetricConvolution(c, k, kt, 3, 3, 1, 1, 1, pt, pw, ph), n, c, t, h, w)
end

local function run_few(shape)
  local n, c, k, size, window, stride, pad = unpack(shape)
  torch.manualSeed(7)
  return step(nn.SpatialConvolution(c, k, window, window, stride, stride, pad, pad),
    n, c, size, size)
end

local fields = {'output', 'gradInput', 'gradWeight', 'gradBias'}

describe('convolution of many channels', function()
  for _, shape in ipairs(shapes) do
    it(table.concat(shape, ' ') .. ' agrees with the sum in double', function()
      local exact, fast = run(shape)
      for _, field in ipairs(fields) do
        assert.is_true(far(fast[field], exact[field]) < 2e-5, field)
      end
    end)
  end

  for _, shape in ipairs(strided) do
    it(table.concat(shape, ' ') .. ' at step 2 agrees with the sum in double', function()
      local exact, fast = run_strided(shape)
      for _, field in ipairs(fields) do
        assert.is_true(far(fast[field], exact[field]) < 2e-5, field)
      end
    end)
  end

  it('at step 2 to larger images adds the bias', function()
    torch.manualSeed(7)
    local exact, fast = step(nn.SpatialFullConvolution(80, 72, 3, 3, 2, 2, 1, 1, 1, 1), 3, 80, 9, 8)
    for _, field in ipairs(fields) do
      assert.is_true(far(fast[field], exact[field]) < 2e-5, field)
    end
  end)

  for _, shape in ipairs(volumes) do
    it(table.concat(shape, ' ') .. ' of volumes agrees with the sum in double', function()
      local exact, fast = run_volume(shape)
      for _, field in ipairs(fields) do
        assert.is_true(far(fast[field], exact[field]) < 2e-5, field)
      end
    end)
  end

  for _, shape in ipairs(few) do
    it(table.concat(shape, ' ') .. ' with few outputs agrees with the sum in double', function()
      for threads = 1, 3, 2 do
        local before = torch.getnumthreads()
        torch.setnumthreads(threads)
        local exact, fast = run_few(shape)
        torch.setnumthreads(before)
        for _, field in ipairs(fields) do
          assert.is_true(far(fast[field], exact[field]) < 2e-5, field)
        end
      end
    end)
  end

  it('does not depend on the number of threads', function()
    for _, call in ipairs {{run, shapes[2]}, {run, shapes[10]}, {run, shapes[11]},
      {run_volume, volumes[6]}, {run_strided, strided[1]}, {run_strided, strided[7]}} do
      local threads = torch.getnumthreads()
      torch.setnumthreads(1)
      local _, one = call[1](call[2])
      torch.setnumthreads(3)
      local _, three = call[1](call[2])
      torch.setnumthreads(threads)
      for _, field in ipairs(fields) do
        assert.is_true(one[field]:equal(three[field]), field)
      end
    end
  end)
end)
