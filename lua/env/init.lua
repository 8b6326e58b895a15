-- env: what Torch7's interpreter gave to every program: the packages torch and dok, the printing
-- and the globals of trepl, exit(), and table(), which makes a table with the functions of `table`
-- as methods.

require 'torch'
require 'dok'
require 'trepl'

--- Ends the program.
function _G.exit()
  os.exit()
end

setmetatable(table, {__call = function()
  local methods = {}
  for name, f in pairs(table) do methods[name] = f end
  return methods
end})
