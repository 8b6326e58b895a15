-- Every public name of cutorch is there, for every type that has it, and every call form of every
-- function and method of tensors gives on the GPU what it gives on the CPU: the recorded list of
-- tests/golden/names.

local device = require 'cuda.device'
local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local parse = require 'forms_parse'
local torch = require 'torch'
local values = require 'forms_values'

local function rows()
  local list = {}
  local text = assert(gzip.read(helpers.folder .. '/golden/names/cutorch.tsv.gz'))
  for name, kind, form, types in text:gmatch('([^\t\n]+)\t([^\t\n]+)\t([^\t\n]+)\t([^\t\n]+)\t') do
    if kind ~= 'kind' then
      list[#list + 1] = {name = name, kind = kind, form = form, types = types}
    end
  end
  return list
end

-- The value of a name with dots.
local function value_of(name)
  local v = _G
  for part in name:gsub(':', '.'):gmatch('[^.]+') do v = v and v[part] end
  return v
end

local every = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', '', 'Double'}

-- The stems of a row's types: CudaFloat in the list is CudaTensor.
local function stems(text)
  if text == 'all' then return every end
  local list = {}
  for name in text:gmatch('Cuda(%a*)') do list[#list + 1] = name == 'Float' and '' or name end
  return list
end

local function method_everywhere(row)
  for _, stem in ipairs(row.types == '-' and every or stems(row.types)) do
    if not torch['Cuda' .. stem .. 'Tensor']()[row.name] then return nil end
  end
  return true
end

local function of_torch(row) return torch[row.name] end
local function documented(row) return value_of(row.name) end

-- has[kind](row): what there is of the name, nil where it is missing.
local has = {
  type = documented, ['function'] = documented, field = documented, method = documented,
  allocator = documented,
  ['cuda-tensor-method'] = method_everywhere, ['cuda-torch-function'] = of_torch,
  ['cuda-tensor-method-beyond-cpu'] = method_everywhere,
  ['cuda-torch-function-beyond-cpu'] = of_torch, ['cpu-only'] = of_torch,
  ['tensor-method-added'] = function(row)
    for _, stem in ipairs(every) do
      local kin = stem == '' and 'Float' or stem
      if not torch[kin .. 'Tensor']()[row.name] then return nil end
    end
    return method_everywhere(row)
  end,
  environment = function(row) return row.name == 'THC_CACHING_ALLOCATOR' or nil end,
}

-- Calls ------------------------------------------------------------------------------------------

-- Random on both sides, from different streams: random_spec.
local random = {}
for _, name in ipairs {'bernoulli', 'cauchy', 'exponential', 'geometric', 'logNormal', 'normal',
  'rand', 'randn', 'uniform'} do random[name] = true end

-- Signs of vectors are free.
local first_only = {eig = true, symeig = true, svd = 2}

-- Types that the list has and bits of floating-point numbers have not.
local integral = {}
for _, name in ipairs {'and', 'or', 'xor'} do
  integral['bit' .. name], integral['cbit' .. name] = true, true
end

local element = {[''] = 'Float'}

local function argument(row, a, name)
  if a.role == 'result' then
    local of = a.type and a.type:gsub('^Cuda', '') or name
    if row.name:find '^masked' and not a.optional then a = {role = 'tensor', name = 'x'} end
    if a.role == 'tensor' then return values.tensor(row.name, {name = 'x'}, name) end
    return values.result(row.name, {name = a.name, type = of ~= '' and of or 'Float'}, name)
  elseif a.role == 'tensor' then
    local of = a.type and a.type:gsub('^Cuda', '') or name
    local index = (row.name == 'gather' or row.name == 'scatter') and a.type == 'CudaLong'
    local t = values.tensor(row.name, {name = index and 'idx' or a.name, dims = a.dims,
      type = of ~= '' and of or 'Float'}, name)
    if t:type() == 'torch.ByteTensor' and row.name:find '^masked' then return t:fill(1) end
    return t
  elseif a.role == 'number' then
    return values.number(row.name, a.name)
  elseif a.role == 'flag' then
    return a.flags[1]
  elseif a.role == 'boolean' then
    return true
  elseif a.role == 'sizes' then
    return torch.LongStorage {3, 4}
  end
  local one = values.tensor(row.name, {name = 'x'}, name)
  return {one, one:clone():add(1)}
end

local function close(a, b)
  if a ~= a or b ~= b then return a ~= a and b ~= b end
  return a == b or math.abs(a - b) <= 2e-3 * math.max(1, math.abs(a))
end

local function same(here, there)
  if torch.isTensor(here) then
    there = device.fetch(there)
    if here:type() ~= there:type() or not here:isSameSizeAs(there) then return false end
    local a, b = helpers.flat(here), helpers.flat(there)
    for i = 1, #a do if not close(a[i], b[i]) then return false end end
    return true
  end
  return type(here) == 'number' and close(here, there) or here == there
end

-- Runs one choice of a form on the CPU and on the GPU; nil, or what differs. Where the CPU refuses,
-- the GPU has to.
local function differs(row, call, kept, name)
  local here, there = {}, {}
  for i, a in ipairs(kept) do
    here[i] = argument(row, a, name)
    there[i] = device.place(here[i])
  end
  if row.receiver then
    local x = argument(row, row.receiver(kept), name)
    table.insert(here, 1, x)
    table.insert(there, 1, device.place(x))
  elseif type(here[1]) ~= 'table' and not (torch.isTensor(here[1]) or torch.isTensor(here[2])) then
    return nil -- no argument says that it is about GPUs
  end
  torch.manualSeed(5)
  require('cutorch').manualSeed(5)
  local want, got = {pcall(call, row, unpack(here))}, {pcall(call, row, unpack(there))}
  row.calls = row.calls + 1
  if want[1] ~= got[1] then return tostring(not got[1] and got[2] or 'the CPU: ' .. want[2]) end
  if not want[1] or random[row.name] then return nil end
  row.compared = row.compared + 1
  local last = first_only[row.name] == true and 2 or first_only[row.name] and 3 or #want
  for i = first_only[row.name] == 2 and 3 or 2, last do
    if not same(want[i], got[i]) then return 'result ' .. i - 1 end
  end
end

local function method(row, x, ...) return (x[row.name] or torch[row.name])(x, ...) end
local function func(row, ...) return torch[row.name](...) end

local function names_of(kept)
  local names = {}
  for i, a in ipairs(kept) do names[i] = a.name end
  return table.concat(names, ', ')
end

-- What the receiver of a method stands for: the result of a form that gives self, else x.
local function receiver_of(name, form)
  return function()
    if form.gives:find '^self' then
      for _, a in ipairs(form.arguments) do
        if a.name == 'x' and a.optional then return {role = 'tensor', name = 'x', dims = a.dims} end
      end
      return {role = 'result', name = 'res', type = name == 'multinomial' and 'CudaLong' or nil}
    end
    return {role = 'tensor', name = 'x'}
  end
end

local calls = {
  ['cuda-tensor-method'] = method, ['cuda-tensor-method-beyond-cpu'] = method,
  ['cuda-torch-function'] = func, ['cuda-torch-function-beyond-cpu'] = func,
}

local function check(row, call)
  local failures = {}
  for _, form in ipairs(row.forms) do
    row.receiver = call == method and receiver_of(row.name, form) or nil
    for _, stem in ipairs(stems(row.types)) do
      local name = element[stem] or stem
      local listed = not form.types or form.types['Cuda' .. stem]
      if listed and not (integral[row.name] and (name == 'Float' or name == 'Double')) then
        for _, kept in ipairs(parse.choices(form.arguments)) do
          local wrong = differs(row, call, kept, name)
          if wrong then
            failures[#failures + 1] = ('%s(%s) of %s: %s'):format(row.name, names_of(kept), name,
              wrong)
          end
        end
      end
    end
  end
  return failures
end

describe('cutorch', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  it('has every name of the list', function()
    local missing, count = {}, 0
    for _, row in ipairs(rows()) do
      count = count + 1
      if has[row.kind](row) == nil then missing[#missing + 1] = row.name .. ', ' .. row.kind end
    end
    assert.are.same({}, missing)
    assert.are.equal(359, count)
  end)

  for _, row in ipairs(rows()) do
    if calls[row.kind] and row.types ~= '-' then -- the others: stream_spec
      it(row.kind .. ' ' .. row.name .. ' gives what it gives on the CPU', function()
        row.forms, row.calls, row.compared = assert(parse.forms(row.form)), 0, 0
        assert.are.same({}, check(row, calls[row.kind]))
        assert.is_true(row.compared > 0 or random[row.name])
      end)
    end
  end
end)
