-- ANSI escape sequences: sys.COLORS.red, bold .Red, background ._red, and .none to end them all.

local names = {'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'}

local colors = {none = '\27[0m'}

for i, name in ipairs(names) do
  colors[name] = ('\27[0;%dm'):format(29 + i)
  colors[name:gsub('^%l', string.upper)] = ('\27[1;%dm'):format(29 + i)
  colors['_' .. name] = ('\27[%dm'):format(39 + i)
end

return colors
