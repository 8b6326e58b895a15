-- cunn: layers on GPUs; needs cutorch, whose error says why there are none.

package.loaded.cunn = nil -- a second try gives the same answer
require 'cutorch'
