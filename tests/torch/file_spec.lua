-- Methods that all files have: flags, positions, elements, strings; and their errors.

local torch = require 'torch'
local objects = require 'recorded_objects'

local function chars(text) return torch.CharStorage():string(text .. '\0') end

-- Chunks recorded from Torch7, with their results.
local recorded = {
  {'f:writeInt(3); f:writeDouble(2.5); f:seek(1); '
    .. 'return f:readInt(), f:readDouble(), f:position()',
    3, 2.5, 7},
  {'f:ascii(); f:writeInt(3); f:writeDouble(0.1); f:writeString("ab c"); '
    .. 'return f:storage():string()',
    '3\n0.10000000000000001\nab c\0'},
  {'f:noAutoSpacing(); f:writeInt(3); f:writeInt(4); '
    .. 'return f:storage():string(), f:isAutoSpacing()',
    '34\0', false},
  {'f:binary(); f:writeInt(258); f:seek(1); return f:readByte(2):totable(), f:isBinary(), '
    .. 'f:isQuiet(), f:isReadable(), f:isWritable(), f:isReferenced(), f:hasError()',
    {2, 1}, true, false, true, true, true, false},
  {'f:quiet(); f:readInt(); return f:hasError()', true},
  {'return tostring(f), tostring(torch.MemoryFile("r"))',
    'torch.MemoryFile [status: open -- mode: rw]', 'torch.MemoryFile [status: open -- mode: r ]'},
  {'f:writeObject({1,"a"}); f:seek(1); return f:readObject()', {1, 'a'}},
  {'f:writeBool(true); f:writeLong(2^40); f:seek(1); return f:readBool(), f:readLong()',
    true, 2^40},
  {'f:writeBool(nil); f:writeBool(true); f:seek(1); return f:readString("*l"), f:readBool()',
    '0', true},
  {'f:writeFloat(0.1); f:seek(1); return f:readFloat()', 0.10000000149011612},
  {'f:writePointer(2^40); f:seek(1); return f:readPointer()', 2^40},
  {'f:binary():longSize(4):writePointer(2^40); f:seek(1); return f:readPointer(), f:position()',
    2^40, 9},
  {'f = torch.MemoryFile(chars("12 13\\nline two\\nrest"),"r"); '
    .. 'return f:readInt(), f:readInt(), f:readString("*l"), f:readString("*a")',
    12, 13, 'line two', 'rest'},
  {'f = torch.MemoryFile(chars("1 2 3"),"r"); return f:readInt(2):totable()', {1, 2}},
  {'f = torch.MemoryFile(chars("1.5 x"),"r"); f:quiet(); '
    .. 'return f:readDouble(), f:readInt(), f:hasError()', 1.5, 0, true},
  {'f = torch.PipeFile("printf 42","r"); local v=f:readInt(); f:close(); return v', 42},
}

-- Chunks that raise, with a part of the message.
local failing = {
  {'f = torch.MemoryFile("r"); f:writeInt(3)', 'writeInt: attempt to write in a read%-only file'},
  {'f = torch.MemoryFile("w"); f:readInt()', 'readInt: attempt to read in a write%-only file'},
  {'f:writeInt(3); f:seek(1); f:readInt(); f:readInt()', 'read error: read 0 blocks instead of 1'},
  {'torch.MemoryFile("q")', "file mode should be 'r', 'w' or 'rw', got q"},
  {'torch.MemoryFile(12)', "file mode should be 'r', 'w' or 'rw', got 12"},
  {'torch.MemoryFile("r", "w")', 'expected a CharStorage as argument 1'},
  {'f:close(); f:writeInt(1)', 'writeInt: attempt to use a closed file'},
  {'f:close(); f:close()', 'close: attempt to use a closed file'},
  {'f.readInt({})', 'readInt: expected a torch.File as argument 1, got a table'},
  {'f:seek(0)', 'position has to be greater than 0'},
  {'f:seek(0/0)', 'position has to be greater than 0'},
  {'f:seek(10)', 'unable to seek at position 10'},
  {'f:writeObject({1,{io.stdout}})', 'Unwritable object <userdata> at <%?>%.2%.1'},
  {'f:writeObject({a={io.stdout}}, "model")', 'Unwritable object <userdata> at model%.a%.1'},
  {'f:readString("*z")', "format must be '%*a' or '%*l'"},
  {'f:readString("*a")', 'read 0 blocks'},
  {'f:readString("*l")', 'read 0 blocks'},
  {'torch.MemoryFile(torch.CharStorage():string("ab"),"r")', 'must be terminated by 0'},
  {'torch.MemoryFile(torch.CharStorage(),"r")', 'must be terminated by 0'},
  {'f:writeInt("7")', 'expected a number or a torch.IntStorage as argument 1, got a string'},
  {'f:writeInt(torch.LongStorage{1})', 'got a LongStorage'},
  {'f:writeInt(0/0)', 'no integer of 64 bits'},
  {'f:writeLong(2^63)', 'no integer of 64 bits'},
  {'f:readInt(-1)', 'bad number of elements'},
  {'f:readInt(0/0)', 'bad number of elements'},
  {'f:readInt(2^50)', 'read 0 blocks instead of'},
  {'f:writeBool(1)', 'expected a boolean'},
  {'f:writePointer("7")', 'expected a number as argument 1, got a string'},
  {'f:writePointer(torch.LongStorage{1})', 'expected a number as argument 1, got a LongStorage'},
  {'f:readPointer()', 'read 0 blocks'},
  {'f:writeString(1)', 'expected a string'},
  {'f:longSize(5)', 'expected 0, 4 or 8'},
  {'torch.DiskFile("/nonexistent/x","r")', 'cannot open </nonexistent/x> in mode r : No such file'},
  {'torch.DiskFile(nil)', 'expected a file name'},
  {'torch.PipeFile("true","rw")', "mode should be 'r' or 'w'"},
  {'torch.serialize(io.stdout)', 'Unwritable object <userdata> at <%?>'},
  {'torch.serialize(print)', 'Unwritable object <function>'},
  {'torch.serialize(torch.Timer())', 'Unwritable object <torch.Timer>'},
  {'torch.serialize(f)', 'Unwritable object <torch.MemoryFile>'},
  {'torch.serialize(1, "weird")', 'expected for mode'},
  {'torch.deserialize("garbage", "ascii")', 'damaged memory file at position 1'},
  {'torch.deserialize("")', 'damaged memory file at position 1: it ends early'},
  {'torch.deserialize(torch.serialize({1,2}):sub(1,20))', 'damaged memory file'},
  {'torch.deserialize(5)', 'expected a string'},
}

local function chunk_of(code)
  return assert(loadstring('local chars = ... local f = torch.MemoryFile() ' .. code, '=chunk'))
end

describe('files:', function()
  for _, record in ipairs(recorded) do
    it(record[1], function()
      assert.same({unpack(record, 2)}, {chunk_of(record[1])(chars)})
    end)
  end

  for _, record in ipairs(failing) do
    it(record[1] .. ' raises at the caller', function()
      local ok, message = pcall(chunk_of(record[1]), chars)
      assert.is_false(ok)
      assert.matches('^chunk:1: .*' .. record[2], message)
    end)
  end
end)

local scalars = {
  {'Byte', 200}, {'Char', -5}, {'Short', -1234}, {'Int', 123456789}, {'Long', -9876543210},
  {'Float', 0.10000000149011612}, {'Double', 2.6}, {'Bool', true},
}
local storages = {
  {'Int', {1, -2, 3}}, {'Double', {0.1, 1e300, -math.huge}}, {'Float', {0.10000000149011612, 2.5}},
  {'Long', {1, 2^40}}, {'Byte', {65, 66}}, {'Char', {65, -66}},
}

describe('plain writes, ', function()
  for _, mode in ipairs {'binary', 'ascii'} do
    local path = objects.folder .. (mode == 'ascii' and 'raw_writes.ascii.bin' or 'raw_writes.bin')

    it('recorded ones are read, ' .. mode, function()
      local f = torch.DiskFile(path, 'r')
      f[mode](f)
      for _, step in ipairs(scalars) do assert.equal(step[2], f['read' .. step[1]](f)) end
      for _, step in ipairs(storages) do
        local storage = f['read' .. step[1]](f, #step[2])
        assert.equal('torch.' .. step[1] .. 'Storage', torch.typename(storage))
        assert.same(step[2], storage:totable())
      end
      assert.equal('tail text', f:readString('*a'))
      f:close()
    end)

    it('the bytes are those of Torch7, ' .. mode, function()
      local f = torch.MemoryFile()
      f[mode](f)
      for _, step in ipairs(scalars) do f['write' .. step[1]](f, step[2]) end
      for _, step in ipairs(storages) do
        local storage = torch[step[1] .. 'Storage'](step[2])
        assert.equal(#step[2], f['write' .. step[1]](f, storage))
      end
      assert.equal(9, f:writeString('tail text'))
      assert.equal(objects.content(path:match('[^/]*$')) .. '\0', f:storage():string())
    end)
  end

  it('numbers read back exactly from text', function()
    local f = torch.MemoryFile()
    local values = {0.1, 1 / 3, 1e-310, 5e-324, -1.7976931348623157e308, 2^53 + 2, -0.0, 1e8 + 1/8}
    for _, v in ipairs(values) do f:writeDouble(v) end
    f:writeDouble(0 / 0)
    f:writeLong(9223372036854775807LL)
    f:seek(1)
    for _, v in ipairs(values) do
      local got = f:readDouble()
      assert.equal(v, got)
      assert.equal(1 / v, 1 / got)
    end
    local nan = f:readDouble()
    assert.is_true(nan ~= nan)
    assert.equal('9223372036854775807LL', tostring(f:readLong(1):data()[0]))
  end)

  -- LuaJIT keeps other values than numbers in the bits of NaNs.
  it('no bits of a NaN become another value', function()
    local function is_nan(value) return type(value) == 'number' and value ~= value end
    local function check(high)
      local bytes = string.char(0, 255, 86, 52, 18, 255, high % 256, math.floor(high / 256))
      local f = torch.MemoryFile(chars(bytes .. bytes:sub(5) .. '\1\0\0\0' .. bytes), 'r'):binary()
      assert.is_true(is_nan(f:readDouble()))
      assert.is_true(is_nan(f:readFloat()))
      assert.is_true(is_nan(f:readObject()))
    end
    jit.off(check, true)
    for high = 0xfff8, 0xffff do check(high) end
    for high = 0x7ff8, 0x7fff do check(high) end
  end)

  it('text in other shapes is understood', function()
    local f = torch.MemoryFile(chars('  +7\t\n-0x\n.5 1E3 -Infinity NaN 3.'), 'r')
    assert.equal(7, f:readInt())
    assert.equal(0, f:readInt())
    assert.equal('x', f:readString('*l'))
    assert.same({0.5, 1000, -math.huge}, f:readDouble(3):totable())
    local nan = f:readDouble()
    assert.is_true(nan ~= nan)
    assert.equal(3, f:readDouble())
    assert.error_matches(function()
      torch.MemoryFile(chars(('9'):rep(5000)), 'r'):readDouble()
    end, 'read error')
  end)

  it('a storage is filled, and told how far', function()
    local f = torch.MemoryFile():binary():quiet()
    f:writeShort(torch.ShortStorage{1, 2, 3})
    f:seek(1)
    local s = torch.ShortStorage(5):fill(9)
    assert.equal(3, f:readShort(s))
    assert.is_true(f:hasError())
    assert.same({1, 2, 3, 9, 9}, s:totable())
    f:clearError()
    assert.is_false(f:hasError())
    f:seek(3)
    assert.same({2, 3}, f:readShort(100):totable())
  end)

  it('byte order and size of longs', function()
    local name = os.tmpname()
    local f = torch.DiskFile(name, 'rw'):binary():bigEndianEncoding()
    f:writeInt(258)
    f:writeDouble(torch.DoubleStorage{1, 2})
    f:longSize(4):writeLong(torch.LongStorage{-1, 5})
    f:seek(1)
    assert.same({0, 0, 1, 2}, f:readByte(4):totable())
    assert.same({1, 2}, f:readDouble(2):totable())
    assert.same({-1, 5}, f:readLong(2):totable())
    assert.equal(29, f:position())
    assert.error_matches(function() f:writeLong(2^40) end, 'does not fit')
    f:nativeEndianEncoding():seek(1)
    assert.equal(0x02010000, f:readInt())
    f:close()
    os.remove(name)
    assert.equal(torch.DiskFile.isLittleEndianCPU(), not torch.DiskFile.isBigEndianCPU())
  end)
end)
