-- Package dok: the named arguments of older Torch7 packages, which is what they use of it. The work
-- is done by xlua.usage and xlua.unpack.

local usage = require 'xlua.usage'
local colors = require 'sys.colors'

local dok = {colors = colors, usage = usage.usage, unpack = usage.unpack}
_G.dok = dok

--- Raises `message` for the function `name`.
function dok.error(message, name)
  if name then message = ('<%s> %s'):format(name, message) end
  error(message, 2)
end

return dok
