-- cutorch.graph: the work that a function gives a GPU, recorded once as a CUDA graph and run again
-- by one launch, so that small networks do not wait for the CPU.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local C = require 'cutorch.library'
local class = require 'torch.class'
local generator = require 'torch.generator'

local check, raise, type = F.check, F.raise, type

local Graph = class.class('cutorch.Graph')

--- See cutorch.graph.
function Graph:__init(f, warmup)
  if type(f) ~= 'function' then F.bad_argument('graph', 1, 'a function', f) end
  if warmup == nil then warmup = 1 end
  if type(warmup) ~= 'number' or warmup < 0 or warmup % 1 ~= 0 then
    F.bad_argument('graph', 2, 'a number of calls before the recording', warmup)
  end
  for _ = 1, warmup do f() end
  local slot = ffi.new('lt_cuda_graph *[1]')
  self.device = C.lt_cuda_device()
  F.run('graph', C.lt_cuda_graph_begin, slot, generator.of[self.device])
  local graph = ffi.gc(slot[0], C.lt_cuda_graph_free)
  local results = {pcall(f)}
  local rc = C.lt_cuda_graph_end(graph, results[1] and 1 or 0)
  if not results[1] then
    C.lt_cuda_graph_free(ffi.gc(graph, nil))
    error(results[2], 0)
  elseif rc ~= 0 then
    C.lt_cuda_graph_free(ffi.gc(graph, nil))
    check(rc)
  end
  self.graph, self.results, self.count = graph, results, table.maxn(results)
end

--- Gives the recorded work to the current stream of its GPU, where random numbers are drawn anew;
-- returns what the function returned while it was recorded.
function Graph:__call__()
  if not self.graph then raise('graph: it was freed') end
  check(C.lt_cuda_graph_launch(self.graph, generator.of[self.device]))
  return unpack(self.results, 2, self.count)
end

--- Gives back what the graph holds, once it has run; it cannot be run again.
function Graph:free()
  if class.typename(self) ~= 'cutorch.Graph' then
    F.bad_argument('free', 1, 'a cutorch.Graph', self)
  end
  if self.graph then C.lt_cuda_graph_free(ffi.gc(self.graph, nil)) end
  self.graph, self.results, self.count = nil, {}, 1
end

local graph = {}

--- cutorch.graph(f, [warmup = 1]) -> step: calls f `warmup` times, and once more while what it
-- gives the current GPU is recorded instead of done; step() does it again, on the same tensors. f
-- must not wait for the GPU: what does is an error that names it.
function graph.graph(f, warmup) return Graph.new(f, warmup) end

return graph
