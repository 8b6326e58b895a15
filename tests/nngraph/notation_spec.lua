-- Making nodes and gModules: calls, operators, split, annotations, nest, and what is refused.

local torch = require 'torch'
local raises = require 'nn.raises'
require 'nngraph'

local I = nn.Identity

local function is_node(x) return torch.type(x) == 'nngraph.Node' end

local function here() return debug.getinfo(2, 'l').currentline end

describe('notation', function()
  local x = torch.randn(3)

  it('calls modules with nodes', function()
    local input = I()()
    local h = nn.Linear(3, 2)(input)
    local sum = nn.CAddTable(){h, nn.Tanh()({h})}
    local net = nn.gModule({input}, {sum})
    local y = h.data.module:forward(x):clone()
    assert.is_true(net:forward(x):equal(y + torch.tanh(y)))
  end)

  it('calls modules and criterions with tensors as nn does', function()
    local m = nn.Linear(3, 2)
    assert.is_true(m(x):equal(m:forward(x)))
    local _, gradInput = m(x, torch.ones(2))
    assert.is_true(gradInput:equal(m:backward(x, torch.ones(2))))
    assert.is_true(nn.CAddTable()({x, x}):equal(x * 2))
    assert.are.equal(nn.MSECriterion():forward(x, x * 2), (nn.MSECriterion()(x, x * 2)))
  end)

  it('connects with -', function()
    local m, tanh = nn.Linear(3, 2), nn.Tanh()
    local from_module, input = m - tanh, I()()
    assert.are.equal(m, from_module.children[1].data.module)
    local h = input - m
    local sum = {h, h - tanh} - nn.CAddTable()
    local loss = {h - I(), sum} - nn.MSECriterion()
    assert.is_true(is_node(-m) and is_node(from_module) and is_node(sum) and is_node(loss))
    assert.are.equal(0, #(-m).children)
    local y = m:forward(x):clone()
    assert.is_true(nn.gModule({input}, {loss}):forward(x)[1] == torch.tanh(y):pow(2):mean())
  end)

  it('splits a table', function()
    local input = I()()
    local a, b, c = input:split(3)
    local only = nn.SplitTable(1)(c):split(1)
    local net = nn.gModule({input}, {a, b, only})
    local u, v, w = torch.randn(2), torch.randn(3), torch.randn(1, 4)
    local out = net:forward({u, v, w})
    assert.are.equal(u, out[1])
    assert.are.equal(v, out[2])
    assert.is_true(out[3]:equal(w[1]))
  end)

  it('nests', function()
    local a, b, c = I()(), I()(), I()()
    assert.are.equal(a, nngraph.nest(a))
    local net = nn.gModule({a, b, c}, {nngraph.nest({a, {b}, {{c}, b}}), nngraph.nest({c})})
    local u, v, w = torch.randn(1), torch.randn(2), torch.randn(3)
    assert.are.same({{u, {v}, {{w}, v}}, {w}}, net:forward({u, v, w}))
  end)

  it('annotates', function()
    local node = nn.Linear(3, 2)():annotate{name = 'h', description = 'hidden',
      graphAttributes = {color = 'red'}}
    local made = here() - 2
    assert.are.equal('h', node.data.annotations.name)
    assert.is_truthy(node:label():find('^desc = hidden\\nmodule = nn.Linear'))
    assert.are.equal('red', node:graphNodeAttributes().color)
    local tooltip = node:graphNodeAttributes().tooltip
    assert.is_truthy(tooltip:find('notation_spec.lua]:' .. made, 1, true))
    node.id = 4
    assert.are.equal('h (4)', node:graphNodeName())
  end)

  it('labels what nodes hold', function()
    local input = I()()
    local net = nn.gModule({input}, {nn.Tanh()(input)})
    net:forward(torch.Tensor{0 / 0, 1})
    assert.is_truthy(net.innode:label():find('input = {Tensor[2]NaN}', 1, true))
    net:float():forward(torch.FloatTensor{1, math.huge})
    assert.is_truthy(net.innode:label():find('input = {torch.FloatTensor[2]inf}', 1, true))
  end)

  it('names nodes after local variables', function()
    local first, second = I()(), I()():annotate{name = 'mine'}
    nngraph.annotateNodes()
    assert.are.equal('first', first.data.annotations.name)
    assert.are.equal('mine', second.data.annotations.name)
    local outer = I()()
    local function helper()
      nngraph.annotateNodes(2)
      return true
    end
    local done = helper()
    assert.are.same({true, 'outer'}, {done, outer.data.annotations.name})
  end)
end)

-- What is refused, by a function of an input node and a Linear of it, and what the message says.
local refused = {
  {'nil as input', function() I()(nil) end, 'inputs%[1%] is nil'},
  {'a module without its second call', function(a) nn.CAddTable(){a, I()} end,
    'inputs%[2%] is an nn%.Module, specifically a nn%.Identity, but the only valid thing to pass '
      .. 'is an instance of nngraph%.Node'},
  {'an empty table', function() I()({}) end, 'cannot pass an empty table of inputs'},
  {'two arguments', function(a, h) nn.CAddTable()(a, h) end, 'Use {input1, input2}'},
  {'the same input twice', function(a) nn.CAddTable(){a, a} end, "Don't pass the same input twice",
    'Identity', 'notation_spec'},
  {'a number to connect with', function(a) return a - 3 end, 'number'},
  {'a wrong split', function(a) a:split(0) end, 'split', '0'},
  {'annotations that are no table', function(a) a:annotate('h') end, 'annotate', 'string'},
  {'to nest nothing', function() nngraph.nest({}) end, 'nest', 'empty'},
  {'to nest a number', function(a) nngraph.nest({a, 3}) end, 'nest', 'number'},
  {'a node as list', function(a, h) nn.gModule(a, {h}) end, 'list of nodes as inputs'},
  {'no inputs', function(_, h) nn.gModule({}, {h}) end, 'no inputs'},
  {'a gap in the outputs', function(a, h) nn.gModule({a}, {h, nil, nn.Tanh()(h)}) end,
    'outputs%[2%] is nil %(typo / bad index%?%)'},
  {'a module as output', function(a, h) nn.gModule({a}, {h, nn.Tanh()}) end,
    'outputs%[2%] is an nn%.Module, specifically a nn%.Tanh'},
  {'the same output twice', function(a, h) nn.gModule({a}, {h, h}) end, 'same node', 'nn.Linear'},
  {'an input with inputs', function(_, h) nn.gModule({h}, {nn.Tanh()(h)}) end, 'no inputs',
    'nn.Linear, declared at'},
  {'an unused input', function(a, h) nn.gModule({a, I()()}, {h}) end, 'does not connect'},
  {'an unlisted input', function(a, h) nn.gModule({a}, {nn.CAddTable(){h, I()()}}) end,
    'not among the inputs', 'nn.Identity, declared at .*notation_spec'},
  {'a node that leads nowhere', function(a, h)
    local _ = nn.Tanh()(h):annotate{name = 'lost'}
    nn.gModule({a}, {nn.Sigmoid()(h)})
  end, 'node declared on %[.*notation_spec.lua%]:%d+_ does not connect to gmodule output: lost'},
  {'unused parts of a table', function(a, h)
    local part = h:split(2)
    nn.gModule({a}, {part})
  end, '1 of split%(2%) outputs from the node declared at %[.*:%d+_ split at .*%-mnode are unused',
  },
  {'a cycle', function(a, h)
    local sum = nn.CAddTable(){h}
    sum:add(nn.Tanh()(sum), true)
    nn.gModule({a}, {sum})
  end, 'cycles', 'declared at'},
}

describe('refused is', function()
  for _, case in ipairs(refused) do
    it(case[1], function()
      local input = I()()
      local h = nn.Linear(3, 2)(input)
      local function call() case[2](input, h) end
      local ok, message = pcall(call)
      assert.is_false(ok)
      assert.is_truthy(message:find('notation_spec.lua:%d+: '), message)
      for i = 3, #case do assert.is_truthy(message:find(case[i]), message) end
    end)
  end

  it('a graph, without a change to its nodes', function()
    local input, other = I()(), I()()
    local sum = nn.CAddTable(){input, other}
    raises(function() nn.gModule({input}, {sum}) end, 'not among the inputs')
    local net = nn.gModule({input, other}, {sum})
    assert.are.equal(3, net:forward({torch.ones(1), torch.ones(1) * 2})[1])
  end)
end)
