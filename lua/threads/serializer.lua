-- Which serialization new pools and queues use: threads.Threads.serialization.

local F = require 'torch.ffi'

local serializer = {}
local name = 'threads.serialize'

--- The module in use.
function serializer.current() return require(name) end

--- Name of the module in use; with a name, makes that module the one of pools made from now on.
function serializer.choose(wanted)
  if wanted == nil then return name end
  if type(wanted) ~= 'string' then
    F.bad_argument('serialization', 1, 'the name of a module', wanted)
  end
  local ok, module = pcall(require, wanted)
  if not ok then F.raise('serialization: %s', module) end
  if type(module) ~= 'table' or type(module.share) ~= 'boolean' then
    F.raise("serialization: expected 'threads.serialize' or 'threads.sharedserialize', got %s",
      wanted)
  end
  name = wanted
end

return serializer
