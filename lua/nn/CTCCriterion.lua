-- nn.CTCCriterion([blank = 1], [sizeAverage = true], [batchFirst = false], [zeroInfinity = false]):
-- connectionist temporal classification, -log of the probability that frame-wise classes, with
-- repetitions merged and blanks left out then, are the target sequence. An addition to Torch7.
--
--   criterion:forward(input, target [, lengths])
--
-- input: scores [frames n classes], with batchFirst [n frames classes], or [frames classes] of one
-- sample; they are normalised by a log-softmax here. target: a table of sequences (tables or 1D
-- tensors), a matrix with a row for each sample that ends with a 0, or a sequence for one sample.
-- lengths: how many frames of each sample count (table or tensor; default: all). A sample that has
-- fewer frames than its target needs, one for each label and one between equal neighbours, is an
-- error; with zeroInfinity it counts nothing. The value is the mean over the samples, or the sum.
-- Graves et al. 2006, Connectionist temporal classification.
-- Shapes: input [frames n classes], with batchFirst [n frames classes], or [frames classes]; target
-- a table of n sequences, [n labels] or, of one sample, [labels]; lengths [n] -> number.

local F = require 'torch.ffi'
local beside = require 'nn.beside'
local need = require 'nn.need'
require 'nn'

local C, check, is_tensor, raise = F.C, F.check, F.is_tensor, F.raise
local torch = torch

local CTCCriterion, parent = torch.class('nn.CTCCriterion', 'nn.Criterion')

function CTCCriterion:__init(blank, sizeAverage, batchFirst, zeroInfinity)
  parent.__init(self)
  self.blank = blank or 1
  need.size(self, self.blank, 'index of the blank')
  self.sizeAverage = sizeAverage ~= false
  self.batchFirst = batchFirst or false
  self.zeroInfinity = zeroInfinity or false
  self.alpha = torch.DoubleTensor()
  self.labels, self.lengths = torch.LongTensor(), torch.LongTensor()
  self.batch = torch.Tensor()
end

local function size_of(sequence)
  if is_tensor(sequence) and sequence:dim() <= 1 then return sequence:nElement() end
  if type(sequence) ~= 'table' then
    raise('nn.CTCCriterion: expected tables or 1D tensors as target sequences, got %s',
      F.describe(sequence))
  end
  return #sequence
end

-- The target as a LongTensor [n longest], padded with 0.
local function labels_of(self, input, target, single)
  local labels = beside.long(self, 'labels', input)
  if is_tensor(target) and not single and target:dim() == 2 then
    check(C.lt_resize_as(labels, target))
    return labels:copy(target)
  end
  if single then target = {target} end
  if type(target) ~= 'table' then
    raise('nn.CTCCriterion: expected a table of sequences or a matrix as target, got %s',
      F.describe(target))
  end
  local longest = 1
  for i = 1, #target do longest = math.max(longest, size_of(target[i])) end
  labels:resize(math.max(1, #target), longest):zero()
  for i = 1, #target do
    local sequence = target[i]
    for k = 1, size_of(sequence) do
      local label = sequence[k]
      if type(label) ~= 'number' or label == 0 or label % 1 ~= 0 then
        raise('nn.CTCCriterion: target %s at position %d of sample %d is no class',
          tostring(label), k, i)
      end
      labels[i][k] = label
    end
  end
  return labels
end

local function lengths_of(self, input, lengths, n, frames)
  local out = beside.long(self, 'lengths', input)
  if lengths == nil then return out:resize(n):fill(frames) end
  if is_tensor(lengths) then
    check(C.lt_resize_as(out, lengths))
    return out:copy(lengths)
  end
  if type(lengths) == 'number' then lengths = {lengths} end
  need.table(self, lengths, 'lengths', n)
  out:resize(#lengths)
  for i = 1, #lengths do
    if type(lengths[i]) ~= 'number' then
      raise('nn.CTCCriterion: length %s of sample %d is no number', tostring(lengths[i]), i)
    end
    out[i] = lengths[i]
  end
  return out
end

-- The input with a dimension for samples, the targets and lengths for C, and 1 for batchFirst.
local function arguments(self, input, target, lengths)
  need.tensor(self, input, 'input')
  local single = input:dim() == 2
  if not single and input:dim() ~= 3 then
    raise('nn.CTCCriterion: expected scores [frames n classes] or [frames classes], got %s',
      F.describe(input))
  end
  local frames = input:size((single or not self.batchFirst) and 1 or 2)
  local n = single and 1 or input:size(self.batchFirst and 1 or 2)
  local x = input
  if single then
    local batch = self.batch
    self.batch = batch.dtype == input.dtype and batch.device == input.device and batch
      or input.new()
    x = self.batch:set(input:storage(), input:storageOffset(), frames, input:stride(1), 1,
      input:stride(1), input:size(2), input:stride(2))
  end
  return x, labels_of(self, input, target, single),
    lengths_of(self, input, lengths, n, frames),
    (self.batchFirst and not single) and 1 or 0
end

function CTCCriterion:updateOutput(input, target, lengths)
  local x, labels, counts, first = arguments(self, input, target, lengths)
  check(C.lt_ctc(F.out, beside.double(self, 'alpha', x), x, labels, counts, first, self.blank,
    self.zeroInfinity and 1 or 0, self.sizeAverage and 1 or 0))
  self.output = F.out[0]
  return self.output
end

function CTCCriterion:updateGradInput(input, target, lengths)
  local x, labels, counts, first = arguments(self, input, target, lengths)
  local gradInput = self.gradInput
  local alpha = beside.double(self, 'alpha', x)
  check(C.lt_ctc_grad(gradInput, alpha, x, labels, counts, first, self.blank,
    self.zeroInfinity and 1 or 0, self.sizeAverage and 1 or 0))
  return gradInput:resizeAs(input)
end

function CTCCriterion:forward(input, target, lengths)
  return self:updateOutput(input, target, lengths)
end

function CTCCriterion:backward(input, target, lengths)
  return self:updateGradInput(input, target, lengths)
end

--- Converts the gradient to a type, or returns the type in use. What the recursions keep stays in
-- double.
function CTCCriterion:type(type_name, tensorCache)
  if not type_name then return self.gradInput:type() end
  local alpha, labels, lengths = self.alpha, self.labels, self.lengths
  self.alpha, self.labels, self.lengths = nil, nil, nil
  parent.type(self, type_name, tensorCache)
  self.alpha, self.labels, self.lengths = alpha, labels, lengths
  return self
end
