-- A strict JSON reader (RFC 8259) for the headers of files: it refuses duplicate keys, which the
-- safetensors format forbids and the usual libraries accept, and nesting without end.

local json = {}

local MAX_DEPTH = 32
local escapes = {['"'] = '"', ['\\'] = '\\', ['/'] = '/', b = '\b', f = '\f', n = '\n', r = '\r',
  t = '\t'}

local Array, Null = {}, {} -- metatables of arrays and of null

--- What stands for null.
json.null = setmetatable({}, Null)

--- Whether a decoded value is an array, or an object.
function json.is_array(value) return getmetatable(value) == Array end
function json.is_object(value) return type(value) == 'table' and getmetatable(value) == nil end

local function fail(at, what)
  error({message = ('%s at byte %d'):format(what, at)}, 0)
end

-- Bytes of a code point in UTF-8.
local function utf8(code)
  if code < 0x80 then return string.char(code) end
  local floor = math.floor
  local last = string.char(0x80 + code % 64)
  if code < 0x800 then return string.char(0xc0 + floor(code / 64)) .. last end
  last = string.char(0x80 + floor(code / 64) % 64) .. last
  if code < 0x10000 then return string.char(0xe0 + floor(code / 4096)) .. last end
  return string.char(0xf0 + floor(code / 2^18), 0x80 + floor(code / 4096) % 64) .. last
end

-- The code point of "\uXXXX", or of two of them that are a surrogate pair; the position behind it.
local function read_code(text, at)
  local high = text:match('^\\u(%x%x%x%x)', at)
  if not high then fail(at, 'bad escape') end
  local code = tonumber(high, 16)
  if code < 0xd800 or code > 0xdfff then return code, at + 6 end
  local low = text:match('^\\u([dD][c-fC-F]%x%x)', at + 6)
  if code > 0xdbff or not low then fail(at, 'half a surrogate pair') end
  return 0x10000 + (code - 0xd800) * 1024 + tonumber(low, 16) - 0xdc00, at + 12
end

local function read_string(text, at)
  local pieces, from = {}, at + 1
  while true do
    local stop = text:find('[%c"\\]', from)
    while stop and text:byte(stop) == 127 do stop = text:find('[%c"\\]', stop + 1) end
    if not stop then fail(at, 'a string without end') end
    pieces[#pieces + 1] = text:sub(from, stop - 1)
    local c = text:sub(stop, stop)
    if c == '"' then return table.concat(pieces), stop + 1 end
    if c ~= '\\' then fail(stop, 'a control character in a string') end
    local escape = escapes[text:sub(stop + 1, stop + 1)]
    if escape then
      pieces[#pieces + 1], from = escape, stop + 2
    else
      local code
      code, from = read_code(text, stop)
      pieces[#pieces + 1] = utf8(code)
    end
  end
end

local function read_number(text, at)
  local digits = text:match('^%-?%d+', at)
  if not digits or digits:find('^%-?0%d') then fail(at, 'bad value') end
  local fraction = text:match('^%.%d+', at + #digits) or ''
  local exponent = text:match('^[eE][+-]?%d+', at + #digits + #fraction) or ''
  local number = digits .. fraction .. exponent
  return tonumber(number), at + #number
end

local read_value

local function skip(text, at) return (text:match('^[ \t\n\r]*()', at)) end

-- The elements between brackets: read_element(at) returns the position behind one.
local function read_list(text, at, closing, read_element)
  at = skip(text, at + 1)
  if text:sub(at, at) == closing then return at + 1 end
  while true do
    at = skip(text, read_element(at))
    local c = text:sub(at, at)
    if c == closing then return at + 1 end
    if c ~= ',' then fail(at, ('no , or %s'):format(closing)) end
    at = skip(text, at + 1)
  end
end

local function read_object(text, at, depth)
  local object = {}
  local behind = read_list(text, at, '}', function(start)
    if text:sub(start, start) ~= '"' then fail(start, 'a key that is no string') end
    local key, colon = read_string(text, start)
    colon = skip(text, colon)
    if text:sub(colon, colon) ~= ':' then fail(colon, 'no :') end
    if object[key] ~= nil then fail(start, ('duplicate key "%s"'):format(key)) end
    local last
    object[key], last = read_value(text, skip(text, colon + 1), depth)
    return last
  end)
  return object, behind
end

local function read_array(text, at, depth)
  local array, n = setmetatable({}, Array), 0
  local behind = read_list(text, at, ']', function(start)
    local last
    n = n + 1
    array[n], last = read_value(text, start, depth)
    return last
  end)
  return array, behind
end

local words = {t = {'true', true}, f = {'false', false}, n = {'null', json.null}}

function read_value(text, at, depth)
  local c = text:sub(at, at)
  if depth > MAX_DEPTH then fail(at, 'nesting too deep') end
  if c == '{' then return read_object(text, at, depth + 1) end
  if c == '[' then return read_array(text, at, depth + 1) end
  if c == '"' then return read_string(text, at) end
  local word = words[c]
  if word and text:sub(at, at + #word[1] - 1) == word[1] then return word[2], at + #word[1] end
  return read_number(text, at)
end

-- Position of the first byte that is not UTF-8, or nil.
local function bad_utf8(text)
  local at, n = text:find('[\128-\255]'), #text
  while at and at <= n do
    local a, b, c, d = text:byte(at, at + 3)
    local function tail(byte, low, high)
      return byte and byte >= (low or 0x80) and byte <= (high or 0xbf)
    end
    if a < 0x80 then
      at = text:find('[\128-\255]', at)
    elseif a >= 0xc2 and a <= 0xdf and tail(b) then
      at = at + 2
    elseif a >= 0xe0 and a <= 0xef and tail(b, a == 0xe0 and 0xa0, a == 0xed and 0x9f)
      and tail(c) then
      at = at + 3
    elseif a >= 0xf0 and a <= 0xf4 and tail(b, a == 0xf0 and 0x90, a == 0xf4 and 0x8f)
      and tail(c) and tail(d) then
      at = at + 4
    else
      return at
    end
  end
end

--- Decodes a JSON text: objects and arrays become tables. Returns nil and a message for bad text.
function json.decode(text)
  local bad = bad_utf8(text)
  if bad then return nil, ('no UTF-8 at byte %d'):format(bad) end
  local ok, value, behind = pcall(read_value, text, skip(text, 1), 0)
  if not ok then
    if type(value) ~= 'table' then error(value, 0) end
    return nil, value.message
  end
  behind = skip(text, behind)
  if behind <= #text then return nil, ('bytes behind the value at byte %d'):format(behind) end
  return value
end

local short = {['"'] = '\\"', ['\\'] = '\\\\', ['\b'] = '\\b', ['\f'] = '\\f', ['\n'] = '\\n',
  ['\r'] = '\\r', ['\t'] = '\\t'}

--- A string in JSON, or nil and a message where it is not UTF-8.
function json.quote(text)
  local bad = bad_utf8(text)
  if bad then return nil, ('no UTF-8 at byte %d'):format(bad) end
  return '"' .. text:gsub('[%z\1-\31"\\]', function(c)
    return short[c] or ('\\u%04x'):format(c:byte())
  end) .. '"'
end

return json
