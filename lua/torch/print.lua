-- How tensors and storages print: one number format for all elements, chosen from the largest and
-- the smallest, columns in blocks of 80 characters, one matrix after another for more dimensions.

local class = require 'torch.class'
local element = require 'torch.element'
local F = require 'torch.ffi'

local get = element.get[F.dtype.Double] -- which is safe for every NaN

local LINE = 80 -- characters

-- Digits before the decimal point of |x|, 1 for zero; zero or negative for numbers below 1.
local function exponent(x)
  return x == 0 and 1 or math.floor(math.log10(x)) + 1
end

local function format_of_integers(largest)
  if largest > 9 then return {text = '%11.4e', width = 11} end
  local width = largest + 1
  return {text = '%' .. width .. 'd', width = width}
end

local function format_of_reals(smallest, largest)
  if largest - smallest > 4 then
    local width = (math.abs(largest) > 99 or math.abs(smallest) > 99) and 12 or 11
    return {text = '%' .. width .. '.4e', width = width}
  end
  if largest > 5 or largest < 0 then
    return {text = '%7.4f', width = 7, scale = 10 ^ (largest - 1)}
  end
  local width = largest == 0 and 7 or largest + 6
  return {text = '%' .. width .. '.4f', width = width}
end

-- The format of n doubles: text for string.format, width in characters, and the scale that they are
-- divided by where that is not 1. NaN leaves no way to choose one.
local function choose_format(data, n)
  local integers, smallest, largest = true, math.huge, 0
  for i = 0, n - 1 do
    local x = get(data, i)
    if x ~= x then return {text = '%f'} end
    if x ~= math.ceil(x) then integers = false end
    x = math.abs(x)
    if x < smallest then smallest = x end
    if x > largest then largest = x end
  end
  smallest, largest = exponent(smallest), exponent(largest)
  if integers then return format_of_integers(largest) end
  return format_of_reals(smallest, largest)
end

local function scale_line(format)
  return ('%g *\n'):format(format.scale)
end

local function element_text(format, x)
  return format.text:format(x / (format.scale or 1))
end

-- Appends n elements, one a line.
local function print_vector(out, format, data, n)
  if format.scale then out[#out + 1] = scale_line(format) end
  for i = 0, n - 1 do
    out[#out + 1] = element_text(format, get(data, i))
    out[#out + 1] = '\n'
  end
end

-- Appends the rows of a matrix, in blocks of columns that fit a line. first: offset of its first
-- element; rows and columns: sizes; row_step, column_step: strides.
local function print_matrix(out, format, data, first, rows, columns, row_step, column_step, indent)
  local fitting = columns
  if format.width then fitting = math.floor((LINE - #indent) / (format.width + 1)) end
  local row_indent = format.scale and indent .. ' ' or indent
  for left = 1, columns, fitting do
    local right = math.min(left + fitting - 1, columns)
    if left > 1 then out[#out + 1] = '\n' end
    if fitting < columns then
      local before = left == 1 and indent or ''
      out[#out + 1] = ('%sColumns %d to %d\n'):format(before, left, right)
    end
    if format.scale then out[#out + 1] = indent .. scale_line(format) end
    for row = 0, rows - 1 do
      local texts = {}
      for column = left, right do
        texts[#texts + 1] = element_text(format,
          get(data, first + row * row_step + (column - 1) * column_step))
      end
      out[#out + 1] = row_indent .. table.concat(texts, ' ') .. '\n'
    end
  end
end

-- Appends every matrix of the last two dimensions; the first dimension runs fastest.
local function print_matrices(out, format, data, sizes, strides)
  local n = #sizes
  local index = {}
  for d = 1, n - 2 do index[d] = 1 end
  while true do
    local first = 0
    for d = 1, n - 2 do first = first + (index[d] - 1) * strides[d] end
    if #out > 0 then out[#out + 1] = '\n' end
    out[#out + 1] = ('(%s,.,.) = \n'):format(table.concat(index, ','))
    print_matrix(out, format, data, first, sizes[n - 1], sizes[n], strides[n - 1], strides[n], ' ')
    local d = 1
    while d <= n - 2 and index[d] == sizes[d] do
      index[d] = 1
      d = d + 1
    end
    if d > n - 2 then return end
    index[d] = index[d] + 1
  end
end

--- Text of a tensor, as Torch7 prints it.
local function tensor_text(t)
  local name, n = class.typename(t), t:dim()
  if n == 0 then return ('[%s with no dimension]\n'):format(name) end
  local values = t:double():contiguous()
  local data, sizes, strides = values:data(), {}, {}
  for d = 1, n do sizes[d], strides[d] = values:size(d), values:stride(d) end
  local format = choose_format(data, values:nElement())
  local out = {}
  if n == 1 then
    print_vector(out, format, data, sizes[1])
  elseif n == 2 then
    print_matrix(out, format, data, 0, sizes[1], sizes[2], strides[1], strides[2], '')
  else
    print_matrices(out, format, data, sizes, strides)
  end
  out[#out + 1] = ('[%s of size %s]\n'):format(name, table.concat(sizes, 'x'))
  return table.concat(out)
end

--- Text of a storage, as Torch7 prints it.
local function storage_text(s)
  local name, n = class.typename(s), s:size()
  local out = {}
  if n > 0 then
    local values = class.getconstructortable('torch.DoubleStorage')(n):copy(s)
    local data = values:data()
    print_vector(out, choose_format(data, n), data, n)
  end
  out[#out + 1] = ('[%s of size %d]\n'):format(name, n)
  return table.concat(out)
end

return {tensor = tensor_text, storage = storage_text}
