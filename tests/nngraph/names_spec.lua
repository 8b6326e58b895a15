-- Every public name of graph and nngraph is there: the recorded list of tests/golden/names, a row
-- of `has` for each kind of name; and the recorded calls give the recorded values.

local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local recorded = require 'recorded'
local replay = require 'golden_replay'
local torch = require 'torch'
require 'nngraph'

local function gmodule()
  local x = nn.Identity()()
  local g = nn.gModule({x}, {nn.Tanh()(x)})
  g:forward(torch.ones(2))
  return g
end

-- The value of a dotted path of global names, 'nn.Linear' for instance.
local function global(path)
  local value = _G
  for part in path:gmatch('[^.]+') do value = value[part] end
  return value
end

local function of_class(path)
  local class, name = path:match('^(.*):(.*)$')
  local mt = torch.getmetatable(class)
  if name == 'add' then return rawget(mt, name) end -- not that of nn.Container
  return mt[name]
end

local samples = {
  ['module()'] = function() return nn.Linear(2, 3)() end,
  ['criterion()'] = function() return nn.MSECriterion()({nn.Identity()(), nn.Identity()()}) end,
  ['-module'] = function() return -nn.Linear(2, 3) end,
  ['a - b'] = function() return nn.Linear(2, 3) - nn.Tanh() - nn.Sigmoid() end,
}

local function sample(name)
  return torch.type(samples[name]()) == 'nngraph.Node' or nil
end

-- has[kind](name): what there is of that name, nil where it is missing.
local has = {
  class = global, container = global, layer = global, ['function'] = global,
  method = of_class,
  ['node-call'] = sample, operator = sample,
  field = function(name)
    local g = gmodule()
    g.name = 'the user sets it'
    return g[name:match('[^.]+$')]
  end,
}

describe('graph and nngraph', function()
  local kinds, count = {}, 0
  local text = assert(gzip.read(helpers.folder .. '/golden/names/nngraph.tsv.gz'))
  for name, kind in text:gmatch('([^\t\n]+)\t([^\t\n]+)\t[^\t\n]+\t[^\t\n]+\n') do
    if kind ~= 'kind' then
      count = count + 1
      kinds[kind] = kinds[kind] or {}
      table.insert(kinds[kind], name)
    end
  end

  it('are checked against the whole list', function() assert.are.equal(63, count) end)

  for kind, names in pairs(kinds) do
    it(('have every %s (%d)'):format(kind, #names), function()
      local missing = {}
      for _, name in ipairs(names) do
        if has[kind](name) == nil then missing[#missing + 1] = name end
      end
      assert.are.same({}, missing)
    end)
  end
end)

describe('recorded nngraph', function()
  for _, record in ipairs(recorded.records('nn/nngraph.json.gz')) do
    it(record.id .. ' ' .. record.note, function() assert.is_nil(replay.run(record)) end)
  end
end)
