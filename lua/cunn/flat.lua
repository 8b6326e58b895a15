-- flat(module) -> parameters, gradients: one tensor each, of which the module's are parts. Where
-- they lie in a row already they stay there, so that flat tensors made of them before stay theirs.

local torch = torch

-- The tensors as one, nil where they do not lie in a row.
local function row(tensors)
  local first = tensors[1]
  if not first or not first:storage() then return nil end
  local storage, at = first:storage(), first:storageOffset()
  for _, t in ipairs(tensors) do
    local here = t:isContiguous() and t:storage() and t:storageOffset() == at
      and torch.pointer(t:storage()) == torch.pointer(storage)
    if not here then return nil end
    at = at + t:nElement()
  end
  return first.new(storage, first:storageOffset(),
    torch.LongStorage {at - first:storageOffset()})
end

return function(module)
  local params, gradients = module:parameters()
  local p, g = row(params or {}), row(gradients or {})
  if p and g then return p, g end
  return module:getParameters()
end
