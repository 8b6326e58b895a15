-- Examples of elementwise operations for docs/ops.md: name of the operation -> Lua code, in which
-- `--> text` is what a line prints. tests/docs_spec.lua runs them.

return {

abs = [[
print(torch.abs(torch.Tensor{-2, 0, 3}))  --> 2 0 3
print(torch.abs(-1.5))                    --> 1.5]],

sign = [[
print(torch.sign(torch.Tensor{-2, 0, 3}))  --> -1 0 1]],

neg = [[
print(torch.neg(torch.Tensor{-2, 0.5}))  --> 2.0000 -0.5000]],

ceil = [[
print(torch.ceil(torch.Tensor{-1.5, 1.2}))  --> -1 2]],

floor = [[
print(torch.floor(torch.Tensor{-1.5, 1.2}))  --> -2 1]],

round = [[
print(torch.round(torch.Tensor{-1.5, 0.5, 1.2}))  --> -2 1 1]],

trunc = [[
print(torch.trunc(torch.Tensor{-1.5, 1.2}))  --> -1 1]],

frac = [[
print(torch.frac(torch.Tensor{-1.5, 2.25}))  --> -0.5000 0.2500]],

exp = [[
print(torch.exp(torch.zeros(2)))  --> 1 1
print(torch.exp(1))               --> 2.718281828459]],

log = [[
print(torch.log(torch.exp(torch.Tensor{1, 2})))  --> 1 2
print(torch.log(2))                              --> 0.69314718055995]],

log1p = [[
print(torch.log1p(1e-20), torch.log(1 + 1e-20))  --> 1e-20 0]],

sqrt = [[
local x = torch.Tensor{1, 4, 9}
print(torch.sqrt(x))  --> 1 2 3
x:sqrt()              -- in place
print(x[3])           --> 3]],

rsqrt = [[
print(torch.rsqrt(torch.Tensor{1, 4, 16}))  --> 1.0000 0.5000 0.2500]],

cinv = [[
print(torch.cinv(torch.Tensor{1, 2, 4}))  --> 1.0000 0.5000 0.2500]],

sin = [[
print(torch.sin(0), torch.sin(math.pi / 2))  --> 0 1
print(torch.zeros(2):sin())                  --> 0 0]],

cos = [[
print(torch.cos(0), torch.cos(math.pi))  --> 1 -1
print(torch.zeros(2):cos())              --> 1 1]],

tan = [[
print(torch.tan(1))          --> 1.5574077246549
print(torch.zeros(2):tan())  --> 0 0]],

asin = [[
print(torch.asin(1))          --> 1.5707963267949
print(torch.zeros(2):asin())  --> 0 0]],

acos = [[
print(torch.acos(0))         --> 1.5707963267949
print(torch.ones(2):acos())  --> 0 0]],

atan = [[
print(torch.atan(1))          --> 0.78539816339745
print(torch.zeros(2):atan())  --> 0 0]],

sinh = [[
print(torch.sinh(1))          --> 1.1752011936438
print(torch.zeros(2):sinh())  --> 0 0]],

cosh = [[
print(torch.cosh(1))          --> 1.5430806348152
print(torch.zeros(2):cosh())  --> 1 1]],

tanh = [[
print(torch.tanh(1))                        --> 0.76159415595576
print(torch.Tensor{-1000, 0, 1000}:tanh())  --> -1 0 1]],

sigmoid = [[
print(torch.sigmoid(torch.Tensor{-1000, 0, 1000}))  --> 0.0000 0.5000 1.0000
print(torch.sigmoid(1))                             --> 0.73105857863]],

erf = [[
print(torch.erf(1))                        --> 0.84270079294971
print(torch.Tensor{-1000, 0, 1000}:erf())  --> -1 0 1]],

expm1 = [[
print(torch.expm1(1e-20), torch.exp(1e-20) - 1)  --> 1e-20 0]],

square = [[
print(torch.square(torch.Tensor{-3, 4}))  --> 9 16]],

clamp = [[
print(torch.clamp(torch.Tensor{-3, 0.5, 5}, -1, 1))  --> -1.0000 0.5000 1.0000]],

add = [[
local x, y = torch.ones(2), torch.Tensor{1, 2}
print(torch.add(x, 10))     --> 11 11
-- x + 10 * y
print(torch.add(x, 10, y))  --> 11 21
x:add(y)                    -- in place
print(x)                    --> 2 3]],

csub = [[
local x, y = torch.Tensor{5, 5}, torch.Tensor{1, 2}
print(torch.csub(x, 1))     --> 4 4
-- x - 2 * y
print(torch.csub(x, 2, y))  --> 3 1]],

mul = [[
local x = torch.Tensor{1, 2, 3}
print(torch.mul(x, 10))   --> 10 20 30
-- in place
print(x:mul(2)[3], x[3])  --> 6 6]],

div = [=[
print(torch.div(torch.Tensor{1, 2, 3}, 2))   --> 0.5000 1.0000 1.5000
print(torch.div(torch.IntTensor{-7, 7}, 2))  --> -3 3 [torch.IntTensor of size 2]]=],

fmod = [[
print(torch.fmod(torch.Tensor{-7, 7}, 3))  --> -1 1]],

mod = [[
print(torch.mod(torch.Tensor{-7, 7}, 3))  --> -1 1]],

remainder = [[
print(torch.remainder(torch.Tensor{-7, 7}, 3))  --> 2 1]],

bitand = [=[
print(torch.bitand(torch.IntTensor{5, 6}, 3))  --> 1 2 [torch.IntTensor of size 2]]=],

bitor = [=[
print(torch.bitor(torch.IntTensor{5, 6}, 3))  --> 7 7 [torch.IntTensor of size 2]]=],

bitxor = [=[
print(torch.bitxor(torch.IntTensor{5, 6}, 3))  --> 6 5 [torch.IntTensor of size 2]]=],

lshift = [[
print(torch.lshift(torch.IntTensor{1, 3}, 4))  --> 16 48 [torch.IntTensor of size 2]
print(torch.lshift(torch.Tensor{0.5}, 4))      --> 8]],

rshift = [[
print(torch.rshift(torch.IntTensor{16, 17}, 4))  --> 1 1 [torch.IntTensor of size 2]
print(torch.rshift(torch.Tensor{1}, 2))          --> 0.2500]],

cmul = [[
local x, y = torch.Tensor{1, 2, 3}, torch.Tensor{4, 5, 6}
print(torch.cmul(x, y))  --> 4 10 18
-- the operator is the dot product
print(x * y)             --> 32]],

cdiv = [[
print(torch.cdiv(torch.Tensor{1, 9}, torch.Tensor{2, 3}))         --> 0.5000 3.0000
print(torch.cdiv(torch.IntTensor{-7, 7}, torch.IntTensor{2, 2}))  --> -3 3]],

cfmod = [[
print(torch.cfmod(torch.Tensor{-7, 7}, torch.Tensor{3, 4}))  --> -1 3]],

cmod = [[
print(torch.cmod(torch.Tensor{-7, 7}, torch.Tensor{3, 4}))  --> -1 3]],

cremainder = [[
print(torch.cremainder(torch.Tensor{-7, 7}, torch.Tensor{3, 4}))  --> 2 3]],

cpow = [[
print(torch.cpow(torch.Tensor{2, 3}, torch.Tensor{10, 2}))  --> 1024 9]],

cbitand = [[
print(torch.cbitand(torch.IntTensor{5, 6}, torch.IntTensor{3, 4}))  --> 1 4]],

cbitor = [[
print(torch.cbitor(torch.IntTensor{5, 6}, torch.IntTensor{3, 4}))  --> 7 6]],

cbitxor = [[
print(torch.cbitxor(torch.IntTensor{5, 6}, torch.IntTensor{3, 4}))  --> 6 2]],

clshift = [[
print(torch.clshift(torch.IntTensor{1, 1}, torch.IntTensor{3, 4}))  --> 8 16]],

crshift = [[
print(torch.crshift(torch.IntTensor{16, 16}, torch.IntTensor{3, 4}))  --> 2 1]],

cmax = [[
print(torch.cmax(torch.Tensor{1, 5}, torch.Tensor{3, 4}))  --> 3 5
print(torch.cmax(torch.Tensor{-1, 5}, 0))                  --> 0 5]],

cmin = [[
print(torch.cmin(torch.Tensor{1, 5}, torch.Tensor{3, 4}))  --> 1 4
print(torch.cmin(torch.Tensor{-1, 5}, 0))                  --> -1 0]],

lt = [=[
print(torch.lt(torch.Tensor{1, 2, 3}, 2))  --> 1 0 0 [torch.ByteTensor of size 3]]=],

gt = [[
local x = torch.Tensor{1, 2, 3}
print(torch.gt(x, 2))  --> 0 0 1 [torch.ByteTensor of size 3]
-- the elements where it is 1
print(x[x:gt(1)])      --> 2 3]],

le = [=[
print(torch.le(torch.Tensor{1, 2, 3}, 2))  --> 1 1 0 [torch.ByteTensor of size 3]]=],

ge = [=[
print(torch.ge(torch.Tensor{1, 2, 3}, 2))  --> 0 1 1 [torch.ByteTensor of size 3]]=],

eq = [=[
print(torch.eq(torch.Tensor{1, 2, 3}, 2))                --> 0 1 0 [torch.ByteTensor of size 3]
print(torch.eq(torch.Tensor{1, 2}, torch.Tensor{1, 5}))  --> 1 0 [torch.ByteTensor of size 2]]=],

ne = [=[
print(torch.ne(torch.Tensor{1, 2, 3}, 2))  --> 1 0 1 [torch.ByteTensor of size 3]]=],

addcdiv = [[
local x, y, z = torch.ones(2), torch.Tensor{6, 8}, torch.Tensor{2, 4}
-- x + 10 * y / z
print(torch.addcdiv(x, 10, y, z))  --> 31 21]],

addcmul = [[
local x, y, z = torch.ones(2), torch.Tensor{6, 8}, torch.Tensor{2, 4}
-- x + 10 * y * z
print(torch.addcmul(x, 10, y, z))  --> 121 321]],

pow = [[
print(torch.pow(torch.Tensor{1, 2, 3}, 2))  --> 1 4 9
print(torch.pow(2, torch.Tensor{1, 2, 3}))  --> 2 4 8]],

atan2 = [[
print(torch.atan2(1, -1), torch.atan2(-1, 1))      --> 2.3561944901923 -0.78539816339745
print(torch.atan2(torch.zeros(2), torch.ones(2)))  --> 0 0]],

lerp = [[
print(torch.lerp(torch.Tensor{0, 10}, torch.Tensor{1, 20}, 0.5))  --> 0.5000 15.0000]],

apply = [[
print(torch.Tensor{1, 2, 3}:apply(function(v) if v > 1 then return v * 10 end end))  --> 1 20 30]],

map = [[
local x, y = torch.Tensor{1, 2}, torch.Tensor{3, 4}
print(x:map(y, function(a, b) return 10 * a + b end))  --> 13 24]],

map2 = [[
local x, y, z = torch.Tensor{1, 2}, torch.Tensor{3, 4}, torch.Tensor{5, 6}
print(x:map2(y, z, function(a, b, c) return 100 * a + 10 * b + c end))  --> 135 246]],

where = [[
local x = torch.Tensor{-1, 2, -3}
print(torch.where(x:gt(0), x, 0))  --> 0 2 0]],

isnan = [=[
print(torch.isnan(torch.Tensor{0 / 0, 1 / 0, 1}))  --> 1 0 0 [torch.ByteTensor of size 3]]=],

isinf = [=[
print(torch.isinf(torch.Tensor{0 / 0, 1 / 0, 1}))  --> 0 1 0 [torch.ByteTensor of size 3]]=],

isfinite = [=[
print(torch.isfinite(torch.Tensor{0 / 0, 1 / 0, 1}))  --> 0 0 1 [torch.ByteTensor of size 3]]=],

}
