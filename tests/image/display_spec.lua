-- Drawing, display, kernels, colours, filters and the test pictures of package image: forms and
-- properties beyond the recorded values.

local helpers = require 'helpers'
local torch = require 'torch'
require 'image'

local function raises(pattern, f)
  local ok, text = pcall(f)
  assert.is_false(ok)
  assert.is_truthy(text:find('display_spec.lua:%d+: image%.'), text)
  assert.is_truthy(text:find(pattern), text)
end

local function near(a, b, tol) assert.is_true((a - b:typeAs(a)):abs():max() <= tol) end

describe('image', function()
  it('minmax takes a result, works in place, and does not divide by zero', function()
    local x = torch.Tensor{1, 2, 5}
    assert.are.same({0, 0.25, 1}, image.minmax{tensor = x}:totable())
    assert.are.same({1, 2, 5}, x:totable())
    local out = torch.Tensor()
    assert.are.equal(out, image.minmax{tensor = x, tensorOut = out})
    assert.are.equal(x, image.minmax{tensor = x, inplace = true})
    assert.are.same({0, 0.25, 1}, x:totable())
    assert.are.same({0, 0}, image.minmax{tensor = torch.ones(2)}:totable())
    assert.are.same({0, 1}, image.minmax{tensor = torch.ByteTensor{10, 20}}:totable())
    assert.are.same({0, 1}, image.minmax{tensor = torch.Tensor{-3, 9}, min = 0, max = 4,
      saturate = true}:totable())
    raises('minmax: expected a tensor', function() image.minmax{min = 1} end)
  end)

  it('toDisplayTensor takes tensors and tables of every shape', function()
    for _, case in ipairs {
      {torch.rand(4, 5), {4, 5}}, {torch.rand(3, 4, 5), {3, 4, 5}},
      {torch.rand(1, 4, 5), {1, 4, 5}},
      {torch.rand(7, 4, 5), {8, 30}}, {torch.rand(7, 3, 4, 5), {3, 8, 30}},
      {torch.rand(2, 1, 4, 5), {4, 10}}, {{torch.rand(4, 5), torch.rand(4, 5)}, {4, 10}},
      {{torch.rand(3, 4, 5), torch.rand(3, 4, 5)}, {3, 4, 10}},
      {torch.ByteTensor(4, 5):random(), {4, 5}},
    } do
      local got = image.toDisplayTensor(case[1])
      assert.are.same(case[2], got:size():totable())
      assert.are.equal(0, got:min())
      assert.is_true(math.abs(got:max() - 1) < 1e-12)
    end
    assert.are.same({10, 12}, image.toDisplayTensor(torch.rand(4, 4, 5), 1, 2):size():totable())
    raises('of 1 or 3 channels', function() image.toDisplayTensor(torch.rand(2, 2, 4, 5)) end)
    raises('expected a picture', function() image.toDisplayTensor({}) end)
    raises('picture 2 is', function()
      image.toDisplayTensor({torch.rand(4, 5), torch.rand(5, 5)})
    end)
  end)

  it('display writes a file and says where it is without a desktop', function()
    local status, output = helpers.script([[
      require 'image'
      local win = image.display{image = torch.rand(3, 4, 5), zoom = 2, legend = 'noise'}
      print(win.legend, table.concat(image.load(win.file):size():totable(), 'x'))
      local again = image.display(torch.zeros(2, 2), 1, nil, nil, nil, image.window())
      print(again.file ~= win.file)
      os.remove(win.file)
      os.remove(again.file)
    ]], {DISPLAY = '', WAYLAND_DISPLAY = ''})
    assert.are.equal(0, status, output)
    assert.is_truthy(output:find('noise\t3x8x10', 1, true), output)
    assert.is_truthy(output:find('image.display: there is no desktop to show it on; the picture is '
      .. 'in /', 1, true) or output:find 'no xdg%-open', output)
    raises('need Qt windows', function() image.window(print) end)
    raises('Qt windows are not supported', function() image.display{image = torch.rand(2, 2),
      win = 'w'} end)
  end)

  it('drawRect draws a frame inside of the picture', function()
    local x = torch.zeros(3, 8, 9)
    local framed = image.drawRect(x, 2, 3, 6, 7, {color = {255, 0, 51}, lineWidth = 2})
    assert.are.equal(0, x:max())
    assert.are.equal(24, framed[1]:sum())
    assert.is_true(math.abs(framed[3]:narrow(1, 3, 5):narrow(2, 2, 5):sum() - 24 * 0.2) < 1e-9)
    assert.are.equal(0, framed[1][5][4])
    local bytes = torch.ByteTensor(3, 8, 9):zero()
    assert.are.equal(bytes, image.drawRect(bytes, -3, -3, 100, 4, {inplace = true}))
    assert.are.equal(255 * 9, bytes[1]:float():sum())
    raises('drawRect: expected a picture of 3 x', function() image.drawRect(x[1], 1, 1, 2, 2) end)
    raises('drawRect: color must be', function() image.drawRect(x, 1, 1, 2, 2, {color = 3}) end)
    raises('drawRect: expected a number as y2', function() image.drawRect(x, 1, 1, 2) end)
  end)

  it('drawText draws letters, backgrounds and lines', function()
    local x = torch.zeros(3, 30, 20)
    local text = image.drawText(x, 'H', 1, 1, {color = {255, 255, 255}})
    local rows = {}
    for i = 1, 7 do rows[i] = table.concat(text[1][i]:narrow(1, 1, 5):totable()) end
    assert.are.same({'10001', '10001', '10001', '11111', '10001', '10001', '10001'}, rows)
    assert.are.equal(4 * text:sum(),
      image.drawText(x, 'H', 1, 1, {color = {255, 255, 255}, size = 2}):sum())
    local filled = image.drawText(x, ' \n ', 3, 2, {bg = {255, 0, 0}})
    assert.are.equal(2 * 6 * 8, filled[1]:sum())
    assert.are.equal(0, filled[2]:sum())
    local wrapped = image.drawText(x, '----', 1, 1)
    assert.are.equal(4 * 5, wrapped[1]:sum())
    assert.are.equal(5, wrapped[1][12]:sum())
    local cut = image.drawText(x, '----', 1, 1, {wrap = false})
    assert.are.equal(3 * 5 + 2, cut[1]:sum())
    assert.are.equal(x, image.drawText(x, 'a', 100, 100, {inplace = true}))
    for code = 0, 255 do image.drawText(x, string.char(code), 1, 1) end
    raises('drawText: expected a text', function() image.drawText(x, 3, 1, 1) end)
  end)

  it('kernels take tensors, default types and normalization', function()
    for _, name in ipairs {'gaussian', 'laplacian'} do
      local k = image[name](7, 0.2, 3, false, 5, 4)
      assert.are.same({4, 5}, k:size():totable())
      local into = torch.FloatTensor(3, 5)
      assert.are.equal(into, image[name]{tensor = into, normalize = true})
      assert.is_true(math.abs(into:sum() - 1) < 1e-5)
      assert.are.same({3, 3}, image[name]():size():totable())
      raises(name .. ': expected a whole number', function() image[name](0) end)
      raises(name .. ': sigma is zero', function() image[name](3, 0) end)
    end
    local k = image.gaussian1D{size = 9, normalize = true}
    assert.is_true(math.abs(k:sum() - 1) < 1e-12)
    near(torch.ger(image.gaussian1D(5), image.gaussian1D(5)), image.gaussian(5), 1e-12)
    local into = torch.FloatTensor(4)
    assert.are.equal(into, image.gaussian1D{tensor = into})
  end)

  it('colours go to other spaces and back', function()
    local x = torch.rand(3, 6, 5):mul(0.98):add(0.01)
    for _, pair in ipairs {{'rgb2yuv', 'yuv2rgb', 1e-4}, {'rgb2hsl', 'hsl2rgb', 1e-12},
      {'rgb2hsv', 'hsv2rgb', 1e-12}, {'rgb2lab', 'lab2rgb', 1e-4}} do
      local there = image[pair[1]](x)
      near(image[pair[2]](there), x, pair[3])
      local dst = torch.Tensor()
      assert.are.equal(dst, image[pair[1]](dst, x))
      near(dst, there, 0)
      near(image[pair[1]](x:float()):double(), there, 1e-4)
      near(image[pair[1]](x:transpose(2, 3)), there:transpose(2, 3), 1e-12)
      local inplace = x:clone()
      near(image[pair[1]](inplace, inplace), there, 0)
    end
    near(image.rgb2nrgb(x):sum(1), torch.ones(1, 6, 5), 1e-4)
    local white = image.rgb2lab(torch.ones(3, 1, 1))
    near(white:view(-1), torch.Tensor{100, 0, 0}, 0.05)
    near(image.rgb2y(torch.ByteTensor(3, 2, 2):fill(200)):double(), torch.Tensor(1, 2, 2):fill(200),
      0)
    local levels = torch.range(1, 6):view(1, 2, 3)
    near(image.y2jet(levels), image.jetColormap(6):t():contiguous():view(3, 2, 3), 0)
    local row = torch.range(1, 6)
    near(image.y2jet(row), image.jetColormap(6):t():contiguous():view(3, 1, 6), 0)
    local dst = torch.Tensor()
    assert.are.equal(dst, image.y2jet(dst, levels[1]))
    assert.are.same({12, 3}, image.colormap(12):size():totable())
    raises('y2jet: levels count from 1', function() image.y2jet(torch.zeros(2, 2)) end)
    raises('colormap: expected a number of colours', function() image.colormap(0) end)
  end)

  it('erodes and dilates', function()
    local x = torch.zeros(7, 8)
    x[3][4] = 1
    local cross = torch.Tensor{{0, 1, 0}, {1, 1, 1}, {0, 1, 0}}
    local grown = image.dilate(x, cross)
    assert.are.equal(5, grown:sum())
    near(image.erode(grown, cross), x, 0)
    assert.are.equal(7 * 8, image.erode(torch.ones(7, 8)):sum())
    assert.are.equal(5 * 6, image.erode(torch.ones(7, 8), nil, 0):sum())
    assert.are.equal(2 * 8 + 2 * 5, image.dilate(torch.zeros(7, 8), nil, 1):sum())
    assert.are.equal('torch.ByteTensor', image.dilate(x:byte()):type())
  end)

  it('convolves each channel and normalizes contrast', function()
    local x = torch.rand(2, 6, 7)
    local k = torch.rand(3, 3)
    near(image.convolve(x, k, 'full')[2], torch.conv2(x[2], k, 'F'), 1e-12)
    near(image.convolve(x, k, 'same')[1], torch.conv2(x[1], k, 'F'):narrow(1, 2, 6):narrow(2, 2, 7),
      1e-12)
    local dst = torch.Tensor()
    assert.are.equal(dst, image.convolve(dst, x, k))
    near(image.convolve(x:float(), k):double(), dst, 1e-5)
    assert.are.same({12, 22}, image.lcn(torch.rand(20, 30)):size():totable())
    raises('lcn: expected one channel', function() image.lcn(torch.rand(3, 20, 20)) end)
    raises('convolve: mode must be', function() image.convolve(x, k, 'half') end)
    local pyramid = {}
    assert.are.equal(pyramid, image.gaussianpyramid(pyramid, torch.rand(2, 8, 8), {1, 0.5, 0.25}))
    assert.are.same({2, 2, 2}, pyramid[3]:size():totable())
    raises('gaussianpyramid: nothing is left', function() image.gaussianpyramid(x, {0.01}) end)
  end)

  it('has test pictures', function()
    assert.are.same({3, 512, 512}, image.lena():size():totable())
    assert.are.same({1, 257, 271}, image.fabio():size():totable())
    for _, picture in ipairs {image.lena(), image.fabio()} do
      assert.is_true(picture:min() >= 0 and picture:max() <= 1 and picture:std() > 0.1)
    end
  end)
end)
