-- argcheck: functions that check arguments by rules, in order or by name, and fill in defaults.
-- Loaders of Torch7's programs require it. check = argcheck{rule, rule, ...; options}: a rule is
-- {name=, type=, default= | defaulta= | defaultf= | opt=, check=, help=}.

local doc = require 'argcheck.doc'
local env = require 'argcheck.env'
local F = require 'torch.ffi'
local usage = require 'argcheck.usage'

local optional = usage.optional

-- The variants of every check: {rules=, istype=, text=, index=}, those that are tried first in
-- front.
local variants_of = setmetatable({}, {__mode = 'k'})

-- Rules ------------------------------------------------------------------------------------------

local option_types = {
  help = 'string', doc = 'string', call = 'function', overload = 'function', chain = 'function',
}
local rule_types = {
  type = 'string', help = 'string', doc = 'string', check = 'function', defaulta = 'string',
  defaultf = 'function',
}

local function check_types(what, from, types)
  for key, kind in pairs(types) do
    if from[key] ~= nil and type(from[key]) ~= kind then
      F.raise('argcheck: %s of %s must be a %s, got %s', key, what, kind, F.describe(from[key]))
    end
  end
end

-- Refuses what is no table of rules; returns the places of the rules by name.
local function check_rules(rules)
  if type(rules) ~= 'table' then
    F.raise('argcheck: expected a table of rules, got %s', F.describe(rules))
  end
  check_types('the rules', rules, option_types)
  if rules.noordered and rules.nonamed then
    F.raise('argcheck: arguments must be at least ordered or named')
  end
  if rules.help and rules.doc then F.raise('argcheck: the rules have both help and doc') end
  local index = {}
  for i, rule in ipairs(rules) do
    local name = type(rule) == 'table' and rule.name
    if type(name) ~= 'string' then F.raise('argcheck: rule %d must be a table with a name', i) end
    if index[name] then F.raise('argcheck: two rules have the name %s', name) end
    check_types('rule ' .. name, rule, rule_types)
    index[name] = i
  end
  for _, rule in ipairs(rules) do
    if rule.defaulta and not index[rule.defaulta] then
      F.raise('argcheck: rule %s takes the value of %s, which no rule names', rule.name,
        rule.defaulta)
    end
  end
  return index
end

-- Whether some arguments in order fit both lists of rules, from rules i and j on.
local function same_arguments(a, b, i, j)
  local first, second = a[i], b[j]
  if not first and not second then return true end
  if first and second and first.type == second.type and first.check == second.check
    and same_arguments(a, b, i + 1, j + 1) then
    return true
  end
  return first and optional(first) and same_arguments(a, b, i + 1, j)
    or second and optional(second) and same_arguments(a, b, i, j + 1) or false
end

-- Matching ---------------------------------------------------------------------------------------

local function fits(variant, rule, value)
  if value == nil then return optional(rule) and true or false end
  if rule.type and not variant.istype(value, rule.type) then return false end
  return not rule.check or rule.check(value) and true or false
end

-- Gives arguments from place `at` on to the rules from i on: the first that fits, else the next.
local function match_ordered(variant, values, arguments, n, i, at)
  local rule = variant.rules[i]
  if not rule then return at > n end
  if at <= n and fits(variant, rule, arguments[at]) then
    values[i] = arguments[at]
    if match_ordered(variant, values, arguments, n, i + 1, at + 1) then return true end
  end
  values[i] = nil
  return optional(rule) and match_ordered(variant, values, arguments, n, i + 1, at)
end

-- The arguments by name: all of a call f{x = 1}, or those after self in object:f{x = 1}.
local function match_named(variant, values, arguments, n)
  local rules = variant.rules
  local first = rules[1] and rules[1].name == 'self' and 2 or 1
  local named = arguments[first]
  if n ~= first or type(named) ~= 'table' or not env.istype(named, 'table') then return false end
  if first == 2 then
    if not fits(variant, rules[1], arguments[1]) then return false end
    values[1] = arguments[1]
  end
  for key in pairs(named) do
    if (variant.index[key] or 0) < first then return false end
  end
  for i = first, #rules do
    values[i] = named[rules[i].name]
    if not fits(variant, rules[i], values[i]) then return false end
  end
  return true
end

local function fill_defaults(variant, values)
  local rules = variant.rules
  for i, rule in ipairs(rules) do
    if values[i] == nil then
      if rule.defaultf then values[i] = rule.defaultf() else values[i] = rule.default end
    end
  end
  for i, rule in ipairs(rules) do
    if values[i] == nil and rule.defaulta then values[i] = values[variant.index[rule.defaulta]] end
  end
end

-- The values of the rules for n arguments, or nil where they do not fit.
local function match(variant, arguments, n)
  local rules, values = variant.rules, {}
  local found = not rules.noordered and match_ordered(variant, values, arguments, n, 1, 1)
  if not found and not rules.nonamed then
    values = {}
    found = match_named(variant, values, arguments, n)
  end
  if not found then return nil end
  fill_defaults(variant, values)
  return values
end

-- Results ----------------------------------------------------------------------------------------

local function deliver(variant, values)
  local rules = variant.rules
  local n = #rules
  if rules.pack then
    local packed = {}
    for i = 1, n do packed[rules[i].name] = values[i] end
    values, n = {packed}, 1
  end
  if rules.quiet then return rules.call or true, unpack(values, 1, n) end
  if rules.call then return rules.call(unpack(values, 1, n)) end
  return unpack(values, 1, n)
end

local function texts(variants)
  local list = {}
  for i = #variants, 1, -1 do list[#list + 1] = variants[i].text end
  return table.concat(list, '\n\nor\n\n')
end

--- A function that checks its arguments by a table of rules and returns them, with defaults in
-- place of those that are missing. Options of the table: help or doc (a text), call (a function
-- that gets the arguments; its results are returned), pack (one table of the arguments by name),
-- quiet (returns true or false first, then arguments or usage, and raises nothing), noordered,
-- nonamed, overload (a function that argcheck made: it gets what does not fit here), chain (the
-- same, changing that function), force (overloads may accept the same arguments; this one has
-- precedence), debug (prints the usage). Arguments that do not fit are an error with the usage.
local function argcheck(rules)
  local variant = {index = check_rules(rules), rules = rules, istype = env.istype}
  variant.text = usage.text(rules)
  local older = rules.overload or rules.chain
  local variants = {variant}
  if older then
    local list = variants_of[older]
    if not list then F.raise('argcheck: what is overloaded must be made by argcheck') end
    for _, other in ipairs(list) do
      if not rules.force and not rules.noordered and not other.rules.noordered
        and same_arguments(rules, other.rules, 1, 1) then
        F.raise('argcheck: the rules are ambiguous (force = true prefers these):\n%s\n\nor\n\n%s',
          variant.text, other.text)
      end
      variants[#variants + 1] = other
    end
  end
  doc.doc(variant.text)
  if rules.debug then print(variant.text) end
  if rules.chain then
    local list = variants_of[older]
    for i = 1, #variants do list[i] = variants[i] end
    return older
  end
  local function check(...)
    local arguments, n = {...}, select('#', ...)
    for i = 1, #variants do
      local values = match(variants[i], arguments, n)
      if values then return deliver(variants[i], values) end
    end
    if rules.quiet then return false, texts(variants) end
    error(texts(variants) .. '\n\ninvalid arguments', 2)
  end
  variants_of[check] = variants
  return check
end

env.argcheck = argcheck

return argcheck
