-- cunn: layers on GPUs. There are no kernels for them yet, so requiring it raises an error:
-- cutorch's where there is no GPU, else one that says so.

package.loaded.cunn = nil -- a second try gives the same answer
require 'cutorch'
error('cunn: there are no kernels for the layers of nn on GPUs yet', 0)
