-- What a check says of its arguments: a list of them for messages, with names, types, help and
-- defaults.

local usage = {}

--- Whether a rule's argument can be left out.
function usage.optional(rule)
  return rule.opt or rule.default ~= nil or rule.defaulta ~= nil or rule.defaultf ~= nil
end

-- What follows the help of an argument.
local function default_of(rule)
  if rule.defaulta then return (' [defaulta=%s]'):format(rule.defaulta) end
  if rule.defaultf then return ' [has default]' end
  local kind = type(rule.default)
  if kind == 'nil' then return '' end
  local plain = kind == 'string' or kind == 'number' or kind == 'boolean'
  return plain and (' [default=%s]'):format(tostring(rule.default)) or ' [has default value]'
end

local function widest(list)
  local most = 0
  for _, text in ipairs(list) do most = math.max(most, #text) end
  return most
end

-- The lines of the arguments, aligned.
local function lines(rules)
  local names, heads, result = {}, {}, {}
  for i, rule in ipairs(rules) do names[i] = rule.name end
  local width = widest(names)
  for i, rule in ipairs(rules) do
    local kind = rule.type and ' = ' .. rule.type or ''
    local open, close = ' ', ''
    if usage.optional(rule) then open, close = '[', ']' end
    heads[i] = open .. rule.name .. (' '):rep(width - #rule.name) .. kind .. close
  end
  width = widest(heads)
  for i, rule in ipairs(rules) do
    result[i] = ('  %s%s  -- %s%s'):format(heads[i], (' '):rep(width - #heads[i]),
      rule.help or rule.doc or '', default_of(rule))
  end
  return table.concat(result, '\n')
end

-- The names between the parentheses of a call.
local function call_names(rules)
  local names = {}
  for i, rule in ipairs(rules) do
    local name = (i > 1 and ', ' or '') .. rule.name
    names[i] = usage.optional(rule) and '[' .. name .. ']' or name
  end
  return table.concat(names)
end

--- The text of a table of rules. In its help @ARGP stands for the names of the arguments, @ARGT for
-- the list of them; without @ARGT the list follows.
function usage.text(rules)
  local help = rules.help or rules.doc
  local list = lines(rules)
  local block = ('arguments:\n{\n%s\n}'):format(list)
  if not help then return block end
  local text, placed = help:gsub('@ARG([PT])', function(which)
    return which == 'P' and call_names(rules) or '```\n' .. list .. '\n```'
  end)
  if placed > 0 and help:find('@ARGT', 1, true) then return text end
  return text .. '\n\n' .. block
end

return usage
