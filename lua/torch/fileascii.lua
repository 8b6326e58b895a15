-- The ASCII encoding of files: numbers as decimal text that reads back to the same value, bytes as
-- they are. With auto-spacing, elements are separated by blanks and every group ends a line.
-- Both functions return the number of elements moved.

local ffi = require 'ffi'
local bit = require 'bit'

local ascii = {}

local TOKEN = 1100 -- characters of the longest number accepted
local token = ffi.new('char[?]', TOKEN)
local i32 = ffi.typeof('int32_t *')
-- NaN with the sign bit set and clear, so that text of a NaN reads back to the same sign.
local minus_nan = ffi.cast('double *', ffi.new('int64_t[1]', 0xfff8000000000000ULL))[0]
local plus_nan = -minus_nan
local high_word = ffi.abi('le') and 1 or 0
local BLANK, NEWLINE, PLUS, MINUS, DOT, ZERO, NINE = 32, 10, 43, 45, 46, 48, 57
local LOWER = 32 -- ORed to a letter

ffi.cdef [[
  long long luatorch_strtoll(const char *, char **, int) __asm__("strtoll");
]]

local function is_digit(c) return c >= ZERO and c <= NINE end

local function skip_blanks(port)
  local c = port:getc()
  while c == BLANK or (c >= 9 and c <= 13) do c = port:getc() end
  return c
end

-- Appends the digits that follow c to the token; returns its new length and the next character.
local function take_digits(port, c, n)
  while is_digit(c) do
    if n < TOKEN - 1 then token[n] = c end
    n = n + 1
    c = port:getc()
  end
  return n, c
end

-- Reads a decimal integer; returns an int64_t, or nil where the text is no number.
local function read_integer(port)
  local c, n = skip_blanks(port), 0
  if c == PLUS or c == MINUS then
    token[0], n = c, 1
    c = port:getc()
  end
  local first = n
  n, c = take_digits(port, c, n)
  port:unget(c)
  if n == first or n >= TOKEN then return nil end
  token[n] = 0
  return ffi.C.luatorch_strtoll(token, nil, 10)
end

-- Reads the letters of `word`, in lower case; returns whether they were there, and what follows.
local function take_word(port, c, word)
  for i = 1, #word do
    if c < 0 or bit.bor(c, LOWER) ~= word:byte(i) then return false, c end
    c = port:getc()
  end
  return true, c
end

local function read_special(port, c, negative)
  local ok
  if bit.bor(c, LOWER) == 110 then -- n
    ok, c = take_word(port, c, 'nan')
    port:unget(c)
    if not ok then return nil end
    return negative and minus_nan or plus_nan
  end
  ok, c = take_word(port, c, 'inf')
  if ok and c >= 0 and bit.bor(c, LOWER) == 105 then -- i
    ok, c = take_word(port, c, 'inity')
  end
  port:unget(c)
  if not ok then return nil end
  return negative and -math.huge or math.huge
end

-- Reads a decimal number, inf or nan; returns nil where the text is no number.
local function read_real(port)
  local c, n = skip_blanks(port), 0
  local negative = c == MINUS
  if c == PLUS or c == MINUS then
    token[0], n = c, 1
    c = port:getc()
  end
  if c >= 65 then return read_special(port, c, negative) end
  local first = n
  n, c = take_digits(port, c, n)
  local digits = n - first
  if c == DOT then
    if n < TOKEN - 1 then token[n] = c end
    n = n + 1
    local before = n
    n, c = take_digits(port, port:getc(), n)
    digits = digits + n - before
  end
  if digits > 0 and c >= 0 and bit.bor(c, LOWER) == 101 then -- e
    if n < TOKEN - 2 then token[n] = c end
    n = n + 1
    c = port:getc()
    if c == PLUS or c == MINUS then
      if n < TOKEN - 1 then token[n] = c end
      n = n + 1
      c = port:getc()
    end
    n, c = take_digits(port, c, n)
  end
  port:unget(c)
  if digits == 0 or n >= TOKEN then return nil end
  return tonumber(ffi.string(token, n))
end

local function end_group(file, n)
  if file.spacing and n > 0 then
    local c = file.port:getc()
    if c ~= NEWLINE then file.port:unget(c) end
  end
end

--- Reads up to n elements of type `row` to typed memory. partial: more of the same group follow.
function ascii.read(file, pointer, n, row, partial)
  local port, done = file.port, 0
  if row.text == 'bytes' then
    done = port:read(pointer, n)
  else
    local read = row.text == 'integer' and read_integer or read_real
    while done < n do
      local value = read(port)
      if value == nil then break end
      pointer[done] = value
      done = done + 1
    end
  end
  if not partial then end_group(file, n) end
  return done
end

-- Text of integer v, a number or an int64_t.
local function integer_text(v)
  local number = tonumber(v)
  if number >= -2^53 and number <= 2^53 then return string.format('%d', number) end
  return (tostring(v):gsub('LL', ''))
end

-- Text of pointer[i]; NaN carries its sign, as C prints it.
local function real_text(pointer, i, row)
  local v = pointer[i]
  if v ~= v then
    local words = ffi.cast(i32, pointer)
    local word = row.size == 8 and words[2 * i + high_word] or words[i]
    return word < 0 and '-nan' or 'nan'
  end
  return string.format(row.format, v)
end

local GROUP = 512 -- elements written at a time

--- Writes n elements of type `row` from typed memory.
function ascii.write(file, pointer, n, row)
  local port, done = file.port, 0
  if row.text == 'bytes' then
    done = port:write(pointer, n)
  else
    local parts, blank = {}, file.spacing and ' ' or ''
    while done < n do
      local count = math.min(GROUP, n - done)
      for i = 1, count do
        if row.text == 'integer' then parts[i] = integer_text(pointer[done + i - 1])
        else parts[i] = real_text(pointer, done + i - 1, row) end
      end
      local text = table.concat(parts, blank, 1, count)
      if done + count < n then text = text .. blank end
      if port:write(text, #text) < #text then return done end
      done = done + count
    end
  end
  if file.spacing and n > 0 and port:write('\n', 1) < 1 then return 0 end
  return done
end

--- Bytes that an element takes at least.
function ascii.least_size()
  return 1
end

return ascii
