-- examples/mnist: the readers of IDX and PNG files, mini-batches, and the preparation of images.

local pictures = require 'image'
local torch = require 'torch'
require 'paths'
local run = require 'examples.run'

local idx = dofile 'examples/mnist/idx.lua'
local data = dofile 'examples/mnist/data.lua'
local digit = dofile 'examples/mnist/digit.lua'
local png = dofile 'examples/mnist/png.lua'

local folder = run.folder()
local path = folder .. '/file'

describe('an IDX file', function()
  it('is read with its sizes', function()
    run.write(path, '\0\0\8\2\0\0\0\2\0\0\0\3\1\2\3\4\5\255')
    assert.are.same({{1, 2, 3}, {4, 5, 255}}, idx.read(path):totable())
  end)

  for what, case in pairs {
    ['is empty'] = {'', 'not an IDX file'},
    ['has three bytes'] = {'\0\0\8', 'not an IDX file'},
    ['begins otherwise'] = {'\1\0\8\1\0\0\0\1\1', 'not an IDX file'},
    ['holds floats'] = {'\0\0\13\1\0\0\0\1\0\0\0\0', 'element type 13 is not supported'},
    ['has no dimensions'] = {'\0\0\8\0\1', 'damaged IDX header'},
    ['has too many dimensions'] = {'\0\0\8\255', 'damaged IDX header'},
    ['ends in its header'] = {'\0\0\8\3\0\0\0\1\0\0', 'damaged IDX header'},
    ['ends too early'] = {'\0\0\8\1\0\0\0\3\1\2', '3 = 3 elements, the file has 2'},
    ['is too long'] = {'\0\0\8\1\0\0\0\3\1\2\3\4', '3 = 3 elements, the file has 4'},
    ['claims a huge size'] = {'\0\0\8\2\255\255\255\255\255\255\255\255\1',
      '4294967295 x 4294967295 = 18446744065119617024 elements, the file has 1'},
    ['has no elements'] = {'\0\0\8\1\0\0\0\0', 'no elements'},
  } do
    it('is refused when it ' .. what, function()
      run.write(path, case[1])
      local tensor, message = idx.read(path)
      assert.is_nil(tensor)
      assert.is_truthy(message:find(path .. ': ', 1, true))
      assert.is_truthy(message:find(case[2], 1, true), message)
    end)
  end

  it('is refused when it is missing', function()
    local tensor, message = idx.read(path .. '.none')
    assert.is_nil(tensor)
    assert.is_truthy(message:find('none: No such file', 1, true))
  end)
end)

describe('the MNIST subset', function()
  it('has 6000 training and 1000 test images', function()
    for part, n in pairs {train = 6000, t10k = 1000} do
      local set = data.load('examples/mnist/data', part)
      assert.are.same({n, 28, 28}, set.images:size():totable())
      assert.are.equal(n, set.labels:nElement())
      assert.are.equal(1, set.labels:min())
      assert.are.equal(10, set.labels:max())
    end
  end)

  it('becomes mini-batches in the order asked for, about 0 in mean and 1 in deviation', function()
    local set = data.load('examples/mnist/data', 't10k')
    local batch = data.batches(set, 'torch.DoubleTensor', 0)
    local inputs, targets = batch(torch.range(1000, 1, -1), 1, 1000)
    assert.are.same({1000, 1, 28, 28}, inputs:size():totable())
    assert.is_true(math.abs(inputs:mean()) < 0.05 and math.abs(inputs:std() - 1) < 0.05)
    assert.are.equal(set.labels[1000], targets[1])
    local pixels = inputs[1][1]:add(-inputs:min()):mul(0.3081 * 255)
    assert.is_true((pixels - set.images[1000]:double()):abs():max() < 1e-9)
  end)

  it('is moved by at most the shift', function()
    local images = torch.ByteTensor(1, 28, 28):zero()
    images[1][10][20] = 255
    local batch = data.batches({images = images}, 'torch.FloatTensor', 2)
    local rows, columns = {}, {}
    for _ = 1, 200 do
      local image = batch(torch.ones(1), 1, 1)[1][1]
      local _, row = image:max(2):view(-1):max(1)
      local _, column = image:max(1):view(-1):max(1)
      rows[row[1]], columns[column[1]] = true, true
    end
    assert.are.same({[8] = true, [9] = true, [10] = true, [11] = true, [12] = true}, rows)
    assert.are.same({[18] = true, [19] = true, [20] = true, [21] = true, [22] = true}, columns)
  end)
end)

describe('a PNG image', function()
  it('is read as gray values', function()
    local pixels = torch.ByteTensor {{0, 100, 255}, {7, 8, 9}}
    pictures.savePNG(path, pixels)
    assert.are.same(pixels:totable(), png.read(path):totable())
    pictures.savePNG(path, pixels:view(1, 2, 3):expand(3, 2, 3))
    assert.are.same(pixels:totable(), png.read(path):totable())
  end)

  it('is white where it is transparent, and black where it is black', function()
    local opacity = torch.ByteTensor {{0, 255, 51}}
    for _, colours in ipairs {1, 3} do
      local picture = torch.ByteTensor(colours + 1, 1, 3):zero()
      picture[colours + 1]:copy(opacity)
      pictures.savePNG(path, picture)
      assert.are.same({{255, 0, 204}}, png.read(path):totable())
    end
  end)

  it('is refused when it is damaged or missing', function()
    pictures.savePNG(path, torch.ByteTensor(40, 40):random(0, 255))
    local bytes = run.read(path)
    for _, contents in ipairs {'', 'text', bytes:sub(1, 20), bytes:sub(1, #bytes / 2),
      bytes:sub(1, 100) .. ('x'):rep(50) .. bytes:sub(151)} do
      run.write(path, contents)
      local pixels, message = png.read(path)
      assert.is_nil(pixels)
      assert.are.equal(path .. ' is no PNG picture', message:sub(1, #path + 18))
    end
    assert.is_nil((png.read(path .. '.none')))
  end)
end)

describe('the preparation of an image', function()
  -- A light ring on black, off the middle.
  local function ring(height, width, y, x, radius)
    local image = torch.ByteTensor(height, width):zero()
    for i = 1, height do
      for j = 1, width do
        local distance = math.sqrt((i - y) ^ 2 + (j - x) ^ 2) / radius
        if distance > 0.6 and distance < 1 then image[i][j] = 255 end
      end
    end
    return image
  end

  it('leaves an image of 28 x 28 as it is, light on black', function()
    local image = ring(28, 28, 12, 16, 8)
    assert.are.same(image:totable(), digit.prepare(image):totable())
    local inverted = image:clone():mul(-1):add(255)
    assert.are.same(image:totable(), digit.prepare(inverted):totable())
  end)

  for _, case in ipairs {{280, 280, 100, 180, 60}, {90, 300, 40, 60, 33}, {17, 11, 8, 5, 4}} do
    it(('scales and centres %d x %d pixels'):format(case[1], case[2]), function()
      for _, inverted in ipairs {false, true} do
        local image = ring(unpack(case))
        if inverted then image:mul(-1):add(255) end
        local out = digit.prepare(image)
        assert.are.same({28, 28}, out:size():totable())
        assert.are.equal(0, out:narrow(1, 1, 3):max() + out:narrow(2, 1, 3):max())
        assert.are.equal(0, out:narrow(1, 26, 3):max() + out:narrow(2, 26, 3):max())
        local middle, rim = out:narrow(1, 14, 2):narrow(2, 14, 2), out:narrow(1, 14, 2)
        assert.is_true(middle:max() < 64, 'the hole of the ring')
        assert.is_true(rim:narrow(2, 5, 4):max() > 192 and rim:narrow(2, 21, 4):max() > 192)
      end
    end)
  end

  it('averages areas', function()
    local image = torch.ByteTensor(80, 80):zero()
    image:narrow(1, 21, 40):narrow(2, 21, 40):fill(200)
    image:narrow(1, 21, 2):narrow(2, 21, 1):zero() -- half of the first of 20 x 20 areas of 2 x 2
    local out = digit.prepare(image)
    local corner = out:narrow(1, 5, 1):narrow(2, 5, 1):max()
    assert.is_true(corner == 127 or corner == 128)
    assert.are.equal(255, out[6][6])
  end)

  it('refuses an image without a digit', function()
    for _, image in ipairs {torch.ByteTensor(50, 40):fill(255), torch.ByteTensor(1, 1):zero()} do
      local out, message = digit.prepare(image)
      assert.is_nil(out)
      assert.is_truthy(message:find 'no digit')
    end
  end)
end)
