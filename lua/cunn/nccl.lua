-- NCCL, NVIDIA's library of collective operations between GPUs, where libnccl.so.2 is installed (or
-- the file that the environment's LUATORCH_NCCL names): sums to the first GPU, and copies from it.
-- It is loaded when first asked for. Work goes to the current stream of every GPU.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local C = require 'cutorch.library'

local raise, tonumber = F.raise, tonumber

if not F.nccl_declared then
  F.nccl_declared = true
  ffi.cdef [[
    typedef struct ncclComm *ncclComm_t;
    int ncclGetVersion(int *version);
    const char *ncclGetErrorString(int result);
    int ncclCommInitAll(ncclComm_t *comms, int n, const int *devices);
    int ncclCommDestroy(ncclComm_t comm);
    int ncclGroupStart(void);
    int ncclGroupEnd(void);
    int ncclReduce(const void *from, void *to, size_t count, int type, int op, int root,
      ncclComm_t comm, void *stream);
    int setenv(const char *name, const char *value, int overwrite);
    int ncclBroadcast(const void *from, void *to, size_t count, int type, int root,
      ncclComm_t comm, void *stream);
  ]]
end

local SUM, ROOT = 0, 0
-- ncclDataType_t of element types
local types = {[F.dtype.Char] = 0, [F.dtype.Byte] = 1, [F.dtype.Int] = 2, [F.dtype.Long] = 4,
  [F.dtype.Half] = 6, [F.dtype.Float] = 7, [F.dtype.Double] = 8, [F.dtype.BFloat16] = 9}

local nccl = {}

local library, reason
local groups = {} -- by their GPUs

-- The library, or nil and why there is none.
local function open()
  if library or reason then return library, reason end
  local name = os.getenv 'LUATORCH_NCCL' or 'libnccl.so.2'
  -- memory of a pool is not open to the other GPUs of the process, whose memory NCCL would read
  ffi.C.setenv('NCCL_P2P_DIRECT_DISABLE', '1', 0)
  local loaded, result = pcall(ffi.load, name)
  if loaded then library = result else reason = 'NCCL cannot be loaded: ' .. result end
  return library, reason
end

local function check(name, result)
  if result ~= 0 then
    raise('NCCL: %s: %s', name, ffi.string(library.ncclGetErrorString(result)))
  end
end

--- The version of NCCL, as 21903 for 2.19.3; nil and why where there is none.
function nccl.version()
  if not open() then return nil, reason end
  local version = ffi.new 'int[1]'
  check('ncclGetVersion', library.ncclGetVersion(version))
  return version[0]
end

--- Whether NCCL can serve these GPUs, a list; if not, why.
function nccl.serves(gpus)
  local seen = {}
  for _, gpu in ipairs(gpus) do
    if seen[gpu] then return false, ('GPU %d is there twice'):format(gpu) end
    seen[gpu] = true
  end
  if #gpus < 2 then return false, 'there is one GPU' end
  if not open() then return false, reason end
  return true
end

-- The communicators of GPUs that NCCL serves, made when they are first needed.
local function group_of(gpus)
  local key = table.concat(gpus, ' ')
  if not groups[key] then
    if not open() then raise('%s', reason) end
    local group = {n = #gpus, gpus = {unpack(gpus)}, comms = ffi.new('ncclComm_t[?]', #gpus)}
    local devices = ffi.new('int[?]', #gpus)
    for i, gpu in ipairs(gpus) do devices[i - 1] = gpu - 1 end
    check('ncclCommInitAll', library.ncclCommInitAll(group.comms, #gpus, devices))
    groups[key] = group
  end
  return groups[key]
end

--- Whether tensors, lists[i] those of GPU i, can be handed over: contiguous, of types of NCCL.
function nccl.takes(lists)
  for _, list in ipairs(lists) do
    for k, t in ipairs(list) do
      local fits = types[t.dtype] and t:isContiguous() and t.dtype == lists[1][k].dtype
        and t:nElement() == lists[1][k]:nElement()
      if not fits then return false end
    end
  end
  return true
end

-- Calls f(communicator, memory, count, type, stream) for every tensor of every GPU in one group.
local function all(gpus, lists, name, f)
  local group, streams = group_of(gpus), {}
  local slot = ffi.new 'void *[1]'
  for i, gpu in ipairs(gpus) do
    F.check(C.lt_cuda_stream_handle(slot, gpu))
    streams[i] = slot[0]
  end
  check('ncclGroupStart', library.ncclGroupStart())
  local result = 0
  for k, first in ipairs(lists[1]) do
    local count = tonumber(first:nElement())
    for i = 1, count > 0 and group.n or 0 do
      local status = f(group.comms[i - 1], lists[i][k]:data(), count, types[first.dtype],
        streams[i])
      if result == 0 then result = status end
    end
  end
  local ended = library.ncclGroupEnd()
  check(name, result ~= 0 and result or ended)
end

--- The tensors of the first GPU become the sums over all GPUs; lists[i] are those of gpus[i].
function nccl.sum(gpus, lists)
  all(gpus, lists, 'ncclReduce', function(comm, memory, count, dtype, stream)
    return library.ncclReduce(memory, memory, count, dtype, SUM, ROOT, comm, stream)
  end)
end

--- All tensors become those of the first GPU.
function nccl.broadcast(gpus, lists)
  all(gpus, lists, 'ncclBroadcast', function(comm, memory, count, dtype, stream)
    return library.ncclBroadcast(memory, memory, count, dtype, ROOT, comm, stream)
  end)
end

--- Lets go of what NCCL holds on the GPUs, and of the library.
function nccl.close()
  for key, group in pairs(groups) do
    groups[key] = nil
    for i = 0, group.n - 1 do check('ncclCommDestroy', library.ncclCommDestroy(group.comms[i])) end
  end
  library, reason = nil, nil
end

return nccl
