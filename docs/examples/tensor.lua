-- Examples of making, viewing and converting tensors for docs/ops.md: name of the operation -> Lua
-- code, in which `--> text` is what a line prints. tests/docs_spec.lua runs them.

return {

resize = [[
local x = torch.Tensor{1, 2, 3, 4}
print(x:resize(2, 2))  --> 1 2 3 4 [torch.DoubleTensor of size 2x2]
print(x:resize(3))     --> 1 2 3]],

resizeAs = [=[
local x = torch.Tensor{1, 2, 3, 4}
print(x:resizeAs(torch.Tensor(2, 2)))  --> 1 2 3 4 [torch.DoubleTensor of size 2x2]]=],

set = [[
local s = torch.DoubleStorage{1, 2, 3, 4}
local x = torch.DoubleTensor():set(s, 2, 3)  -- 3 elements from the second on
print(x)     --> 2 3 4
x[1] = 20
print(s[2])  --> 20]],

zeros = [[
print(torch.zeros(2, 2))                         --> 0 0 0 0 [torch.DoubleTensor of size 2x2]
print(torch.zeros(2, 'torch.IntTensor'):type())  --> torch.IntTensor]],

ones = [[
print(torch.ones(3))  --> 1 1 1]],

fill = [[
print(torch.Tensor(3):fill(7))  --> 7 7 7]],

zero = [[
print(torch.ones(2):zero())  --> 0 0]],

eye = [[
print(torch.eye(2))           --> 1 0 0 1 [torch.DoubleTensor of size 2x2]
print(torch.eye(2, 3):sum())  --> 2]],

range = [[
print(torch.range(2, 5))        --> 2 3 4 5
print(torch.range(0, 1, 0.25))  --> 0.0000 0.2500 0.5000 0.7500 1.0000]],

linspace = [[
print(torch.linspace(0, 10, 5))  --> 0.0000 2.5000 5.0000 7.5000 10.0000]],

logspace = [[
print(torch.logspace(0, 3, 4))  --> 1 10 100 1000]],

storage = [[
local x = torch.Tensor{1, 2, 3}
local s = x:storage()
s[2] = 20
print(x, #s)  --> 1 20 3 [torch.DoubleTensor of size 3] 3]],

storageOffset = [[
print(torch.Tensor{1, 2, 3}:narrow(1, 2, 2):storageOffset())  --> 2]],

elementSize = [[
print(torch.ByteTensor():elementSize(), torch.DoubleTensor():elementSize())  --> 1 8]],

isTensor = [[
print(torch.isTensor(torch.Tensor()), torch.isTensor({1, 2}))  --> true false]],

data = [[
local x = torch.Tensor{1, 2, 3}
local p = x:data()
p[0] = 10          -- pointers count from 0 and know no bounds
print(x[1], p[2])  --> 10 3]],

cdata = [[
local x = torch.Tensor(2, 3)
print(type(x:cdata()), type(x:cdata(true)))  --> cdata cdata]],

narrow = [[
local x = torch.range(1, 6):view(2, 3)
print(x:narrow(2, 2, 2))  --> 2 3 5 6 [torch.DoubleTensor of size 2x2]
x:narrow(1, 1, 1):zero()  -- changes x
print(x:sum())            --> 15]],

select = [[
local x = torch.range(1, 6):view(2, 3)
print(x:select(1, 2))  --> 4 5 6
print(x:select(2, 1))  --> 1 4]],

sub = [=[
local x = torch.range(1, 6):view(2, 3)
print(x:sub(1, -1, 2, 3))  --> 2 3 5 6 [torch.DoubleTensor of size 2x2]
print(x:sub(2, 2))         --> 4 5 6 [torch.DoubleTensor of size 1x3]]=],

transpose = [[
local x = torch.Tensor(2, 3, 4)
print(x:transpose(1, 3):size(1), x:transpose(1, 3):isContiguous())  --> 4 false]],

t = [=[
print(torch.range(1, 4):view(2, 2):t())  --> 1 3 2 4 [torch.DoubleTensor of size 2x2]]=],

permute = [[
print(torch.Tensor(2, 3, 4):permute(3, 1, 2):size())  --> 4 2 3]],

unfold = [[
print(torch.range(1, 5):unfold(1, 3, 2))         --> 1 2 3 3 4 5 [torch.DoubleTensor of size 2x3]
print(torch.range(1, 5):unfold(1, 2, 1):size())  --> 4 2]],

squeeze = [[
local x = torch.Tensor(1, 2, 1, 3)
print(x:squeeze():size())   --> 2 3
print(x:squeeze(3):size())  --> 1 2 3]],

expand = [[
local x = torch.Tensor{{1}, {2}}
print(x:expand(2, 3))           --> 1 1 1 2 2 2 [torch.DoubleTensor of size 2x3]
print(x:expand(2, 3):stride())  --> 1 0]],

expandAs = [=[
local x = torch.Tensor{{1}, {2}}
print(x:expandAs(torch.Tensor(2, 3)))  --> 1 1 1 2 2 2 [torch.DoubleTensor of size 2x3]]=],

view = [[
local x = torch.range(1, 6)
print(x:view(2, 3))           --> 1 2 3 4 5 6 [torch.DoubleTensor of size 2x3]
print(x:view(2, -1):size(2))  --> 3]],

viewAs = [=[
local x = torch.range(1, 4)
print(x:viewAs(torch.Tensor(2, 2)))  --> 1 2 3 4 [torch.DoubleTensor of size 2x2]]=],

size = [[
local x = torch.Tensor(2, 3)
print(x:size(), x:size(2))  --> 2 3 [torch.LongStorage of size 2] 3]],

stride = [[
local x = torch.Tensor(2, 3)
print(x:stride(), x:t():stride(1))  --> 3 1 [torch.LongStorage of size 2] 1]],

dim = [[
print(torch.Tensor(2, 3):dim(), torch.Tensor():dim())  --> 2 0]],

nDimension = [[
print(torch.Tensor(2, 3):nDimension())  --> 2]],

nElement = [[
print(torch.Tensor(2, 3):nElement())  --> 6]],

numel = [[
print(torch.numel(torch.Tensor(2, 3)))  --> 6]],

isContiguous = [[
local x = torch.Tensor(2, 3)
print(x:isContiguous(), x:t():isContiguous())  --> true false]],

isSameSizeAs = [[
print(torch.Tensor(2, 3):isSameSizeAs(torch.IntTensor(2, 3)))  --> true]],

isSetTo = [[
local x = torch.Tensor(2, 3)
print(x:isSetTo(x:view(2, 3)), x:isSetTo(x:clone()))  --> true false]],

isSize = [[
print(torch.Tensor(2, 3):isSize(torch.LongStorage{2, 3}))  --> true]],

copy = [[
local x = torch.Tensor(2)
print(x:copy(torch.IntTensor{1, 2}))  --> 1 2]],

clone = [[
local x = torch.ones(2)
local y = x:clone()
y:zero()
print(x:sum(), y:sum())  --> 2 0]],

contiguous = [[
local x = torch.range(1, 4):view(2, 2)
print(x:contiguous() == x)         --> true
print(x:t():contiguous():view(4))  --> 1 3 2 4]],

type = [=[
print(torch.Tensor():type())                          --> torch.DoubleTensor
print(torch.Tensor{1.5, -2}:type('torch.IntTensor'))  --> 1 -2 [torch.IntTensor of size 2]]=],

typeAs = [=[
print(torch.Tensor{1, 2}:typeAs(torch.ByteTensor()))  --> 1 2 [torch.ByteTensor of size 2]]=],

byte = [=[
print(torch.Tensor{1.5, 200}:byte())  --> 1 200 [torch.ByteTensor of size 2]]=],

char = [=[
print(torch.Tensor{1.5, -2}:char())  --> 1 -2 [torch.CharTensor of size 2]]=],

short = [=[
print(torch.Tensor{1.5, -2}:short())  --> 1 -2 [torch.ShortTensor of size 2]]=],

int = [=[
print(torch.Tensor{1.5, -2}:int())  --> 1 -2 [torch.IntTensor of size 2]]=],

long = [=[
print(torch.Tensor{1.5, -2}:long())  --> 1 -2 [torch.LongTensor of size 2]]=],

half = [=[
print(torch.Tensor{1.5, -2}:half())  --> 1.5000 -2.0000 [torch.HalfTensor of size 2]]=],

float = [=[
print(torch.Tensor{1.5, -2}:float())  --> 1.5000 -2.0000 [torch.FloatTensor of size 2]]=],

bfloat16 = [=[
print(torch.Tensor{1.5, -2}:bfloat16())  --> 1.5000 -2.0000 [torch.BFloat16Tensor of size 2]]=],

double = [[
print(torch.IntTensor{1, -2}:double())  --> 1 -2]],

real = [[
print(torch.IntTensor{1, -2}:real():type() == torch.getdefaulttensortype())  --> true]],

tolist = [[
print(torch.Tensor{{1, 2}, {3, 4}}:tolist()[2][1])  --> 3]],

totable = [[
print(torch.Tensor{{1, 2}, {3, 4}}:totable()[2][1])             --> 3
print(table.concat(torch.totable(torch.Tensor{1, 2, 3}), ' '))  --> 1 2 3]],

item = [[
print(torch.Tensor{7}:item())  --> 7]],

cat = [[
local x, y = torch.Tensor{{1, 2}, {3, 4}}, torch.Tensor{{5}, {6}}
print(torch.cat(x, y))                 --> 1 2 5 3 4 6 [torch.DoubleTensor of size 2x3]
print(torch.cat({x, x, x}, 1):size())  --> 6 2]],

stack = [[
local x, y = torch.Tensor{1, 2, 3}, torch.Tensor{4, 5, 6}
print(torch.stack(x, y))              --> 1 2 3 4 5 6 [torch.DoubleTensor of size 2x3]
print(torch.stack({x, y}, 2):size())  --> 3 2]],

split = [[
local parts = torch.range(1, 5):split(2)
print(#parts, parts[1]:size(1), parts[3]:size(1))  --> 3 2 1]],

chunk = [[
local parts = torch.range(1, 5):chunk(2)
print(#parts, parts[1]:size(1), parts[2]:size(1))  --> 2 3 2]],

repeatTensor = [=[
print(torch.Tensor{1, 2}:repeatTensor(3))     --> 1 2 1 2 1 2
print(torch.Tensor{1, 2}:repeatTensor(2, 1))  --> 1 2 1 2 [torch.DoubleTensor of size 2x2]]=],

reshape = [[
local x = torch.range(1, 4)
local y = torch.reshape(x, 2, 2)
y:zero()
-- a copy, unlike view
print(x:sum())  --> 10]],

flip = [=[
print(torch.flip(torch.Tensor{{1, 2}, {3, 4}}, 2))  --> 2 1 4 3 [torch.DoubleTensor of size 2x2]]=],

roll = [[
print(torch.roll(torch.range(1, 5), 2))  --> 4 5 1 2 3]],

retain = [[
local x = torch.ones(2)
x:retain()
x:free()       -- takes retain back
print(x:sum())  --> 2]],

free = [[
local x = torch.ones(2)
x:free()       -- the memory is released now, not by the garbage collector
print(x:dim())  --> 0]],

}
