-- The element types that files read and write: size in memory, how the ASCII encoding shows them.
-- A row is what the codecs (fileascii.lua, filebinary.lua) and the readX/writeX methods work from.

local ffi = require 'ffi'

local types = {}

local function row(name, ctype, text, format)
  types[name] = {
    name = name,
    element = ffi.typeof(ctype),
    pointer = ffi.typeof(ctype .. ' *'),
    scratch = ffi.new(ctype .. '[1]'),
    size = ffi.sizeof(ctype),
    text = text,           -- 'bytes', 'integer' or 'real' in the ASCII encoding
    format = format,       -- of one element, where it is text
    long = name == 'Long', -- its binary size is the file's longSize
    storage = 'torch.' .. name .. 'Storage',
  }
end

row('Byte', 'uint8_t', 'bytes')
row('Char', 'int8_t', 'bytes')
row('Short', 'int16_t', 'integer', '%d')
row('Int', 'int32_t', 'integer', '%d')
row('Long', 'int64_t', 'integer', '%d')
row('Float', 'float', 'real', '%.9g')
row('Double', 'double', 'real', '%.17g')

return types
