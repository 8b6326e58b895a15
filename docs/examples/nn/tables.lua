-- Examples of modules of tables for docs/nn.md; see docs/adding-a-layer.md.

return {

rank = 5, title = 'Table layers',

text = [[
Modules whose inputs or outputs are tables, which may hold tables in turn.]],

{'ConcatTable', [[
local out = nn.ConcatTable():add(nn.Identity()):add(nn.MulConstant(10)):forward(torch.ones(2))
print(#out)    --> 2
print(out[2])  --> 10 10]]},

{'ParallelTable', [[
local net = nn.ParallelTable():add(nn.Identity()):add(nn.MulConstant(10))
print(net:forward {torch.ones(2), torch.ones(3)}[2])  --> 10 10 10]]},

{'MapTable', [[
local net = nn.MapTable(nn.Linear(3, 2))
local out = net:forward {torch.ones(3), torch.ones(3), torch.zeros(3)}
print(#out, torch.equal(out[1], out[2]))  --> 3 true]]},

{'SplitTable', [[
local out = nn.SplitTable(1):forward(torch.Tensor {{1, 2}, {3, 4}})
print(#out)                                                        --> 2
print(out[2])                                                      --> 3 4
print(nn.SplitTable(1, 2):forward(torch.ones(5, 4, 3))[4]:size())  --> 5 3]]},

{'JoinTable', [[
print(nn.JoinTable(1):forward {torch.ones(1), torch.zeros(2)})                  --> 1 0 0
print(nn.JoinTable(1, 1):forward {torch.ones(5, 1), torch.zeros(5, 2)}:size())  --> 5 3]]},

{'SelectTable', [[
print(nn.SelectTable(-1):forward {'a', 'b', 'c'})  --> c
print(nn.SelectTable('y'):forward {x = 1, y = 2})  --> 2]]},

{'NarrowTable', [[
print(unpack(nn.NarrowTable(2, 2):forward {'a', 'b', 'c', 'd'}))  --> b c]]},

{'FlattenTable', [[
print(unpack(nn.FlattenTable():forward {'a', {'b', {'c'}}}))  --> a b c]]},

{'ZipTable', [[
local out = nn.ZipTable():forward {{'a1', 'a2'}, {'b1', 'b2'}}
print(unpack(out[1]))  --> a1 b1
print(unpack(out[2]))  --> a2 b2]]},

{'ZipTableOneToMany', [[
local x, a, b = torch.ones(1), torch.zeros(1), torch.Tensor {2}
local out = nn.ZipTableOneToMany():forward {x, {a, b}}
print(#out)       --> 2
print(out[2][1])  --> 1
print(out[2][2])  --> 2]]},

{'MixtureTable', [[
local gater, experts = torch.Tensor {0.25, 0.75}, {torch.Tensor {4, 8}, torch.Tensor {0, 4}}
print(nn.MixtureTable():forward {gater, experts})  --> 1 5]]},

{'CAddTable', [[
print(nn.CAddTable():forward {torch.Tensor {1, 2}, torch.Tensor {10, 20}})  --> 11 22]]},

{'CSubTable', [[
print(nn.CSubTable():forward {torch.Tensor {1, 2}, torch.Tensor {10, 20}})  --> -9 -18]]},

{'CMulTable', [[
print(nn.CMulTable():forward {torch.Tensor {1, 2}, torch.Tensor {10, 20}})  --> 10 40]]},

{'CDivTable', [[
print(nn.CDivTable():forward {torch.Tensor {1, 2}, torch.Tensor {10, 10}})  --> 0.1000 0.2000]]},

{'CMaxTable', [[
print(nn.CMaxTable():forward {torch.Tensor {1, 20}, torch.Tensor {10, 2}})  --> 10 20]]},

{'CMinTable', [[
print(nn.CMinTable():forward {torch.Tensor {1, 20}, torch.Tensor {10, 2}})  --> 1 2]]},

{'CAddTensorTable', [[
local t = torch.Tensor {1, 2}
print(nn.CAddTensorTable():forward {t, {torch.zeros(2), torch.ones(2)}}[2])  --> 2 3]]},

{'MM', [[
local x, y = torch.ones(5, 2, 3), torch.ones(5, 3, 4)
print(nn.MM():forward {x, y}:size())             --> 5 2 4
print(nn.MM(false, true):forward {x, x}:size())  --> 5 2 2]]},

{'MV', [[
print(nn.MV():forward {torch.Tensor {{1, 2}, {3, 4}}, torch.Tensor {1, 10}})  --> 21 43]]},

{'DotProduct', [[
print(nn.DotProduct():forward {torch.Tensor {1, 2}, torch.Tensor {10, 20}})  --> 50]]},

{'PairwiseDistance', [[
local x, y = torch.zeros(2, 2), torch.Tensor {{3, 4}, {1, 0}}
print(nn.PairwiseDistance(1):forward {x, y})  --> 7 1
print(nn.PairwiseDistance():forward {x, y})   --> 5 1]]},

{'CosineDistance', [[
print(nn.CosineDistance():forward {torch.Tensor {5, 0}, torch.Tensor {3, 4}})  --> 0.6000]]},

{'Index', [[
print(nn.Index(1):forward {torch.Tensor {10, 20, 30}, torch.LongTensor {3, 1, 1}})  --> 30 10 10]]},

{'MaskedSelect', [[
local t, mask = torch.Tensor {10, 20, 30}, torch.ByteTensor {1, 0, 1}
print(nn.MaskedSelect():forward {t, mask})  --> 10 30]]},

}
