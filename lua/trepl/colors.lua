-- ANSI escapes by name: black ... white, capitalised for bold, with an underscore in front for the
-- background; `none` resets.

local names = {'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'}

local colors = {none = '\27[0m'}

for i, name in ipairs(names) do
  colors[name] = ('\27[0;%dm'):format(29 + i)
  colors[name:sub(1, 1):upper() .. name:sub(2)] = ('\27[1;%dm'):format(29 + i)
  colors['_' .. name] = ('\27[%dm'):format(39 + i)
end

return colors
