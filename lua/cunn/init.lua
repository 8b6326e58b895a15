-- cunn: nn on GPUs. The modules and criterions of nn are written over tensors of any type, so that
-- after require 'cunn' they work on torch.CudaTensor: model:cuda(), criterion:cuda() and back with
-- :float(). Without a GPU it raises cutorch's error, which says why.

package.loaded.cunn = nil -- a second try gives the same answer

local cutorch = require 'cutorch'
local nn = require 'nn'

local cunn = {}
package.loaded.cunn = cunn

return cunn
