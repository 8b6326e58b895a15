-- Cases that are whole programs: how long starting takes and how much memory it needs, and the peak
-- memory of programs that allocate. Each peer is {name, run = command prefix, lua = true or false}.

local torch = require 'torch'

local processes = {}

local START_RUNS = 5
local RESIDENT = "for l in io.lines('/proc/self/status') do local kb = l:match('VmHWM:%s*(%d+)') "
  .. "if kb then io.write(kb * 1024, '\\n') end end"
local PYTHON_RESIDENT = "import torch, torch.nn; print(max(int(l.split()[1]) * 1024 "
  .. "for l in open('/proc/self/status') if l.startswith('VmHWM:')))"

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- A peer's command that loads torch and nn and runs a statement.
local function command(peer, lua, python)
  if peer.lua then return peer.run .. ' -l nn -e ' .. quote(lua) end
  return peer.run .. ' -c ' .. quote(python)
end

-- Every case: name, run(peer, folder, filter's read function) -> value; bytes; ours: not for peers.
local cases = {
  {name = 'start.time', rounds = true, run = function(peer)
    local line = 'exec ' .. command(peer, '', 'import torch, torch.nn') .. ' > /dev/null'
    local timer, best = torch.Timer(), math.huge
    for _ = 1, START_RUNS do
      timer:reset()
      if os.execute(line) ~= 0 then return nil end
      best = math.min(best, timer:time().real)
    end
    return best
  end},
  {name = 'start.memory', bytes = true, run = function(peer, _, read)
    return read(command(peer, RESIDENT, PYTHON_RESIDENT))
  end},
}

for _, name in ipairs {'allocate', 'tables', 'training'} do
  table.insert(cases, {name = 'memory.' .. name, bytes = true, ours = name == 'training',
    run = function(peer, folder, read)
      return read(('%s %smemory.%s %s'):format(peer.run, folder, peer.lua and 'lua' or 'py', name))
    end})
end

for _, name in ipairs {'mlp', 'lenet', 'vggsmall', 'resnet18', 'charlstm', 'transformer'} do
  for _, how in ipairs {'step NAME', 'growth NAME', 'growth NAME shared'} do
    local arguments = how:gsub('NAME', name)
    table.insert(cases, {name = 'memory.' .. arguments:gsub(' ', '.'), bytes = true,
      run = function(peer, folder, read)
        return read(('%s %smemory.%s %s')
          :format(peer.run, folder, peer.lua and 'lua' or 'py', arguments))
      end})
  end
end

--- Runs the cases whose name contains `filter` for a peer in one round and calls
-- result(name, record). folder: of these files; read(command): the number that a command prints.
function processes.run(peer, round, filter, folder, read, result)
  for _, case in ipairs(cases) do
    local wanted = case.name:find(filter, 1, true) and (round == 1 or case.rounds)
      and (peer.name == 'ours' or not case.ours)
    if wanted then
      local value = case.run(peer, folder, read)
      if value then result(case.name, {value = value, bytes = case.bytes}) end
    end
  end
end

return processes
