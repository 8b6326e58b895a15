-- Every call of badinput_calls with its operands and results in every layout: not contiguous,
-- transposed, expanded, in the memory of one another. The answer is the one for fresh contiguous
-- copies; a result whose own elements share memory is refused.

local torch = require 'torch'
local calls = require 'badinput_calls'
local engine = require 'badinput_engine'
local values = require 'badinput_values'

local function set(text)
  local out = {}
  for word in text:gmatch('%S+') do out[word] = true end
  return out
end

-- What depends on the layout, or keeps the elements of the storage rather than those of the tensor.
local by_layout = set 'resize resizeAs set storage storageOffset data cdata stride isContiguous'
-- Draws from a source of its own, which the spec cannot set back.
local no_repeat = set 'seed'

local function contents(args)
  local list = {}
  for k = 1, args.n do list[k] = values.content(args[k]) end
  return list
end

-- What a call gives for fresh contiguous copies of its arguments: contents of the results, and of
-- the arguments that it changes, by position.
local function reference(call, args)
  local copies = {n = args.n}
  for k = 1, args.n do
    copies[k] = torch.isTensor(args[k]) and args[k]:clone() or args[k]
  end
  local before = contents(copies)
  local ok, results = engine.attempt(call, copies)
  if not ok then return nil, results end
  local changed, any = {}, false
  for k, content in ipairs(contents(copies)) do
    if content ~= before[k] then changed[k], any = content, true end
  end
  return {results = not any and values.content(results), changed = changed}
end

local function differs(want, results, args)
  if want.results and values.content(results) ~= want.results then return 'other results' end
  for k, content in pairs(want.changed) do
    if values.content(args[k]) ~= content then return 'another result in argument ' .. k end
  end
end

local wrong, made

-- Makes a call of which `args` are the arguments; `may` is a pattern for an error that is right.
local function compare(call, what, args, may)
  made = made + 1
  local want, refused = reference(call, args)
  local outcome, got = engine.outcome(call, args)
  local message
  if outcome == 'returned' then
    message = want and differs(want, got, args) or not want and 'returns, copies raise ' .. refused
  elseif outcome == 'wrong' or want and not (may and got:find(may)) then
    message = got
  end
  if message then wrong[#wrong + 1] = ('%s, %s: %s'):format(call.line, what, message) end
end

local function layouts(call, args, k)
  local shown = (call.name:find('^view') and 'view: .* is not contiguous')
  local function with(what, make, may)
    local list = call.make()
    list[k] = make(list[k])
    compare(call, ('argument %d %s'):format(k, what), list, may)
  end
  with('with gaps', values.gaps, shown)
  if args[k]:dim() > 1 then with('transposed', values.transposed, shown) end
  with('expanded', values.expanded, shown or 'share memory')
end

-- Argument j in the memory of argument k, one element further.
local function overlapping(call, k, j)
  local list = call.make()
  local x, y = list[k], list[j]
  local whole = x.new(x:nElement() + y:nElement() + 1):fill(1)
  if torch.type(x) == 'torch.DoubleTensor' then
    local i = 0
    whole:apply(function()
      i = i + 1
      return (i * 5 % 7 + 1) / 4
    end)
  end
  list[k] = whole:narrow(1, 1, x:nElement()):viewAs(x)
  list[j] = whole:narrow(1, 2, y:nElement()):viewAs(y)
  compare(call, ('argument %d in the memory of argument %d'):format(j, k), list)
end

-- Results in front -------------------------------------------------------------------------------

-- The call with tensors for its results in front.
local function in_front(call, results)
  local list = call.make()
  local args = {n = list.n + #results, whole = {}}
  for i, r in ipairs(results) do args[i] = r end
  for k = 1, list.n do args[#results + k] = list[k] end
  return args
end

-- The tensors among the results, made by `make` from those that are expected.
local function made_from(expected, make)
  local out = {}
  for i, r in ipairs(expected) do out[i] = make(r) end
  return out
end

local function check_front(call, expected, what, args, may)
  made = made + 1
  local outcome, got = engine.outcome(call, args)
  local message
  if outcome == 'returned' then
    for i, r in ipairs(expected) do
      if values.content(args[i]) ~= values.content(r) then message = 'other elements' end
    end
    if may == 'share memory' or may == 'type' then message = 'accepted' end
  elseif outcome == 'wrong' or not may or may ~= 'type' and not got:find(may) then
    message = got
  end
  if message then wrong[#wrong + 1] = ('%s, %s: %s'):format(call.line, what, message) end
end

local function results_in_front(call, expected)
  local function with(what, make, may)
    check_front(call, expected, what, in_front(call, made_from(expected, make)), may)
  end
  with('empty results', function(r) return r.new() end)
  with('results of other sizes', function(r) return r.new(3, 2):fill(9) end)
  with('results with gaps', function(r) return values.gaps(r:clone():fill(9)) end)
  with('transposed results', function(r)
    return r:dim() > 1 and values.transposed(r:clone():fill(9)) or r.new()
  end)
  if expected[1]:nElement() > 1 then with('expanded results', values.expanded, 'share memory') end
  if call.name ~= 'reshape' then -- which converts
    with('results of another type', function() return torch.CharTensor(2) end, 'type')
  end
end

-- Result i is operand k, or lies in its memory.
local function shared_results(call, expected, args, i, k)
  local empty = made_from(expected, function(r) return r.new() end)
  local function with(what, place, may)
    local list = in_front(call, empty)
    list[#expected + k] = list[#expected + k]:clone()
    for n, r in ipairs(expected) do list[n] = r.new() end
    place(list, #expected + k)
    check_front(call, expected, ('result %d %s operand %d'):format(i, what, k), list, may)
  end
  with('is', function(list, at) list[i] = list[at] end, 'is an input that would grow')
  with('is in the storage of', function(list, at)
    list[i] = list[at].new(list[at]:storage(), 1, expected[i]:size())
  end)
  for shift = -1, 1, 2 do
    with(shift > 0 and 'is after' or 'is before', function(list, at)
      local x = args[k]
      local whole = x.new(x:nElement() + expected[i]:nElement() + 2):fill(1)
      list[at] = whole:narrow(1, shift > 0 and 1 or 2, x:nElement()):viewAs(x):copy(x)
      list[i] = x.new(whole:storage(), shift > 0 and 2 or 1, expected[i]:size())
    end)
  end
end

describe('layouts of', function()
  before_each(function() wrong, made = {}, 0 end)
  after_each(function() values.same_random_numbers() end)

  local function finish(least)
    assert.are.equal('', table.concat(wrong, '\n', 1, math.min(#wrong, 20)))
    assert.is_true(made > least, 'only ' .. made .. ' calls')
  end

  it('operands do not matter', function()
    for _, call in ipairs(calls) do
      local args = call.make()
      for k = 1, by_layout[call.name] and 0 or args.n do
        if torch.isTensor(args[k]) and args[k]:dim() > 0 then
          layouts(call, args, k)
          for j = 1, args.n do
            if j ~= k and torch.type(args[j]) == torch.type(args[k]) then
              overlapping(call, k, j)
            end
          end
        end
      end
    end
    finish(1000)
  end)

  it('results do not matter', function()
    for _, call in ipairs(calls) do
      if call.results and not no_repeat[call.name] then
        local args = call.make()
        local _, expected = engine.attempt(call, args)
        results_in_front(call, expected)
        for i, r in ipairs(expected) do
          for k = 1, args.n do
            if torch.type(args[k]) == torch.type(r) then
              shared_results(call, expected, args, i, k)
            end
          end
        end
      end
    end
    finish(1000)
  end)
end)
