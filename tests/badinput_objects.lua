-- Valid calls of what torch has besides operations: constructors, operators, indices, the class
-- system, serialization, files, generators, timers, command lines and testers, in the form of
-- badinput_lines. `Class:name` is a method of torch.Class, `npy.name` a function of torch.npy, and
-- `op.name` one of the operators of badinput_calls.

return [[
Tensor n(2), n(3)
Tensor s{2,3}
Tensor s{2,3}, s{3,1}
Tensor ds(6), n(1), n(2), n(3)
Tensor ds(6), n(1), s{2,3}, s{3,1}
Tensor {{1,2},{3,4}}
Tensor x{2,3}
FloatTensor n(2), n(3)
FloatTensor {{1,2},{3,4}}
LongTensor s{2,3}
:new n(2), n(3)
:new ds(6), n(2), n(2)
:new {1,2,3}
Storage n(4)
Storage {1,2,3}
Storage ds(4), n(2), n(2)
DoubleStorage ds(4), n(2), n(2)
DoubleStorage mapped(), true
CharStorage path(), false, n(4)
CharStorage path(), false
FloatStorage {1,2,3}
:bmm x{2,2,4}, x{2,2,3}, x{2,3,4}
:ger x{2,3}, x{2}, x{3}
:match x{2,4}, x{2,3}, x{4,3}
:permute x{2,3,4}, n(3), n(1), n(2)
:squeeze x{2,1,3}, n(2)
:t x{3,4}
:totable x{2,3}
:transpose x{3,4}, n(1), n(2)
:unfold x{5}, n(1), n(2), n(1)
:eye x{2}, n(2), n(3)
:linspace x{2}, 1, 4, n(4)
:logspace x{2}, 1, 4, n(4)
:range x{2}, 1, 4, 1
:rand x{2}, n(2), n(3)
:randn x{2}, n(2), n(3)
:data x{2}, true
:cdata x{2}, true
op.plus x{2}, 2
op.plus x{2}, x{2}
op.plus 2, x{2}
op.minus x{2}, 2
op.minus x{2}, x{2}
op.minus 2, x{2}
op.times x{2}, 2
op.times x{2,3}, x{3}
op.times x{2,3}, x{3,2}
op.times x{3}, x{3}
op.over x{2}, 2
op.modulo x{2}, 2
op.negative x{2}
op.length x{2}
op.same x{2}, x{2}
op.text x{2,3}
op.index x{2,3}, n(2)
op.index x{3}, n(2)
op.index x{2,3}, {2, 3}
op.index x{2,3}, {{1, 2}, {1, 3, 2}}
op.index x{2,3}, {{}, 2}
op.index x{2,3}, s{2,3}
op.index x{3}, b{1,0,1}
op.assign x{3}, n(2), 5
op.assign x{2,3}, n(2), 5
op.assign x{2,3}, n(2), x{3}
op.assign x{2,3}, {2, 3}, 5
op.assign x{2,3}, {{1, 2}, 1}, x{2}
op.assign x{2,3}, s{2,3}, 5
op.assign x{3}, b{1,0,1}, 5
op.assign x{3}, b{1,0,1}, x{2}
op.index ds(3), n(2)
op.assign ds(3), n(2), 5
op.length ds(3)
op.text ds(3)
typename x{2}
isTypeOf x{2}, 'torch.DoubleTensor'
isTypeOf x{2}, torch.DoubleTensor
isStorage ds(2)
isequal x{2}, x{2}
pointer x{2}
address x{2}
version timer()
getmetatable 'torch.DoubleTensor'
getconstructortable 'torch.DoubleTensor'
factory 'torch.DoubleTensor'
setmetatable {}, 'torch.Timer'
class fresh()
class fresh(), 'torch.Timer'
class fresh(), 'torch.Timer', {}
newmetatable fresh(), 'torch.Timer', twice, twice, twice, {}
metatype 'torch.Timer', freshtype(), twice
register_cdata freshtype(), twice, twice
pushudata torch.cdata(kept), 'torch.DoubleTensor'
packageLuaPath 'torch'
packageLuaPath
include 'torch', 'utils.lua'
getenv twice
setenv chunk(), {}
tic
toc 1
isatty io.stdout
getnumcores
getnumthreads
setnumthreads 1
getdefaulttensortype
setdefaulttensortype 'torch.DoubleTensor'
setheaptracking true
updateerrorhandlers
updatethreadlocals
save newpath(), {1, x{2}}, 'ascii', false
save newpath(), {1, x{2}}, 'binary', {referenced = false}
saveobj newpath(), x{2}
load saved(), 'binary', true
load saved(), 'binary', {functions = false}
loadobj saved()
serialize {1, x{2}}, 'ascii'
serializeToStorage {1, x{2}}, 'binary'
deserialize torch.serialize({1, 'x'}), 'binary'
deserialize torch.serialize({1, 'x'}, 'ascii'), 'ascii'
deserializeFromStorage torch.serializeToStorage({1, 'x'}), 'binary'
npy.load npypath()
npy.save newpath(), x{2,3}
npy.save binary(), x{2,3}
npz.load npzpath(), 'a'
npz.load npzpath(), {'a', 'b'}
npz.save newpath(), {a = x{2}, b = b{1}}, true
safetensors.load safepath(), 'a'
safetensors.load safepath(), {'a', 'b'}
safetensors.save newpath(), {a = x{2}, b = b{1}}, {key = 'text'}
MemoryFile 'rw'
MemoryFile text0(), 'r'
DiskFile saved(), 'r', true
DiskFile newpath(), 'w'
PipeFile 'true', 'r', true
file:readBool f()
file:readPointer f()
DiskFile:noBuffer disk()
DiskFile:nativeEndianEncoding disk()
DiskFile:littleEndianEncoding disk()
DiskFile:bigEndianEncoding disk()
DiskFile:isLittleEndianCPU disk()
DiskFile:isBigEndianCPU disk()
DiskFile:readInt disk(), n(2)
DiskFile:seek disk(), n(2)
DiskFile:readObject disk()
DiskFile:writeObject writable(), x{2}
MemoryFile:storage f()
MemoryFile:readObject fo()
MemoryFile:functions f(), true
MemoryFile:writeObject f(), x{2}, 'name', same
PipeFile:readString torch.PipeFile('echo text', 'r'), '*a'
Generator
Generator:write gen(), f()
Generator:read gen(), state()
:write x{2}, f()
:read x{2}, tensor_file()
storage:retain ds(2)
storage:free retained()
Timer
Timer:reset timer()
Timer:stop timer()
Timer:resume timer()
Timer:time timer()
CmdLine ',', '='
CmdLine:silent cmd()
CmdLine:addTime cmd(), 'name', '%Y'
CmdLine:argument cmd(), 'key', 'help', 'string'
CmdLine:option cmd(), '-key', 5, 'help', 'number'
CmdLine:text cmd(), 'text'
CmdLine:default cmd()
CmdLine:parse cmd(), {'-size', '7', 'word'}
CmdLine:string cmd(), 'prefix', {size = 7}, {word = true}
CmdLine:log cmd(), newpath(), {size = 7}
CmdLine:error cmd(), 'message'
CmdLine:help cmd(), {[0] = 'program'}
TestSuite
Tester
Tester:add tester(), twice, 'name'
Tester:add tester(), {name = twice}
Tester:disable tester(), 'known'
Tester:disable tester(), {'known'}
Tester:run tester(), 'known'
Tester:run tester(), {'known'}
Tester:setEarlyAbort tester(), true
Tester:setRethrowErrors tester(), true
Tester:setSummaryOnly tester(), true
Tester:assert running(), true, 'message'
Tester:assertlt running(), 1, 2, 'message'
Tester:assertle running(), 1, 2, 'message'
Tester:assertgt running(), 2, 1, 'message'
Tester:assertge running(), 2, 1, 'message'
Tester:asserteq running(), 2, 2, 'message'
Tester:assertne running(), 2, 1, 'message'
Tester:assertalmosteq running(), 2, 2, 1e-9, 'message'
Tester:assertGeneralEq running(), {1, x{2}}, {1, x{2}}, 1e-9, 'message'
Tester:assertGeneralNe running(), {1, x{2}}, {1, x{3}}, 1e-9, 'message'
Tester:eq running(), {1, x{2}}, {1, x{2}}, 1e-9, 'message'
Tester:ne running(), {1, x{2}}, {1, x{3}}, 1e-9, 'message'
Tester:assertTensorEq running(), x{2}, x{2}, 1e-9, 'message'
Tester:assertTensorNe running(), x{2}, x{3}, 1e-9, 'message'
Tester:assertTableEq running(), {1}, {1}, 1e-9, 'message'
Tester:assertTableNe running(), {1}, {2}, 1e-9, 'message'
Tester:assertErrorObj running(), error, same, 'message'
Tester:assertError running(), error, 'message'
Tester:assertErrorMsg running(), error, 'message', 'message'
Tester:assertErrorPattern running(), error, 'pattern', 'message'
Tester:assertNoError running(), twice, 'message'
]]
