-- The rules of the tree that no general tool knows: who may include or require whom, file sizes, no
-- paths of somebody's machine. luajit scripts/lint.lua; exceptions, with their reasons, stand in
-- scripts/lint-exceptions. Prints one line for each violation; exit code 1 if there is any.

-- What csrc folders may include besides their own files and the public header and lists.
local includes = {
  core = {}, ops = {core = true}, cpu = {core = true}, cuda = {core = true}, th = {},
  threads = {core = true}, image = {},
}

-- Lua packages use only packages of a lower layer, and those of the last layer each other.
local layers = {
  paths = 1, torch = 2, sys = 3, xlua = 4, gnuplot = 4, nn = 5, optim = 6, autograd = 6,
}
local last_layer = 7

local max_lines = {c = 500, h = 500, cu = 500, cuh = 500, lua = 300}
local binary = {t7 = true, gz = true, png = true, jpg = true, bin = true}

local violations = 0

local function report(...)
  violations = violations + 1
  print(string.format(...))
end

-- Exceptions: "RULE FILE [WHAT]: reason", one a line.
local exceptions, used = {}, {}
for line in io.lines('scripts/lint-exceptions') do
  if line ~= '' and line:sub(1, 1) ~= '#' then
    local key, reason = line:match('^(%S+ [^:]+): (.+)$')
    if key then exceptions[key] = reason
    else report('scripts/lint-exceptions: no reason given: %s', line) end
  end
end

local function excused(rule, file, what)
  local key = rule .. ' ' .. file .. (what and ' ' .. what or '')
  used[key] = true
  return exceptions[key] ~= nil
end

local function exists(path)
  local file = io.open(path)
  return file and file:close()
end

local function check_include(file, folder, name)
  local here = 'csrc/' .. folder .. '/' .. name
  local target = exists(here) and here or 'csrc/' .. name
  local from = target:match('^csrc/([^/]+)/') -- nil for the files of csrc itself
  local allowed = not from or from == folder or includes[folder][from]
  if not allowed and not excused('include', file, name) then
    report('%s: %s may not include %s', file, folder, target)
  end
end

local function check_require(file, package, name)
  local target = name:match('^[^.]+')
  local mine, its = layers[package] or last_layer, layers[target] or last_layer
  local allowed = target == package or its < mine or (its == mine and its == last_layer)
  if not allowed and not excused('require', file, target) then
    report('%s: %s may not require %s, which is not in a lower layer', file, package, name)
  end
end

local function names_home(line)
  for _, homes in ipairs {'home', 'Users', 'root'} do
    if line:find('/' .. homes .. '/%w') then return true end
  end
  return false
end

local function check_file(file, packages)
  local extension = file:match('%.(%w+)$')
  local folder = file:match('^csrc/([^/]+)/')
  local package = file:match('^lua/([^/]+)/')
  local text = not binary[extension]
  local count = 0
  for line in io.lines(file) do
    count = count + 1
    if text and names_home(line) then
      report('%s:%d: absolute path of somebody\'s machine', file, count)
    end
    local included = folder and includes[folder] and line:match('^%s*#%s*include%s+"([^"]+)"')
    if included then check_include(file, folder, included) end
    local required = package and line:match('require%s*%(?%s*["\']([%w_.]+)')
    if required and packages[required:match('^[^.]+')] then
      check_require(file, package, required)
    end
  end
  local limit = max_lines[extension]
  if limit and count > limit and not excused('size', file) then
    report('%s: %d lines, the limit is %d', file, count, limit)
  end
end

local files, packages = {}, {}
for file in io.popen('git ls-files --cached --others --exclude-standard'):lines() do
  if exists(file) then
    files[#files + 1] = file
    packages[file:match('^lua/([^/]+)/') or ''] = true
  end
end
assert(#files > 0, 'scripts/lint.lua: git lists no file here')
for _, file in ipairs(files) do check_file(file, packages) end
for key in pairs(exceptions) do
  if not used[key] then report('scripts/lint-exceptions: not needed any more: %s', key) end
end
os.exit(violations == 0 and 0 or 1)
