-- Results do not depend on the machine: every elementwise row, reduction and operation of order
-- gives the same bits on every instruction set that runs here, and on one thread and several;
-- tests/isa_calls.lua.

local helpers = require 'helpers'

local function results(isa, threads)
  local status, output = helpers.luajit({helpers.folder .. '/isa_calls.lua', threads},
    {LT_ISA = isa})
  assert.are.equal(0, status, output)
  local used, text = output:match('^isa (%w+)\n(.*)$')
  local lines = {}
  for line in text:gmatch('[^\n]+') do lines[#lines + 1] = line end
  table.sort(lines)
  return used, lines
end

describe('results', function()
  local wanted

  setup(function()
    local isa
    isa, wanted = results('base', 1)
    assert.are.equal('base', isa)
    local hashes = 0
    for _, line in ipairs(wanted) do hashes = hashes + (line:find('\t%x%x%x%x%x%x%x%x') and 1
      or 0) end
    assert.is_true(hashes > 400, 'only ' .. hashes .. ' results')
  end)

  for _, isa in ipairs {'avx2', 'avx512'} do
    it('are the same with ' .. isa, function()
      local used, got = results(isa, 1)
      if used ~= isa then return pending(isa .. ' does not run on this machine') end
      assert.are.same(wanted, got)
    end)
  end

  for _, threads in ipairs {2, 3} do
    it('are the same with ' .. threads .. ' threads', function()
      local _, got = results(nil, threads)
      assert.are.same(wanted, got)
    end)
  end

  it('come from another set when LT_ISA names one that is unknown', function()
    local status, output = helpers.script(
      "require 'torch' print(require('ffi').string(require('torch.ffi').C.lt_isa()))",
        {LT_ISA = 'z80'})
    assert.are.equal(0, status)
    assert.are.equal('base\n', output)
  end)
end)
