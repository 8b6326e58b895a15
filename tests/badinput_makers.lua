-- What the calls of badinput_objects are made of: files in a folder of their own, names, objects of
-- the utility classes, and operators as functions.

local ffi = require 'ffi'
local helpers = require 'helpers'
local lfs = require 'lfs'
local torch = require 'torch'

local makers = {}

-- Files -------------------------------------------------------------------------------------------

local folder, before

-- Makes a folder with files to read the working folder.
local function enter()
  before, folder = lfs.currentdir(), os.tmpname()
  os.remove(folder)
  assert(lfs.mkdir(folder))
  assert(lfs.chdir(folder))
  torch.save('saved', {1, 'x', torch.ones(2)})
  torch.npy.save('saved.npy', torch.ones(2, 3))
  torch.npz.save('saved.npz', {a = torch.ones(2), b = torch.ones(3)})
  torch.safetensors.save('saved.safetensors', {a = torch.ones(2), b = torch.ones(3)})
  rawset(_G, 'badinput_classes', {})
  local file = torch.DiskFile('numbers', 'w')
  file:writeString('1 2 3 4 5 6\n')
  file:close()
end

-- Goes back and removes the folder.
local function leave()
  helpers.collect()
  rawset(_G, 'badinput_classes', nil)
  assert(lfs.chdir(before))
  for name in lfs.dir(folder) do os.remove(folder .. '/' .. name) end
  assert(lfs.rmdir(folder))
end

--- f as a function that runs in a folder of its own with the files that calls read, so that any
-- string may be the name of a file.
function makers.inside(f)
  return function()
    enter()
    local ok, message = pcall(f)
    leave()
    if not ok then error(message, 0) end
  end
end

local function constant(value)
  return function() return value end
end

-- Objects -----------------------------------------------------------------------------------------

local count = 0

-- A name that no class has.
local function fresh()
  count = count + 1
  return 'badinput_classes.Class' .. count
end

local function memory_file(object)
  local file = torch.MemoryFile('rw')
  object:write(file)
  file:seek(1)
  return file
end

local function command_line()
  local cmd = torch.CmdLine()
  cmd:option('-size', 5, 'a size')
  cmd:argument('word', 'a word')
  cmd:silent()
  return cmd
end

local function tester()
  local t = torch.Tester()
  t:add(function() end, 'known')
  t:setSummaryOnly(true)
  return t
end

makers.constructors = {
  mapped = function()
    torch.save('mapped', 'text')
    return 'mapped'
  end,
  path = constant('numbers'), newpath = constant('new'), saved = constant('saved'),
  npypath = constant('saved.npy'), npzpath = constant('saved.npz'),
  safepath = constant('saved.safetensors'),
  fresh = fresh,
  freshtype = function() return ffi.typeof('struct { int number; }') end,
  kept = torch.ones(2, 3),
  chunk = function() return loadstring('return 1') end,
  same = function(object) return object end,
  text0 = function() return torch.CharStorage():string('text\0') end,
  disk = function() return torch.DiskFile('numbers', 'r') end,
  writable = function() return torch.DiskFile('new', 'w') end,
  binary = function() return torch.MemoryFile('w'):binary() end,
  state = function() return memory_file(torch.Generator()) end,
  tensor_file = function() return memory_file(torch.ones(2, 3)) end,
  retained = function()
    local s = torch.DoubleStorage(2):fill(1)
    s:retain()
    return s
  end,
  timer = function() return torch.Timer() end,
  cmd = command_line,
  tester = tester,
  running = function()
    local t = tester()
    t.counts, t.current = {asserts = 0, failures = 0, errors = 0}, 'known'
    return t
  end,
}

--- Operators and indices as functions.
makers.operators = {
  plus = function(a, b)
    local r = a + b
    return r
  end,
  minus = function(a, b)
    local r = a - b
    return r
  end,
  times = function(a, b)
    local r = a * b
    return r
  end,
  over = function(a, b)
    local r = a / b
    return r
  end,
  modulo = function(a, b)
    local r = a % b
    return r
  end,
  negative = function(a)
    local r = -a
    return r
  end,
  length = function(a)
    local r = #a
    return r
  end,
  same = function(a, b)
    local r = a == b
    return r
  end,
  text = function(a)
    local r = tostring(a)
    return r
  end,
  index = function(a, key)
    local r = a[key]
    return r
  end,
  assign = function(a, key, value)
    a[key] = value
  end,
}

return makers
