-- What the layers of cudnn share: the table of their classes, the fields of the original package
-- that nn's modules do not have, and files without the fields that only nn's have.

require 'nn'
local torch = require 'torch'

local layer = {}

--- The classes by name; the package cudnn when it is loaded.
layer.classes = {}

--- Keeps the sizes of x in a field, a LongStorage of `dims` sizes; a sample alone counts as a batch
-- of one.
function layer.sizes(module, field, x, dims)
  local kept, missing = module[field], dims - x.ndim
  if not kept or #kept ~= dims then
    kept = torch.LongStorage(dims)
    module[field] = kept
  end
  for d = 1, dims do kept[d] = d > missing and tonumber(x.sizes[d - missing - 1]) or 1 end
end

--- Makes a class keep the sizes of its inputs, of `dims` dimensions with the batch, in iSize, and
-- with `outputs` those of its outputs in oSize.
function layer.keeps_sizes(class, dims, outputs)
  local forward = class.updateOutput

  function class:updateOutput(input)
    local output = forward(self, input)
    layer.sizes(self, 'iSize', torch.isTensor(input) and input or input[1], dims)
    if outputs then layer.sizes(self, 'oSize', output, dims) end
    return output
  end
end

--- Makes a class write its fields to files without the named ones, which it finds again itself.
function layer.leaves_out(class, ...)
  local names = {}
  for _, name in ipairs {...} do names[name] = true end

  function class:write(file)
    local fields = {}
    for name, value in pairs(self) do
      if not names[name] then fields[name] = value end
    end
    file:writeObject(fields)
  end
end

--- Gives a class of convolutions the methods that choose algorithms. What they are given is kept in
-- fields; the kernels choose for themselves.
function layer.chooses(class)
  --- Asks for the fastest algorithm, or with false for no such preference.
  function class:fastest(mode)
    self.fastest_mode = mode ~= false
    return self
  end

  --- Names the algorithms of the output, of gradInput and of gradWeight; nil leaves one as it was.
  function class:setMode(fmode, bdmode, bwmode)
    self.fmode = fmode or self.fmode
    self.bdmode = bdmode or self.bdmode
    self.bwmode = bwmode or self.bwmode
    return self
  end

  --- Takes the names of algorithms back.
  function class:resetMode()
    self.fmode, self.bdmode, self.bwmode = nil, nil, nil
    return self
  end

  --- To be called after sizes were changed by hand; there is nothing that has to follow.
  function class:resetWeightDescriptors()
    return self
  end

  --- Forgets the sizes of the last output.
  function class:clearDesc()
    self.oSize = nil
    return self
  end
end

return layer
