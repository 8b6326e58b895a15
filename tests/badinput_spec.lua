-- Every call of badinput_calls with every argument replaced by values that are bad for it: an error
-- that names the function, raised at the caller's line with all operands as they were, or the right
-- answer. Then with operands and results in every layout: the answer of fresh contiguous copies.

local F = require 'torch.ffi'
local torch = require 'torch'
local calls = require 'badinput_calls'
local engine = require 'badinput_engine'
local coverage = require 'badinput_coverage'
local makers = require 'badinput_makers'
local values = require 'badinput_values'

local replaced = engine.replaced

-- What is accepted
-- ---------------------------------------------------------------------------------

local function set(text)
  local out = {}
  for word in text:gmatch('%S+') do out[word] = true end
  return out
end

local anything = set 'true false string table strings function userdata generator'
local objects = set 'true false string table strings generator'
local boolean, generator = set 'true false', set 'generator'

-- Values of junk types that functions take.
local takes = {
  isTensor = anything, type = anything, sort = boolean, getenv = set 'userdata',
  setenv = set 'userdata', isatty = set 'userdata',
  save = set 'table strings true false string generator',
  saveobj = set 'table strings true false string', load = set 'table strings true false',
  ['npy.save'] = set 'string', ['npz.load'] = set 'table', ['safetensors.load'] = set 'table',
  MemoryFile = boolean, topk = boolean, var = boolean, std = boolean, searchsorted = boolean,
  unique = boolean, multinomial = boolean,
  ['file:writeBool'] = boolean, ['file:referenced'] = boolean, ['file:writeString'] = set 'string',
  ['storage:string'] = set 'string',
  ['file:writeObject'] = objects, ['DiskFile:writeObject'] = objects,
  ['MemoryFile:writeObject'] = objects, serialize = objects, serializeToStorage = objects,
  DiskFile = anything, PipeFile = anything, ['DiskFile:isLittleEndianCPU'] = anything,
  ['DiskFile:isBigEndianCPU'] = anything, ['CmdLine:log'] = set 'userdata',
  ['storage:new'] = set 'table string', class = set 'table strings',
}
for name in pairs(set [[typename isTypeOf isStorage isequal pointer address version op.same op.text
    op.index op.assign op.length Storage DoubleStorage FloatStorage CharStorage data cdata :data
    :cdata]]) do
  takes[name] = anything
end
for name in pairs(set 'Tensor FloatTensor LongTensor :new') do takes[name] = set 'table' end
for name in pairs(set [[uniform normal logNormal cauchy exponential geometric bernoulli random rand
    randn randperm seed manualSeed initialSeed getRNGState]]) do
  takes[name] = generator
end

-- Values that are not tried at a position: classes and commands of any name.
local never = {['class 1'] = 'string', ['newmetatable 1'] = 'string', ['PipeFile 1'] = 'string',
  ['setenv 1'] = 'function', ['register_cdata 2'] = 'function', ['register_cdata 3'] = 'function'}

-- Counts far out of range that have a meaning: sizes below 1 end the list of sizes, as in Torch7;
-- an expanded tensor takes no memory; a triangle, a rotation or a step may lie outside.
local sizes_end, both = set '-2^40', set '2^40 -2^40'
local far = {
  zeros = sizes_end, ones = sizes_end, rand = sizes_end, randn = sizes_end, resize = sizes_end,
  set = sizes_end, expand = set '2^40', split = set '2^40', unfold = set '2^40', chunk = both,
  Tensor = sizes_end, FloatTensor = sizes_end, [':new'] = sizes_end,
  DoubleStorage = both, ['DiskFile:seek'] = both, roll = both, tril = both, triu = both,
}

-- LongTensors that are no indices.
local no_indices = set 'typeAs multinomialAlias'

-- Functions that may be called without arguments.
local callable = set [[isTensor type elementSize seed initialSeed getRNGState uniform normal
  logNormal cauchy bernoulli random Tensor FloatTensor LongTensor new Storage DoubleStorage
  FloatStorage CharStorage same text typename isStorage isequal address version packageLuaPath
  serialize serializeToStorage MemoryFile isLittleEndianCPU isBigEndianCPU CmdLine]]

local function full_name(call)
  local name = call.kind .. call.name
  return (call.kind:find('%a') or takes[name] or far[name]) and name or call.name
end

-- One list of the bad values for the argument at position k: {what, value, whether it is refused}.
local function bad_values(call, args, k)
  local list, v, name = {}, args[k], full_name(call)
  local accepted = takes[name] or call.kind == 'Tester:' and k > 1 and anything or {}
  local skipped = never[name .. ' ' .. k]
  for _, junk in ipairs(values.junk) do
    local same_type = type(junk[2]) == type(v) and type(v) ~= 'userdata'
    if type(junk[2]) ~= skipped then
      list[#list + 1] = {junk[1], junk[2], not accepted[junk[1]] and not same_type}
    end
  end
  local function add(more, refused)
    for _, bad in ipairs(more) do list[#list + 1] = {bad[1], bad[2], refused(bad[1])} end
  end
  local function no() return false end
  if args.whole[k] then
    add(values.no_count, function(what) return not (far[name] and far[name][what]) end)
    add(values.near_count, no)
  elseif type(v) == 'number' then
    add(values.numbers, no)
  end
  if torch.isTensor(v) then
    add(values.tensors(v), no)
    if torch.type(v) == 'torch.LongTensor' then
      add(values.no_indices(v), function() return not no_indices[name] end)
    end
  else
    list[#list + 1] = {'a tensor', torch.DoubleTensor(2, 3):fill(1), false}
  end
  if torch.isStorage(v) then add(values.storages(v), no) end
  for kind, more in pairs {string = 'strings', table = 'tables', ['function'] = 'functions'} do
    if type(v) == kind and kind ~= skipped then add(values[more], no) end
  end
  return list
end

local function report(call, k, what, message)
  return ('%s, argument %d %s: %s'):format(call.line, k, what, message)
end

-- Adds to `wrong` what is wrong with the outcome of a bad call. True when it raised.
local function check(wrong, call, k, what, args, refused)
  local outcome, message = engine.outcome(call, args)
  if outcome == 'wrong' then
    -- a stream of too few elements fills the storage as far as it goes
    if not (call.kind == 'file:' and message:find('having changed argument 2: .*read error')) then
      wrong[#wrong + 1] = report(call, k, what, message)
    end
  elseif outcome == 'returned' and refused then
    wrong[#wrong + 1] = report(call, k, what, 'accepted')
  end
  return outcome ~= 'returned'
end

local function first_of(list) return table.concat(list, '\n', 1, math.min(#list, 20)) end

describe('bad input', function()
  after_each(function() values.same_random_numbers() end)

  it('has a call of everything public', makers.inside(function()
    local seen = {}
    for _, call in ipairs(calls) do
      seen[call.f] = true
      local ok, message = engine.attempt(call, call.make())
      assert.is_true(ok, call.line .. ': ' .. tostring(message))
    end
    assert.are.same({}, coverage.missing(seen))
    assert.are.same({'Allocator'}, coverage.classes())
  end))

  it('in place of each argument', makers.inside(function()
    local wrong, raised, made = {}, 0, 0
    for _, call in ipairs(calls) do
      local args = call.make()
      for k = 1, args.n do
        raised = raised + (check(wrong, call, k, 'nil', replaced(call, k, nil)) and 1 or 0)
        for _, bad in ipairs(bad_values(call, args, k)) do
          made = made + 1
          if check(wrong, call, k, bad[1], replaced(call, k, bad[2]), bad[3]) then
            raised = raised + 1
          end
        end
      end
    end
    assert.are.equal('', first_of(wrong))
    assert.is_true(made > 20000 and raised > made / 2, ('%d of %d raised'):format(raised, made))
  end))

  it('of one type for all tensors', makers.inside(function()
    local wrong, raised, made = {}, 0, 0
    for _, call in ipairs(calls) do
      for _, name in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'BFloat16'} do
        local args, changed = call.make(), 0
        for k = 1, args.n do
          if torch.type(args[k]) == 'torch.DoubleTensor' then
            args[k], changed = args[k]:type('torch.' .. name .. 'Tensor'), k
          end
        end
        if changed > 0 then
          made = made + 1
          if check(wrong, call, changed, 'and others ' .. name, args) then raised = raised + 1 end
        end
      end
    end
    assert.are.equal('', first_of(wrong))
    assert.is_true(made > 1000 and raised < made / 2, ('%d of %d raised'):format(raised, made))
  end))

  it('on a device that is not there', makers.inside(function()
    local wrong, raised, made = {}, 0, 0
    local of_device = F.classes[1]
    F.classes[1] = F.classes[0]
    for _, call in ipairs(calls) do
      local args = call.make()
      for k = 1, args.n do
        if torch.isTensor(args[k]) and args[k]:dim() > 0 then
          made = made + 1
          local elsewhere = replaced(call, k, values.elsewhere(args[k]))
          if check(wrong, call, k, 'elsewhere', elsewhere) then raised = raised + 1 end
          -- the name of a step is enough, since only this spec can make such tensors
          for _, reason in ipairs {'no backend', 'not in CPU memory', 'cannot view'} do
            if #wrong > 0 and wrong[#wrong]:find(reason) then wrong[#wrong] = nil end
          end
        end
      end
    end
    F.classes[1] = of_device
    assert.are.equal('', first_of(wrong))
    assert.is_true(raised > made / 2, ('%d of %d raised'):format(raised, made))
  end))

  it('that ends too early', makers.inside(function()
    local wrong = {}
    for _, call in ipairs(calls) do
      for n = 0, call.make().n - 1 do
        local args = call.make()
        for k = n + 1, args.n do args[k] = nil end
        args.n = n
        check(wrong, call, n, 'is the last', args, n == 0 and not callable[call.name])
      end
    end
    assert.are.equal('', first_of(wrong))
  end))
end)
