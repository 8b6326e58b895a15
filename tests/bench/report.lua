-- The table that make bench prints: one line for each case. Ratios above 1 are in our favour: ours
-- takes less time or memory than the peer. "of limit" is the share of what the machine can do.

local goals = require 'goals'

local report = {}

local time_units = {{1, 's'}, {1e-3, 'ms'}, {1e-6, 'us'}, {1e-9, 'ns'}}

-- Factor and name of the unit that shows a value best.
local function unit_of(value, bytes)
  if bytes then return value >= 1e5 and 1e6 or 1, value >= 1e5 and 'MB' or 'B' end
  for _, unit in ipairs(time_units) do
    if value >= unit[1] then return unit[1], unit[2] end
  end
  return 1e-9, 'ns'
end

local function number(value, unit)
  if not value then return '-' end
  value = value / unit
  return (value >= 100 and '%.0f' or value >= 10 and '%.1f' or '%.2f'):format(value)
end

local function ratio(peer, ours)
  return peer and ours > 0 and ('%.2fx'):format(peer / ours) or '-'
end

-- What limits.c needs for the case, or the time of its bound: "copy=8e7" by the rate of copying.
local function limit_of(ours, limits, rates)
  if limits then return limits.value end
  local kind, amount = (ours.bound or ''):match('^(%w+)=(.+)$')
  return rates[kind] and tonumber(amount) / rates[kind] or nil
end

-- Timings of one build differ by this share from run to run: a peer ahead by less is level.
local NOISE = 0.03

-- "ok" or "behind", and what was promised; nothing where nothing was, "?" without the comparison.
local function verdict(name, ours, limit, peers, unit, unit_name)
  local goal = goals[name] or name:find('^op%.') and goals.ops
  if not goal then return '' end
  if goal.at_most then
    return (ours <= goal.at_most and 'ok' or 'behind') .. (', goal %s %s')
      :format(number(goal.at_most, unit), unit_name)
  elseif goal.limit then
    local met = limit and (limit / ours >= goal.limit and 'ok' or 'behind') or '?'
    return met .. (', goal %.0f %% of limit'):format(100 * goal.limit)
  end
  for _, peer in ipairs {'pytorch', 'torch7'} do
    if goal[peer] then
      local theirs = peers[peer]
      local enough = goal[peer] * (1 - NOISE)
      local met = theirs and (theirs / ours >= enough and 'ok' or 'behind') or '?'
      return met .. (', goal %.2fx %s'):format(goal[peer], peer)
    end
  end
end

local function differs(a, b)
  a, b = tonumber(a), tonumber(b)
  return a and b and math.abs(a - b) > 1e-3 * math.max(math.abs(a), math.abs(b))
end

--- A table in Markdown, of PyTorch's figures alone.
report.markdown_heading = '\n| case | ours | PyTorch | ratio |\n|---|---|---|---|'

function report.markdown(name, records)
  local ours, peer = records.ours, records.pytorch
  local unit, unit_name = unit_of(ours.value, ours.bytes)
  return ('| `%s` | %s %s | %s | %s |'):format(name, number(ours.value, unit), unit_name,
    peer and number(peer.value, unit) .. ' ' .. unit_name or '-',
    ratio(peer and peer.value, ours.value))
end

local function cell(text, width) return (' '):rep(width - #text) .. text end

--- The heading for the peers that are there.
function report.heading(peers)
  local line = ('%-32s %9s %-4s %9s %9s'):format('case', 'ours', 'unit', 'limit', 'of limit')
  for _, peer in ipairs(peers) do line = line .. cell(peer, 10) .. cell('ratio', 10) end
  return line .. cell('spread', 8) .. '  goal'
end

--- The line of a case: its name, its record of every peer (ours, limits, pytorch, torch7), the
-- rates of the machine, and the list of peers. A record has the value and, from ours, check, bound,
-- bytes (not seconds) and spread. Second result: true for a goal met, false for one that was not.
function report.line(name, records, rates, peers)
  local ours = records.ours
  local unit, unit_name = unit_of(ours.value, ours.bytes)
  local limit = limit_of(ours, records.limits, rates)
  local share = limit and ('%.0f %%'):format(100 * limit / ours.value) or '-'
  local line = ('%-32s %9s %-4s %9s %9s'):format(name, number(ours.value, unit), unit_name,
    number(limit, unit), share)
  local values, remark = {}, ''
  for _, peer in ipairs(peers) do
    local theirs = records[peer]
    values[peer] = theirs and theirs.value
    line = line .. cell(number(values[peer], unit), 10)
      .. cell(ratio(values[peer], ours.value), 10)
    if theirs and differs(theirs.check, ours.check) then
      remark = remark .. (', result differs from %s: %s, %s'):format(peer, ours.check, theirs.check)
    end
  end
  local goal = verdict(name, ours.value, limit, values, unit, unit_name)
  local spread = ours.spread and ('%.0f %%'):format(100 * ours.spread) or '-'
  local met = nil
  if goal:find('^ok') then met = true end
  if goal:find('^behind') or remark ~= '' then met = false end
  return line .. cell(spread, 8) .. '  ' .. goal .. remark, met
end

return report
