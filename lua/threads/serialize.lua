-- threads.serialize: objects for another thread as CharStorages. Everything is copied but mutexes,
-- conditions and queues.

local class = require 'torch.class'
local F = require 'torch.ffi'
local message = require 'threads.message'

local serialize = {share = false}

--- The bytes of an object, often a function with its upvalues. They can be loaded once.
function serialize.save(object)
  local storage, reason = message.save(object, false)
  if not storage then F.raise('threads.serialize.save: %s', reason) end
  return storage
end

--- The object of the bytes that save gave.
function serialize.load(storage)
  if class.typename(storage) ~= 'torch.CharStorage' then
    F.bad_argument('threads.serialize.load', 1, 'a CharStorage', storage)
  end
  return message.load(storage)
end

return serialize
