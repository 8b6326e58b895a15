-- nn: neural network modules and criterions. nn.X is loaded from nn/X.lua when it is first used, so
-- that starting is fast and a loaded model finds its classes the same way.

require 'torch'
local paths = require 'paths'

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

-- Everything that can be loaded, for completion at the prompt.
local function names()
  require 'nn.pointwise'
  local list = {}
  for name in pairs(small) do list[#list + 1] = name end
  local folder = debug.getinfo(1, 'S').source:match('^@(.*/)')
  for _, file in ipairs(folder and paths.dir(folder) or {}) do
    list[#list + 1] = file:match('^(%u%w*)%.lua$')
  end
  return list
end

setmetatable(nn, {__keys = names, __index = function(_, name)
  if type(name) ~= 'string' or not (name:match('^%u') or small[name]) then return nil end
  load(name)
  return rawget(nn, name)
end})

return nn
