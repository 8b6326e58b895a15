-- Every public name of Torch7's nn is there: the recorded list of tests/golden/names, with parent
-- classes and methods, and the fields of saved modules.

local torch = require 'torch'
local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local objects = require 'recorded_objects'
require 'nn'

-- The rows of the list: {name, kind, constructor or form, methods, parent}.
local function read()
  local rows = {}
  for line in assert(gzip.read(helpers.folder .. '/golden/names/nn.tsv.gz')):gmatch('[^\n]+') do
    local row = {}
    for field in line:gmatch('[^\t]+') do row[#row + 1] = field end
    if row[1] ~= 'name' then rows[#rows + 1] = row end
  end
  return rows
end

-- nn.a.b or nn.a:b.
local function global(name)
  local value = nn
  for part in name:gsub('^nn%.', ''):gmatch('[^.:]+') do value = value and value[part] end
  return value
end

-- Methods that nn.hessian.enable() adds.
local hessian = {}

local function check_class(name, methods, parent)
  local class = torch.getmetatable(name)
  if not global(name) or not class then return 'no class' end
  local base = getmetatable(class)
  if parent == '-' and base then return 'parent ' .. base.__typename end
  while parent ~= '-' and base and base.__typename ~= parent do base = getmetatable(base) end
  if parent ~= '-' and not base then return 'does not inherit from ' .. parent end
  for method in methods:gmatch('([%w_]+)%b()') do
    if method:find('DiagHessian', 1, true) then
      hessian[#hessian + 1] = name .. '.' .. method
    elseif type(class[method]) ~= 'function' then
      return 'no method ' .. method
    end
  end
end

-- What is wrong with a row, or nil.
local function check(name, kind, _, methods, parent)
  if kind == 'module-field' then
    local m = nn.Module()
    m:training()
    return m[name:match('[^.]+$')] == nil and 'no field' or nil
  elseif kind:find('function', 1, true) or kind:find('method', 1, true) then
    return global(name) == nil and 'no ' .. kind or nil
  end
  return check_class(name, methods, parent)
end

describe('nn', function()
  local rows = read()

  it('is checked against the whole list', function() assert.are.equal(287, #rows) end)

  it('has every name, with its methods and parent class', function()
    local wrong = {}
    for _, row in ipairs(rows) do
      local message = check(unpack(row))
      if message then wrong[#wrong + 1] = row[1] .. ': ' .. message end
    end
    assert.are.same({}, wrong)
    assert.are.equal(33, #hessian)
    local source = {"require 'nn'\nnn.hessian.enable()"} -- which changes nn for good
    for _, method in ipairs(hessian) do source[#source + 1] = ('assert(%s)'):format(method) end
    local status, output = helpers.script(table.concat(source, '\n'))
    assert.are.equal('', output)
    assert.are.equal(0, status)
  end)

  it('has methods for what Torch7 keeps besides', function()
    local m = nn.Linear(3, 2)
    m:updateAddBuffer(torch.Tensor(4, 3))
    assert.are.same({1, 1, 1, 1}, m.addBuffer:totable())
    assert.is_true(m:clearState().addBuffer:dim() == 0)
    local lookup, input = nn.LookupTable(4, 2), torch.LongTensor {{1, 2}, {3, 4}}
    assert.are.equal(input, lookup:makeInputContiguous(input))
    assert.is_false(lookup.copiedInput)
    for _, x in ipairs {input:t(), input:t():double()} do
      local copy = lookup:makeInputContiguous(x)
      assert.is_true(lookup.copiedInput)
      assert.are.equal('torch.LongTensor', torch.type(copy))
      assert.are.same({{1, 3}, {2, 4}}, copy:totable())
    end
  end)
end)

-- How the modules in the recorded files were made, and fields that calls made, which Torch7's
-- modules make again where they are missing.
local constructors = {
  BatchNormalization = {4}, SpatialBatchNormalization = {4}, Dropout = {}, JoinTable = {1, 1},
  Linear = {2, 2}, MulConstant = {2}, Reshape = {2}, SpatialAveragePooling = {2, 2},
  SpatialConvolution = {1, 1, 2, 2}, SpatialMaxPooling = {2, 2}, View = {2},
}
local made_by_calls = {}
for name in ([[train shared addBuffer finput fgradInput input_map iheight iwidth save_mean save_std
  ]]):gmatch('%S+') do
  made_by_calls[name] = true
end

-- The fields of every object of a class of nn in a recorded value: {class = {field = true}}.
local function recorded_fields(value, found)
  if type(value) ~= 'table' then return found end
  local name = type(value.class) == 'string' and value.class:match('^nn%.(.*)')
  if name then
    found[name] = found[name] or {}
    for _, pair in ipairs(value.fields) do found[name][pair[1]] = true end
  end
  for _, entry in pairs(value) do recorded_fields(entry, found) end
  return found
end

describe('modules are saved with the fields of Torch7:', function()
  local found, count = {}, 0
  for _, record in ipairs(objects.records()) do recorded_fields(record.value, found) end
  for name, want in pairs(found) do
    count = count + 1
    it('nn.' .. name, function()
      local m = torch.deserialize(torch.serialize(nn[name](unpack(constructors[name] or {}))))
      for field in pairs(want) do
        assert.is_true(m[field] ~= nil or made_by_calls[field] == true, 'lacks ' .. field)
      end
      for field in pairs(m) do
        assert.is_true(want[field] or field == 'inplace' or field == 'nInputDims', 'has ' .. field)
      end
    end)
  end
  it('all of the recorded classes', function() assert.are.equal(23, count) end)
end)
