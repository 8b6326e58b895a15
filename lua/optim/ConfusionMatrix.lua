-- optim.ConfusionMatrix: counts which classes a classifier takes for which. mat[target][prediction]
-- is a LongTensor.

local class = require 'torch.class'
local torch = require 'torch'
local render = require 'optim.render'

local ConfusionMatrix = class.class('optim.ConfusionMatrix')

--- nclasses: number of classes, or the list of their names; classes: list of names.
function ConfusionMatrix:__init(nclasses, classes)
  if type(nclasses) == 'table' then
    classes = nclasses
    nclasses = #classes
  end
  if type(nclasses) ~= 'number' or nclasses < 1 or nclasses % 1 ~= 0 then
    error('optim.ConfusionMatrix: positive number of classes or list of names expected, got '
      .. tostring(nclasses), 3)
  end
  self.nclasses = nclasses
  self.classes = classes or {}
  self.mat = torch.LongTensor(nclasses, nclasses):zero()
  self.valids = torch.FloatTensor(nclasses):zero()
  self.unionvalids = torch.FloatTensor(nclasses):zero()
  self.totalValid = 0
  self.averageValid = 0
  self.averageUnionValid = 0
end

-- Index of the largest element of a 1D tensor, or a class number as it is. Targets below 1 stand
-- for classes that are not known.
local function class_of(self, value, what, method)
  if class.isTensor(value) then
    local flat = value:view(value:nElement())
    if flat:nElement() == self.nclasses and self.nclasses > 1 then
      local _, index = flat:max(1)
      return index[1]
    elseif flat:nElement() == 1 then
      value = flat[1]
    else
      error(('optim.ConfusionMatrix.%s: %s has %d elements, there are %d classes')
        :format(method, what, flat:nElement(), self.nclasses), 3)
    end
  end
  local unknown = what == 'target' and type(value) == 'number' and value < 1
  if type(value) ~= 'number' or value % 1 ~= 0 or value < 1 and not unknown
      or value > self.nclasses then
    error(('optim.ConfusionMatrix.%s: %s must be a class from 1 to %d, got %s')
      :format(method, what, self.nclasses, tostring(value)), 3)
  end
  return value
end

--- Counts one sample, unless the target is below 1. prediction and target: a class number, or a
-- tensor with a score a class.
function ConfusionMatrix:add(prediction, target)
  local p = class_of(self, prediction, 'prediction', 'add')
  local t = class_of(self, target, 'target', 'add')
  if t > 0 then self.mat[{t, p}] = self.mat[{t, p}] + 1 end
end

-- Class numbers of a batch as a contiguous 1D LongTensor: of a 2D tensor the largest of each row.
local function classes_of(self, values, what, buffer)
  if not class.isTensor(values) then
    error(('optim.ConfusionMatrix.batchAdd: %s must be a tensor, got %s')
      :format(what, class.type(values)), 3)
  end
  self[buffer] = self[buffer] or torch.LongTensor()
  local numbers = self[buffer]
  if values:dim() == 1 or values:dim() == 2 and values:size(2) == 1 then
    numbers:resize(values:nElement()):copy(values)
  elseif values:dim() == 2 and values:size(2) == self.nclasses then
    self._max = self._max and self._max:type() == values:type() and self._max or values.new()
    self._indices = self._indices or torch.LongTensor()
    torch.max(self._max, self._indices, values, 2)
    numbers:resize(values:size(1)):copy(self._indices)
  else
    error(('optim.ConfusionMatrix.batchAdd: %s must be 1D or 2D with %d columns, its size is %s')
      :format(what, self.nclasses, table.concat(values:size():totable(), 'x')), 3)
  end
  for i = 1, numbers:nElement() do
    if numbers[i] < 1 and what == 'predictions' or numbers[i] > self.nclasses then
      error(('optim.ConfusionMatrix.batchAdd: %s must be classes from 1 to %d, sample %d has %d')
        :format(what, self.nclasses, i, numbers[i]), 3)
    end
  end
  return numbers
end

--- Counts the samples of a batch whose target is not below 1. predictions and targets: 1D tensors
-- of class numbers, or 2D ones with a row of scores for each sample.
function ConfusionMatrix:batchAdd(predictions, targets)
  local p = classes_of(self, predictions, 'predictions', '_prediction')
  local t = classes_of(self, targets, 'targets', '_target')
  if p:nElement() ~= t:nElement() then
    error(('optim.ConfusionMatrix.batchAdd: %d predictions but %d targets')
      :format(p:nElement(), t:nElement()), 2)
  end
  local counts = self.mat:view(self.nclasses * self.nclasses)
  local n = self.nclasses
  for i = 1, p:nElement() do
    if t[i] > 0 then
      local cell = (t[i] - 1) * n + p[i]
      counts[cell] = counts[cell] + 1
    end
  end
end

--- Forgets all counts.
function ConfusionMatrix:zero()
  self.mat:zero()
  self.valids:zero()
  self.unionvalids:zero()
  self.totalValid = 0
  self.averageValid = 0
  self.averageUnionValid = 0
end

-- Mean of the rates of the classes that have samples, 0 where there are none.
local function mean(rates, valids)
  local sum, count = 0, 0
  for t = 1, rates:nElement() do
    if valids[t] == valids[t] then sum, count = sum + rates[t], count + 1 end
  end
  return count > 0 and sum / count or 0
end

--- Computes the rates from the counts: valids (diagonal over row sum, NaN for a class without
-- samples), unionvalids (diagonal over the union of row and column), averageValid and
-- averageUnionValid, their averages over the classes with samples, and totalValid (diagonal over
-- everything).
function ConfusionMatrix:updateValids()
  local n, correct, total = self.nclasses, 0, 0
  for t = 1, n do
    local row, column = self.mat:select(1, t):sum(), self.mat:select(2, t):sum()
    local hits = self.mat[{t, t}]
    self.valids[t] = hits / row
    self.unionvalids[t] = hits / (row + column - hits)
    correct, total = correct + hits, total + row
  end
  self.totalValid = correct / total
  self.averageValid = mean(self.valids, self.valids)
  self.averageUnionValid = mean(self.unionvalids, self.valids)
end

--- False accept and false reject rate of every class, as two tensors: the mean share of the other
-- classes' samples taken for it, and the share of its samples taken for another one.
function ConfusionMatrix:farFrr()
  local n = self.nclasses
  local sums = {}
  for t = 1, n do sums[t] = self.mat:select(1, t):sum() end
  local accepts, rejects = torch.DoubleTensor(n):zero(), torch.DoubleTensor(n):zero()
  for k = 1, n do
    if sums[k] > 0 then rejects[k] = 1 - self.mat[{k, k}] / sums[k] end
    local share, count = 0, 0
    for t = 1, n do
      if t ~= k and sums[t] > 0 then
        share, count = share + self.mat[{t, k}] / sums[t], count + 1
      end
    end
    if count > 0 then accepts[k] = share / count end
  end
  return accepts, rejects
end

--- A picture of the matrix as a 3 x H x W tensor, see optim.render.
-- sortmode: 'score' or 'occurrence', the order of the classes; display: show it with the package
-- image; block: pixels a cell; legendwidth: pixels for the names of the classes.
function ConfusionMatrix:render(sortmode, display, block, legendwidth)
  self:updateValids()
  return render(self, sortmode or 'score', display, block or 25, legendwidth or 200)
end

function ConfusionMatrix:__tostring__()
  self:updateValids()
  local n = self.nclasses
  local width = math.max(8, 1 + #tostring(self.mat:max()))
  local parts = {'ConfusionMatrix:\n['}
  for t = 1, n do
    parts[#parts + 1] = t == 1 and '[' or ' ['
    for p = 1, n do
      parts[#parts + 1] = ('%' .. width .. 'd'):format(self.mat[{t, p}])
    end
    parts[#parts + 1] = t == n and ']]  ' or ']   '
    parts[#parts + 1] = ('%2.3f%% '):format(self.valids[t] * 100)
    if self.classes[1] then
      parts[#parts + 1] = ('\t[class: %s]'):format(self.classes[t] or '')
    end
    parts[#parts + 1] = '\n'
  end
  parts[#parts + 1] = (' + average row correct: %s%% \n'):format(self.averageValid * 100)
  parts[#parts + 1] = (' + average rowUcol correct (VOC measure): %s%% \n')
    :format(self.averageUnionValid * 100)
  parts[#parts + 1] = (' + global correct: %s%%'):format(self.totalValid * 100)
  return table.concat(parts)
end

return ConfusionMatrix
