-- Streams: queues of work on a GPU. All GPUs have the default stream, 0, and the same number of
-- others; events are points in the work of one; and the handles of cuBLAS.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local C = require 'cutorch.library'
local class = require 'torch.class'

local check, type, ipairs = F.check, type, ipairs

local stream = {}

local version = ffi.new 'int64_t[1]'

local function number(name, n, what, value)
  if type(value) ~= 'number' or value % 1 ~= 0 then F.bad_argument(name, n, what, value) end
  return value
end

--- Makes streams until every GPU has n beside the default one. nonblocking: ones whose work does
-- not wait for that of the default stream.
function stream.reserveStreams(n, nonblocking)
  number('reserveStreams', 1, 'a number of streams', n)
  check(C.lt_cuda_reserve_streams(n, nonblocking and 1 or 0))
end

--- How many streams there are beside the default one.
function stream.getNumStreams() return C.lt_cuda_streams() end

--- The number of the stream that work is given to.
function stream.getStream() return C.lt_cuda_stream() end

--- Gives work to stream n from now on, on whichever GPU.
function stream.setStream(n)
  check(C.lt_cuda_set_stream(number('setStream', 1, 'a stream', n)))
end

--- Gives work to the default stream.
function stream.setDefaultStream() check(C.lt_cuda_set_stream(0)) end

local function list(name, n, value)
  if type(value) ~= 'table' then F.bad_argument(name, n, 'a table of streams', value) end
  for _, s in ipairs(value) do number(name, n, 'streams in a table', s) end
  return value
end

-- The pairs {device, stream} of {[device] = {streams}}.
local function pairs_of(name, n, value)
  if type(value) ~= 'table' then
    F.bad_argument(name, n, 'a table {[device] = {streams}}', value)
  end
  local out = {}
  for device, streams in pairs(value) do
    number(name, n, 'a table {[device] = {streams}}', device)
    for _, s in ipairs(list(name, n, streams)) do out[#out + 1] = {device, s} end
  end
  table.sort(out, function(a, b) return a[1] < b[1] or a[1] == b[1] and a[2] < b[2] end)
  return out
end

--- Later work of a stream of a GPU waits for the present work of streams of GPUs:
-- {[device] = {streams}}.
function stream.streamWaitForMultiDevice(device, waiting, others)
  local name = 'streamWaitForMultiDevice'
  number(name, 1, 'a GPU', device)
  number(name, 2, 'a stream', waiting)
  for _, other in ipairs(pairs_of(name, 3, others)) do
    check(C.lt_cuda_stream_wait(device, waiting, other[1], other[2]))
  end
end

--- Later work of a stream waits for the present work of the streams of a list, on the current GPU.
function stream.streamWaitFor(waiting, others)
  number('streamWaitFor', 1, 'a stream', waiting)
  local device = C.lt_cuda_device()
  for _, other in ipairs(list('streamWaitFor', 2, others)) do
    check(C.lt_cuda_stream_wait(device, waiting, device, other))
  end
end

--- Later work of all these streams, {[device] = {streams}}, waits for the present work of all of
-- them.
function stream.streamBarrierMultiDevice(streams)
  local all = pairs_of('streamBarrierMultiDevice', 1, streams)
  local first = all[1]
  for i = 2, #all do check(C.lt_cuda_stream_wait(first[1], first[2], all[i][1], all[i][2])) end
  for i = 2, #all do check(C.lt_cuda_stream_wait(all[i][1], all[i][2], first[1], first[2])) end
end

--- The same for a list of streams of the current GPU.
function stream.streamBarrier(streams)
  stream.streamBarrierMultiDevice {[C.lt_cuda_device()] = list('streamBarrier', 1, streams)}
end

--- Waits for the work of a stream of the current GPU.
function stream.streamSynchronize(n)
  check(C.lt_cuda_stream_synchronize(number('streamSynchronize', 1, 'a stream', n)))
end

-- Events -----------------------------------------------------------------------------------------

--- cutorch.Event(): the present point in the work of the current stream of the current GPU.
local function new(self)
  local slot = ffi.new('lt_cuda_event *[1]')
  check(C.lt_cuda_event_new(slot))
  self.event = ffi.gc(slot[0], C.lt_cuda_event_free)
end

local Event = class.class('cutorch.Event')
Event.__init = new

--- Later work of the current stream waits until what came before the event is done.
function Event:waitOn()
  if class.typename(self) ~= 'cutorch.Event' then
    F.bad_argument('waitOn', 1, 'a cutorch.Event', self)
  end
  check(C.lt_cuda_event_wait(self.event))
end

-- cuBLAS -----------------------------------------------------------------------------------------

--- Has at least n handles of cuBLAS on every GPU; at first there is one.
function stream.reserveBlasHandles(n)
  check(C.lt_cuda_reserve_blas_handles(number('reserveBlasHandles', 1, 'a number of handles', n)))
end

--- How many handles there are.
function stream.getNumBlasHandles() return C.lt_cuda_blas_handles() end

--- Computes matrix products with handle n, from 1.
function stream.setBlasHandle(n)
  check(C.lt_cuda_set_blas_handle(number('setBlasHandle', 1, 'a handle', n)))
end

--- The number of the handle in use.
function stream.getBlasHandle() return C.lt_cuda_blas_handle() end

--- Lets matrix products of floats round their operands to TF32, 10 bits of mantissa, which tensor
-- cores multiply several times faster; at first they do not.
function stream.setTF32(on)
  if type(on) ~= 'boolean' then F.bad_argument('setTF32', 1, 'a boolean', on) end
  C.lt_cuda_set_tf32(on and 1 or 0)
end

--- Whether they may.
function stream.getTF32() return C.lt_cuda_tf32() ~= 0 end

--- Lets convolutions use cuDNN where it is installed, or not; at first they do.
function stream.setCudnn(on)
  if type(on) ~= 'boolean' then F.bad_argument('setCudnn', 1, 'a boolean', on) end
  check(C.lt_cuda_set_cudnn(C.LT_CUDA_CUDNN_ENABLED, on and 1 or 0))
end

--- The version of cuDNN that convolutions use, such as 90100 for 9.1.0; nil where it is not there
-- or switched off. Raises where the environment names one that cannot be used.
function stream.getCudnn()
  check(C.lt_cuda_cudnn_version(version))
  return version[0] ~= 0 and tonumber(version[0]) or nil
end

return stream
