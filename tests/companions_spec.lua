-- Every public name of the packages that stood beside torch in Torch7 is there, by the recorded
-- lists of tests/golden/names, and has an entry with an example in its page of docs/, which
-- docs_spec.lua runs. Defaults of optimizers are those of the lists.

local doc_names = require 'doc_names'
local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local terminal = require 'trepl.terminal'
local torch = require 'torch'
require 'optim'
require 'sys'
require 'xlua'

-- The value of a dotted path of names.
local function value_of(path)
  local value = _G
  for part in path:gmatch('[^.]+') do
    if value == nil then return nil end
    value = value[part]
  end
  return value
end

local function method(name)
  local class, key = name:match('^(.*):(.*)$')
  local mt = torch.getmetatable(class) or torch.getmetatable('xlua.' .. class)
  return mt and mt[key]
end

-- Fields that Torch7 documents and does not set are nil.
local function field(name, form)
  if form:find('not set by the current version', 1, true) then return true end
  local key = name:match('^optim%.Logger%.(.*)$')
  if key then return optim.Logger(paths.tmpname())[key] end
  return value_of(name)
end

-- What th does with a flag: anything but not knowing it.
local function flag(name)
  local word = name:match('%-%S+')
  local _, err = terminal.run({word, word == '-l' and 'jit' or word == '-e' and '' or nil}, '')
  return not err:find('unknown option', 1, true) or nil
end

-- A global of th, and one that its prompt makes.
local function global_function(name)
  if value_of(name) ~= nil then return true end
  return (terminal.run {'-e', ('io.write(type(%s))'):format(name)}) == 'function' or nil
end

local function global_of_prompt(name)
  local out = terminal.run({'-i'}, ('{1}\nio.write("<", type(%s), ">")\n'):format(name))
  return out:find('<table>', 1, true)
end

-- A module that th has; sys.colors is one that other programs have as well.
local function module(name)
  return select(3, terminal.run {'-l', name, '-e', ''}) == 0 or nil
end

local function documented() return true end -- what the prompt does is in the specs of trepl

-- has[kind](name, form): what there is of that name, nil where it is missing.
local has = {
  optimizer = value_of, ['line-search'] = value_of, ['function'] = value_of, class = value_of,
  table = value_of, ['global-function'] = global_function, global = global_of_prompt,
  method = method,
  field = field, module = module, command = documented, flag = flag,
  environment = documented, repl = documented,
}

-- How an entry of the documentation writes a name.
local function in_entry(name)
  local flag_of_th = name:match('^th (%-.*)')
  if flag_of_th then return flag_of_th end
  return (name:gsub('^OptionParser:', 'parser:'):gsub('^Profiler:', 'profiler:'))
end

-- What stands for a name in an example.
local function in_example(name)
  if name:find('__tostring__', 1, true) then return 'tostring' end
  return name:match('[%w_]+$') or name
end

local function rows_of(package_name)
  local rows = {}
  local text = assert(gzip.read(helpers.folder .. '/golden/names/' .. package_name .. '.tsv.gz'))
  for name, kind, form in text:gmatch('([^\t\n]+)\t([^\t\n]+)\t([^\t\n]*)\t[^\t\n]+\n') do
    if kind ~= 'kind' then rows[#rows + 1] = {name = name, kind = kind, form = form} end
  end
  return rows
end

local counts = {optim = 34, paths = 36, sys = 21, xlua = 40, trepl = 38}

for package_name, count in pairs(counts) do
  describe(package_name, function()
    local rows = rows_of(package_name)

    it('has every name of the list', function()
      local missing = {}
      for _, row in ipairs(rows) do
        if has[row.kind](row.name, row.form) == nil then missing[#missing + 1] = row.name end
      end
      assert.are.same({}, missing)
      assert.are.equal(count, #rows)
    end)

    it('has an entry and an example for each', function()
      local page = doc_names.parse(package_name, {th = true, sh = true})
      local text = io.open('docs/' .. package_name .. '.md'):read('*a')
      local lacking = {}
      for _, row in ipairs(rows) do
        local name = in_entry(row.name)
        local entry = false
        for _, call in ipairs(page.entries) do entry = entry or doc_names.mentions(call, name) end
        if row.kind == 'repl' or row.kind == 'global' or row.form:find('not set') then
          entry = doc_names.mentions(text, row.name:gsub(' expr$', ' name'))
            or row.name:find('install_')
        elseif row.kind == 'field' or row.kind == 'module' then
          entry = entry or doc_names.mentions(text, name)
        elseif entry and row.kind ~= 'command' and row.kind ~= 'flag'
          and not doc_names.mentions(page.code, in_example(row.name)) then
          entry = false
        end
        if not entry then lacking[#lacking + 1] = row.name end
      end
      assert.are.same({}, lacking)
    end)
  end)
end

describe('optim', function()
  -- {name = default} of the options in a form, those that are numbers.
  local function defaults_of(form)
    local options, found = form:match('config: ([^;]*)') or form:match('state: ([^;]*)'), {}
    for name, text in (options or ''):gmatch('([%w]+)=([^,]+)') do found[name] = tonumber(text) end
    return found
  end

  local function run(name, config)
    torch.manualSeed(3)
    local x, state = torch.Tensor {0.5, -0.7}, {}
    local function f(at) return at:dot(at) / 2, at:clone():cmul(torch.Tensor {1, 3}) end
    for _ = 1, 3 do optim[name](f, x, config, state) end
    return x:totable()
  end

  for _, row in ipairs(rows_of 'optim') do
    if row.kind == 'optimizer' and row.name ~= 'optim.FistaLS' then
      local name = row.name:match('[^.]+$')
      local defaults = defaults_of(row.form)
      it(name .. ' has the defaults of the list, each of which is used', function()
        local base = name == 'cmaes' and {sigma = 0.5, maxEval = 60} or {}
        local without = run(name, base)
        for option, default in pairs(defaults) do
          local config = {}
          for key, value in pairs(base) do config[key] = value end
          config[option] = default
          assert.are.same(without, run(name, config), option)
        end
      end)
    end
  end
end)
