-- The picture of a container whose modules stand side by side, for tostring.

local torch = torch

--- Lines of the form "|`-> (1): module" between "input" and "... -> output".
return function(container)
  local lines = {torch.type(container) .. ' {', '  input'}
  for i, module in ipairs(container.modules) do
    local last = i == #container.modules
    local text = tostring(module):gsub('\n', last and '\n         ' or '\n    |    ')
    lines[#lines + 1] = (last and '     `-> (%d): %s' or '    |`-> (%d): %s'):format(i, text)
  end
  lines[#lines + 1] = '     ... -> output'
  lines[#lines + 1] = '}'
  return table.concat(lines, '\n')
end
