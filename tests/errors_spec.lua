-- Bad input: an error that names the function and what was seen, at the caller's line, and never a
-- crash. Every method and function gets every kind of wrong argument; then chosen cases with their
-- messages; then what Torch7 refused.

local torch = require 'torch'
local helpers = require 'helpers'
local ops = require 'torch.ops'

local this_file = debug.getinfo(1, 'S').short_src

-- Every method with every kind of bad argument
-- -----------------------------------------------------

-- Functions that pass on to another one, under whose name they report.
local reports_as = {
  cmod = 'cfmod', mod = 'fmod', numel = 'nElement', nDimension = 'dim', viewAs = 'view',
  expandAs = 'expand', cross = 'cmul', new = 'Tensor', cbitand = 'bitand', cbitor = 'bitor',
  cbitxor = 'bitxor',
}

local nan = 0 / 0

-- Argument lists; the functions make fresh tensors for each call.
local function bad_arguments()
  local x, i, f = torch.Tensor(2, 3):fill(1), torch.IntTensor(2, 3):fill(1), torch.FloatTensor(2, 3)
  return {
    {n = 0}, {nil, n = 1}, {nil, nil, nil, n = 3}, {'x', n = 1}, {{}, n = 1}, {tostring, n = 1},
    {true, n = 1}, {nan, n = 1}, {1e300, n = 1}, {-1, n = 1}, {2 ^ 53, n = 1}, {i, n = 1},
    {torch.Tensor(7), n = 1}, {f, n = 1}, {torch.Tensor(), n = 1}, {torch.LongStorage {2, 3},
      n = 1},
    {torch.ByteStorage(3), torch.ByteStorage(3), n = 2}, {1, 'x', n = 2}, {1, {}, n = 2},
    {1, nan, n = 2}, {1, 2 ^ 60, n = 2}, {x, 'x', n = 2}, {x, {}, n = 2}, {x, i, n = 2}, {x,
      tostring, n = 2},
    {1, 1, 'x', n = 3}, {1, 1, {}, n = 3}, {1, 1e300, 1, n = 3}, {nan, nan, nan, n = 3},
    {1, 1, nan, n = 3}, {9, 1, 1, n = 3}, {1, -5, 1, n = 3}, {1, 1, 99, n = 3}, {x, 1, 'x', n = 3},
    {x, x, 'x', n = 3}, {x, x, {}, n = 3}, {1, x, 'x', n = 3}, {1, x, {}, n = 3},
    {1, torch.LongTensor {1}, {}, n = 3}, {1, torch.LongTensor {9}, x, n = 3},
    {1, torch.LongTensor {9}, 1, n = 3}, {1, torch.LongTensor {-1}, 1, n = 3},
    {1, torch.Tensor {1}, 1, n = 3}, {1, 2, 3, {}, n = 4}, {x, 1, x, {}, n = 4},
    {x, torch.Tensor(4, 4), x, n = 3}, {'x', 'y', 'z', 'w', n = 4}, {{}, {}, {}, {}, n = 4},
  }
end

-- Calls f; where it raises, the message must be located in this file and name the function.
local function check_call(name, f, arguments)
  local ok, message = pcall(function()
    local result = f(unpack(arguments, 1, arguments.n))
    return result
  end)
  if ok then return 0 end
  local what = ('%s with arguments of types %s: '):format(name, table.concat((function()
    local types = {}
    for k = 1, arguments.n do types[k] = torch.type(arguments[k]) end
    return types
  end)(), ', '))
  assert.are.equal('string', type(message), what)
  local text = message:match('^' .. this_file:gsub('%p', '%%%0') .. ':%d+: (.*)$')
  assert.is_truthy(text, what .. 'not at the caller: ' .. message)
  assert.is_truthy(text:find(name, 1, true) or text:find(reports_as[name] or name, 1, true),
    what .. 'does not name the function: ' .. text)
  for _, raw in ipairs {'attempt to', 'cannot convert', "bad argument #%d+ to '"} do
    assert.is_nil(text:find(raw), what .. text)
  end
  return 1
end

local function sorted_names(t)
  local names = {}
  for name, f in pairs(t) do
    if type(f) == 'function' and name:sub(1, 2) ~= '__' then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

describe('bad arguments of', function()
  it('every method raise at the caller, naming the method', function()
    local mt, raised = torch.getmetatable('torch.DoubleTensor'), 0
    for _, name in ipairs(sorted_names(mt)) do
      for _, arguments in ipairs(bad_arguments()) do
        local list = {torch.Tensor(2, 3):fill(1), n = arguments.n + 1}
        for k = 1, arguments.n do list[k + 1] = arguments[k] end
        raised = raised + check_call(name, mt[name], list)
      end
      for _, arguments in ipairs {{n = 0}, {3, n = 1}, {{}, n = 1}, {'x', 1, n = 2}} do
        raised = raised + check_call(name, mt[name], arguments)
      end
    end
    assert.is_true(raised > 2000)
  end)

  it('every function of torch', function()
    local raised = 0
    for _, name in ipairs(sorted_names(ops.functions)) do
      local f = ops.functions[name]
      for _, arguments in ipairs(bad_arguments()) do
        raised = raised + check_call(name, f, arguments)
        local list = {torch.Tensor(2, 3):fill(1), n = arguments.n + 1}
        for k = 1, arguments.n do list[k + 1] = arguments[k] end
        raised = raised + check_call(name, f, list)
      end
    end
    assert.is_true(raised > 2000)
  end)

  it('every storage method', function()
    local mt = torch.getmetatable('torch.LongStorage')
    for _, name in ipairs(sorted_names(mt)) do
      for _, arguments in ipairs {{n = 0}, {3, n = 1}, {{}, n = 1}, {torch.Tensor(2), n = 1}} do
        local none = name == 'elementSize' and arguments.n == 0 -- needs no storage
        assert.are.equal(none and 0 or 1, check_call(name, mt[name], arguments), name)
      end
    end
  end)
end)

-- Chosen messages
-- ----------------------------------------------------------------------------------

local function t23() return torch.Tensor(2, 3):fill(1) end

-- {code that raises, pattern of its message}
local cases = {
  {function() local _ = torch.Tensor('x') end,
    'DoubleTensor: expected sizes.* as argument 1, got a string'},
  {function() local _ = torch.Tensor(nil) end, 'DoubleTensor: .*argument 1, got nil'},
  {function() local _ = torch.Tensor(2, {}) end,
    'DoubleTensor: expected a number as argument 2, got a table'},
  {function() local _ = torch.Tensor(2, nan) end, 'DoubleTensor: argument 2 is nan'},
  {function() local _ = torch.Tensor {{1, 2}, {3}} end,
    'table of 2 elements at depth 2, got 1 elements'},
  {function() local _ = torch.Tensor {1, 'a'} end, 'expected a number in the table, got a string'},
  {function() local _ = torch.Tensor(2 ^ 40, 2 ^ 40) end, 'too large'},
  {function() local _ = torch.FloatTensor(torch.Tensor(2)) end,
    'FloatTensor: expected a FloatTensor, got a Double'},
  {function() local _ = torch.FloatTensor(torch.IntStorage(2)) end,
    'FloatTensor cannot view a IntStorage'},
  {function() local _ = torch.Tensor(unpack({}, 1, 17)) end, 'DoubleTensor'},
  {function() local _ = torch.LongStorage(-1) end, 'size must not be negative, got %-1'},
  {function() local _ = torch.ByteStorage(2 ^ 52) end, 'out of memory: .* MB asked for'},
  {function() local _ = torch.ByteStorage(10, 'abc') end,
    'ByteStorage: expected an address as argument 2'},
  {function() local _ = torch.LongStorage(torch.LongStorage(3), 2, 9) end,
    '9 elements from position 2 exceed'},
  {function() local _ = torch.zeros('torch.NoTensor') end,
    'zeros: unknown tensor type torch.NoTensor'},
  {function() local _ = torch.Tensor(2):type('x') end, 'type: unknown tensor type x'},
  {function() local _ = torch.setdefaulttensortype('x') end, 'setdefaulttensortype: .* got x'},
  {function() local _ = torch.setnumthreads(0) end,
    'setnumthreads: expected 1 to 4096 threads, got 0'},
  {function() local _ = t23()[3] end,
    'index 3 out of range 1 to 2 in dimension 1 of a DoubleTensor of size 2 x 3'},
  {function() local _ = t23()[{1, 4}] end, 'index 4 out of range 1 to 3 in dimension 2'},
  {function() local _ = t23()[{1, 2, 3}] end, '3 indices for a DoubleTensor of size 2 x 3'},
  {function() local _ = t23()[{{2, 1}}] end, 'index 1: the range {2, 1} is empty'},
  {function() local _ = t23()[{{1, 'x'}}] end, 'index 1: expected {first, last}, got {1, x}'},
  {function() local _ = t23()[{print}] end,
    'index 1: expected a number or a table, got a function'},
  {function() local _ = torch.Tensor(3)[nan] end, 'index nan out of range'},
  {function() local _ = torch.Tensor()[1] end, 'cannot index an empty tensor'},
  {function() local _ = t23()[torch.LongStorage {1}] end, '1 coordinates for'},
  {function() local _ = t23()[torch.Tensor(2, 3)] end, 'expected a ByteTensor as mask'},
  {function() t23()[1] = 'x' end, 'expected a number or a tensor to assign, got a string'},
  {function() t23()[4] = 1 end, 'index 4 out of range'},
  {function() t23().name = 1 end, 'cannot assign to field name of a tensor'},
  {function() t23()[{1, 1}] = t23() end, 'expected a number to assign to an element'},
  {function() t23()[1] = torch.Tensor(2) end,
    'index: sizes do not match: %[3 DoubleTensor%] and %[2 Dou'},
  {function() local _ = torch.LongStorage(2)[3] end,
    'torch.LongStorage: index 3 out of range 1 to 2'},
  {function() torch.LongStorage(2)[1] = 'x' end,
    'storage element 1: expected a number, got a string'},
  {function() local _ = t23() + 'x' end,
    '%+: not defined for a DoubleTensor of size 2 x 3 and a string'},
  {function() local _ = t23() + nil end, '%+: not defined for .* and nil'},
  {function() local _ = {} + t23() end, '%+: not defined for a table and'},
  {function() local _ = 'x' - t23() end, '%-: not defined for a string and'},
  {function() local _ = {} * t23() end, '%*: not defined for .*table'},
  {function() local _ = t23() / t23() end, '/: not defined for a DoubleTensor'},
  {function() local _ = 2 / t23() end, '/: not defined for the number 2 and'},
  {function() local _ = t23() % t23() end, '%%: not defined for'},
  {function() local _ = t23() ^ 2 end, '%^: not defined for'},
  {function() local _ = torch.IntTensor {4} / 0 end, '/: integer division by zero'},
  {function() local _ = torch.IntTensor {-2 ^ 31}:div(-1) end,
    ' div: integer division by zero or out of range'},
  {function() local _ = t23():narrow(3, 1, 1) end, 'narrow: dimension 3 out of range 1 to 2'},
  {function() local _ = t23():narrow(1, 3, 1) end,
    'narrow: first index 3 out of range 1 to 2 in dimension 1'},
  {function() local _ = t23():narrow(1, 1, 3) end,
    'narrow: size 3 from index 1 exceeds dimension 1'},
  {function() local _ = t23():narrow(1, 1, 0) end, 'narrow: size 0'},
  {function() local _ = t23():select(1, 0) end, 'select: index 0 out of range 1 to 2'},
  {function() local _ = torch.Tensor(3):select(1, 4) end, 'out of range 1 to 3'},
  {function() local _ = t23():view(4) end, 'view: sizes 4 do not fit the 6 elements'},
  {function() local _ = t23():t():view(6) end, 'view: .* is not contiguous'},
  {function() local _ = t23():view(-1, -1) end, 'view: only one size may be %-1'},
  {function() local _ = t23():expand(4, 3) end, 'expand: dimension 1 of .* cannot become 4'},
  {function() local _ = t23():transpose(1, 3) end, 'transpose: dimension 3 out of range'},
  {function() local _ = t23():permute(1, 1) end, 'permute: dimension 1 is given twice'},
  {function() local _ = t23():unfold(1, 3, 1) end, 'unfold: size 3 out of range 1 to 2'},
  {function() local _ = t23():unfold(1, 1, 0) end, 'unfold: step must be positive, got 0'},
  {function() local _ = torch.Tensor(3):t() end, 't: expected a matrix'},
  {function() local _ = t23():sub(1) end,
    'sub: expected first and last index for up to 2 dimensions, got 1'},
  {function() local _ = t23():size(3) end, 'size: dimension 3 out of range 1 to 2'},
  {function() local _ = t23():copy(torch.Tensor(4)) end, 'copy: sizes do not match'},
  {function() local _ = torch.Tensor(2, 1):expand(2, 3):add(1) end,
    'elements of the result .* share memory'},
  {function() local _ = t23():apply() end, 'apply: expected a function as argument 2, got nil'},
  {function() local _ = t23():apply(tostring) end,
    'apply: the function must return a number or nil, got a str'},
  {function() local _ = t23():map(torch.Tensor(4), print) end, 'map: sizes do not match'},
  {function() local _ = t23():add() end,
    'add: expected a tensor or a number as argument 2, got nil'},
  {function() local _ = t23():add(torch.Tensor(2, 2)) end,
    'add: sizes do not match: .2 x 3 .* and .2 x 2'},
  {function() local _ = t23():add(torch.FloatTensor(2, 3)) end,
    'add: expected a DoubleTensor, got a FloatTensor'},
  {function() local _ = t23():exp(torch.FloatTensor(2, 3)) end,
    'exp: the result must be a FloatTensor, got a Dou'},
  {function() local _ = torch.IntTensor(2):exp() end, 'exp: not available for a IntTensor'},
  {function() local _ = torch.Tensor(2):bitand(1) end, 'bitand: not available for a DoubleTensor'},
  {function() local _ = torch.Tensor(2):clamp(1) end,
    'clamp: expected a number as argument 3, got nil'},
  {function() local _ = torch.match(t23(), torch.Tensor(2, 2)) end,
    'match: expected two matrices with rows of equal length'},
  {function() local _ = torch.pow({}, 2) end,
    'pow: expected a tensor or a number as argument 1, got a table'},
  {function() local _ = torch.LongStorage(2):free() end,
    'free: the storage has no reference from retain'},
}

describe('the message for', function()
  for n, case in ipairs(cases) do
    it(n .. ', ' .. case[2], function()
      local ok, message = pcall(case[1])
      assert.is_false(ok)
      assert.matches(case[2], message)
      assert.are.equal(this_file, message:match('^(.-):%d+: '))
      assert.are.equal(debug.getinfo(case[1], 'S').linedefined, tonumber(message:match(':(%d+): ')))
    end)
  end
end)

-- What Torch7 refused
-- ------------------------------------------------------------------------------

-- Records that return here though Torch7 raised.
local additions = {
  [68] = 'a tensor of one element may be assigned to an element',
  [141] = 'resizeAs takes a tensor of any type',
  [154] = 'map takes tensors of any type',
  [203] = 'HalfTensor has arithmetic',
  [204] = 'HalfTensor has arithmetic',
}

-- Records that raise here though Torch7 returned.
local stricter = {
  [57] = 'a LongTensor as index is refused instead of read as an unknown key',
  [81] = 'a string written to a storage is refused instead of ignored',
  [144] = 'set takes a storage or tensor, not a bare size',
  [149] = 'a string is no number',
  [156] = 'a number is no string',
  [282] = 'multinomial takes weights of one or two dimensions',
  [359] = 'setnumthreads takes 1 or more',
}

describe('recorded bad input', function()
  it('raises where Torch7 raised or crashed, and returns where it returned', function()
    local seen, wrong = 0, {}
    for _, record in ipairs(helpers.json('errors/errors.json.gz').records) do
      if record.group ~= 'nn' then
        -- classes are declared once in a process: each record gets names of its own
        local code = record.code:gsub('%f[%w][FG]oo%f[%W]', function(name)
          return ('Errors%d%s'):format(record.id, name)
        end)
        local want = record.ok
        if additions[record.id] then want = true elseif stricter[record.id] then want = false end
        local threads = torch.getnumthreads()
        local ok, message = pcall(assert(loadstring(code, '=case')))
        torch.setnumthreads(threads)
        if ok ~= want then
          wrong[#wrong + 1] = ('%d %s: %s'):format(record.id, code, ok and 'returns'
            or tostring(message))
        end
        seen = seen + 1
      end
    end
    assert.are.same({}, wrong)
    assert.are.equal(371, seen)
  end)
end)
