-- What C and Lua must agree on: the layout of structs, the rows of operations, the methods of
-- classes.

local ffi = require 'ffi'
local torch = require 'torch'
local F = require 'torch.ffi'
local helpers = require 'helpers'
local ops = require 'torch.ops'

local root = helpers.folder .. '/..'

local structs = {
  lt_tensor = {'mem', 'offset', 'sizes', 'strides', 'ndim', 'dtype', 'device', 'flags', 'version'},
  lt_storage = {'data', 'size', 'capacity', 'refcount', 'dtype', 'device', 'kind', 'flags',
    'mapped'},
  lt_memory = {'live', 'cached', 'debt', 'limit', 'peak', 'states'},
  lt_generator = {'initial_seed', 'next', 'normal_valid', 'normal_x', 'normal_y', 'normal_rho',
    'state'},
}

-- A C program that prints "struct field offset" lines, and sizes as field "sizeof".
local function c_layout()
  local lines = {'#include <stddef.h>', '#include <stdio.h>', '#include "luatorch.h"',
    'int main(void) {'}
  local print_line = '  printf("%s %s %%zu\\n", %s);'
  for name, fields in pairs(structs) do
    lines[#lines + 1] = print_line:format(name, 'sizeof', ('sizeof(%s)'):format(name))
    for _, field in ipairs(fields) do
      lines[#lines + 1] = print_line:format(name, field, ('offsetof(%s, %s)'):format(name, field))
    end
  end
  lines[#lines + 1] = '  return 0;\n}'
  local base = os.tmpname()
  local file = assert(io.open(base .. '.c', 'w'))
  file:write(table.concat(lines, '\n'), '\n')
  file:close()
  local command = ('env -u LD_PRELOAD ${CC:-cc} -I%s/csrc -o %s.out %s.c 2>&1 && %s.out')
    :format(root, base, base, base)
  local pipe = io.popen(command)
  local output = pipe:read('*a')
  pipe:close()
  for _, suffix in ipairs {'', '.c', '.out'} do os.remove(base .. suffix) end
  return output
end

describe('structs', function()
  it('have the same layout in C and in the FFI', function()
    local seen = 0
    local output = c_layout()
    for name, field, number in output:gmatch('(%S+) (%S+) (%d+)\n') do
      local want = field == 'sizeof' and ffi.sizeof(name) or ffi.offsetof(name, field)
      assert.are.equal(want, tonumber(number), name .. '.' .. field)
      seen = seen + 1
    end
    local fields = 0
    for _, list in pairs(structs) do fields = fields + #list + 1 end
    assert.are.equal(fields, seen, output)
  end)

  it('of a zeroed tensor are an empty Byte tensor', function()
    local t = ffi.new('lt_tensor')
    assert.are.equal('torch.ByteTensor', torch.typename(t))
    assert.are.equal(0, t:nElement())
    assert.is_nil(t:storage())
  end)
end)

describe('the library', function()
  it('knows every dtype by name and size', function()
    local sizes = {Byte = 1, Char = 1, Short = 2, Int = 4, Long = 8, Half = 2, Float = 4,
      Double = 8,
      BFloat16 = 2}
    local count = 0
    for name, size in pairs(sizes) do
      assert.are.equal(size, tonumber(F.C.lt_dtype_size(F.dtype[name])), name)
      assert.are.equal(size, torch[name .. 'Tensor']():elementSize(), name)
      count = count + 1
    end
    assert.are.equal(count, F.C.LT_NDTYPE)
    assert.is_true(F.C.lt_dtype_name(-1) == nil)
    assert.is_true(F.C.lt_dtype_name(F.C.LT_NDTYPE) == nil)
    assert.are.equal(0, tonumber(F.C.lt_dtype_size(99)))
  end)

  it('has a text for every status', function()
    for status = 0, F.C.LT_NSTATUS - 1 do
      assert.are_not.equal('unknown status', ffi.string(F.C.lt_status_text(status)))
    end
    assert.are.equal('unknown status', ffi.string(F.C.lt_status_text(F.C.LT_NSTATUS)))
    assert.are.equal('unknown status', ffi.string(F.C.lt_status_text(-1)))
  end)

  it('is of the build that the Lua files come from', function()
    assert.are.equal(require('torch.cdef').hash, ffi.string(F.C.lt_cdef_hash()))
  end)

  it('refuses Lua files of another build', function()
    local status, output = helpers.script([[
      local cdef = require 'torch.cdef'
      cdef.hash = 'another'
      require 'torch.ffi'
    ]])
    assert.are.equal(1, status)
    assert.matches('different builds; run make again', output)
  end)
end)

-- Names of the rows of elementwise.def and their kinds.
local function c_rows()
  local rows = {}
  for line in io.lines(root .. '/csrc/elementwise.def') do
    local kind, name = line:match('^(%u+%d?)%((%w+), ')
    if kind then rows[name] = kind end
  end
  return rows
end

describe('rows', function()
  it('of elementwise.def are all in the library', function()
    local count = 0
    for name, kind in pairs(c_rows()) do
      assert.is_true(F.C.lt_elementwise_index(name) >= 0, name)
      if kind:find('^UNARY') then assert.is_true(F.C.lt_elementwise_index(name .. '_grad') >= 0,
        name) end
      count = count + 1
    end
    assert.is_true(count > 60)
    assert.are.equal(-1, F.C.lt_elementwise_index('no such row'))
    assert.are.equal(-1, F.C.lt_elementwise_index(nil))
  end)

  it('of generated kinds in Lua stand for a row in C', function()
    local kinds = {unary = 'UNARY', ['unary a'] = 'UNARY1', ['unary a b'] = 'UNARY2',
      binary = 'BINARY',
      scalar = 'BINARY', ['binary scalar'] = 'BINARY', compare = 'COMPARE'}
    local rows, generated = c_rows(), 0
    for _, row in ipairs(ops.rows) do
      if row.kind ~= 'custom' then
        assert.are.equal(kinds[row.kind], rows[row.c or row.name], row.name)
        generated = generated + 1
      end
    end
    assert.is_true(generated > 50)
  end)

  it('have documentation, and call forms where they are custom', function()
    local seen = {}
    for _, row in ipairs(ops.rows) do
      assert.are.equal('string', type(row.doc), row.name)
      if row.kind == 'custom' then assert.are.equal('string', type(row.usage), row.name) end
      assert.is_nil(seen[row.kind .. row.name], row.name .. ' is declared twice')
      seen[row.kind .. row.name] = true
    end
  end)
end)

describe('classes', function()
  it('carry every method, callable', function()
    for name in pairs(F.dtype) do
      local t = torch[name .. 'Tensor'](2)
      for method, f in pairs(ops.methods) do
        assert.are.equal('function', type(f), method)
        assert.are.equal(f, t[method], name .. ':' .. method)
      end
      for _, row in ipairs(ops.rows) do
        assert.is_true(t[row.name] ~= nil or torch[row.name] ~= nil, row.name)
      end
    end
  end)

  it('make functions of torch, callable', function()
    for name, f in pairs(ops.functions) do
      assert.are.equal('function', type(f), name)
      assert.are.equal(f, torch[name], name)
    end
  end)
end)
