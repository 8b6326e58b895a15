-- Picture files: what is read from files of every kind, what is written, and what damaged or
-- missing ones raise.

local ffi = require 'ffi'
local helpers = require 'helpers'
local torch = require 'torch'
local image = require 'image'

local records = helpers.json('image/files.json.gz').records

local function bytes_of(record)
  return (record.hex:gsub('%x%x', function(pair) return string.char(tonumber(pair, 16)) end))
end

local function tensor_of(bytes)
  local t = torch.ByteTensor(#bytes)
  ffi.copy(t:data(), bytes, #bytes)
  return t
end

local function samples_of(record)
  return torch.DoubleTensor(record.samples):view(unpack(record.size))
end

describe('picture files', function()
  local folder

  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute('mkdir ' .. folder) == 0)
  end)

  teardown(function() os.execute('rm -rf ' .. folder) end)

  local function write(name, bytes)
    local path = folder .. '/' .. name
    local file = assert(io.open(path, 'wb'))
    file:write(bytes)
    file:close()
    return path
  end

  it('savePPM and savePGM write whatever the suffix', function()
    local bytes = torch.ByteTensor(3, 4, 5):random(0, 255)
    local path = folder .. '/picture.any'
    image.savePPM(path, bytes)
    assert.are.equal(0, (image.loadPPM(path, 3, 'byte') - bytes):ne(0):sum())
    for _, grey in ipairs {bytes[2], bytes:narrow(1, 2, 1)} do
      image.savePGM(path, grey)
      assert.are.equal(0, (image.loadPPM(path, 1, 'byte')[1] - bytes[2]):ne(0):sum())
      assert.are.same({1, 4, 5}, {image.getPPMsize(path)})
    end
    local _, message = pcall(function() image.savePGM(path, bytes) end)
    assert.is_truthy(message:find('files_spec.lua:%d+: image.savePGM: expected 1 x height'))
  end)

  local loaders = {png = 'loadPNG', jpg = 'loadJPG', ppm = 'loadPPM'}
  local sizers = {png = 'getPNGsize', jpg = 'getJPGsize', ppm = 'getPPMsize'}

  for _, record in ipairs(records) do
    it('are read: ' .. record.format .. ', ' .. record.name, function()
      local path = write('a.' .. record.format, bytes_of(record))
      local want = samples_of(record)
      for type, class in pairs {double = 'torch.DoubleTensor', float = 'torch.FloatTensor'} do
        local got = image.load(path, nil, type)
        assert.are.equal(class, got:type())
        assert.are.same(record.size, got:size():totable())
        assert.is_true((got:double() * record.maximum - want):abs():max() < 0.01)
      end
      local bytes = image[loaders[record.format]](path, nil, 'byte')
      local high = record.maximum > 255 and torch.floor(want / 256) or want
      assert.are.equal(0, (bytes:double() - high):abs():max())
      assert.are.same(record.size, image.getSize(path):totable())
      assert.are.same(record.size, {image[sizers[record.format]](path)})
      local default = image.load(path)
      assert.are.equal(torch.getdefaulttensortype(), default:type())
    end)

    it('are read with the channels asked for: ' .. record.format .. ', ' .. record.name, function()
      local path = write('a.' .. record.format, bytes_of(record))
      local want = samples_of(record):div(record.maximum)
      local colour = record.size[1] >= 3 and want:narrow(1, 1, 3)
        or want:narrow(1, 1, 1):expand(3, record.size[2], record.size[3])
      local grey = record.size[1] < 3 and want:narrow(1, 1, 1)
        or torch.DoubleTensor{0.299, 0.587, 0.114}:view(1, 3)
          * want:narrow(1, 1, 3):contiguous():view(3, -1)
      local three, one = image.load(path, 3, 'double'), image.load(path, 1, 'double')
      assert.are.same({3, record.size[2], record.size[3]}, three:size():totable())
      assert.are.same({1, record.size[2], record.size[3]}, one:size():totable())
      assert.is_true((three - colour):abs():max() < 1e-12)
      assert.is_true((one:view(-1) - grey:contiguous():view(-1)):abs():max() < 1e-12)
    end)
  end

  it('are decompressed by how they begin', function()
    for _, record in ipairs(records) do
      local bytes = tensor_of(bytes_of(record))
      if record.format == 'ppm' then
        assert.has_error(function() image.decompress(bytes) end)
      else
        local own = record.format == 'png' and image.decompressPNG or image.decompressJPG
        local want = own(bytes, nil, 'byte')
        assert.are.same(record.size, want:size():totable())
        assert.are.equal(0, (image.decompress(bytes, nil, 'byte'):double() - want:double()):abs()
          :max())
      end
    end
  end)

  it('without loss give back what was saved', function()
    local colour, grey = torch.rand(3, 11, 7), torch.rand(9, 4)
    for suffix, picture in pairs {png = colour, ppm = colour, pgm = grey} do
      local path = folder .. '/saved.' .. suffix
      image.save(path, picture)
      local got = image.load(path, nil, 'byte')
      local want = torch.floor(picture * 255):view(unpack(got:size():totable()))
      assert.are.equal(0, (got:double() - want):abs():max())
    end
    for channels = 1, 4 do
      local picture = torch.ByteTensor(channels, 5, 6):random(0, 255)
      local got = image.decompressPNG(image.compressPNG(picture), nil, 'byte')
      assert.are.equal(0, (got:double() - picture:double()):abs():max())
    end
  end)

  it('have the same samples in every type and width', function()
    for _, size in ipairs {{3, 1}, {3, 7}, {2, 8}, {2, 9}, {2, 10}, {2, 15}, {1, 16}, {3, 17},
      {2, 18}, {2, 26}, {1, 31}, {2, 33}, {3, 100}, {1024, 1024}, {1024, 1000}, {1030, 1027}} do
      local height, width = size[1], size[2]
      local bytes = torch.ByteTensor(3, height, width):random(0, 255)
      local file = image.compressPNG(bytes)
      local got = image.decompressPNG(file, 3, 'byte')
      assert.are.equal(0, torch.ne(got, bytes):sum(), width)
      for type, name in pairs {float = 'FloatTensor', double = 'DoubleTensor'} do
        local numbers = image.decompressPNG(file, 3, type)
        local want = bytes:type('torch.' .. name):mul(1 / 255)
        assert.are.equal(0, torch.ne(numbers, want):sum(), width)
      end
    end
  end)

  it('limit what is saved to 0 and 1 and leave the tensor alone', function()
    local picture = torch.FloatTensor{{-1, 0.5, 2}}
    image.savePNG(folder .. '/limits.png', picture)
    assert.are.same({0, 127, 255},
      image.loadPNG(folder .. '/limits.png', 1, 'byte'):view(-1):totable())
    assert.are.same({-1, 0.5, 2}, picture:view(-1):totable())
  end)

  it('of JPEG come near to what was saved, nearer with more quality', function()
    local picture = image.scale(image.lena(), 64, 48)
    local error_of = {}
    for _, quality in ipairs {20, 75, 100} do
      local bytes = image.compressJPG(picture, quality)
      error_of[quality] = (image.decompressJPG(bytes, 3, 'double') - picture):abs():mean()
    end
    assert.is_true(error_of[20] > error_of[75] and error_of[75] > error_of[100])
    assert.is_true(error_of[100] < 0.03)
    image.saveJPG(folder .. '/a.jpeg', picture)
    local standard = image.decompressJPG(image.compressJPG(picture))
    assert.are.equal(0, (image.loadJPG(folder .. '/a.jpeg') - standard):abs():max())
    local grey = image.decompressJPG(image.compressJPG(picture[1]))
    assert.are.same({1, 48, 64}, grey:size():totable())
  end)

  it('are told apart by their contents before their names', function()
    local path = folder .. '/really-png.jpg'
    image.savePNG(path, torch.zeros(1, 2, 3))
    assert.are.same({1, 2, 3}, image.load(path):size():totable())
    assert.are.same({1, 2, 3}, image.getSize(path):totable())
  end)

  it('have suffixes that are supported', function()
    for suffix, yes in pairs {jpg = true, PNG = true, ppm = true, pgm = true, gif = false} do
      assert.are.equal(yes, image.is_supported(suffix))
    end
    assert.are.equal(image.loadJPG, image.supported_filetypes.jpg.loader)
    local types = image.supported_filetypes
    types.raw = {loader = function(name) return name end}
    local path = write('x.raw', 'anything')
    assert.are.equal(path, image.load(path))
    types.raw = nil
  end)

  -- The message of a call, which must name this file.
  local function message(...)
    local ok, text = pcall(...)
    assert.is_false(ok)
    return text
  end

  local function raises(pattern, f)
    local text = message(f)
    assert.is_truthy(text:find('files_spec.lua:%d+: image%.'), text)
    assert.is_truthy(text:find(pattern), text)
  end

  it('that are cut short raise at the caller\'s line', function()
    for _, record in ipairs(records) do
      local bytes = bytes_of(record)
      for _, part in ipairs {0.2, 0.5, 0.9} do
        local path = write('cut.' .. record.format, bytes:sub(1, math.floor(#bytes * part)))
        local ok = pcall(image.load, path)
        if record.format ~= 'ppm' or part < 0.6 then assert.is_false(ok, record.name .. part) end
        if not ok then raises('image.load: .*cut', function() return image.load(path) end) end
      end
    end
  end)

  it('that are damaged raise', function()
    for _, record in ipairs(records) do
      local bytes = bytes_of(record)
      if record.format == 'png' then
        local at = bytes:find('IDAT', 1, true) + 6
        local broken = bytes:sub(1, at) .. string.char((bytes:byte(at + 1) + 77) % 256)
          .. bytes:sub(at + 2)
        raises('no PNG picture that can be read', function()
          image.decompress(tensor_of(broken))
        end)
      end
    end
    raises('no JPEG picture that can be read', function()
      image.decompressJPG(tensor_of('\255\216\255\224nothing'))
    end)
  end)

  it('that declare more pixels than they can hold take no memory', function()
    local function number(n)
      return string.char(math.floor(n / 2 ^ 24), math.floor(n / 2 ^ 16) % 256,
        math.floor(n / 256) % 256, n % 256)
    end
    for _, record in ipairs(records) do
      local bytes = bytes_of(record)
      if record.format == 'jpg' then
        local at = bytes:find('\255[\192\194]')
        bytes = bytes:sub(1, at + 4) .. '\255\220\255\220' .. bytes:sub(at + 9)
        raises('declares 65500 x 65500 pixels', function() image.decompress(tensor_of(bytes)) end)
      elseif record.name == 'RGB, 8 bits' then
        local zlib = require('torch.zlib').library()
        local header = 'IHDR' .. number(900000) .. number(900000) .. bytes:sub(25, 29)
        local crc = tonumber(zlib.crc32(0, header, #header))
        bytes = bytes:sub(1, 12) .. header .. number(crc) .. bytes:sub(34)
        raises('declares 900000 x 900000', function() image.decompress(tensor_of(bytes)) end)
      elseif record.name == 'P6' then
        local path = write('huge.ppm', 'P6 2000000000 2000000000 255\nabc')
        raises('declares 2000000000', function() image.load(path) end)
      end
    end
  end)

  it('that cannot be read or written raise', function()
    raises('cannot read ' .. folder .. ': Is a directory', function() image.load(folder) end)
    raises('missing.png: No such file', function() image.load(folder .. '/missing.png') end)
    raises('no suffix of a format', function() image.load(write('a.txt', 'hello')) end)
    raises('no suffix of a format', function() image.save(folder .. '/a.gif', torch.rand(2, 2)) end)
    raises('no PNG picture', function() image.loadPNG(write('b.png', 'hello')) end)
    raises('a file name as argument 1', function() image.load(3) end)
    raises('a number of channels %(1 or 3%)', function()
      image.load(write('c.pgm', 'P5 1 1 255\na'), 2)
    end)
    raises("'float', 'double' or 'byte'", function()
      image.load(write('c.pgm', 'P5 1 1 255\na'), 1, 'int')
    end)
    raises('a ByteTensor with the bytes', function() image.decompress(torch.rand(4)) end)
    raises('a ByteTensor with the bytes', function() image.decompressJPG(torch.ByteTensor()) end)
    raises('1, 3 x height x width or height x width as argument 2', function()
      image.save(folder .. '/a.jpg', torch.rand(2, 4, 4))
    end)
    raises('a quality %(1 to 100%)', function() image.compressJPG(torch.rand(4, 4), 101) end)
    assert.has_error(function() image.save(folder .. '/none/a.png', torch.rand(2, 2)) end)
  end)

  it('on a full disk raise', function()
    raises('No space left', function() image.savePNG('/dev/full', torch.rand(3, 50, 50)) end)
  end)

  it('need their library, and say so where it is not there', function()
    local status, output = helpers.script [[
      local searchpath = package.searchpath
      function package.searchpath(name, ...)
        if name == 'libluatorch_image' then return nil, ' not here' end
        return searchpath(name, ...)
      end
      require 'torch'
      print(select(2, pcall(require, 'image')))
    ]]
    assert.are.equal(0, status, output)
    assert.is_truthy(output:find('libluatorch_image.so not found; make builds it where the headers '
      .. 'of libpng and libjpeg are installed', 1, true), output)
  end)

  it('that cannot be replaced stay what they were', function()
    local path = folder .. '/old.png'
    image.save(path, torch.zeros(1, 2, 2))
    assert.has_error(function() image.save(path, torch.rand(5, 2, 2)) end)
    assert.are.equal(0, image.load(path):max())
    assert.are.equal('', io.popen('ls ' .. folder .. ' -a | grep luatorch'):read('*a'))
  end)
end)
