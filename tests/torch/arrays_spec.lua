-- torch.npy, torch.npz and torch.safetensors: files of NumPy and safetensors are read, ours are the
-- same bytes, and invalid ones are refused.

local helpers = require 'helpers'
local torch = require 'torch'

local records = helpers.json('arrays/files.json.gz').records

local function unhex(text)
  return (text:gsub('%x%x', function(pair) return string.char(tonumber(pair, 16)) end))
end

local function memory(bytes)
  return torch.MemoryFile(torch.CharStorage():string(bytes .. '\0'), 'r')
end

local function format_of(name) return torch[name:match('%.(%w+)$')] end
local function load_bytes(name, bytes, ...) return format_of(name).load(memory(bytes), ...) end

local function save_bytes(format, ...)
  local file = torch.MemoryFile()
  torch[format].save(file, ...)
  local bytes = file:storage():string()
  return bytes:sub(1, -2)
end

local function assert_value(got, want, what)
  assert.are.equal(want.type, torch.typename(got), what)
  assert.are.same(want.size, got:dim() == 0 and {} or got:size():totable(), what)
  assert.are.same(want.data, got:dim() == 0 and {} or helpers.flat(got:double()), what)
end

local by_name = {}
for _, record in ipairs(records) do by_name[record.file] = unhex(record.bytes) end

describe('files of NumPy and safetensors:', function()
  for _, record in ipairs(records) do
    it(record.file .. ' is read', function()
      local ok, value, metadata = pcall(load_bytes, record.file, by_name[record.file])
      assert.are.equal(not record.error, ok, not ok and value or 'it was read')
      if record.error then
        assert.matches('which no tensor has', value)
      elseif record.value then
        assert_value(value, record.value, record.file)
      else
        for name, want in pairs(record.values) do
          assert_value(value[name], want, name)
          value[name] = nil
        end
        assert.is_nil(next(value))
        assert.are.same(record.metadata, metadata)
      end
    end)
  end

  it('.npy files of ours have the same bytes', function()
    local count = 0
    for _, record in ipairs(records) do
      local native = record.file:match('^l%w+%.npy$') or record.file:match('^[cf]%w*%.npy$')
      if native and record.value and not record.file:match('^lu') then
        local t = load_bytes(record.file, by_name[record.file])
        assert.are.equal(by_name[record.file], save_bytes('npy', t), record.file)
        count = count + 1
      end
    end
    assert.is_true(count > 8)
  end)

  it('.safetensors files of ours have the same bytes', function()
    local bytes = by_name['native.safetensors']
    assert.are.equal(bytes, save_bytes('safetensors', load_bytes('x.safetensors', bytes)))
  end)
end)

describe('arrays', function()
  local types = helpers.types

  it('of every type, layout and size come back', function()
    for _, name in ipairs(types) do
      local x = torch.range(1, 24):view(2, 3, 4):type('torch.' .. name .. 'Tensor')
      local layouts = helpers.layouts(x)
      layouts.permuted, layouts.vector = x:permute(3, 1, 2), x:select(1, 1):select(2, 2)
      layouts.expanded, layouts.empty = x:narrow(3, 2, 1):expand(2, 3, 4), x.new()
      for layout, t in pairs(layouts) do
        local formats = name == 'BFloat16' and {'safetensors'} or {'npy', 'npz', 'safetensors'}
        for _, format in ipairs(formats) do
          local given = format == 'npy' and t or {['a b/c'] = t}
          for _, flag in ipairs(format == 'npz' and {true, false} or {0}) do
            local bytes = save_bytes(format, given, flag ~= 0 and flag or nil)
            local back = load_bytes('x.' .. format, bytes)
            back = format == 'npy' and back or back['a b/c']
            local what = ('%s %s %s'):format(name, layout, format)
            assert.are.equal(t:type(), back:type(), what)
            assert.are.same(t:size():totable(), back:size():totable(), what)
            assert.is_true(t:dim() == 0 or t:double():equal(back:double()), what)
          end
        end
      end
    end
  end)

  it('that are large and strided are written in blocks', function()
    local x = torch.range(1, 3 * 400 * 1000):float():view(3, 400, 1000)
    for _, t in ipairs {x:transpose(2, 3), x:select(3, 7), x:narrow(3, 2, 900),
      x:view(3 * 400 * 1000, 1):expand(3 * 400 * 1000, 2):select(2, 1)} do
      assert.is_true(load_bytes('x.npy', save_bytes('npy', t)):equal(t))
    end
  end)

  it('keep infinities, NaN and negative zero', function()
    local t = torch.DoubleTensor {1 / 0, -1 / 0, 0 / 0, -0.0}
    local back = load_bytes('x.npy', save_bytes('npy', t))
    assert.are.equal(1 / 0, back[1])
    assert.are.equal(-1 / 0, back[2])
    assert.is_true(back[3] ~= back[3])
    assert.are.equal(-1 / 0, 1 / back[4])
  end)

  it('follow each other in one file', function()
    local file = torch.MemoryFile()
    for i = 1, 3 do torch.npy.save(file, torch.range(1, i)) end
    file:writeInt(7)
    file:seek(1)
    for i = 1, 3 do assert.are.equal(i, torch.npy.load(file):size(1)) end
    assert.are.equal(7, file:readInt())
  end)

  it('are read one by one', function()
    local tensors = {a = torch.ones(3), b = torch.range(1, 5), c = torch.IntTensor {7}}
    for _, format in ipairs {'npz', 'safetensors'} do
      local bytes = save_bytes(format, tensors)
      local name = 'x.' .. format
      local got = load_bytes(name, bytes, 'b')
      assert.are.same({1, 2, 3, 4, 5}, got.b:totable())
      assert.is_nil(got.a)
      assert.are.same({7}, load_bytes(name, bytes, {'c', 'a'}).c:totable())
      assert.error_matches(function() load_bytes(name, bytes, 'd') end, 'has no array d')
      assert.error_matches(function() load_bytes(name, bytes, 5) end, 'a name or a list of names')
    end
  end)

  it('in an archive may be other files', function()
    local name = os.tmpname()
    local zipwrite = require 'torch.zipwrite'
    local file = torch.DiskFile(name, 'w')
    local writer = zipwrite.new(file.port, name)
    writer:add('readme.txt', 5, true, function(port) port:write('hello', 5) end)
    writer:finish()
    file:close()
    assert.are.equal('hello', torch.npz.load(name)['readme.txt'])
    os.remove(name)
  end)
end)

describe('saving arrays', function()
  local name
  before_each(function() name = os.tmpname() end)
  after_each(function() os.remove(name) end)

  it('replaces a file as a whole or not at all', function()
    torch.npy.save(name, torch.ones(3))
    assert.are.equal(3, torch.npy.load(name):sum())
    for _, call in ipairs {
      function() torch.npy.save(name, 5) end,
      function() torch.npy.save(name, torch.ones(2):type('torch.BFloat16Tensor')) end,
      function() torch.npz.save(name, {a = 1}) end,
      function() torch.npz.save(name, {torch.ones(1)}) end,
      function() torch.npz.save(name, {[('n'):rep(70000)] = torch.ones(1)}) end,
      function() torch.npz.save(name, {a = torch.ones(1)}, 1) end,
      function() torch.safetensors.save(name, {['\255'] = torch.ones(1)}) end,
      function() torch.safetensors.save(name, {__metadata__ = torch.ones(1)}) end,
      function() torch.safetensors.save(name, {a = torch.ones(1)}, {a = 1}) end,
      function() torch.safetensors.save(name, {a = torch.ones(1)}, 'x') end,
      function() torch.safetensors.save(name, torch.ones(1)) end,
    } do
      assert.is_false(pcall(call))
    end
    assert.are.equal(3, torch.npy.load(name):sum())
    assert.is_false(pcall(torch.npy.save, '/nonexistent/x.npy', torch.ones(1)))
    assert.is_false(pcall(torch.npy.load, '/nonexistent/x.npy'))
    assert.is_false(pcall(torch.npy.save, '/dev/full', torch.ones(1)))
    assert.is_false(pcall(torch.npz.save, torch.PipeFile('cat > /dev/null', 'w'), {}))
  end)

  it('names the caller and what was wrong', function()
    local _, message = pcall(function() torch.npy.save(name, {}) end)
    assert.matches('arrays_spec.lua:%d+: torch.npy.save: expected a tensor', message)
    _, message = pcall(function() torch.npy.load(5) end)
    assert.matches('arrays_spec.lua:%d+: torch.npy.load: expected a file name', message)
    _, message = pcall(function() torch.npz.save(name, {a = 'x'}) end)
    assert.matches('expected tensors by name, got a string at key a', message)
  end)

  it('reads and writes pipes where the format lets it', function()
    local out = torch.PipeFile("cat > '" .. name .. "'", 'w')
    torch.safetensors.save(out, {a = torch.ones(300, 1000)})
    out:close()
    local input = torch.PipeFile("cat '" .. name .. "'")
    assert.are.equal(300000, torch.safetensors.load(input).a:sum())
    input:close()
  end)
end)
