-- What gnuplot reads: strings and tables of numbers.

local F = require 'torch.ffi'
local torch = require 'torch'

local text = {}

--- A string as an expression of gnuplot. Nothing in it is interpreted by the command language; the
-- marks of enhanced text (_ ^ {}) act when it is drawn. Single quotes are put between double ones,
-- since gnuplot does not read a string that begins with a doubled one.
function text.quote(value)
  local lines = {}
  for line in (value:gsub('\r\n?', '\n'):gsub('%z', '') .. '\n'):gmatch('(.-)\n') do
    lines[#lines + 1] = "'" .. line:gsub("'", [['."'".']]) .. "'"
  end
  return table.concat(lines, '."\\n".')
end

local function number(value)
  if value ~= value or value == math.huge or value == -math.huge then return 'NaN' end
  return ('%.15g'):format(value)
end
text.number = number

-- Elements of a tensor as a flat list of texts, row after row.
local function elements(tensor)
  local values = tensor:double():contiguous()
  local data, list = values:data(), {}
  for i = 1, values:nElement() do list[i] = number(data[i - 1]) end
  return list
end

--- Lines with one number of each column, columns being 1D tensors of one length.
function text.columns(columns)
  local parts, lines = {}, {}
  for i, column in ipairs(columns) do parts[i] = elements(column) end
  local row = {}
  for i = 1, columns[1]:nElement() do
    for k = 1, #parts do row[k] = parts[k][i] end
    lines[i] = table.concat(row, ' ')
  end
  return table.concat(lines, '\n')
end

--- The rows of a matrix, a line each.
function text.matrix(matrix)
  local lines = {}
  for i = 1, matrix:size(1) do lines[i] = table.concat(elements(matrix:select(1, i)), ' ') end
  return table.concat(lines, '\n')
end

--- The points (x, y, z) of three matrices of one size, with an empty line after each row.
function text.mesh(x, y, z)
  local blocks = {}
  for i = 1, z:size(1) do
    blocks[i] = text.columns {x:select(1, i), y:select(1, i), z:select(1, i)} .. '\n'
  end
  return table.concat(blocks, '\n')
end

--- A list of numbers as a tensor, a tensor as it is, and nil for everything else.
function text.tensor(value)
  if torch.isTensor(value) then return value end
  if type(value) == 'table' and type(value[1]) == 'number' then return torch.DoubleTensor(value) end
end

--- "3x4", for messages.
function text.size(tensor)
  return tensor:dim() == 0 and 'empty' or table.concat(tensor:size():totable(), 'x')
end

--- Raises where a tensor is empty.
function text.need_elements(caller, what, tensor)
  if tensor:nElement() == 0 then F.raise('gnuplot.%s: %s is empty', caller, what) end
end

return text
