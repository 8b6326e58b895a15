-- Examples of the documentation: Lua code in which `--> text` says what is printed. Any white space
-- stands for any other, and a tensor or storage may go without the type and sizes below it.

local examples = {}

local function one_line(text)
  return (text:gsub('%s+', ' '):gsub('^ ', ''):gsub(' $', ''))
end

local function without_type(text)
  return (text:gsub('^%[torch%.%w+ of size [%dx]+%] ', ''))
end

--- The texts behind `--> ` in a source, one for each line that has one.
function examples.claims(source)
  local claims = {}
  for line in (source .. '\n'):gmatch('(.-)\n') do
    claims[#claims + 1] = line:match('%-%->%s(.*)$')
  end
  return claims
end

--- What was printed, as far as it goes with the claims, and the claims: equal texts where all of it
-- does.
function examples.compare(claims, out)
  local rest, seen, expected = one_line(out) .. ' ', {}, {}
  for k, text in ipairs(claims) do
    expected[k] = one_line(text)
    local start = expected[k] .. ' '
    if rest:sub(1, #start) ~= start then rest = without_type(rest) end
    if rest:sub(1, #start) == start and #seen == k - 1 then
      seen[k], rest = expected[k], rest:sub(#start + 1)
    end
  end
  rest = without_type(rest)
  if rest:find('%S') then seen[#seen + 1] = rest end
  return table.concat(seen, '\n'), table.concat(expected, '\n')
end

-- Calls f with what print and io.write give collected; returns pcall's results and the text.
local function captured(f)
  local parts, print_before, write_before = {}, print, io.write
  local function write(...)
    for i = 1, select('#', ...) do parts[#parts + 1] = tostring(select(i, ...)) end
    return io.stdout
  end
  rawset(_G, 'print', function(...)
    for i = 1, select('#', ...) do write(i > 1 and '\t' or '', (select(i, ...))) end
    write('\n')
  end)
  rawset(io, 'write', write)
  local ok, message = pcall(f)
  rawset(_G, 'print', print_before)
  rawset(io, 'write', write_before)
  return ok, message, table.concat(parts)
end

--- Runs an example in this process: what it printed and what it should have, as compare gives them.
-- Raises the example's error where it has one.
function examples.run(source, name)
  local ok, message, out = captured(assert(loadstring(source, '=' .. (name or 'example'))))
  if not ok then error(message, 0) end
  return examples.compare(examples.claims(source), out)
end

return examples
