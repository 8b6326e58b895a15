-- make bench, make bench-gpu: times every case on this build, on the machine itself and on the
-- peers that are installed, and prints a line for each. See docs/benchmarks.md.
--   th tests/bench/run.lua TH LIMITS|gpu
-- TH: the th to measure; LIMITS: the program made from limits.c, or the cases are those of a GPU.
-- Environment: FILTER (part of the names of the cases to run), GROUPS (some of the groups below),
-- MARKDOWN (1: the table of docs/benchmarks.md), ROUNDS (3), TIME (seconds for a case in a round,
-- 0.2), PYTHON (a Python with PyTorch, /usr/bin/python3), TORCH7 (a command that runs Lua files
-- with Torch7, th or luajit where they do), OMP_NUM_THREADS (all cores), SIZES (tiny: small ones,
-- of cases on a GPU). Exit code 1 where a program failed.

local torch = require 'torch'

local folder = arg[0]:match('^(.*/)') or './'
package.path = folder .. '?.lua;' .. package.path
local processes = require 'processes'
local report = require 'report'

local GROUPS = {'pointwise', 'products', 'linalg', 'order', 'layers', 'sequence',
  'overhead', 'threads', 'training', 'inference', 'pictures'}
local PROCESSES = 'programs' -- the group of processes.lua
local OPS = {'ops'} -- many cases, so only on request: FILTER=op. or longer
local GPU = {'elementwise', 'reductions', 'gemm', 'convolution', 'layers', 'training', 'launch',
  'memory'}

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function number_option(name, default, least)
  local text = os.getenv(name)
  local value = text and text ~= '' and tonumber(text) or not (text and text ~= '') and default
  if not value or value < least then
    error(('%s must be a number of at least %s, got %s'):format(name, least, text), 0)
  end
  return value
end

local function fail(...)
  io.stderr:write('bench: ', string.format(...), '\n')
  os.exit(1)
end

if #arg ~= 2 then fail('usage: th tests/bench/run.lua TH LIMITS|gpu') end
local on_gpu = arg[2] == 'gpu'
local ok, rounds, seconds = pcall(function()
  return number_option('ROUNDS', 3, 1), number_option('TIME', 0.2, 0)
end)
if not ok then fail('%s', rounds) end
local filter = os.getenv('FILTER') or ''
local groups = on_gpu and GPU or filter:find('^op%.') and OPS or GROUPS
local sizes = os.getenv('SIZES') or ''
if sizes ~= '' and sizes ~= 'tiny' and sizes ~= 'full' then
  fail('SIZES must be tiny or full, got %s', sizes)
end
local wanted = os.getenv('GROUPS')
if wanted == '' then wanted = nil end

-- Whether GROUPS names the group.
local function is_wanted(group)
  return not wanted or (' ' .. wanted .. ' '):find(' ' .. group .. ' ', 1, true) ~= nil
end
local threads = os.getenv('OMP_NUM_THREADS') or tostring(torch.getnumcores())
local environment = ('OMP_NUM_THREADS=%s OPENBLAS_NUM_THREADS=%s PYTHONDONTWRITEBYTECODE=1 ')
  :format(quote(threads), quote(threads))

-- Lines that a command prints, and whether it succeeded.
local function lines_of(command)
  local pipe = assert(io.popen(environment .. command .. '\necho "exit status $?"'))
  local lines = {}
  for line in pipe:lines() do lines[#lines + 1] = line end
  pipe:close()
  return lines, table.remove(lines) == 'exit status 0'
end

-- What could not be measured, and what is to be known: lines for the end, each once.
local remarks = {}

local function remark(line)
  if not remarks[line] then remarks[#remarks + 1] = line end
  remarks[line] = true
end

-- Peers -------------------------------------------------------------------------------------------

local function torch7_command()
  local given = os.getenv('TORCH7')
  for _, command in ipairs(given and {given} or {'th', 'luajit'}) do
    local lines = lines_of(('%s %sworkloads.lua which 2> /dev/null'):format(command, folder))
    if lines[1] == 'torch7' then return command end
  end
end

local function find_peers()
  local peers = {{name = 'ours', run = quote(arg[1]), lua = true}}
  local python = os.getenv('PYTHON') or '/usr/bin/python3'
  local version, works = lines_of(quote(python)
    .. " -c 'import torch; print(torch.__version__)' 2> /dev/null")
  if works then
    table.insert(peers, {name = 'pytorch', run = quote(python), version = version[1]})
  elseif on_gpu then
    remark(('pytorch: skipped: %s has no PyTorch'):format(python))
  end
  local torch7 = not on_gpu and torch7_command()
  if torch7 then table.insert(peers, {name = 'torch7', run = torch7, lua = true}) end
  return peers
end

-- Measuring ---------------------------------------------------------------------------------------

local results, order, rates, failures = {}, {}, {}, 0

local function add(peer, name, record)
  if not results[name] then
    results[name] = {}
    order[#order + 1] = name
  end
  local old = results[name][peer]
  record.all = old and old.all or {}
  table.insert(record.all, record.value)
  table.sort(record.all)
  record.value = record.all[1]
  results[name][peer] = record
end

-- A program that fails is told about, once for every round, and the rest goes on.
local function run_lines(peer, command)
  local lines, succeeded = lines_of(command)
  if not succeeded then
    failures = failures + 1
    io.stderr:write(('bench: %s failed: %s\n'):format(peer, command))
  end
  return lines
end

local programs_of = on_gpu and {lua = 'gpu.lua', python = 'gpu_torch.py'}
  or {lua = 'workloads.lua', python = 'workloads.py'}

-- Whether there were figures.
local function measure_group(peer, group)
  local program = peer.program or
    ('%s %s%s'):format(peer.run, folder, programs_of[peer.lua and 'lua' or 'python'])
  local command = ('%s %s %s %s %s'):format(program, group, seconds, quote(filter), sizes)
  local measured = false
  for _, line in ipairs(run_lines(peer.name, command)) do
    local name, value, check, bound = line:match('^(%S+)\t([%d.e+-]+)\t?(%S*)\t?(%S*)$')
    local about, kind, text = line:match('^(%S+)\t(%l+)\t(.+)$')
    local rate = name and name:match('^rate%.(.+)')
    local limit = name and name:match('^limit%.(.+)')
    if kind then
      remark(('%s: %s: %s%s'):format(peer.name, about, kind == 'skip' and 'skipped: ' or '', text))
    elseif rate then
      rates[rate] = math.max(rates[rate] or 0, tonumber(value))
    elseif name then
      add(limit and 'limits' or peer.name, limit or name,
        {value = tonumber(value), check = check, bound = bound, bytes = bound == 'bytes'})
      measured = true
    end
  end
  return measured
end

local function read_number(peer)
  return function(command)
    local lines = run_lines(peer.name, command)
    return tonumber(lines[#lines] or '')
  end
end

local peers = find_peers()
local programs = {unpack(peers)}
if not on_gpu then table.insert(programs, {name = 'limits', program = quote(arg[2])}) end
local skipped = {}
for _, group in ipairs(groups) do skipped[group] = not is_wanted(group) end

-- The order is reversed every other round, so that a slow spell of the machine hits all alike.
for round = 1, rounds do
  for _, group in ipairs(groups) do
    if round == 1 and not skipped[group] and not measure_group(programs[1], group) then
      skipped[group] = true
    end
    for k = 1, #programs do
      local at = round % 2 == 1 and k or #programs + 1 - k
      local done = round == 1 and at == 1
      if not skipped[group] and not done then measure_group(programs[at], group) end
    end
  end
  for _, peer in ipairs(not on_gpu and is_wanted(PROCESSES) and peers or {}) do
    processes.run(peer, round, filter, folder, read_number(peer),
      function(name, record) add(peer.name, name, record) end)
  end
  io.stderr:write(('round %d of %d\n'):format(round, rounds))
end

-- Printing ----------------------------------------------------------------------------------------

local names = {}
for k = 2, #peers do names[#names + 1] = peers[k].name end

io.write(('%s threads, %d rounds of %g s a case'):format(threads, rounds, seconds))
for _, peer in ipairs(peers) do
  if peer.version then io.write((', %s %s'):format(peer.name, peer.version)) end
end
io.write('\n')
for _, rate in ipairs {{'copy', 1e9, 'GB/s'}, {'triad', 1e9, 'GB/s'}, {'flop', 1e9, 'GFLOP/s'}} do
  local value = rates[rate[1]]
  if value then
    io.write(('machine: %-6s %8.1f %s\n'):format(rate[1], value / rate[2], rate[3]))
  end
end
local markdown = os.getenv('MARKDOWN') == '1'
io.write(markdown and report.markdown_heading or report.heading(names), '\n')

local met, missed = 0, 0
for _, name in ipairs(order) do
  local records = results[name]
  if records.ours then
    local all = records.ours.all
    if #all > 1 then records.ours.spread = all[math.floor(#all / 2) + 1] / all[1] - 1 end
    local line, good = report.line(name, records, rates, names)
    io.write(markdown and report.markdown(name, records) or line, '\n')
    if good then met = met + 1 elseif good == false then missed = missed + 1 end
  end
end
for _, line in ipairs(remarks) do io.write(line, '\n') end
io.write(('%d goals met, %d behind\n'):format(met, missed))
os.exit(failures == 0 and 0 or 1)
