-- A function for each name of trepl.colors: colorize.red(text) returns the text in red. After
-- noColors() they return their argument as it is.

local colors = require 'trepl.colors'

local colorize = {}
local enabled = true

for name, escape in pairs(colors) do
  colorize[name] = function(text)
    text = tostring(text)
    return enabled and escape .. text .. colors.none or text
  end
end

--- Switches all colours off for the rest of the process.
function colorize.disable()
  enabled = false
end

return colorize
