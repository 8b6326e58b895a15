-- Examples of products, linear algebra, convolutions and transforms for docs/ops.md: name of the
-- operation -> Lua code, in which `--> text` is what a line prints. tests/docs_spec.lua runs them.

return {

mm = [[
local x, y = torch.Tensor{{1, 2}, {3, 4}}, torch.Tensor{{1, 1}, {0, 1}}
print(torch.mm(x, y))                      --> 1 3 3 7 [torch.DoubleTensor of size 2x2]
print(torch.equal(torch.mm(x, y), x * y))  --> true]],

mv = [[
print(torch.mv(torch.Tensor{{1, 2}, {3, 4}}, torch.Tensor{1, 10}))  --> 21 43]],

ger = [=[
local x, y = torch.Tensor{1, 2}, torch.Tensor{10, 20}
print(torch.ger(x, y))  --> 10 20 20 40 [torch.DoubleTensor of size 2x2]]=],

bmm = [[
local x, y = torch.ones(5, 2, 3), torch.ones(5, 3, 4)
print(torch.bmm(x, y):size())  --> 5 2 4
print(torch.bmm(x, y):max())   --> 3]],

dot = [[
print(torch.dot(torch.Tensor{1, 2}, torch.Tensor{10, 20}))  --> 50]],

addmm = [=[
local m, x, y = torch.ones(2, 2), torch.Tensor{{1, 2}, {3, 4}}, torch.eye(2)
print(torch.addmm(m, x, y))         --> 2 3 4 5 [torch.DoubleTensor of size 2x2]
-- 10 * m + 2 * x * y
print(torch.addmm(10, m, 2, x, y))  --> 12 14 16 18 [torch.DoubleTensor of size 2x2]]=],

addmv = [[
print(torch.addmv(torch.ones(2), torch.Tensor{{1, 2}, {3, 4}}, torch.Tensor{1, 10}))  --> 22 44]],

addr = [=[
local m, x, y = torch.ones(2, 2), torch.Tensor{1, 2}, torch.Tensor{10, 20}
print(torch.addr(m, x, y))  --> 11 21 21 41 [torch.DoubleTensor of size 2x2]]=],

baddbmm = [[
local m, x, y = torch.ones(5, 2, 4), torch.ones(5, 2, 3), torch.ones(5, 3, 4)
print(torch.baddbmm(m, x, y):max())         --> 4
print(torch.baddbmm(10, m, 2, x, y):max())  --> 16]],

addbmm = [[
local m, x, y = torch.ones(2, 4), torch.ones(5, 2, 3), torch.ones(5, 3, 4)
print(torch.addbmm(m, x, y):max())  --> 16]],

einsum = [[
local x, y = torch.rand(5, 2, 3), torch.rand(5, 3, 4)
print(torch.einsum('bij,bjk->bik', x, y):equal(torch.bmm(x, y)))  --> true
print(torch.einsum('ii', torch.eye(3)))                           --> 3]],

conv2 = [[
local x, k = torch.Tensor{{1, 2, 3}, {4, 5, 6}}, torch.Tensor{{1, 0}, {0, 2}}
print(torch.conv2(x, k))              --> 7 10 [torch.DoubleTensor of size 1x2]
print(torch.conv2(x, k, 'F'):size())  --> 3 4]],

conv3 = [[
local x, k = torch.ones(4, 4, 4), torch.ones(2, 2, 2)
print(torch.conv3(x, k):size())  --> 3 3 3
print(torch.conv3(x, k):max())   --> 8]],

xcorr2 = [=[
local x, k = torch.Tensor{{1, 2, 3}, {4, 5, 6}}, torch.Tensor{{1, 0}, {0, 2}}
-- conv2 turns the kernel around, xcorr2 does not
print(torch.xcorr2(x, k))  --> 11 14 [torch.DoubleTensor of size 1x2]]=],

xcorr3 = [[
local x, k = torch.ones(4, 4, 4), torch.ones(2, 2, 2)
print(torch.xcorr3(x, k):max())        --> 8
print(torch.xcorr3(x, k, 'F'):size())  --> 5 5 5]],

gesv = [=[
local a, b = torch.Tensor{{2, 0}, {0, 4}}, torch.Tensor{{2}, {2}}
print((torch.gesv(b, a)))  --> 1.0000 0.5000 [torch.DoubleTensor of size 2x1]]=],

gels = [=[
local a, b = torch.Tensor{{1, 0}, {1, 1}, {1, 2}}, torch.Tensor{{1}, {3}, {5}}
local x = torch.gels(b, a)  -- the line 1 + 2 * t through three points
print(x:narrow(1, 1, 2):round())  --> 1 2 [torch.DoubleTensor of size 2x1]]=],

trtrs = [=[
local a, b = torch.Tensor{{2, 2}, {0, 4}}, torch.Tensor{{6}, {8}}
print((torch.trtrs(b, a)))  --> 1 2 [torch.DoubleTensor of size 2x1]]=],

inverse = [=[
local x = torch.Tensor{{4, 7}, {2, 6}}
print(torch.inverse(x))  --> 0.6000 -0.7000 -0.2000 0.4000 [torch.DoubleTensor of size 2x2]]=],

det = [[
print(torch.det(torch.Tensor{{2, 1}, {0, 4}}))  --> 8]],

slogdet = [[
print(torch.slogdet(torch.Tensor{{0, 1}, {1, 0}}))  --> -1 0
local sign, logarithm = torch.slogdet(torch.eye(500):mul(10))
print(sign, math.floor(logarithm))                  --> 1 1151]],

potrf = [=[
local a = torch.Tensor{{4, 2}, {2, 5}}
print(torch.potrf(a))       --> 2 1 0 2 [torch.DoubleTensor of size 2x2]
print(torch.potrf(a, 'L'))  --> 2 0 1 2 [torch.DoubleTensor of size 2x2]]=],

potri = [=[
local u = torch.potrf(torch.Tensor{{4, 2}, {2, 5}})
print(torch.potri(u))  --> 0.3125 -0.1250 -0.1250 0.2500 [torch.DoubleTensor of size 2x2]]=],

potrs = [=[
local a, b = torch.Tensor{{4, 2}, {2, 5}}, torch.Tensor{{8}, {12}}
print(torch.potrs(b, torch.potrf(a)))  --> 1 2 [torch.DoubleTensor of size 2x1]]=],

pstrf = [=[
local u, piv = torch.pstrf(torch.Tensor{{1, 0}, {0, 4}})
print(u)    --> 2 0 0 1 [torch.DoubleTensor of size 2x2]
print(piv)  --> 2 1 [torch.IntTensor of size 2]]=],

qr = [[
local x = torch.Tensor{{1, 2}, {3, 4}, {5, 6}}
local q, r = torch.qr(x)
print(q:size(2), r[2][1], (q * r):dist(x) < 1e-12)  --> 2 0 true]],

geqrf = [[
local x = torch.Tensor{{1, 2}, {3, 4}}
local a, tau = torch.geqrf(x)
local _, r = torch.qr(x)
print(torch.triu(a):equal(r), tau:size(1))  --> true 2]],

orgqr = [[
local x = torch.Tensor{{1, 2}, {3, 4}}
print(torch.orgqr(torch.geqrf(x)):dist((torch.qr(x))) < 1e-12)  --> true]],

ormqr = [[
local x, c = torch.Tensor{{1, 2}, {3, 4}}, torch.eye(2)
local a, tau = torch.geqrf(x)
print(torch.ormqr(a, tau, c):dist((torch.qr(x))) < 1e-12)  --> true]],

symeig = [=[
local e, v = torch.symeig(torch.Tensor{{2, 0}, {0, 1}}, 'V')
print(e)             --> 1 2
print(torch.abs(v))  --> 0 1 1 0 [torch.DoubleTensor of size 2x2]]=],

eig = [=[
local x = torch.Tensor{{0, 1}, {-1, 0}}
-- i and -i
print((torch.eig(x)))  --> 0 1 0 -1 [torch.DoubleTensor of size 2x2]]=],

svd = [=[
local u, s, v = torch.svd(torch.Tensor{{3, 0}, {0, 4}})
print(s)                                    --> 4 3
print((u * torch.diag(s) * v:t()):round())  --> 3 0 0 4 [torch.DoubleTensor of size 2x2]]=],

fft = [[
local impulse = torch.zeros(4, 2)  -- four complex numbers
impulse[1][1] = 1
print(torch.fft(impulse):select(2, 1))  --> 1 1 1 1]],

ifft = [[
local x = torch.rand(4, 2)
print(torch.ifft(torch.fft(x)):dist(x) < 1e-12)  --> true]],

rfft = [=[
print(torch.rfft(torch.ones(4)))  --> 4 0 0 0 0 0 [torch.DoubleTensor of size 3x2]]=],

irfft = [[
print(torch.irfft(torch.rfft(torch.Tensor{1, 2, 3}), 1, 3):round())  --> 1 2 3]],

}
