-- cunn: nn on GPUs. The modules and criterions of nn are written over tensors of any type, so that
-- after require 'cunn' they work on torch.CudaTensor: model:cuda(), criterion:cuda(), and back with
-- :float(). Without a GPU it raises cutorch's error, which says why.

package.loaded.cunn = nil -- a second try gives the same answer

require 'cutorch'
local nn = require 'nn'
local torch = require 'torch'

require 'cunn.DataParallelTable'

local cunn = rawget(_G, 'cunn') or {}
_G.cunn = cunn
package.loaded.cunn = cunn

--- cunn.test([names]): compares modules and criterions on the current GPU with the CPU, all or
-- those named, and raises an error when one differs.
function cunn.test(names) return require 'cunn.test' (names) end

--- The same for one name or a list of them; seed: of the random inputs (default: the state as it
-- is). The second argument is taken for the original's sake.
function nn.testcuda(names, _, seed)
  if seed then torch.manualSeed(seed) end
  return cunn.test(names)
end

--- nn.testDataParallelTable([names]): compares modules in an nn.DataParallelTable on all GPUs with
-- the CPU, all or those named.
function nn.testDataParallelTable(names) return require 'cunn.test' (names, true) end

return cunn
