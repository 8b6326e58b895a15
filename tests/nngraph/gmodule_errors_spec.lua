-- What nn.gModule says where it is used wrongly: the line of the caller, the node, the sizes.

local torch = require 'torch'
require 'nngraph'

local I = nn.Identity

-- {what, function of a gModule of one Linear h and one Tanh, and one of two inputs and outputs;
-- patterns}
local t3 = torch.ones(3)
local wrong = {
  {'an input of another size', function(one) one:forward(torch.ones(5)) end,
    'In 2 module of nn.gModule %(h, declared at %[.*gmodule_errors_spec.lua%]:%d+%):\n', 'linear'},
  {'that inside containers', function(one)
    nn.Sequential():add(I()):add(one):forward(torch.ones(5))
  end,
    'In 2 module of nn.Sequential:\nIn 2 module of nn.gModule %(h, '},
  {'a gradient of another size', function(one)
    one:forward(t3)
    one:backward(t3, torch.ones(7))
  end, 'In 3 module of nn.gModule %(nn.Tanh, declared'},
  {'no input', function(one) one:forward() end, 'expecting an input'},
  {'one input for two', function(_, two) two:forward({t3}) end, 'expecting 2 inputs', 'table of 1'},
  {'a tensor for two', function(_, two) two:forward(t3) end, 'expecting 2 inputs', 'size 3'},
  {'one gradient for two', function(_, two)
    two:forward({t3, t3})
    two:backward({t3, t3}, t3)
  end, 'expecting 2 gradOutputs', 'size 3'},
  {'backward first', function(one) one:backward(t3, t3) end, 'call forward before'},
  {'accGradParameters first', function(one)
    one:forward(t3)
    one:accGradParameters(t3, t3)
  end, 'call updateGradInput first'},
  {'a table that is too short', function()
    local x = I()()
    local a, b = x:split(2)
    nn.gModule({x}, {nn.CAddTable(){a, b}}):forward({t3})
  end, 'entry 2', 'table of 1', 'declared at'},
  {'no table to be split', function()
    local x = I()()
    local a, b = x:split(2)
    nn.gModule({x}, {nn.CAddTable(){a, b}}):forward(t3)
  end, 'entry 1', 'size 3'},
  {'gradients that cannot be summed', function()
    local x = I()()
    local odd = I()
    function odd.updateGradInput() return {t3} end
    local net = nn.gModule({x}, {odd(x), I()(x)})
    net:forward(t3)
    net:backward(t3, {t3, t3})
  end, 'gradients of one form'},
  {'a module without gradients for its inputs', function()
    local a, b = I()(), I()()
    local odd = nn.CAddTable()
    function odd.updateGradInput() return t3 end
    local net = nn.gModule({a, b}, {odd{a, b}})
    net:forward({t3, t3})
    net:backward({t3, t3}, t3)
  end, 'table of 2 gradients from nn.CAddTable'},
  {'a loss without target', function() nn.ModuleFromCriterion(nn.MSECriterion()):forward({t3}) end,
    'prediction and target'},
  {'a module as criterion', function() nn.ModuleFromCriterion(I()) end, 'expected a criterion'},
  {'two entries for one', function() nngraph.JustElement():forward({t3, t3}) end, 'one of 2'},
}

describe('an error names', function()
  for _, case in ipairs(wrong) do
    it(case[1], function()
      local x, a, b = I()(), I()(), I()()
      local h = nn.Linear(3, 4)(x):annotate{name = 'h'}
      local one = nn.gModule({x}, {nn.Tanh()(h)})
      local two = nn.gModule({a, b}, {nn.CAddTable(){a, b}, nn.CMulTable(){a, b}})
      local function call() case[2](one, two) end
      local ok, message = pcall(call)
      assert.is_false(ok)
      assert.is_truthy(message:find('^[^\n]*gmodule_errors_spec.lua:%d+: '), message)
      for i = 3, #case do assert.is_truthy(message:find(case[i]), message) end
    end)
  end
end)
