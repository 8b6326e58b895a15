-- The lines of earlier sessions, in TREPL_HISTORY or ~/.luahistory. Every line is saved when it is
-- entered, after those that other sessions have added meanwhile; the file is replaced in one step.

local host = require 'trepl.host'
local readline = require 'trepl.readline'

local history = {}

local LIMIT = 5000  -- lines kept
local path, last, reported

local function report(message)
  if not reported then io.stderr:write('th: history is not kept: ', message, '\n') end
  reported = true
end

-- Lines of the file; an absent file has none.
local function read_lines()
  local file, message, code = io.open(path, 'r')
  local lines = {}
  if not file then return lines, code ~= 2 and message or nil end
  local text = file:read('*a')
  file:close()
  if not text then return lines, path .. ': cannot be read' end
  for line in text:gmatch('[^\n]+') do lines[#lines + 1] = line end
  return lines
end

--- Takes the lines of earlier sessions over into line editing.
function history.load()
  path = os.getenv('TREPL_HISTORY')
  local home = os.getenv('HOME')
  if not path and home then path = home .. '/.luahistory' end
  readline.limit(LIMIT)
  if not path or path == '' then
    path = nil
    return
  end
  local lines, message = read_lines()
  if message then
    report(message)
    path = nil
  end
  for i = math.max(1, #lines - LIMIT + 1), #lines do readline.remember(lines[i]) end
  last = lines[#lines]
end

--- Adds a line and saves the history; a repetition of the line before is left out.
function history.add(line)
  if line:find('^%s*$') or line == last then return end
  last = line
  readline.remember(line)
  if not path then return end
  local lines = read_lines()
  lines[#lines + 1] = line
  local kept = table.concat(lines, '\n', math.max(1, #lines - LIMIT + 1))
  local ok, message = host.save(path, kept .. '\n')
  if not ok then report(message) end
end

return history
