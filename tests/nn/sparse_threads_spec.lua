-- nn.SparseLinear and nn.IndexLinear on inputs large enough for several threads.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local near = helpers.assert_near
local TOL = 1e-12

it('sparse layers compute the same on several threads', function()
  torch.manualSeed(11)
  local n, ins, outs, nnz = 24, 300, 50, 90
  local lists, dense = {{}, {}}, torch.zeros(n, ins)
  for i = 1, n do
    lists[1][i] = torch.randperm(ins):narrow(1, 1, nnz):long()
    lists[2][i] = torch.randn(nnz)
    dense[i]:scatter(1, lists[1][i], lists[2][i])
  end
  local g, linear = torch.randn(n, outs), nn.Linear(ins, outs)
  local threads = torch.getnumthreads()
  for _, count in ipairs {1, 4} do
    torch.setnumthreads(count)
    local reference = linear:clone()
    local a, b = nn.SparseLinear(ins, outs), nn.IndexLinear(ins, outs)
    a.weight:copy(linear.weight)
    b.weight:copy(linear.weight:t())
    reference:forward(dense)
    reference:zeroGradParameters()
    reference:backward(dense, g)
    reference:updateParameters(0.1)
    local pairs_list = {}
    for i = 1, n do
      pairs_list[i] = torch.cat(lists[1][i]:double(), lists[2][i], 2)
    end
    for m, x in pairs {[a] = pairs_list, [b] = lists} do
      m.bias:copy(linear.bias)
      near(m:forward(x), linear:forward(dense), TOL, 'output')
      m:zeroGradParameters()
      m:backward(x, g)
      m:updateParameters(0.1)
      near(m == b and m.weight:t():contiguous() or m.weight, reference.weight, TOL, 'weight')
      near(m.bias, reference.bias, TOL, 'bias')
    end
  end
  torch.setnumthreads(threads)
end)
