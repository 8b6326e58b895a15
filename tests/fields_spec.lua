-- The fields of handles are read-only in Lua: whoever could write them would decide where the
-- library reads and writes.

local torch = require 'torch'

describe('the fields of', function()
  local writes = {
    tensors = {'t.ndim = 200', 't.dtype = 7', 't.device = 1', 't.offset = 5', 't.offset = -1',
      't.sizes[0] = 1000', 't.strides[0] = 1000', 't.mem = nil', 't.mem.size = 1000',
      't.mem.capacity = 1000', 't.mem.refcount = 0', 't.mem.data = nil', 't.mem.dtype = 7',
      't.flags = 255', 't.field = 1'},
    storages = {'t:storage().ptr = nil', 't:storage().ptr.size = 1000',
      't:storage().ptr.data = nil', 't:storage().field = 1'},
  }
  for what, list in pairs(writes) do
    it(what .. ' cannot be written', function()
      local t = torch.FloatTensor {1, 2, 3}
      for _, code in ipairs(list) do
        local ok, message = pcall(assert(loadstring('local t = ... ' .. code, '=user')), t)
        assert.is_false(ok, code)
        assert.is_truthy(message:find('user:1:', 1, true), message)
      end
      assert.are.same({1, 2, 3}, t:totable())
      assert.are.same({1, 2, 3}, t:storage():totable())
    end)
  end

  it('are read anew by compiled code after the library changed them', function()
    local t, wrong = torch.FloatTensor(), 0
    for i = 1, 300 do
      local n = i % 7 + 1
      t:resize(n, 2)
      if t.ndim ~= 2 or t.sizes[0] ~= n then wrong = wrong + 1 end
      t:resize(n + 1)
      if t.ndim ~= 1 or t.sizes[0] ~= n + 1 then wrong = wrong + 1 end
      local s = t:storage()
      local size = s:size()
      s:resize(size + 1)
      if s:size() ~= size + 1 then wrong = wrong + 1 end
      t:set()
      if t.ndim ~= 0 or t.mem ~= nil then wrong = wrong + 1 end
    end
    assert.are.equal(0, wrong)
  end)
end)
