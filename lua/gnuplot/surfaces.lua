-- Drawings of matrices and of points in space.

local F = require 'torch.ffi'
local torch = require 'torch'
local curves = require 'gnuplot.curves'
local text = require 'gnuplot.text'

local surfaces = {}

-- The x and y of the elements of a matrix: row and column.
local function positions(z)
  local x, y = torch.DoubleTensor(z:size(1), z:size(2)), torch.DoubleTensor(z:size(1), z:size(2))
  for i = 1, z:size(1) do x:select(1, i):fill(i) end
  for k = 1, z:size(2) do y:select(2, k):fill(k) end
  return x, y
end

-- Name and tensors of the arguments of one surface or cloud.
local function parse(caller, forms, list)
  local name, first = '', 1
  if type(list) == 'table' and type(list[1]) == 'string' then name, first = list[1], 2 end
  local tensors = {}
  for i = first, type(list) == 'table' and #list or 0 do
    tensors[#tensors + 1] = text.tensor(list[i])
      or F.raise('gnuplot.%s: expected %s, got %s as argument %d', caller, forms,
        F.describe(list[i]), i)
    text.need_elements(caller, 'argument ' .. i, list[i])
  end
  if #tensors ~= 3 and not (caller == 'splot' and #tensors == 1) then
    F.raise('gnuplot.%s: expected %s, got %d tensors', caller, forms, #tensors)
  end
  return name, tensors
end

local function check(caller, tensors, dimensions, what)
  for _, tensor in ipairs(tensors) do
    if tensor:dim() ~= dimensions or not tensor:isSameSizeAs(tensors[1]) then
      local sizes = {}
      for i, other in ipairs(tensors) do sizes[i] = text.size(other) end
      F.raise('gnuplot.%s: expected %s, got sizes %s', caller, what, table.concat(sizes, ', '))
    end
  end
end

-- Drawing of several named sets of points.
local function drawing(sets, style, setup, undo)
  local data = {}
  for i, set in ipairs(sets) do data[i] = set.data end
  return {data = data, setup = setup, undo = undo, plot = function(names)
    local commands = {}
    for i, name in ipairs(names) do
      commands[i] = ('%s title %s %s'):format(name, text.quote(sets[i].name), style)
    end
    return 'splot ' .. table.concat(commands, ', ')
  end}
end

--- Surfaces of the arguments of splot.
function surfaces.splot(...)
  local forms = '[name,] z or [name,] x, y, z'
  local sets = {}
  for i, list in ipairs(curves.list(...) or {{}}) do
    local name, tensors = parse('splot', forms, list)
    check('splot', tensors, 2, 'matrices of one size')
    local x, y, z = unpack(tensors)
    if not z then
      z = x
      x, y = positions(z)
    end
    sets[i] = {name = name, data = text.mesh(x, y, z)}
  end
  return drawing(sets, 'with lines',
    'set contour base\nset cntrparam bspline\nset cntrparam levels auto\nset hidden3d',
    'unset contour\nunset hidden3d')
end

--- Points of the arguments of scatter3.
function surfaces.scatter3(...)
  local forms = '[name,] x, y, z'
  local sets = {}
  for i, list in ipairs(curves.list(...) or {{}}) do
    local name, tensors = parse('scatter3', forms, list)
    check('scatter3', tensors, 1, 'vectors of one size')
    sets[i] = {name = name, data = text.columns(tensors)}
  end
  return drawing(sets, 'with points')
end

--- Picture of a matrix in the colours of a palette. gnuplot wants two rows and columns: a lone one
-- is given as two of half the width.
function surfaces.imagesc(matrix, palette)
  matrix = text.tensor(matrix) or F.bad_argument('gnuplot.imagesc', 1, 'a matrix', matrix)
  palette = palette or 'gray'
  if type(palette) ~= 'string' or palette:find('\n') then
    F.bad_argument('gnuplot.imagesc', 2, "'color', 'gray' or another palette", palette)
  end
  if matrix:dim() ~= 2 then F.bad_argument('gnuplot.imagesc', 1, 'a matrix', matrix) end
  local rows, columns = matrix:size(1), matrix:size(2)
  local x, y = '1', '2'
  if columns == 1 then matrix, x = torch.cat(matrix, matrix, 2), '($1 * 0.5 - 0.25)' end
  if rows == 1 then matrix, y = torch.cat(matrix, matrix, 1), '($2 * 0.5 - 0.25)' end
  return {
    data = {text.matrix(matrix)},
    setup = ('set palette %s\nset xrange [-0.5:%.1f]\nset yrange [%.1f:-0.5]')
      :format(palette, columns - 0.5, rows - 0.5),
    undo = 'set palette color\nset xrange [*:*]\nset yrange [*:*]\nset autoscale',
    plot = function(names)
      return ('plot %s matrix using %s:%s:3 notitle with image'):format(names[1], x, y)
    end,
  }
end

return surfaces
