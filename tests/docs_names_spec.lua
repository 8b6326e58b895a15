-- Every public name of Torch7's torch, as tests/golden/names lists them, has an entry in docs/: a
-- heading or the first cell of a table row that shows how it is called. It occurs in a Lua block of
-- the same page, which docs_spec.lua runs. So does every operation.

local doc_names = require 'doc_names'
local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local ops = require 'torch.ops'
local torch = require 'torch'

local mentions = doc_names.mentions

local everywhere = {'ops', 'tensors', 'storages', 'classes', 'utilities', 'tester', 'serialization',
  'files', 'random'}

-- How entries write the names of a kind, and the pages that have them.
local kinds = {
  ['function'] = {'torch.', pages = everywhere},
  ['type'] = {'torch.', pages = everywhere},
  ['tensor-method'] = {'x:', 'x.', 'torch.', pages = {'ops', 'tensors'}},
  ['tensor-operator'] = {'', pages = {'tensors'}},
  ['storage-method'] = {'s:', pages = {'storages'}},
  ['storage-operator'] = {'', pages = {'storages'}},
  ['file-method'] = {'file:', pages = {'files'}},
  ['diskfile-method'] = {'file:', '', pages = {'files'}},
  ['memoryfile-method'] = {'file:', pages = {'files'}},
  ['cmdline-method'] = {'cmd:', pages = {'utilities'}},
  ['timer-method'] = {'timer:', '', pages = {'utilities'}},
  ['tester-method'] = {'tester:', pages = {'tester'}},
  ['generator-method'] = {'generator:', pages = {'random'}},
}

-- What stands for an operator in code; for others their own characters.
local in_code = {['[]'] = '['}

local parsed = {}
for _, page in ipairs(everywhere) do parsed[page] = doc_names.parse(page) end

local function has_entry(page, kind, name)
  for _, entry in ipairs(parsed[page].entries) do
    for _, prefix in ipairs(kind) do
      local whole = prefix == '' and ' ' .. name .. ' ' or prefix .. name
      if mentions(entry, whole) then return true end
    end
  end
  return false
end

-- What a name lacks: nil, 'an entry' or 'an example'.
local function lack(kind, name)
  local missing = 'an entry'
  for _, page in ipairs(kind.pages) do
    if has_entry(page, kind, name) then
      if mentions(parsed[page].code, in_code[name] or name) then return nil end
      missing = 'an example'
    end
  end
  return missing
end

describe('docs have an entry with an example for', function()
  local names = {}
  local text = assert(gzip.read(helpers.folder .. '/golden/names/torch.tsv.gz'))
  for name, kind in text:gmatch('([^\t\n]+)\t([^\t\n]+)\t[^\t\n]+\t[^\n]+\n') do
    if kind ~= 'kind' then
      names[kind] = names[kind] or {}
      table.insert(names[kind], name)
    end
  end

  for kind, list in pairs(names) do
    it(('every %s (%d)'):format(kind, #list), function()
      local missing = {}
      for _, name in ipairs(list) do
        local what = lack(kinds[kind], name)
        if what then missing[#missing + 1] = name .. ': ' .. what end
      end
      assert.are.same({}, missing)
    end)
  end

  it('every operation', function()
    local missing = {}
    for _, names_of in ipairs{ops.functions, ops.methods} do
      for name in pairs(names_of) do
        local what = lack(kinds['tensor-method'], name)
        if what then missing[#missing + 1] = name .. ': ' .. what end
      end
    end
    assert.are.same({}, missing)
    assert.is_true(#ops.rows > 200)
  end)

  it('every class of torch', function()
    local missing = {}
    for name, value in pairs(torch) do
      if type(value) == 'table' and torch.getconstructortable('torch.' .. name) == value then
        local what = lack(kinds.type, name)
        if what then missing[#missing + 1] = name .. ': ' .. what end
      end
    end
    assert.are.same({}, missing)
  end)

  it('no name that it is not looked for', function()
    assert.are.equal('an entry', lack(kinds['function'], 'noSuchName'))
    assert.are.equal('an entry', lack(kinds['tensor-method'], 'resiz'))
    assert.is_nil(lack(kinds['function'], 'save'))
  end)
end)
