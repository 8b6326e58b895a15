-- Pictures for the eye: minmax, toDisplayTensor, and display, which writes a file and opens the
-- desktop's viewer.

local arguments = require 'image.arguments'
local files = require 'image.files'
local geometry = require 'image.geometry'
local F = require 'torch.ffi'
local torch = require 'torch'

local display = {}

local raise = F.raise

local is_float = {[F.dtype.Float] = true, [F.dtype.Double] = true}

-- An empty tensor for values that are computed from others: of the default type, on a GPU Float.
local function empty_for(x)
  return x.device == 0 and torch.Tensor() or F.tensor(F.dtype.Float, x.device)
end

-- The bounds that become 0 and 1.
local function bounds(x, min, max, symmetric)
  if symmetric and min == nil and max == nil then
    max = math.max(math.abs(x:min()), math.abs(x:max()))
    min = -max
  end
  return min or x:min(), max or x:max()
end

local function minmax(x, min, max, symmetric, saturate, out)
  min, max = bounds(x, min, max, symmetric)
  if out ~= x then out:resize(x:size()):copy(x) end
  out:add(-min)
  if max ~= min then out:div(max - min) end
  return saturate and out:clamp(0, 1) or out
end

local MINMAX = {'tensor', 'min', 'max', 'symm', 'inplace', 'saturate', 'tensorOut'}

--- image.minmax{tensor, [min], [max], [symm], [inplace], [saturate], [tensorOut]}: (tensor - min) /
-- (max - min), where min and max default to those of the tensor or, with symm, to -m and m, m the
-- largest absolute value; saturate limits to 0 and 1.
function display.minmax(...)
  local name = 'image.minmax'
  local x, min, max, symm, inplace, saturate, out = arguments.named(MINMAX, ...)
  if not F.is_tensor(x) or x:nElement() == 0 then F.bad_argument(name, 1, 'a tensor', x) end
  if out == nil then
    out = inplace and x or is_float[x.dtype] and F.like(x) or empty_for(x)
  elseif not F.is_tensor(out) then
    F.bad_argument(name, 7, 'a tensor', out)
  end
  return minmax(x, arguments.optional_number(name, 'min', min),
    arguments.optional_number(name, 'max', max), symm, saturate, out)
end

-- Grids ------------------------------------------------------------------------------------------

-- A table of pictures of one size as one tensor.
local function pack(name, list)
  if #list == 0 then raise('%s: expected one picture or more, got an empty table', name) end
  for i = 1, #list do
    arguments.picture(name, list[i])
    if not list[i]:isSameSizeAs(list[1]) then
      raise('%s: picture %d is %s, and the first is %s', name, i, F.describe(list[i]),
        F.describe(list[1]))
    end
  end
  local size = {#list, unpack(list[1]:size():totable())}
  local packed = empty_for(list[1]):resize(torch.LongStorage(size))
  for i = 1, #list do packed[i]:copy(list[i]) end
  return packed
end

-- Whether x is one picture, not several.
local function is_single(x)
  return x:dim() == 2 or (x:dim() == 3 and (x:size(1) == 1 or x:size(1) == 3))
end

local function grid(packed, padding, nrow)
  local n, dims = packed:size(1), packed:dim()
  local h, w = packed:size(dims - 1) + padding, packed:size(dims) + padding
  local columns = math.min(nrow, n)
  local rows = math.ceil(n / columns)
  local size = dims == 4 and {3, rows * h, columns * w} or {rows * h, columns * w}
  local out = F.like(packed):resize(torch.LongStorage(size)):fill(packed:max())
  local from = math.floor(padding / 2) + 1
  for i = 1, n do
    local top, left = math.floor((i - 1) / columns) * h, (i - 1) % columns * w
    out:narrow(dims - 2, top + from, h - padding):narrow(dims - 1, left + from, w - padding)
      :copy(packed[i])
  end
  return out
end

local function to_display(name, input, padding, nrow, scaleeach, min, max, symmetric, saturate)
  if type(input) == 'table' then input = pack(name, input) end
  if not F.is_tensor(input) or input:dim() < 2 or input:dim() > 4 then
    raise('%s: expected a picture, several of them, or a table of pictures, got %s', name,
      F.describe(input))
  end
  padding = arguments.count(name, 'padding', padding, 0, 0)
  nrow = arguments.count(name, 'nrow', nrow, 6, 1)
  min = arguments.optional_number(name, 'min', min)
  max = arguments.optional_number(name, 'max', max)
  saturate = saturate ~= false
  local x = is_float[input.dtype] and input:clone()
    or empty_for(input):resize(input:size()):copy(input)
  if x:dim() == 4 and x:size(2) == 1 then x = x:view(x:size(1), x:size(3), x:size(4)) end
  if x:dim() == 4 and x:size(2) ~= 3 then
    raise('%s: expected pictures of 1 or 3 channels, got %s', name, F.describe(input))
  end
  if is_single(x) then return minmax(x, min, max, symmetric, saturate, x) end
  if scaleeach then
    for i = 1, x:size(1) do minmax(x[i], min, max, symmetric, saturate, x[i]) end
  else
    minmax(x, min, max, symmetric, saturate, x)
  end
  return grid(x, padding, nrow)
end

local GRID = {'input', 'padding', 'nrow', 'scaleeach', 'min', 'max', 'symmetric', 'saturate'}

--- image.toDisplayTensor(input, [padding], [nrow], [scaleeach], [min], [max], [symmetric],
-- [saturate]), or a table of these: a picture, or several side by side, with values 0 to 1.
function display.toDisplayTensor(...)
  return to_display('image.toDisplayTensor', arguments.named(GRID, ...))
end

-- Windows ----------------------------------------------------------------------------------------

local function has_desktop()
  return os.getenv 'DISPLAY' or os.getenv 'WAYLAND_DISPLAY'
end

-- Opens a file in the desktop's viewer, or says where it is.
local function show(file)
  if has_desktop() and os.execute 'command -v xdg-open >/dev/null 2>&1' == 0 then
    os.execute(("xdg-open '%s' >/dev/null 2>&1 &"):format(file))
    return
  end
  io.stderr:write(('image.display: %s; the picture is in %s\n'):format(
    has_desktop() and 'there is no xdg-open to show it with' or 'there is no desktop to show it on',
    file))
end

local function new_window()
  local name = os.tmpname()
  os.remove(name)
  return {file = name .. '.png'}
end

--- image.window([hook_resize], [hook_mousepress], [hook_mousedoublepress]): what image.display
-- takes as `win`: a table with the name of the file that it writes. The hooks are Qt's.
function display.window(resize, press, double_press)
  if resize ~= nil or press ~= nil or double_press ~= nil then
    raise('image.window: hooks for events need Qt windows (qtlua), which are not supported; '
      .. 'image.display shows pictures in the viewer of the desktop')
  end
  return new_window()
end

local DISPLAY = {'image', 'zoom', 'min', 'max', 'legend', 'win', 'x', 'y', 'scaleeach', 'padding',
  'symmetric', 'nrow', 'saturate'}

-- The tables that image.display takes by name, as 'input' too.
local function display_arguments(...)
  local first = ...
  if select('#', ...) == 1 and type(first) == 'table' and first.image == nil
    and first.input ~= nil then
    local named = {image = first.input}
    for key, value in pairs(first) do
      if key ~= 'input' then named[key] = value end
    end
    return arguments.named(DISPLAY, named)
  end
  return arguments.named(DISPLAY, ...)
end

--- image.display(image, [zoom], [min], [max], [legend], [win], [x], [y], [scaleeach], [padding],
-- [symmetric], [nrow], [saturate]), or a table of these: writes the picture to a PNG file and opens
-- it in the desktop's viewer; where there is none, says so. Returns the window: a table with the
-- name of the file, and the legend.
function display.display(...)
  local name = 'image.display'
  local input, zoom, min, max, legend, win, _, _, scaleeach, padding, symmetric, nrow, saturate =
    display_arguments(...)
  zoom = arguments.number(name, 'zoom', zoom, 1)
  if zoom <= 0 then raise('%s: zoom must be above 0, got %g', name, zoom) end
  if win ~= nil and (type(win) ~= 'table' or type(win.file) ~= 'string') then
    raise('%s: win must come from image.window or image.display: Qt windows are not supported',
      name)
  end
  local x = to_display(name, input, padding, nrow, scaleeach, min, max, symmetric, saturate)
  if zoom ~= 1 then
    x = geometry.scale(x, math.max(1, math.floor(x:size(x:dim()) * zoom)),
      math.max(1, math.floor(x:size(x:dim() - 1) * zoom)), 'simple')
  end
  win = win or new_window()
  win.legend = legend or 'image.display'
  files.savePNG(win.file, x)
  show(win.file)
  return win
end

return display
