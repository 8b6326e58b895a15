-- fft, ifft, rfft, irfft against the definition of the transform; skipped by name where FFTW is
-- not there, except for arguments and the message.

local ffi = require 'ffi'
local torch = require 'torch'
local helpers = require 'helpers'

local types = {Float = 'libfftw3f', Double = 'libfftw3'}
local tolerance = {Float = 2e-6, Double = 1e-13}

local function there(type_name)
  return pcall(ffi.load, types[type_name] .. '.so.3')
    and pcall(ffi.load, types[type_name] .. '_omp.so.3')
end

-- The transform of complex x [..., 2] along dimension dim, by its definition; sign -1 or 1.
local function reference(x, dim, sign)
  local y = x:clone():zero()
  local n = x:size(dim)
  for k = 0, n - 1 do
    local to = y:select(dim, k + 1)
    local re, im = to:narrow(to:dim(), 1, 1), to:narrow(to:dim(), 2, 1)
    for j = 0, n - 1 do
      local from = x:select(dim, j + 1)
      local a, b = from:narrow(from:dim(), 1, 1), from:narrow(from:dim(), 2, 1)
      local angle = 2 * math.pi * (j * k % n) / n
      local c, s = math.cos(angle), sign * math.sin(angle)
      re:add(c, a):add(-s, b)
      im:add(s, a):add(c, b)
    end
  end
  if sign == 1 then y:div(n) end
  return y
end

local function complex(x)
  local size = x:size():totable()
  size[#size + 1] = 2
  local y = x.new(unpack(size)):zero()
  y:select(#size, 1):copy(x)
  return y
end

local function random(type_name, ...)
  return torch.randn(...):type('torch.' .. type_name .. 'Tensor')
end

for type_name in pairs(types) do
  local tol = tolerance[type_name]
  local found = there(type_name)

  local function test(what, f)
    it(what, function()
      if not found then return pending(types[type_name] .. ' (FFTW) is not on this machine') end
      torch.manualSeed(8)
      f()
    end)
  end

  describe('Fourier transforms of ' .. type_name, function()
    test('fft and ifft agree with the definition along every dimension and layout', function()
      for _, size in ipairs {{1, 2}, {7, 2}, {8, 2}, {3, 5, 2}, {2, 3, 4, 2}, {60, 2}} do
        local x = random(type_name, unpack(size))
        for layout, view in pairs(helpers.layouts(x)) do
          for d = 1, #size - 1 do
            helpers.assert_near(torch.fft(view, d), reference(x, d, -1), tol, layout)
            helpers.assert_near(view:ifft(d), reference(x, d, 1), tol, layout)
          end
          helpers.assert_near(view:fft(), reference(x, #size - 1, -1), tol, layout)
          assert.is_true(view:equal(x))
        end
      end
    end)

    test('several dimensions are transforms one after the other', function()
      local x = random(type_name, 2, 3, 4, 2)
      helpers.assert_near(x:fft({1, 3}), reference(reference(x, 1, -1), 3, -1), tol)
      helpers.assert_near(x:fft({2, 3}):ifft({2, 3}), x, tol)
      helpers.assert_near(x:ifft({3, 2, 1}), reference(reference(reference(x, 1, 1), 2, 1), 3, 1),
        tol)
    end)

    test('rfft is the first half of fft, irfft its inverse', function()
      for _, size in ipairs {{1}, {2}, {7}, {8}, {3, 5}, {4, 6}, {2, 3, 4}} do
        local x = random(type_name, unpack(size))
        for layout, view in pairs(helpers.layouts(x)) do
          for d = 1, #size do
            local half = math.floor(size[d] / 2) + 1
            local want = reference(complex(x), d, -1):narrow(d, 1, half)
            local got = view:rfft(d)
            helpers.assert_near(got, want, tol, layout)
            helpers.assert_near(got:irfft(d, size[d]), x, tol, layout)
            if size[d] % 2 == 0 then helpers.assert_near(torch.irfft(got, d), x, tol, layout) end
            helpers.assert_near(got, want, tol, 'changed by irfft')
          end
        end
      end
      local x = random(type_name, 3, 4, 5)
      local got = x:rfft({3, 1})
      assert.are.same({2, 4, 5, 2}, got:size():totable())
      helpers.assert_near(got, reference(reference(complex(x), 1, -1), 3, -1):narrow(1, 1, 2), tol)
      helpers.assert_near(got:irfft({3, 1}, 3), x, tol)
      local transposed = got:transpose(1, 2):contiguous():transpose(1, 2)
      helpers.assert_near(transposed:irfft({3, 1}, 3), x, tol)
    end)

    test('there is a form with a result, which may be the tensor', function()
      local x = random(type_name, 4, 2)
      local want, r = reference(x, 1, -1), x.new(3)
      assert.is_true(torch.fft(r, x) == r)
      helpers.assert_near(r, want, tol)
      x:fft(x, 1)
      helpers.assert_near(x, want, tol)
      local back = x.new()
      assert.is_true(torch.irfft(back, x:narrow(1, 1, 3), 1, 5) == back)
      assert.are.same({5}, back:size():totable())
    end)
  end)
end

describe('bad arguments of Fourier transforms', function()
  local x = torch.rand(3, 2)
  local cases = {
    {'expected complex numbers, a last dimension of size 2, got a DoubleTensor of size 3 x 3',
      torch.fft, torch.rand(3, 3)},
    {'expected complex numbers', torch.ifft, torch.rand(2)},
    {'irfft: expected complex numbers', torch.irfft, torch.rand(4)},
    {'fft: not available for a IntTensor', torch.fft, x:int()},
    {'rfft: not available for a HalfTensor', torch.rfft, x:half()},
    {'empty', torch.rfft, torch.Tensor()},
    {'dimension 2 is out of range 1 to 1', torch.fft, x, 2},
    {'dimension 3 is out of range 1 to 2', torch.rfft, x, 3},
    {'dimension 1 is given twice', torch.rfft, x, {1, 1}},
    {'one or more dimensions', torch.fft, x, {}},
    {"expected a number as argument 2, got a string", torch.fft, x, 'x'},
    {'expected a number as argument 3, got a table', torch.fft, torch.Tensor(), x, {{}}},
    {'are those of 4 or 5 elements, not of 6', torch.irfft, x, 1, 6},
    {'expected a DoubleTensor for the result', torch.fft, torch.FloatTensor(), x},
    {'expected a tensor as argument 1, got the number 1', torch.ifft, 1},
  }
  for i, case in ipairs(cases) do
    it('raise (' .. i .. ')', function()
      local ok, message = pcall(function() case[2](unpack(case, 3)) end)
      assert.is_false(ok)
      assert.matches(case[1], message)
      assert.matches('fft_spec%.lua', message)
    end)
  end
end)

describe('without FFTW', function()
  it('a transform names the package that has it', function()
    local status, output = helpers.script([[
      require 'torch'
      local ffi = require 'ffi'
      local load = ffi.load
      ffi.load = function(name, ...)
        if name:find('fftw') then error('not here') end
        return load(name, ...)
      end
      print(select(2, pcall(torch.fft, torch.zeros(3, 2))))
      print(select(2, pcall(torch.rfft, torch.zeros(3):float())))]])
    assert.are.equal(0, status, output)
    assert.matches('fft: FFTW %(libfftw3%.so%.3.*apt%-get install libfftw3%-double3\n', output)
    assert.matches('rfft: FFTW %(libfftw3f%.so%.3.*apt%-get install libfftw3%-single3\n', output)
  end)
end)
