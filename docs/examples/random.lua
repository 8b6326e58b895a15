-- Examples of random numbers for docs/ops.md: name of the operation -> Lua code, in which
-- `--> text` is what a line prints. tests/docs_spec.lua runs them.

return {

getRNGState = [[
local state = torch.getRNGState()
local a = torch.uniform()
torch.setRNGState(state)
print(torch.uniform() == a)  --> true]],

setRNGState = [[
local generator = torch.Generator()
torch.setRNGState(generator, torch.getRNGState())
print(torch.random(generator) == torch.random())  --> true]],

seed = [[
local seed = torch.seed()
print(seed == torch.initialSeed())  --> true]],

manualSeed = [[
torch.manualSeed(123)
print(torch.random(100), torch.random(100))  --> 83 90
torch.manualSeed(123)
print(torch.random(100))                     --> 83]],

initialSeed = [[
torch.manualSeed(123)
print(torch.initialSeed())  --> 123]],

uniform = [[
torch.manualSeed(1)
print(torch.uniform(), torch.uniform(10, 20))  --> 0.41702199843712 19.971848081332
print(torch.FloatTensor(3):uniform(-1, 1))     --> 0.4406 0.8651 -0.9998]],

normal = [[
torch.manualSeed(1)
print(torch.normal(), torch.normal(100, 15))  --> -2.9718290309304 125.60426595117
print(torch.FloatTensor(3):normal(0, 2))      --> -0.8610 -4.5640 1.0473]],

logNormal = [[
torch.manualSeed(1)
print(torch.logNormal(0, 1))            --> 0.051209560752066
print(torch.Tensor(3):logNormal(0, 1))  --> 5.5121 0.6502 0.1021]],

cauchy = [[
torch.manualSeed(1)
print(torch.cauchy())                      --> -0.26675309473848
print(torch.FloatTensor(3):cauchy(10, 2))  --> 236.1314 11.6580 19.2978]],

exponential = [[
torch.manualSeed(1)
print(torch.exponential(2))            --> 0.26980291325593
print(torch.Tensor(3):exponential(2))  --> 2.9364 0.6371 1.3482]],

geometric = [=[
torch.manualSeed(1)
print(torch.geometric(0.5))               --> 1
print(torch.IntTensor(6):geometric(0.5))  --> 9 2 4 1 1 1 [torch.IntTensor of size 6]]=],

bernoulli = [=[
torch.manualSeed(1)
print(torch.bernoulli(0.2))                              --> 0
print(torch.IntTensor(6):bernoulli())                    --> 0 0 0 1 1 1 [torch.IntTensor of size 6]
print(torch.IntTensor(2):bernoulli(torch.Tensor{0, 1}))  --> 0 1 [torch.IntTensor of size 2]]=],

random = [=[
torch.manualSeed(1)
print(torch.random(6), torch.random(10, 20))  --> 2 13
print(torch.IntTensor(5):random(6))           --> 1 3 2 2 6 [torch.IntTensor of size 5]]=],

rand = [[
torch.manualSeed(1)
print(torch.rand(2))                                 --> 0.4170 0.9972
print(torch.rand(2, 3, 'torch.FloatTensor'):type())  --> torch.FloatTensor]],

randn = [[
torch.manualSeed(1)
print(torch.randn(2))                               --> -2.9718 1.7070
print(torch.randn(torch.Generator(), 2, 3):size())  --> 2 3]],

randperm = [[
torch.manualSeed(1)
print(torch.randperm(5))  --> 1 5 3 4 2]],

multinomial = [[
torch.manualSeed(1)
local p = torch.Tensor{1, 0, 3}
print(torch.multinomial(p, 6, true))        --> 3 3 3 3 1 1 [torch.LongTensor of size 6]
print(torch.multinomial(p, 2):eq(2):sum())  --> 0]],

multinomialAliasSetup = [[
torch.manualSeed(1)
local state = torch.multinomialAliasSetup(torch.Tensor{0.25, 0.25, 0.25, 0.25})
print(torch.multinomialAlias(torch.LongTensor(6), state))  --> 2 3 1 2 1 1]],

multinomialAlias = [[
torch.manualSeed(1)
local state = torch.multinomialAliasSetup(torch.Tensor{0.5, 0.5})
print(torch.multinomialAlias(torch.LongTensor(6), state))  --> 1 2 1 1 1 1]],

}
