-- Every call form of every function and tensor method of Torch7's torch, for every type that has
-- it: all choices of optional arguments are taken, and the forms with a result in front, with one
-- of other sizes, and the method give what the plain function gives. The forms are data:
-- tests/golden/names.

local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local parse = require 'forms_parse'
local torch = require 'torch'
local values = require 'forms_values'

local everything = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double'}

-- Rows whose forms are said in words: specs of their own call them.
local in_words = 82

-- Not the same twice, or of no tensor type: generator_spec, utils_spec.
local apart = {
  seed = true, tic = true, getRNGState = true, setRNGState = true, initialSeed = true, data = true,
  cdata = true, resizeAs = true,
}

-- Named for all types, and refused for floating-point ones, as Torch7 does.
local integral = {}
for _, name in ipairs {'and', 'or', 'xor'} do
  integral['bit' .. name], integral['cbit' .. name] = true, true
end

-- Methods whose forms in the list leave open which argument the receiver stands for.
local closer = {
  cat = '([res], x, [dim=last]) -> res', cmax = '([res], x) -> res; ([res], v) -> res',
  cmin = '([res], x) -> res; ([res], v) -> res', pow = '([x], v) -> self; (v, x) -> self',
}

-- Their second result stays as it was unless asked for.
local first_only = {eig = true, symeig = true}

local function types_of(text)
  if text == '-' then return {'Double'} end
  if text:find('^all') or text == 'default type' then return everything end
  local list = {}
  for name in text:gmatch('%a+') do list[#list + 1] = name end
  return list
end

-- Results as text: types, sizes and elements, in full precision.
local function written(v)
  if torch.isTensor(v) or torch.isStorage(v) then
    local sizes = torch.isTensor(v) and table.concat(v:size():totable(), 'x') or v:size()
    local flat = torch.isTensor(v) and helpers.flat(v) or v:totable()
    for i, x in ipairs(flat) do flat[i] = ('%.17g'):format(x) end
    return ('%s %s: %s'):format(torch.type(v), sizes, table.concat(flat, ' '))
  elseif type(v) == 'table' then
    local parts = {}
    for i, x in ipairs(v) do parts[i] = written(x) end
    return '{' .. table.concat(parts, ', ') .. '}'
  end
  return type(v) == 'number' and ('%.17g'):format(v) or tostring(v)
end

local function outcome(f, arguments)
  torch.manualSeed(5)
  local results = {pcall(f, unpack(arguments, 1, arguments.n))}
  if not results[1] then return nil, tostring(results[2]) end
  local parts = {}
  for i = 2, #results do parts[#parts + 1] = written(results[i]) end
  return table.concat(parts, '; '), results
end

-- The value of an argument that is no result.
local function value(name, a, type_name, alternative)
  if a.role == 'tensor' then return values.tensor(name, a, type_name) end
  if a.role == 'number' then return values.number(name, a.name) end
  if a.role == 'boolean' then return true end
  if a.role == 'flag' then return a.flags[alternative and 2 or 1] end
  if a.role == 'sizes' then return alternative and torch.LongStorage {3, 4} or {3, 4} end
  if a.role == 'generator' then
    local generator = torch.Generator()
    torch.manualSeed(generator, 5)
    return generator
  end
  local one = values.tensor(name, {name = 'x'}, type_name)
  return {one, one:clone():add(1)}
end

-- The values of a choice, in order. `used`: results have other sizes before.
local function arguments_of(name, kept, type_name, used, alternative)
  local list, n = {}, 0
  for _, a in ipairs(kept) do
    local v
    if a.role == 'result' then
      v = values.result(name, a, type_name, used)
    else
      v = value(name, a, type_name, alternative)
    end
    if a.role == 'sizes' and not alternative then
      for i, size in ipairs(v) do list[n + i] = size end
      n = n + #v
    else
      n = n + 1
      list[n] = v
    end
  end
  list.n = n
  return list
end

local function names_of(kept, but)
  local names = {}
  for _, a in ipairs(kept) do
    if a.role ~= but then names[#names + 1] = a.name .. (a.dims or '') .. (a.type or '') end
  end
  return table.concat(names, ', ')
end

-- Runs f(arguments) and compares with what stands under `key` in `known`, or sets it.
local function compare(row, label, known, key, f, arguments)
  local got, results = outcome(f, arguments)
  row.calls = row.calls + 1
  if row.refused then
    if got then table.insert(row.failures, label .. ' returns ' .. got) end
    return
  elseif not got then
    table.insert(row.failures, label .. ': ' .. results)
    return
  end
  if first_only[row.name] then got = got:match('^[^;]*') end
  if torch.isTensor(results[2]) then key = key .. ' ' .. results[2]:type() end
  known[key] = known[key] or got
  if known[key] ~= got then
    table.insert(row.failures, ('%s: %s instead of %s'):format(label, got, known[key]))
  end
end

local variants = {{}, {used = true}, {alternative = true}}

-- Every choice of the function's forms; those with the same sources must agree.
local function check_function(row, type_name, known)
  for _, form in ipairs(row.forms) do
    for _, kept in ipairs(parse.choices(form.arguments)) do
      for _, variant in ipairs(form.types and not form.types[type_name] and {} or variants) do
        local key = names_of(kept, 'result') .. (variant.alternative and ' alternative' or '')
        compare(row, ('torch.%s(%s) of %s'):format(row.name, names_of(kept), type_name), known, key,
          torch[row.name], arguments_of(row.name, kept, type_name, variant.used,
            variant.alternative))
      end
    end
  end
end

local function insert(list, at, v)
  for i = list.n, at, -1 do list[i + 1] = list[i] end
  list[at], list.n = v, list.n + 1
end

-- `x:f(v)` that changes x, and `r:f(x, v)`: like the function with x, or the result, at its place.
local function check_changing(row, form, kept, type_name, variant, known)
  local place, has_x
  local stand = 1
  for _, a in ipairs(form.arguments) do
    local is_x = a.name == 'x' and a.optional
    if is_x then place = stand end
    for _, other in ipairs(kept) do
      if other == a then
        has_x = has_x or is_x
        stand = stand + 1
      end
    end
  end
  local function given()
    return arguments_of(row.name, kept, type_name, variant.used, variant.alternative)
  end
  local receiver = {name = 'x'}
  local plain, call = given(), given()
  if place and not has_x or not torch[row.name] then
    insert(plain, place or 1, values.tensor(row.name, receiver, type_name))
    insert(call, 1, values.tensor(row.name, receiver, type_name))
  else
    local result = row.name == 'multinomial' and {type = 'Long'} or {}
    insert(call, 1, values.result(row.name, result, type_name, variant.used))
    if not place then insert(plain, 1, values.result(row.name, result, type_name)) end
  end
  local key = ('%s %d %s'):format(names_of(kept), place or 0, variant.alternative or '')
  local label = ('%sTensor:%s(%s)'):format(type_name, row.name, names_of(kept))
  if torch[row.name] then compare(row, 'like ' .. label, known, key, torch[row.name], plain) end
  compare(row, label, known, key, call[1][row.name], call)
end

-- `x:f(v)`, which leaves x, and `r:f(x, v)`. A second tensor is called x in the form, y in the
-- function.
local function check_giving(row, _, kept, type_name, variant, known)
  local own, sources, results = {}, {}, 0
  local x = {name = 'x'}
  for i, a in ipairs(kept) do
    own[i] = a.name == 'x' and setmetatable({name = 'y'}, {__index = a}) or a
    if a.name == 'x' then x.dims = a.dims and math.min(a.dims, row.name:find '2' and 3 or 4) end
    if a.role == 'result' then results = results + 1 else sources[#sources + 1] = own[i] end
  end
  local function given(list, place)
    local made = arguments_of(row.name, list, type_name, variant.used, variant.alternative)
    insert(made, place, values.tensor(row.name, x, type_name))
    return made
  end
  local key = ('%s %s'):format(names_of(sources), variant.alternative or '')
  local label = ('%sTensor:%s(%s)'):format(type_name, row.name, names_of(kept))
  if torch[row.name] then
    compare(row, 'like ' .. label, known, key, torch[row.name], given(sources, 1))
  end
  local call = given(own, results + 1)
  compare(row, label, known, key, call[1][row.name], call)
end

local function check_method(row, type_name, known)
  for _, form in ipairs(row.forms) do
    for _, kept in ipairs(parse.choices(form.arguments)) do
      for _, variant in ipairs(form.types and not form.types[type_name] and {} or variants) do
        local check = form.gives:find('^self') and check_changing or check_giving
        check(row, form, kept, type_name, variant, known)
      end
    end
  end
end

local checks = {['function'] = check_function, ['tensor-method'] = check_method}
local shown = {['function'] = 'torch.', ['tensor-method'] = 'tensor:'}

describe('every call form of', function()
  local text = assert(gzip.read(helpers.folder .. '/golden/names/torch.tsv.gz'))
  local words = 0
  for name, kind, types, forms in text:gmatch('([^\t\n]+)\t([^\t\n]+)\t([^\t\n]+)\t([^\n]+)\n') do
    if kind == 'tensor-method' then forms = closer[name] or forms end
    local parsed = checks[kind] and parse.forms(forms)
    if checks[kind] and not parsed then words = words + 1 end
    if parsed and not apart[name] then
      it(shown[kind] .. name, function()
        local row = {name = name, forms = parsed, failures = {}, calls = 0}
        for _, type_name in ipairs(types_of(types)) do
          row.refused = integral[name] and (type_name == 'Float' or type_name == 'Double')
          checks[kind](row, type_name, {})
        end
        assert.are.same({}, row.failures)
        assert.is_true(row.calls > 0)
      end)
    end
  end

  it('the others stands in words, for specs of their own', function()
    assert.are.equal(in_words, words)
  end)
end)
