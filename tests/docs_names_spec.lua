-- Every public name of Torch7's torch, as tests/golden/names lists them, has an entry in docs/: a
-- heading or the first cell of a table row that shows how it is called. It occurs in a Lua block of
-- the same page, which docs_spec.lua runs. So does every operation.

local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local ops = require 'torch.ops'
local torch = require 'torch'

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

-- The calls in headings and first cells of a page, and the code in its Lua blocks.
local function parse(page)
  local entries, code, in_block = {}, {}, false
  for line in io.lines('docs/' .. page .. '.md') do
    if line:find('^```') then
      in_block = line:find('^```lua') ~= nil
    elseif in_block then
      code[#code + 1] = line
    else
      local head = line:match('^#+ (.*)') or line:match('^|%s*(`.-`)%s*|') or ''
      for call in head:gmatch('`(.-)`') do entries[#entries + 1] = ' ' .. call .. ' ' end
    end
  end
  return {entries = entries, code = table.concat(code, '\n')}
end

local parsed = {}
for _, page in ipairs(everywhere) do parsed[page] = parse(page) end

local function escaped(text) return (text:gsub('%p', '%%%0')) end

-- Whether a text contains a name, not as a part of another one.
local function mentions(text, name)
  local pattern = escaped(name)
  if name:find('^[%a_]') then pattern = '%f[%w_]' .. pattern end
  if name:find('[%w_]$') then pattern = pattern .. '%f[^%w_]' end
  return text:find(pattern) ~= nil
end

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
  for name, kind in text:gmatch('([^\t\n]+)\t([^\t\n]+)\t[^\t\n]+\n') do
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
