-- The modules and criterions of nn, found in the files of lua/nn.

local torch = require 'torch'
local lfs = require 'lfs'
local helpers = require 'helpers'
require 'nn'

local classes = {}

-- Names of what the files declare that inherits from `parent`, sorted.
local function names(parent)
  local list = {}
  local function add(name)
    local class = nn[name] and torch.getmetatable('nn.' .. name)
    while class and class.__typename ~= parent do class = getmetatable(class) end
    if class then list[#list + 1] = name end
  end
  for file in lfs.dir(helpers.folder .. '/../lua/nn') do
    local name = file:match('^(%u%w*)%.lua$')
    if name then add(name) end
  end
  local file = assert(io.open(helpers.folder .. '/../lua/nn/pointwise.lua'))
  local source = file:read('*a')
  file:close()
  for name in source:gmatch("class%('nn%.(%w+)'") do add(name) end
  for name in source:gmatch("\npointwise {'(%w+)'") do add(name) end
  table.sort(list)
  return list
end

--- Names of all modules, without "nn.".
function classes.modules() return names('nn.Module') end

--- Names of all criterions.
function classes.criterions() return names('nn.Criterion') end

return classes
