-- Files and mappings of more than 4 GB, with holes in place of most bytes: positions and sizes are
-- 64-bit numbers everywhere.

local sparse = require 'sparse'
local torch = require 'torch'

local HOLE = sparse.HOLE

describe('beyond 4 GB', function()
  local name

  before_each(function() name = os.tmpname() end)
  after_each(function()
    collectgarbage()
    os.remove(name)
  end)

  it('a DiskFile seeks, writes and reads', function()
    local file = torch.DiskFile(name, 'rw'):binary()
    file:seek(HOLE):writeInt(77)
    assert.are.equal(HOLE + 4, file:position())
    file:writeLong(torch.LongStorage {1, HOLE})
    assert.are.equal(HOLE + 20, file:position())
    assert.are.equal(77, file:seek(HOLE):readInt())
    assert.are.same({1, HOLE}, file:readLong(2):totable())
    assert.are.equal(HOLE + 20, file:seekEnd():position())
    assert.are.equal(0, file:seek(2^31):readInt())
    file:ascii():seekEnd():writeInt(5)
    assert.are.equal(5, file:seek(HOLE + 20):readInt())
    file:close()
  end)

  it('a mapped storage and tensors on it', function()
    local s = torch.ByteStorage(name, true, HOLE)
    assert.are.equal(HOLE, #s)
    s[HOLE - 1] = 9
    local t = torch.ByteTensor(s)
    assert.are.equal(9, t[HOLE - 1])
    assert.are.equal(9, t:narrow(1, HOLE - 2, 2):sum())
    assert.are.equal(9, torch.ByteTensor(s, HOLE - 1, torch.LongStorage {2}):sum())
    local file = torch.DiskFile(name):binary()
    assert.are.equal(9, file:seek(HOLE - 1):readByte())
    file:close()
  end)

  it('is written whole, and refused where longs have 4 bytes', function()
    local s = torch.ByteStorage(name, true, HOLE)
    local null = torch.DiskFile('/dev/null', 'w'):binary()
    assert.are.equal(HOLE, null:writeByte(s))
    null:close()
    torch.save('/dev/null', {s, torch.ByteTensor(s)})
    torch.npy.save('/dev/null', torch.ByteTensor(s))
    torch.safetensors.save('/dev/null', {a = torch.ByteTensor(s)})
    assert.error_matches(function() torch.save('/dev/null', s, 'b32') end,
      tostring(HOLE) .. ' does not fit the file\'s longs of 4 bytes')
  end)

  it('longs of 4 and 8 bytes stay what they are', function()
    local file = torch.MemoryFile():binary()
    file:longSize(4):writeLong(2^31 - 1)
    file:longSize(8):writeLong(2^31)
    assert.are.equal(13, file:position())
    file:seek(1)
    assert.are.equal(2^31 - 1, file:longSize(4):readLong())
    assert.are.equal(2^31, file:longSize(8):readLong())
    assert.is_false(pcall(file.writeLong, file:longSize(4), 2^31))
    assert.is_false(pcall(file.writeLong, file, torch.LongStorage {1, -2^31 - 1}))
    assert.are.equal(13, file:position())
  end)

  it('a MemoryFile seeks and reads in a mapped storage', function()
    local s = torch.CharStorage(name, true, HOLE)
    s[HOLE - 1] = 65
    local file = torch.MemoryFile(s, 'r')
    assert.are.equal(HOLE, file:seekEnd():position())
    assert.are.equal(65, file:seek(HOLE - 1):readChar())
    assert.is_false(pcall(file.seek, file, HOLE + 1))
    assert.are.equal(HOLE, file:position())
    file:close()
    -- A file that cannot grow, as the mapping cannot, keeps what it has.
    file = torch.MemoryFile(s):seekEnd()
    assert.is_false(pcall(file.writeInt, file, 1))
    assert.are.equal(65, file:seek(HOLE - 1):readChar())
  end)

  it('a tensor behind a large one in a safetensors file', function()
    local header = ('{"a":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]},'
      .. '"b":{"dtype":"I16","shape":[2],"data_offsets":[%d,%d]}}'):format(HOLE, HOLE, HOLE,
      HOLE + 4)
    local file = torch.DiskFile(name, 'w'):binary():littleEndianEncoding()
    file:writeLong(#header)
    file:writeString(header)
    file:seek(8 + #header + HOLE + 1):writeShort(torch.ShortStorage {3, -4})
    file:close()
    assert.are.same({3, -4}, torch.safetensors.load(name, 'b').b:totable())
  end)

  it('members of an archive', function()
    sparse.archive(name)
    local got = torch.npz.load(name)
    assert.are.same({6}, got.first:totable())
    assert.are.same({1, 2, 3}, got.far:totable())
    assert.are.same({4, 5}, got.near:totable())
  end)
end)
