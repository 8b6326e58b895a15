-- threads.sharedserialize: objects for another thread as CharStorages, with the memory of tensors,
-- storages and the objects of tds shared.

local class = require 'torch.class'
local F = require 'torch.ffi'
local message = require 'threads.message'

local sharedserialize = {share = true}

--- The bytes of an object, often a function with its upvalues. They can be loaded once.
function sharedserialize.save(object)
  local storage, reason = message.save(object, true)
  if not storage then F.raise('threads.sharedserialize.save: %s', reason) end
  return storage
end

--- The object of the bytes that save gave.
function sharedserialize.load(storage)
  if class.typename(storage) ~= 'torch.CharStorage' then
    F.bad_argument('threads.sharedserialize.load', 1, 'a CharStorage', storage)
  end
  return message.load(storage)
end

return sharedserialize
