-- nn.ZipTable(): {{a1, a2, ...}, {b1, b2, ...}} gives {{a1, b1}, {a2, b2}, ...}.
-- Shapes: {{a1, a2, ...}, {b1, b2, ...}} -> {{a1, b1}, {a2, b2}, ...}.

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local ZipTable, parent = torch.class('nn.ZipTable', 'nn.Module')

function ZipTable:__init()
  parent.__init(self)
  self.output = {}
  self.gradInput = {}
end

-- result[i][k] = lists[k][i].
local function zip(self, result, lists, what)
  need.table(self, lists, what, 1)
  local n
  for k = 1, #lists do
    need.table(self, lists[k], ('%s[%d]'):format(what, k), 0)
    n = n or #lists[k]
    if #lists[k] ~= n then
      F.raise('nn.ZipTable: %s[1] has %d entries, %s[%d] has %d', what, n, what, k, #lists[k])
    end
  end
  for i = 1, n do
    result[i] = {}
    for k = 1, #lists do result[i][k] = lists[k][i] end
  end
  for i = n + 1, #result do result[i] = nil end
  return result
end

function ZipTable:updateOutput(input)
  return zip(self, self.output, input, 'input')
end

function ZipTable:updateGradInput(_, gradOutput)
  return zip(self, self.gradInput, gradOutput, 'gradOutput')
end
