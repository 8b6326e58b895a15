-- The classes of nn, which stand in the package before their files are loaded.

local class = require 'torch.class'
local helpers = require 'helpers'
local names = require 'nn.names'
local nn = require 'nn'
local paths = require 'paths'
local registry = require 'torch.classregistry'

local function words(text)
  local list = {}
  for word in text:gmatch('%w+') do list[#list + 1] = word end
  return list
end

describe('package nn', function()
  it('names the classes that its files declare', function()
    local files, rows = {}, {}
    for _, file in ipairs(paths.dir(helpers.folder .. '/../lua/nn')) do
      local name = file:match('^(%u%w*)%.lua$')
      if name and nn[name] and class.getconstructortable('nn.' .. name) then
        files[#files + 1] = name
      end
    end
    table.sort(files)
    assert.are.same(words(names.files), files)
    require 'nn.pointwise'
    for name, entry in pairs(registry.by_name) do
      local mt = entry.mt
      local init = rawget(mt, '__init')
      if init and debug.getinfo(init, 'S').source:find('nn/pointwise.lua', 1, true) then
        rows[#rows + 1] = name:match('^nn%.(.*)')
      end
    end
    for _, name in ipairs(rows) do
      assert.is_truthy((' ' .. names.pointwise:gsub('%s+', ' ')):find(' ' .. name .. ' ', 1, true))
    end
    for _, name in ipairs(words(names.pointwise)) do
      assert.are.equal('nn.' .. name, class.getmetatable('nn.' .. name).__typename)
    end
  end)

  it('holds every class before its first use, as the table that stays', function()
    local status, output = helpers.script [[
      require 'nn'
      local seen, constructor = {}, rawget(nn, 'Linear')
      for name, value in pairs(nn) do
        if type(value) == 'table' then seen[name] = getmetatable(value).__typename end
      end
      assert(seen.Linear == 'nn.Linear' and seen.Tanh == 'nn.Tanh' and seen.MSECriterion)
      assert(package.loaded['nn.Linear'] == nil)
      assert(getmetatable(nn.Tanh).updateOutput and nn.Nothing == nil)
      function nn.Linear:double() return self end
      assert(package.loaded['nn.Linear'])
      local m = nn.Linear(2, 3)
      assert(nn.Linear == constructor and m:double() == m and m:forward(torch.ones(2)):size(1) == 3)
      assert(torch.isTypeOf(m, nn.Module) and torch.typename(nn.ReLU()) == 'nn.ReLU')
      local Own, parent = torch.class('nn.Own', 'nn.Sequential')
      assert(parent == torch.getmetatable('nn.Sequential') and nn.Own():add(m):size() == 1)
    ]]
    assert.are.equal(0, status, output)
  end)

  it('says so where a file does not declare its class', function()
    registry.promise('nn.Broken', function() end)
    local ok, message = pcall(function() return nn.Broken() end)
    nn.Broken = nil
    registry.by_name['nn.Broken'] = nil
    assert.is_false(ok)
    assert.matches('the file of class nn.Broken does not declare it', message)
  end)
end)
