-- nn: neural network modules and criterions. The constructor tables of all classes stand in nn, and
-- the file of a class is loaded when it is first used, so that starting is fast.

require 'torch'
local names = require 'nn.names'
local promise = require('torch.classregistry').promise

local nn = rawget(_G, 'nn') or {}
_G.nn = nn
package.loaded.nn = nn

nn._VERSION = '1.0'

for name in names.files:gmatch('%w+') do
  promise('nn.' .. name, function() require('nn.' .. name) end)
end
local function pointwise() require 'nn.pointwise' end
for name in names.pointwise:gmatch('%w+') do promise('nn.' .. name, pointwise) end

-- What else is loaded when it is first used, and the files that declare it.
local others = {utils = 'utils', tables = 'tables', hessian = 'hessian', test = 'selftest',
  testTHNN = 'selftest', Jacobian = 'Jacobian', SparseJacobian = 'SparseJacobian'}

local function list_others()
  local list = {}
  for name in pairs(others) do list[#list + 1] = name end
  return list
end

setmetatable(nn, {__keys = list_others, __index = function(_, name)
  if not others[name] then return nil end
  local loaded = require('nn.' .. others[name])
  if name == 'utils' or name == 'tables' then nn[name] = loaded end
  return rawget(nn, name)
end})

return nn
