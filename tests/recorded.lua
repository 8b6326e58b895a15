-- Values recorded from Torch7, tests/golden/*/*.json: reading them and comparing results with them.
-- A value is a number, string, boolean or null, {num = 'nan' | 'inf' | '-inf'}, {list = {...}},
-- {map = {{key, value}, ...}}, or a tensor {type =, size =, data =}.

local json = require 'dkjson'

local recorded = {}

local folder = debug.getinfo(1, 'S').source:match('^@(.*)recorded%.lua$') .. 'golden/'

--- The records of tests/golden/NAME.json.
function recorded.load(name)
  local file = assert(io.open(folder .. name .. '.json'))
  local text = file:read('*a')
  file:close()
  local content, _, message = json.decode(text, 1, json.null, nil)
  return assert(content, message).records
end

local function number_of(value)
  if type(value) == 'table' then value = value.num end
  if value == 'nan' then return 0 / 0 end
  return tonumber(value)
end

local function near(got, want, tol)
  if want ~= want then return got ~= got end
  return got == want or math.abs(got - want) <= tol * math.max(1, math.abs(got), math.abs(want))
end

local function tensor(want)
  if #want.size == 0 then return torch.getconstructortable(want.type)() end
  local flat = torch.getconstructortable(want.type)(#want.data)
  for i, value in ipairs(want.data) do flat[i] = number_of(value) end
  return flat:view(torch.LongStorage(want.size))
end

--- The Lua value that a recorded one stands for.
function recorded.value(want)
  if want == json.null then return nil end
  if type(want) ~= 'table' then return want end
  if want.num then return number_of(want) end
  if want.type then return tensor(want) end
  local result = {}
  for i, value in ipairs(want.list or {}) do result[i] = recorded.value(value) end
  for _, pair in ipairs(want.map or {}) do result[pair[1]] = recorded.value(pair[2]) end
  return result
end

local function mismatch(got, want, tol, path)
  if type(want) == 'number' and type(got) == 'number' then
    if near(got, want, tol) then return nil end
  elseif torch.isTensor(want) and torch.isTensor(got) then
    if got:type() ~= want:type() or not got:isSameSizeAs(want) then
      return ('%s: %s of other type or size'):format(path, got:type())
    end
    local a, b = got:totable(), want:totable()
    return mismatch(a, b, tol, path)
  elseif type(want) == 'table' and type(got) == 'table' then
    for key, value in pairs(want) do
      local message = mismatch(got[key], value, tol, path .. '[' .. tostring(key) .. ']')
      if message then return message end
    end
    for key in pairs(got) do
      if want[key] == nil then return ('%s has an extra [%s]'):format(path, tostring(key)) end
    end
    return nil
  elseif got == want then
    return nil
  end
  return ('%s: got %s, recorded %s'):format(path, tostring(got), tostring(want))
end

--- nil where `got` is what was recorded, numbers within tol relative to max(1, |got|, |want|);
-- else a message that says where they differ.
function recorded.mismatch(got, want, tol)
  return mismatch(got, recorded.value(want), tol or 0, 'result')
end

--- Runs a record's code and compares all results, or expects the error it recorded. Returns nil or
-- a message.
function recorded.replay(record)
  local results = {pcall(assert(loadstring(record.code)))}
  if record.error then
    if results[1] then return 'no error was raised' end
    return nil
  end
  if not results[1] then return results[2] end
  for i, want in ipairs(record.outputs) do
    local message = recorded.mismatch(results[i + 1], want, record.tol)
    if message then return i .. ': ' .. message end
  end
  if #results - 1 > #record.outputs then return 'more results than recorded' end
end

return recorded
