-- nn.Sequential(): modules one after the other: each gets the output of the one before.
-- Shapes: those of its modules.

local F = require 'torch.ffi'

local raise = F.raise
local torch = torch

local Sequential = torch.class('nn.Sequential', 'nn.Container')

--- Puts a module before place i (default: at the end).
function Sequential:insert(module, i)
  i = i or #self.modules + 1
  if not (i >= 1 and i <= #self.modules + 1) then
    raise('nn.Sequential:insert: place %s out of range 1 to %d', i, #self.modules + 1)
  end
  table.insert(self.modules, i, module)
  return self
end

--- Removes the module at place i (default: the last).
function Sequential:remove(i)
  i = i or #self.modules
  if not (i >= 1 and i <= #self.modules) then
    raise('nn.Sequential:remove: place %s out of range 1 to %d', i, #self.modules)
  end
  table.remove(self.modules, i)
  return self
end

function Sequential:updateOutput(input)
  local modules, current = self.modules, input
  for i = 1, #modules do current = modules[i]:updateOutput(current) end
  self.output = current
  return current
end

local function need_modules(self)
  if #self.modules == 0 then raise('nn.Sequential: backward through no modules') end
end

function Sequential:updateGradInput(input, gradOutput)
  local modules, current = self.modules, gradOutput
  need_modules(self)
  for i = #modules, 2, -1 do
    current = modules[i]:updateGradInput(modules[i - 1].output, current)
  end
  current = modules[1]:updateGradInput(input, current)
  self.gradInput = current
  return current
end

function Sequential:accGradParameters(input, gradOutput, scale)
  scale = scale or 1
  local modules, current = self.modules, gradOutput
  need_modules(self)
  for i = #modules, 1, -1 do
    modules[i]:accGradParameters(i > 1 and modules[i - 1].output or input, current, scale)
    current = modules[i].gradInput
  end
end

function Sequential:backward(input, gradOutput, scale)
  scale = scale or 1
  local modules, current = self.modules, gradOutput
  need_modules(self)
  for i = #modules, 2, -1 do
    current = modules[i]:backward(modules[i - 1].output, current, scale)
  end
  current = modules[1]:backward(input, current, scale)
  self.gradInput = current
  return current
end

function Sequential:accUpdateGradParameters(input, gradOutput, lr)
  local modules, current = self.modules, gradOutput
  need_modules(self)
  for i = #modules, 1, -1 do
    modules[i]:accUpdateGradParameters(i > 1 and modules[i - 1].output or input, current, lr)
    current = modules[i].gradInput
  end
end

function Sequential:__tostring__()
  local lines, path = {}, 'input'
  for i, module in ipairs(self.modules) do
    path = path .. ' -> (' .. i .. ')'
    lines[i] = '  (' .. i .. '): ' .. tostring(module):gsub('\n', '\n  ')
  end
  table.insert(lines, 1, '  [' .. path .. ' -> output]')
  return 'nn.Sequential {\n' .. table.concat(lines, '\n') .. '\n}' -- for its subclasses too
end
