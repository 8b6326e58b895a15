-- Examples of reductions, sorting, indexing and counting for docs/ops.md: name of the operation ->
-- Lua code, in which `--> text` is what a line prints. tests/docs_spec.lua runs them.

return {

sum = [=[
local x = torch.Tensor{{1, 2, 3}, {4, 5, 6}}
print(x:sum())   --> 21
print(x:sum(1))  --> 5 7 9 [torch.DoubleTensor of size 1x3]]=],

prod = [=[
local x = torch.Tensor{{1, 2, 3}, {4, 5, 6}}
print(x:prod())   --> 720
print(x:prod(2))  --> 6 120 [torch.DoubleTensor of size 2x1]]=],

mean = [=[
local x = torch.Tensor{{1, 2, 3}, {4, 5, 6}}
print(x:mean())   --> 3.5
print(x:mean(2))  --> 2 5 [torch.DoubleTensor of size 2x1]]=],

all = [[
local x = torch.Tensor{1, 2, 3}
print(torch.all(x:gt(0)), torch.all(x:gt(1)))  --> true false]],

any = [[
local x = torch.Tensor{1, 2, 3}
print(torch.any(x:gt(2)), torch.any(x:gt(3)))  --> true false]],

max = [=[
local x = torch.Tensor{{1, 5, 3}, {9, 2, 4}}
print(x:max())    --> 9
local values, positions = x:max(2)
print(values)     --> 5 9 [torch.DoubleTensor of size 2x1]
print(positions)  --> 2 1 [torch.LongTensor of size 2x1]]=],

min = [=[
local x = torch.Tensor{{1, 5, 3}, {9, 2, 4}}
print(x:min())    --> 1
local values, positions = x:min(2)
print(values)     --> 1 2 [torch.DoubleTensor of size 2x1]
print(positions)  --> 1 2 [torch.LongTensor of size 2x1]]=],

var = [=[
local x = torch.Tensor{1, 2, 3, 6}
print(x:var(true), x:var())        --> 3.5 4.6666666666667
print(torch.var(x:view(2, 2), 2))  --> 0.5000 4.5000 [torch.DoubleTensor of size 2x1]]=],

std = [=[
local x = torch.Tensor{1, 3, 1, 3}
print(x:std(true))                                --> 1
print(torch.Tensor{{1, 2, 3}, {2, 4, 6}}:std(2))  --> 1 2 [torch.DoubleTensor of size 2x1]]=],

norm = [=[
local x = torch.Tensor{{3, 4}, {6, 8}}
print(x:norm(1))     --> 21
print(x:norm(2, 2))  --> 5 10 [torch.DoubleTensor of size 2x1]]=],

dist = [[
local x, y = torch.Tensor{0, 0}, torch.Tensor{3, 4}
print(torch.dist(x, y), torch.dist(x, y, 1))  --> 5 7]],

renorm = [[
local x = torch.Tensor{{3, 4}, {30, 40}}
print(torch.renorm(x, 2, 1, 5))  --> 3.0000 4.0000 3.0000 4.0000]],

cumsum = [[
print(torch.cumsum(torch.Tensor{1, 2, 3, 4}))  --> 1 3 6 10]],

cumprod = [[
print(torch.cumprod(torch.Tensor{1, 2, 3, 4}))  --> 1 2 6 24]],

trace = [[
print(torch.trace(torch.Tensor{{1, 2}, {3, 4}}))  --> 5]],

equal = [[
local x = torch.Tensor{1, 2}
print(torch.equal(x, x:clone()), torch.equal(x, torch.Tensor{1, 3}))  --> true false]],

logsumexp = [=[
print(torch.Tensor{1000, 1000}:logsumexp())   --> 1000.6931471806
print(torch.logsumexp(torch.zeros(1, 2), 2))  --> 0.6931 [torch.DoubleTensor of size 1x1]]=],

histc = [[
print(torch.histc(torch.Tensor{1, 2, 2, 3, 4}, 2))        --> 3 2
print(torch.histc(torch.Tensor{1, 2, 2, 3, 4}, 4, 0, 8))  --> 1 3 1 0]],

bhistc = [=[
local x = torch.Tensor{{1, 2, 2}, {3, 4, 4}}
print(torch.bhistc(x, 4, 1, 4))  --> 1 2 0 0 0 0 1 2 [torch.DoubleTensor of size 2x4]]=],

cross = [[
print(torch.cross(torch.Tensor{1, 0, 0}, torch.Tensor{0, 1, 0}))  --> 0 0 1]],

match = [=[
local y, z = torch.Tensor{{0, 0}, {1, 1}}, torch.Tensor{{3, 4}}
print(torch.match(y, z))  --> 25 13 [torch.DoubleTensor of size 2x1]]=],

sort = [[
local sorted, positions = torch.sort(torch.Tensor{30, 10, 20})
print(sorted)                                           --> 10 20 30
print(positions)                                        --> 2 3 1 [torch.LongTensor of size 3]
print((torch.sort(torch.Tensor{30, 10, 20}, 1, true)))  --> 30 20 10]],

topk = [=[
local x = torch.Tensor{30, 10, 40, 20}
print((x:topk(2)))  --> 10 20
local values, positions = x:topk(2, 1, true)
print(values)       --> 40 30
print(positions)    --> 3 1 [torch.LongTensor of size 2]]=],

kthvalue = [[
local value, position = torch.kthvalue(torch.Tensor{30, 10, 20}, 2)
print(value[1], position[1])  --> 20 3]],

median = [[
local value, position = torch.median(torch.Tensor{30, 10, 20})
print(value[1], position[1])  --> 20 3]],

mode = [[
local value, position = torch.mode(torch.Tensor{2, 1, 2, 1, 3})
print(value[1], position[1])  --> 1 4]],

unique = [=[
local values, inverse, counts = torch.unique(torch.Tensor{3, 1, 3, 2}, true, true)
print(values)   --> 1 2 3
print(inverse)  --> 3 1 3 2 [torch.LongTensor of size 4]
print(counts)   --> 1 1 2 [torch.LongTensor of size 3]]=],

searchsorted = [[
local sorted = torch.Tensor{10, 20, 20, 30}
print(torch.searchsorted(sorted, 20), torch.searchsorted(sorted, 20, true))  --> 2 4
print(torch.searchsorted(sorted, torch.Tensor{5, 25}))                       --> 1 4]],

maskedFill = [[
local x = torch.Tensor{-1, 2, -3}
x:maskedFill(x:lt(0), 0)
print(x)  --> 0 2 0]],

maskedCopy = [[
local x = torch.Tensor{-1, 2, -3}
x:maskedCopy(x:lt(0), torch.Tensor{10, 30})
print(x)  --> 10 2 30]],

maskedSelect = [[
local x = torch.Tensor{-1, 2, -3}
print(x:maskedSelect(x:lt(0)))  --> -1 -3]],

nonzero = [=[
print(torch.nonzero(torch.Tensor{0, 7, 0, 8}))      --> 2 4 [torch.LongTensor of size 2x1]
print(torch.nonzero(torch.Tensor{{0, 1}, {1, 0}}))  --> 1 2 2 1 [torch.LongTensor of size 2x2]]=],

index = [=[
local x = torch.Tensor{{1, 2, 3}, {4, 5, 6}}
print(x:index(2, torch.LongTensor{3, 1, 1}))  --> 3 1 1 6 4 4 [torch.DoubleTensor of size 2x3]]=],

indexCopy = [[
local x = torch.zeros(3)
x:indexCopy(1, torch.LongTensor{3, 1}, torch.Tensor{30, 10})
print(x)  --> 10 0 30]],

indexAdd = [[
local x = torch.ones(3)
x:indexAdd(1, torch.LongTensor{3, 3}, torch.Tensor{10, 20})
print(x)  --> 1 1 31]],

indexFill = [=[
local x = torch.ones(2, 3)
x:indexFill(2, torch.LongTensor{1, 3}, 7)
print(x)  --> 7 1 7 7 1 7 [torch.DoubleTensor of size 2x3]]=],

gather = [=[
local scores = torch.Tensor{{10, 20, 30}, {40, 50, 60}}
local classes = torch.LongTensor{{3}, {1}}
print(scores:gather(2, classes))  --> 30 40 [torch.DoubleTensor of size 2x1]]=],

scatter = [[
local classes = torch.LongTensor{{3}, {1}}
print(torch.zeros(2, 3):scatter(2, classes, 1))  --> 0 0 1 1 0 0]],

scatterAdd = [[
local classes = torch.LongTensor{{3}, {1}, {3}}:t()
print(torch.zeros(1, 3):scatterAdd(2, classes, torch.ones(1, 3)))  --> 1 0 2]],

diag = [=[
print(torch.diag(torch.Tensor{{1, 2}, {3, 4}}))  --> 1 4
print(torch.diag(torch.Tensor{5, 6}))            --> 5 0 0 6 [torch.DoubleTensor of size 2x2]]=],

tril = [=[
print(torch.tril(torch.ones(2, 3)))  --> 1 0 0 1 1 0 [torch.DoubleTensor of size 2x3]]=],

triu = [=[
print(torch.triu(torch.ones(2, 3)))  --> 1 1 1 0 1 1 [torch.DoubleTensor of size 2x3]]=],

}
