-- Valid calls of everything public in torch, from which badinput_spec makes bad ones. A line is
-- "[>]name arguments": `name` a function of torch, `:name` a tensor method, `storage:name` and
-- `file:name` methods of those. `>` says that tensors for the results may stand in front of the
-- arguments. The arguments are Lua with the constructors of badinput_values; `n(2)` is a dimension,
-- index, size or count, plain numbers are values.

return [[
:resize x{2,3}, n(3), n(2)
:resize x{2,3}, s{3,2}
:resize x{2,3}, s{3,2}, s{1,3}
:resizeAs x{2,3}, x{3,2}
:set x{2,3}, x{3,2}
:set x{2,3}, ds(9), n(2), n(2), n(3)
:set x{2,3}, ds(9), n(2), s{2,3}, s{3,1}
zeros n(2), n(3)
zeros s{2,3}
zeros x{2}, n(2), n(3)
ones n(2), n(3)
ones x{2}, s{2,3}
:ones x{2}, n(2), n(3)
:zeros x{2}, n(2), n(3)
fill x{2,3}, 7
:fill x{2,3}, 7
zero x{2,3}
:zero x{2,3}
:storage x{2}
:storageOffset x{2}
:elementSize x{2}
isTensor x{2}
data x{2}
cdata x{2}
:retain x{2}
>add x{2,3}, 2
>add x{2,3}, x{2,3}
>add x{2,3}, 2, x{2,3}
>add x{2,1}, x{1,3}
:add x{2,3}, 2
:add x{2,3}, x{2,3}
:add x{2,3}, 2, x{2,3}
:add x{2,3}, x{2,3}, 2, x{2,3}
>csub x{2,3}, 2
>csub x{2,3}, 2, x{2,3}
:csub x{2,3}, x{2,3}
>addcmul x{2,3}, 2, x{2,3}, x{2,3}
>addcmul x{2,3}, x{2,3}, x{2,3}
:addcmul x{2,3}, 2, x{2,3}, x{2,3}
>addcdiv x{2,3}, 2, x{2,3}, x{2,3}
:addcdiv x{2,3}, 2, x{2,3}, x{2,3}
>pow x{2,3}, 2
>pow 2, x{2,3}
pow 2, 3
:pow x{2,3}, 2
>atan2 x{2,3}, x{2,3}
atan2 1, 2
:atan2 x{2,3}, x{2,3}
>lerp x{2,3}, x{2,3}, 0.5
lerp 1, 2, 0.5
:lerp x{2,3}, x{2,3}, 0.5
>match x{2,3}, x{4,3}
>match x{2,3}, x{4,3}, 2
narrow x{3,4}, n(1), n(2), n(2)
select x{3,4}, n(1), n(2)
:sub x{3,4}, n(1), n(2), n(2), n(3)
transpose x{3,4}, n(1), n(2)
t x{3,4}
permute x{2,3,4}, n(3), n(1), n(2)
unfold x{5}, n(1), n(2), n(1)
squeeze x{2,1,3}
squeeze x{2,1,3}, n(2)
expand x{2,1}, n(2), n(3)
view x{2,3}, n(3), n(2)
view x{2,3}, s{3,2}
expandAs x{2,1}, x{2,3}
viewAs x{2,3}, x{3,2}
:narrow x{3,4}, n(1), n(2), n(2)
:select x{3,4}, n(1), n(2)
:view x{2,3}, n(6)
:expand x{2,1}, n(2), n(3)
:size x{2,3}
:size x{2,3}, n(2)
:stride x{2,3}, n(2)
:dim x{2,3}
:nElement x{2,3}
:isContiguous x{2,3}
:isSameSizeAs x{2,3}, x{2,3}
:isSetTo x{2,3}, x{2,3}
:isSize x{2,3}, s{2,3}
:copy x{2,3}, x{2,3}
:clone x{2,3}
:contiguous x{2,3}
type x{2,3}
:type x{2,3}, 'torch.IntTensor'
:typeAs x{2,3}, i{1}
:byte x{2,3}
:char x{2,3}
:short x{2,3}
:int x{2,3}
:long x{2,3}
:half x{2,3}
:float x{2,3}
:double x{2,3}
:bfloat16 x{2,3}
:real x{2,3}
:apply x{2,3}, twice
:map x{2,3}, x{2,3}, plus
:map2 x{2,3}, x{2,3}, x{2,3}, plus
totable x{2,3}
:tolist x{2,3}
sum x{2,3}
>sum x{2,3}, n(2)
prod x{2,3}
>prod x{2,3}, n(2)
mean x{2,3}
>mean x{2,3}, n(2)
all b{1,1,0}
any b{1,1,0}
max x{2,3}
>max x{2,3}, n(2)
min x{2,3}
>min x{2,3}, n(2)
var x{2,3}
var x{2,3}, true
>var x{2,3}, n(2)
>var x{2,3}, n(2), true
std x{2,3}
>std x{2,3}, n(2), true
norm x{2,3}
norm x{2,3}, 1
>norm x{2,3}, 2, n(2)
dist x{2,3}, x{2,3}, 2
>renorm x{2,3}, 2, n(1), 1
:renorm x{2,3}, 2, n(1), 1
>cumsum x{2,3}, n(2)
>cumprod x{2,3}, n(2)
trace x{3,3}
equal x{2,3}, x{2,3}
>histc x{2,3}, n(4), 0, 3
>bhistc x{2,3}, n(4), 0, 3
>cross x{2,3}, x{2,3}
>cross x{2,3}, x{2,3}, n(2)
>sort x{2,3}
>sort x{2,3}, n(1), true
>topk x{2,4}, n(2), n(2), true, true
>kthvalue x{2,3}, n(2), n(1)
>median x{2,3}, n(1)
>mode x{2,3}, n(1)
>unique x{2,3}
unique x{2,3}, true, true
>searchsorted v{1,2,3}, x{2,2}
>searchsorted v{1,2,3}, x{2,2}, true
searchsorted v{1,2,3}, 2
>mm x{2,3}, x{3,4}
:mm x{2,4}, x{2,3}, x{3,4}
>mv x{2,3}, x{3}
:mv x{2}, x{2,3}, x{3}
>ger x{2}, x{3}
>bmm x{2,2,3}, x{2,3,4}
dot x{3}, x{3}
>addmm x{2,4}, x{2,3}, x{3,4}
>addmm 2, x{2,4}, 3, x{2,3}, x{3,4}
:addmm x{2,4}, 2, 3, x{2,3}, x{3,4}
>addmv 2, x{2}, 3, x{2,3}, x{3}
:addmv x{2}, 2, 3, x{2,3}, x{3}
>addr 2, x{2,3}, 3, x{2}, x{3}
:addr x{2,3}, 2, 3, x{2}, x{3}
>baddbmm 2, x{2,2,4}, 3, x{2,2,3}, x{2,3,4}
:baddbmm x{2,2,4}, 2, 3, x{2,2,3}, x{2,3,4}
>addbmm 2, x{2,4}, 3, x{2,2,3}, x{2,3,4}
:addbmm x{2,4}, 2, 3, x{2,2,3}, x{2,3,4}
>conv2 x{4,5}, x{2,2}
>conv2 x{2,4,5}, x{3,2,2,2}, 'F'
>xcorr2 x{4,5}, x{2,2}, 'V'
>conv3 x{3,4,5}, x{2,2,2}
>xcorr3 x{3,4,5}, x{2,2,2}, 'V'
>gesv x{3,2}, spd(3)
>gels x{4,2}, x{4,2}
>trtrs x{3,2}, spd(3), 'U', 'N', 'N'
>inverse spd(3)
det spd(3)
slogdet spd(3)
>potrf spd(3), 'U'
>potri spd(3), 'U'
>potrs x{3,2}, spd(3), 'U'
>pstrf spd(3), 'U', 0
>qr x{4,3}
>geqrf x{4,3}
>orgqr x{4,3}, x{3}
>ormqr x{4,3}, x{3}, x{4,2}, 'L', 'N'
>symeig spd(3), 'V', 'U'
>eig spd(3), 'V'
>svd x{4,3}, 'S'
:maskedFill x{3}, b{1,0,1}, 5
:maskedCopy x{3}, b{1,0,1}, x{2}
>:maskedSelect x{3}, b{1,0,1}
>nonzero x{2,3}
>:index x{3,4}, n(1), i{3,1}
:indexCopy x{3,4}, n(1), i{3,1}, x{2,4}
:indexAdd x{3,4}, n(1), i{3,1}, x{2,4}
:indexFill x{3,4}, n(1), i{3,1}, 5
>gather x{3,2}, n(1), i2{{3,1},{1,2}}
:scatter x{3,2}, n(1), i2{{3,1},{1,2}}, x{2,2}
:scatter x{3,2}, n(1), i2{{3,1},{1,2}}, 5
:scatterAdd x{3,2}, n(1), i2{{3,1},{1,2}}, x{2,2}
scatter x{3,2}, n(1), i2{{3,1},{1,2}}, x{2,2}
scatterAdd x{3,2}, n(1), i2{{3,1},{1,2}}, x{2,2}
>diag x{3}
>diag x{3,3}, n(1)
>tril x{3,3}, n(1)
>triu x{3,3}, n(1)
eye n(2), n(3)
eye x{2}, n(2), n(3)
range 1, 4, 1
range x{2}, 1, 4, 1
linspace 1, 4, n(4)
linspace x{2}, 1, 4, n(4)
logspace 1, 4, n(4)
>cat x{2,3}, x{2,3}, n(1)
>cat {x{2,3}, x{1,3}}, n(1)
split x{4,3}, n(2), n(1)
chunk x{4,3}, n(2), n(1)
>repeatTensor x{2,3}, n(2), n(1)
>reshape x{2,3}, n(3), n(2)
>reshape x{2,3}, s{3,2}
>flip x{2,3}, n(1), n(2)
>stack x{2,3}, x{2,3}, n(1)
>stack {x{2,3}, x{2,3}}, n(1)
>roll x{2,3}, n(1), n(2)
>where b{1,0,1}, x{3}, x{3}
>isnan x{2,3}
>isfinite x{2,3}
>isinf x{2,3}
logsumexp x{2,3}
>logsumexp x{2,3}, n(2)
:item x{1}
einsum 'ij,jk->ik', x{2,3}, x{3,4}
einsum 'ij,jk->ik', {x{2,3}, x{3,4}}
>fft c{3,4}, n(1)
>ifft c{3,4}, n(2)
>rfft x{2,4}, n(2)
>irfft c{2,3}, n(2), n(4)
getRNGState gen()
setRNGState torch.getRNGState()
manualSeed gen(), 3
initialSeed gen()
seed gen()
uniform 0, 1
:uniform x{3}, 0, 1
normal 0, 1
:normal x{3}, 0, 1
:logNormal x{3}, 1, 2
:cauchy x{3}, 0, 1
:exponential x{3}, 2
:geometric x{3}, 0.5
:bernoulli x{3}, 0.5
:random x{3}, 1, 9
random 1, 9
rand n(2), n(3)
rand x{2}, n(2), n(3)
randn n(2), n(3)
randn gen(), s{2,3}
randperm n(5)
:randperm x{5}, n(5)
>multinomial x{2,4}, n(3)
>multinomial x{4}, n(5), true
multinomialAliasSetup v{0.5,0.25,0.25}
multinomialAlias i{1,1,1}, {i{1,2,3}, v{1,1,1}}
storage:copy ds(3), ds(3)
storage:fill ds(3), 2
storage:resize ds(3), n(5)
storage:size ds(3)
storage:totable ds(3)
storage:elementSize ds(3)
storage:string text()
storage:string text(), 'abc'
storage:data ds(3)
storage:cdata ds(3)
storage:new ds(3), n(4)
storage:new ds(3), ds(4), n(2), n(2)
storage:read text(), f()
storage:write text(), f()
file:seek f(), n(2)
file:longSize f(), n(4)
file:writeInt f(), 5
file:writeInt f(), is(3)
file:writeObject f(), x{2}
file:writeString f(), 'abc'
file:readString f(), '*l'
file:readObject fo()
file:writeBool f(), true
file:writePointer f(), 1
file:referenced f(), true
]]