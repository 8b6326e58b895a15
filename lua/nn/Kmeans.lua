-- nn.Kmeans(k, dim, [scale]): the number of the nearest of k centroids, weight [k dim], for inputs
-- [n dim] or [dim]. self.loss is the sum of the squared distances of the last forward. A step of
-- size 1 along the gradient moves every centroid to the mean of its samples; scale (a field or
-- argument) shortens it. The gradient of the input is zero.
-- Shapes: [n dim] or [dim] -> [n] or [1].

local F = require 'torch.ffi'
local beside = require 'nn.beside'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'
local rows = require 'nn.rows'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

local Kmeans, parent = torch.class('nn.Kmeans', 'nn.Module')

function Kmeans:__init(k, dim, scale)
  parent.__init(self)
  need.size(self, k, 'number of centroids')
  need.size(self, dim, 'dimension')
  if scale ~= nil and not (type(scale) == 'number' and scale > 0) then
    raise('nn.Kmeans: scale must be a number above 0, got %s', tostring(scale))
  end
  self.k, self.dim, self.scale = k, dim, scale
  self.weight = torch.Tensor(k, dim)
  self.gradWeight = torch.Tensor(k, dim):zero()
  self.loss = 0
  self:reset()
end

--- Uniform centroids in +-stdv * sqrt(3), by default +-1 / sqrt(dim).
function Kmeans:reset(stdv)
  stdv = stdv and stdv * math.sqrt(3) or 1 / math.sqrt(self.weight:size(2))
  self.weight:uniform(-stdv, stdv)
end

local function samples_of(self, input)
  local x = rows(self, input, 'input', self.dim)
  if x:size(1) < self.k then
    raise('nn.Kmeans: %d samples cannot start %d centroids', x:size(1), self.k)
  end
  return x
end

--- Starts from k different samples (without input: from uniform numbers, as reset does).
function Kmeans:initRandom(input)
  if input == nil then return self:reset() end
  local x = samples_of(self, input)
  local chosen = F.tensor(F.dtype.Long, x.device)
  chosen:resize(self.k):copy(torch.randperm(x:size(1)):narrow(1, 1, self.k))
  self.weight:index(x, 1, chosen)
end

-- The squared distances of the rows of x to a centroid, [n].
local function squares(x, centroid)
  local diff = x - nn.utils.addSingletonDimension(centroid, 1):expandAs(x)
  return diff:cmul(diff):sum(2):view(-1)
end

-- The places of the elements of a vector, the largest first.
local function by_distance(t)
  local values, order = t:totable(), {}
  for i = 1, #values do order[i] = i end
  table.sort(order, function(a, b)
    if values[a] ~= values[b] then return values[a] > values[b] end
    return a < b
  end)
  return order
end

--- Starts from samples far apart: each next one is drawn from the fraction 1 - p of the samples
-- that are farthest from the centroids so far (p in (0, 1), default 0.95). After Arthur and
-- Vassilvitskii, k-means++, 2007.
function Kmeans:initKmeansPlus(input, p)
  local x = samples_of(self, input)
  p = p or self.p or 0.95
  if type(p) ~= 'number' or not (p > 0 and p < 1) then
    raise('nn.Kmeans: p must be above 0 and below 1, got %s', tostring(p))
  end
  self.p = p
  local n = x:size(1)
  local far = math.max(1, math.ceil(n * (1 - p)))
  self.weight[1]:copy(x[torch.random(n)])
  local nearest = squares(x, self.weight[1])
  for i = 2, self.k do
    self.weight[i]:copy(x[by_distance(nearest)[torch.random(far)]])
    nearest:cmin(squares(x, self.weight[i]))
  end
end

-- self._distance [n k]: squared distances between samples and centroids.
local function distances(self, x)
  local diff, distance = buffer(self, '_expandedSamples', x), buffer(self, '_distance', x)
  diff:resize(x:size(1), self.k, self.dim)
  diff:add(nn.utils.addSingletonDimension(x, 2):expandAs(diff), -1,
    nn.utils.addSingletonDimension(self.weight, 1):expandAs(diff))
  return distance:sum(diff:cmul(diff), 3):resize(x:size(1), self.k)
end

function Kmeans:updateOutput(input)
  local x = rows(self, input, 'input', self.dim)
  local least = buffer(self, '_minScore', x)
  least:min(beside.long(self, '_nearest', x), distances(self, x), 2)
  self.loss = least:sum()
  return self.output:resize(x:size(1)):copy(self._nearest)
end

function Kmeans:updateGradInput(input)
  need.tensor(self, input, 'input')
  return self.gradInput:resizeAs(input):zero()
end

-- gradWeight += scale * count / max(count, 1) * (weight - mean of the centroid's samples).
function Kmeans:accGradParameters(input, _, scale)
  local x, nearest = rows(self, input, 'input', self.dim), self._nearest
  if not nearest or nearest:nElement() ~= x:size(1) then
    raise('nn.Kmeans: backward before forward')
  end
  scale = self.scale or scale or 1
  local mean, count = buffer(self, '_gradWeight', x), buffer(self, '_clusterSampleCount', x)
  local ones = buffer(self, '_ones', x):resize(x:size(1), 1):fill(1)
  local at = nearest:view(-1)
  mean:resizeAs(self.weight):zero():indexAdd(1, at, x)
  count:resize(self.k, 1):zero():indexAdd(1, at, ones)
  mean:addcmul(-1, count:expandAs(mean), self.weight)
  check(C.lt_clamp(count, count, 1, math.huge))
  self.gradWeight:addcdiv(-scale, mean, count:expandAs(mean))
end

-- Numbers of centroids stay of type Long.
function Kmeans:type(type_name, tensorCache)
  if type_name then self._nearest = nil end
  return parent.type(self, type_name, tensorCache)
end

function Kmeans:clearState()
  nn.utils.clear(self, '_expandedSamples', '_distance', '_minScore', '_nearest', '_gradWeight',
    '_clusterSampleCount', '_ones')
  return parent.clearState(self)
end
