-- What the readers of .npy, .npz and safetensors files refuse: headers against the specification,
-- sizes that the file has not, and random damage.

local F = require 'torch.ffi'
local damage = require 'damage'
local json = require 'torch.json'
local torch = require 'torch'

local function memory(bytes)
  return torch.MemoryFile(torch.CharStorage():string(bytes .. '\0'), 'r')
end

local function length(n, bytes)
  local out = {}
  for i = 1, bytes do
    out[i] = string.char(n % 256)
    n = math.floor(n / 256)
  end
  return table.concat(out)
end

-- A file, a part of the message; {text, true} has to be read.
local function check(load, cases)
  for _, case in ipairs(cases) do
    local before = F.C.lt_mem.live
    local ok, message = pcall(load, memory(case[1]))
    if case[2] == true then
      assert.is_true(ok, tostring(message))
    else
      assert.is_false(ok, case[2])
      assert.matches(case[2], message)
      assert.matches('memory file', message)
      assert.is_true(F.C.lt_mem.live - before < 2^22)
    end
  end
end

local function npy(header, data, version)
  version = version or '\1\0'
  return '\147NUMPY' .. version .. length(#header, version == '\1\0' and 2 or 4) .. header
    .. (data or ('x'):rep(64))
end
local function dict(descr, order, shape)
  return ("{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n"):format(descr, order, shape)
end

describe('a .npy file is refused:', function()
  it('its header', function()
    check(torch.npy.load, {
      {'', 'it ends after 0 of 8 bytes'},
      {'\147NUMPY\1\0', 'it ends after 0 of 2 bytes'},
      {'NUMPY...........', 'is no %.npy file'},
      {npy('{}', '', '\4\0'), 'version 4%.0'},
      {npy('{}', '', '\1\1'), 'version 1%.1'},
      {'\147NUMPY\1\0\255\255{}', 'it ends after 2 of 65535 bytes'},
      {'\147NUMPY\2\0\255\255\255\255{}', 'a header of 4294967295 bytes'},
      {npy('[]'), 'no dict'},
      {npy(''), 'no dict'},
      {npy('{}'), 'no [%w_]+ in its header'},
      {npy("{'descr': '<f4', 'descr': '<f4'}"), 'bad key'},
      {npy("{'other': 1}"), 'bad key'},
      {npy("{'descr': '<f4', 'shape': (2,)}"), 'no fortran_order'},
      {npy(dict("'<f4'", 'False', '(2,)') .. 'x'), 'bytes behind the dict'},
      {npy(dict("'<f4'", 'false', '(2,)')), 'bad fortran_order'},
      {npy(dict("'<f4'", 'False', '(2)')), 'bad shape'},
      {npy(dict("'<f4'", 'False', '(-2,)')), 'bad shape'},
      {npy(dict("'<f4'", 'False', '(2,,)')), 'bad shape'},
      {npy(dict("'<f4'", 'False', '(2 3)')), 'bad shape'},
      {npy(dict("'<f4'", 'False', '[2]')), 'bad shape'},
      {npy(dict("'<f4'", 'False', '(99999999999999999999,)')), 'bad shape'},
      {npy(dict("'<f4", 'False', '(2,)')), 'bad'},
      {npy(dict("[('a', '<f4')]", 'False', '(2,)')), 'structured type'},
      {npy(dict("'<c8'", 'False', '(2,)')), 'NumPy type <c8, which no tensor has'},
      {npy(dict("'|O'", 'False', '(2,)')), 'NumPy type |O'},
      {npy(dict("'<f16'", 'False', '(2,)')), 'NumPy type <f16'},
      {npy(dict('"<f4"', 'True', '(2L,)')), true},
      {npy(dict("'f4'", 'True', '( 2 , 3 ,)')), true},
      {npy(dict("'>u8'", 'False', '()'), '\0\0\0\0\0\0\1\0'), true},
    })
  end)

  it('its sizes', function()
    check(torch.npy.load, {
      {npy(dict("'<f8'", 'False', '(9,)')), 'it ends after 8 of 9 elements'},
      {npy(dict("'<f8'", 'False', '(1125899906842624,)')), 'an array of 1%.1.*e%+15 elements'},
      {npy(dict("'<f8'", 'False', '(100000000000000,)')), 'it ends after 8 of'},
      {npy(dict("'<f8'", 'False', '(4294967296, 4294967296)')), 'an array of 1%.8.*e%+19'},
      {npy(dict("'<f8'", 'False', '(9007199254740992, 9007199254740992, 0)')), true},
      {npy(dict("'|u1'", 'False', '(' .. ('1, '):rep(16) .. ')')), true},
      {npy(dict("'|u1'", 'False', '(' .. ('1, '):rep(17) .. ')')), 'an array of 17 dimensions'},
      {npy(dict("'<u8'", 'False', '(1,)'), ('\255'):rep(8)), 'exceeds 2^63'},
    })
  end)
end)

local function tensors(header, data)
  return length(#header, 8) .. header .. (data or '')
end
local function entry(dtype, shape, offsets)
  return ('{"dtype":%s,"shape":%s,"data_offsets":%s}'):format(dtype, shape, offsets)
end
local f4 = '"F32"'

describe('a safetensors file is refused:', function()
  it('its header', function()
    check(torch.safetensors.load, {
      {'', 'it ends after 0 of 8 bytes'},
      {length(100, 8) .. '{}', 'a header of 100 bytes'},
      {length(2^40, 8) .. '{}', 'a header of 1099511627776 bytes'},
      {('\255'):rep(8) .. '{}', 'a header of'},
      {tensors(''), 'does not begin with {'},
      {tensors(' {}'), 'does not begin with {'},
      {tensors('[]'), 'does not begin with {'},
      {tensors('{} x'), 'no valid JSON: bytes behind the value at byte 4'},
      {tensors('{"a":1}'), 'tensor a is no object'},
      {tensors('{"a":[]}'), 'tensor a is no object'},
      {tensors('{"a":{}}'), 'bad dtype'},
      {tensors('{"a":' .. entry('"F12"', '[]', '[0,0]') .. '}'), 'type F12, which no tensor has'},
      {tensors('{"a":' .. entry('1', '[]', '[0,0]') .. '}'), 'bad dtype'},
      {tensors('{"a":' .. entry(f4, '{}', '[0,0]') .. '}'), 'bad shape'},
      {tensors('{"a":' .. entry(f4, '[-1]', '[0,0]') .. '}'), 'bad shape'},
      {tensors('{"a":' .. entry(f4, '[1.5]', '[0,0]') .. '}'), 'bad shape'},
      {tensors('{"a":' .. entry(f4, '["1"]', '[0,4]') .. '}'), 'bad shape'},
      {tensors('{"a":' .. entry(f4, '[1]', '[0]') .. '}', '1234'), 'bad data_offsets'},
      {tensors('{"a":' .. entry(f4, '[1]', '[0,4,5]') .. '}', '1234'), 'bad data_offsets'},
      {tensors('{"a":' .. entry(f4, '[1]', 'null') .. '}', '1234'), 'bad data_offsets'},
      {tensors('{"__metadata__":{"a":1}}'), 'metadata a is no string'},
      {tensors('{"__metadata__":[]}'), '__metadata__ is no object'},
      {tensors('{"__metadata__":null}'), '__metadata__ is no object'},
      {tensors('{"a":' .. entry(f4, '[1]', '[0,4]') .. ',"a":' .. entry(f4, '[1]', '[0,4]') .. '}',
        '1234'), 'duplicate key "a"'},
      {tensors('{"\255":1}'), 'no UTF%-8 at byte 3'},
      {tensors('{}   \n'), true},
      {tensors('{"__metadata__":{}}'), true},
      {tensors('{"a":' .. entry(f4, '[]', '[0,4]') .. '}', '1234'), true},
    })
  end)

  it('its offsets', function()
    local function two(first, second, bytes)
      return tensors(('{"a":%s,"b":%s}'):format(entry(f4, '[1]', first), entry(f4, '[1]', second)),
        ('x'):rep(bytes))
    end
    check(torch.safetensors.load, {
      {two('[0,4]', '[4,8]', 8), true},
      {two('[4,8]', '[0,4]', 8), true},
      {two('[0,4]', '[0,4]', 4), 'tensor b begins at offset 0, expected 4'},
      {two('[0,4]', '[2,6]', 6), 'tensor b begins at offset 2, expected 4'},
      {two('[0,4]', '[5,9]', 9), 'tensor b begins at offset 5, expected 4'},
      {two('[1,5]', '[5,9]', 9), 'tensor a begins at offset 1, expected 0'},
      {two('[0,4]', '[4,8]', 9), 'its tensors have 8 bytes, and 9 are there'},
      {two('[0,4]', '[4,8]', 7), 'its tensors have 8 bytes, and 7 are there'},
      {two('[0,4]', '[8,4]', 8), 'tensor b has 4 bytes at offsets 8 to 4'},
      {two('[0,4]', '[4,9]', 9), 'tensor b has 4 bytes at offsets 4 to 9'},
      {tensors('{"a":' .. entry(f4, '[4611686018427387904,4]', '[0,0]') .. '}'), 'bad shape'},
      {tensors('{"a":' .. entry(f4, '[4294967296,4294967296]', '[0,0]') .. '}'), 'e%+19 bytes'},
      {tensors('{"a":' .. entry(f4, '[1000000000]', '[0,4000000000]') .. '}'), '4000000000 bytes'},
    })
  end)
end)

describe('JSON', function()
  local good = {
    {'{"a": [1, -2.5e1, true, false, "x"]}', {a = {1, -25, true, false, 'x'}}},
    {'"\\u00e9\\ud83d\\ude00\\n\\/\\u0000"', '\195\169\240\159\152\128\n/\0'},
    {'"\127"', '\127'}, {' [ ] ', {}}, {'{ }', {}}, {'0', 0}, {'-0.5', -0.5},
  }
  local bad = {'', '{', '[1,]', '{"a":1,}', '{a:1}', '01', '1.', '.5', '+1', 'nul', '"\1"', '"\\x"',
    '"\\ud800"', '"\\udc00"', '"\\ud800\\u0041"', '"a', '[1 2]', '{"a" 1}', 'NaN', '\239\187\191{}',
    '"\192\128"', '"\237\160\128"', '"\244\144\128\128"', ('['):rep(50) .. (']'):rep(50),
    '{"a":1,"\\u0061":2}'}

  it('is read', function()
    for _, case in ipairs(good) do assert.are.same(case[2], (json.decode(case[1])), case[1]) end
    assert.are.equal(json.null, json.decode('null'))
  end)

  it('is refused', function()
    for _, text in ipairs(bad) do
      local value, message = json.decode(text)
      assert.is_nil(value, text)
      assert.matches('at byte %d+$', message)
    end
  end)

  it('strings come back', function()
    for _, text in ipairs {'', 'a"\\\n\0\31\127', 'é😀', '/'} do
      assert.are.equal(text, (json.decode(json.quote(text))))
    end
    assert.is_nil((json.quote('\255')))
  end)
end)

local function archive(compressed)
  local file = torch.MemoryFile()
  torch.npz.save(file, {a = torch.ones(40, 5), b = torch.IntTensor {1, 2}}, compressed)
  return (file:storage():string():sub(1, -2))
end

-- `text` with bytes put at a position that `pattern` finds, `n`-th from its start.
local function patch(text, pattern, n, bytes)
  local at = assert(text:find(pattern)) + n
  return text:sub(1, at - 1) .. bytes .. text:sub(at + #bytes)
end

describe('an archive is refused:', function()
  it('its directory and its members', function()
    local stored, deflated = archive(false), archive(true)
    local entry_mark, end_mark, local_mark = 'PK\1\2', 'PK\5\6', 'PK\3\4'
    check(torch.npz.load, {
      {'', 'is no zip archive'},
      {stored:sub(1, -2), 'is no zip archive'},
      {stored .. 'x', 'is no zip archive'},
      {patch(stored, end_mark, 20, '\1\0') .. '!', true},
      {patch(stored, end_mark, 4, '\1\0'), 'on several disks'},
      {patch(stored, end_mark, 8, '\9\0\9\0'), 'a directory of 9 entries'},
      {patch(stored, end_mark, 16, '\255\255\255\255'), 'a directory of'},
      {patch(stored, end_mark, 12, '\255\255\255\127'), 'a directory of'},
      {patch(stored, entry_mark, 0, 'QK'), 'no entry 1'},
      {patch(stored, entry_mark, 28, '\255\255'), 'its directory ends in entry 1'},
      {patch(stored, entry_mark, 46, 'b'), 'two members b.npy'},
      {patch(stored, entry_mark, 24, '\1\0\0\0'), 'a.npy has 1 bytes'},
      {patch(deflated, entry_mark, 24, '\255\255\255\127'), 'a.npy has 2147483647 bytes'},
      {patch(stored, entry_mark, 24, '\255\255\255\255'), 'bytes, compressed'},
      {patch(stored, entry_mark, 42, '\255\255\0\0'), 'reaches into the directory'},
      {patch(stored, entry_mark, 42, '\1\0\0\0'), 'its header differs'},
      {patch(stored, entry_mark, 8, '\1\0'), 'is encrypted'},
      {patch(stored, entry_mark, 10, '\12\0'), 'method 12'},
      {patch(stored, entry_mark, 16, '\0\0\0\0'), 'CRC%-32 is %x+, expected 00000000'},
      {patch(stored, local_mark, 30, 'x'), 'its header differs'},
      {patch(stored, '%z\240%?', 2, '\64'), 'CRC%-32'},
      {patch(deflated, local_mark .. '.*a%.npy', 37, '\255\255'), 'member a.npy'},
      {patch(deflated, entry_mark, 24, '\200\5\0\0'), 'damaged member a.npy'},
    })
  end)

  it('members that overlap', function()
    local text = archive(false)
    local second = text:sub(assert(text:find('PK\1\2.*PK\1\2'))):find('PK\1\2', 2, true)
    local at = text:find('PK\1\2', 1, true) + second - 1
    local size = text:sub(text:find('PK\1\2', 1, true) + 20):sub(1, 8)
    local forged = text:sub(1, at + 19) .. size .. text:sub(at + 28)
    assert.error_matches(function() torch.npz.load(memory(forged)) end, 'damaged')
  end)
end)

describe('random damage', function()
  for _, format in ipairs(damage.formats) do
    it('of ' .. format.name .. ' gives a value or an error', function()
      local counts = damage.run(format, 1500, 20)
      assert.is_true(counts.raised > 200, counts.raised .. ' raised')
      assert.is_true(counts.gave > 20, counts.gave .. ' read')
    end)
  end
end)
