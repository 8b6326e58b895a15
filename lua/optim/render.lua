-- Picture of a confusion matrix, behind optim.ConfusionMatrix.render.

local torch = require 'torch'

-- Classes from best to worst, or from frequent to rare.
local function order_of(matrix, sortmode)
  local keys, order = {}, {}
  for t = 1, matrix.nclasses do
    local key
    if sortmode == 'score' then
      key = matrix.valids[t]
      if key ~= key then key = -1 end
    else
      key = matrix.mat:select(1, t):sum()
    end
    keys[t], order[t] = key, t
  end
  table.sort(order, function(a, b)
    if keys[a] ~= keys[b] then return keys[a] > keys[b] end
    return a < b
  end)
  return order
end

local function legend(matrix, order, block, width)
  local ok, image = pcall(require, 'image')
  if not ok then
    error('optim.ConfusionMatrix.render: names need the package image; legendwidth 0 leaves them '
      .. 'out', 4)
  end
  local picture = torch.FloatTensor(3, #order * block, width):zero()
  for row, t in ipairs(order) do
    picture = image.drawText(picture, ('%2.1f%% %s'):format(matrix.valids[t] * 100,
      tostring(matrix.classes[t] or t)), 2, (row - 1) * block + 2, {inplace = true})
  end
  return picture
end

--- Draws cells of block x block pixels: correct ones in blue, errors in red, each as bright as its
-- share of the samples of its row; in a column of legendwidth pixels on the right the names.
-- Returns a 3 x H x W FloatTensor.
return function(matrix, sortmode, display, block, legendwidth)
  if sortmode ~= 'score' and sortmode ~= 'occurrence' then
    error("optim.ConfusionMatrix.render: sortmode must be 'score' or 'occurrence', got "
      .. tostring(sortmode), 3)
  end
  local n = matrix.nclasses
  local order = order_of(matrix, sortmode)
  local picture = torch.FloatTensor(3, n * block, n * block + legendwidth):zero()
  for row, t in ipairs(order) do
    local sum = math.max(matrix.mat:select(1, t):sum(), 1)
    for column, p in ipairs(order) do
      local cell = picture:narrow(2, (row - 1) * block + 1, block)
        :narrow(3, (column - 1) * block + 1, block)
      cell[t == p and 3 or 1]:fill(matrix.mat[{t, p}] / sum)
    end
  end
  if legendwidth > 0 then
    picture:narrow(3, n * block + 1, legendwidth):copy(legend(matrix, order, block, legendwidth))
  end
  if display then require('image').display{image = picture, legend = 'confusion matrix'} end
  return picture
end
