-- nn: neural network modules and criterions. nn.X is loaded from nn/X.lua when it is first used, so
-- that starting is fast and a loaded model finds its classes the same way.

require 'torch'

local nn = rawget(_G, 'nn') or {}
_G.nn = nn
package.loaded.nn = nn

nn._VERSION = '1.0'

-- Names in small letters, and the files that declare them.
local small = {utils = 'utils', tables = 'tables', hessian = 'hessian', test = 'selftest',
  testTHNN = 'selftest'}

-- nn.X stands in nn/X.lua; transfer functions, which are rows, stand together in nn/pointwise.lua.
local function load(name)
  local file = 'nn.' .. (small[name] or name)
  if not package.loaded[file] and not package.searchpath(file, package.path) then
    file = 'nn.pointwise'
  end
  local loaded = require(file)
  if name == 'utils' or name == 'tables' then nn[name] = loaded end
end

setmetatable(nn, {__index = function(_, name)
  if type(name) ~= 'string' or not (name:match('^%u') or small[name]) then return nil end
  load(name)
  return rawget(nn, name)
end})

return nn
