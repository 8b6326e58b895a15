-- A toy language: dates as people say them, in words, and as ISO 8601 writes them, in characters.
-- Any number of pairs can be made; which ones, torch.manualSeed says.

local dates = {}

local months = {'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august',
  'september', 'october', 'november', 'december'}
local days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
local weekdays = {'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'}
local ones = {'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten',
  'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen',
  'nineteen'}
local ordinals = {'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth',
  'ninth', 'tenth', 'eleventh', 'twelfth', 'thirteenth', 'fourteenth', 'fifteenth', 'sixteenth',
  'seventeenth', 'eighteenth', 'nineteenth'}
local tens = {[2] = 'twenty', [3] = 'thirty', [4] = 'forty', [5] = 'fifty', [6] = 'sixty',
  [7] = 'seventy', [8] = 'eighty', [9] = 'ninety'}

-- The words of a number below 100, its last word from `units`.
local function words(n, units)
  if n < 20 then return units[n] end
  if n % 10 == 0 then
    return units == ordinals and tens[n / 10]:gsub('y$', 'ieth') or tens[n / 10]
  end
  return tens[math.floor(n / 10)] .. ' ' .. units[n % 10]
end

local function pick(list)
  return list[torch.random(#list)]
end

local function spoken_year(year)
  local century, rest = math.floor(year / 100), year % 100
  if century == 20 and rest < 10 then
    return 'two thousand' .. (rest > 0 and pick {' ', ' and '} .. words(rest, ones) or '')
  elseif rest == 0 then
    return words(century, ones) .. ' hundred'
  elseif rest < 10 then
    return words(century, ones) .. ' oh ' .. words(rest, ones)
  end
  return words(century, ones) .. ' ' .. words(rest, ones)
end

-- Ways to say a date. In all of them but the last the order of the parts differs from ISO's.
local ways = {
  function(d, m, y) return 'the ' .. words(d, ordinals) .. ' of ' .. m .. ' ' .. y end,
  function(d, m, y) return m .. ' the ' .. words(d, ordinals) .. ' , ' .. y end,
  function(d, m, y) return m .. ' ' .. words(d, ones) .. ' , ' .. y end,
  function(d, m, y)
    return pick(weekdays) .. ' the ' .. words(d, ordinals) .. ' of ' .. m .. ' ' .. y
  end,
  function(d, m, y) return 'in ' .. y .. ' on the ' .. words(d, ordinals) .. ' of ' .. m end,
  function(d, m, y) return 'in ' .. y .. ' on ' .. m .. ' the ' .. words(d, ordinals) end,
}

-- A random date of the years 1900 to 2099: what is said, and what is written.
function dates.pair()
  local year, month = torch.random(1900, 2099), torch.random(12)
  local day = torch.random(days[month])
  local said = pick(ways)(day, months[month], spoken_year(year))
  return said, ('%04d-%02d-%02d'):format(year, month, day)
end

return dates
