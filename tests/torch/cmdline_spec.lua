-- torch.CmdLine: parsing, help, names of runs, logs.

local torch = require 'torch'
local paths = require 'paths'
local recorded = require 'recorded'
local replay = require 'golden_replay'

-- Runs f with io.write, io.stderr and os.exit caught; returns what was written and the exit code.
local function caught(f)
  local write, exit = io.write, os.exit
  local text, code = {}, nil
  rawset(io, 'write', function(...)
    for i = 1, select('#', ...) do text[#text + 1] = (select(i, ...)) end
  end)
  rawset(os, 'exit', function(status)
    code = status
    error(text)
  end)
  local ok, err = pcall(f)
  rawset(io, 'write', write)
  rawset(os, 'exit', exit)
  if not ok and err ~= text then error(err, 2) end
  return table.concat(text), code
end

local function command()
  local cmd = torch.CmdLine()
  cmd:text('Options')
  cmd:argument('-data', 'the data')
  cmd:argument('-count', 'how many', 'number')
  cmd:option('-rate', 0.5, 'learning rate')
  cmd:option('--verbose', false, 'talk')
  cmd:option('-name', 'none', 'name')
  return cmd
end

describe('torch.CmdLine', function()
  it('reads options and arguments in any order', function()
    assert.are.same({data = 'x', count = 3, rate = -2, verbose = true, name = '-5'},
      command():parse {'-rate', '-2', 'x', '--verbose', '3', '-name', '-5'})
  end)

  it('inverts a boolean option whose default is true', function()
    local cmd = torch.CmdLine()
    cmd:option('-fast', true, 'fast')
    assert.are.same({fast = false}, cmd:parse {'-fast'})
    assert.are.same({fast = true}, cmd:default())
  end)

  for what, words in pairs {
    ['a missing argument'] = {'x'},
    ['a surplus argument'] = {'x', '1', '2'},
    ['an unknown option'] = {'x', '1', '-unknown'},
    ['a missing value'] = {'x', '1', '-rate'},
    ['a word for a number'] = {'x', '1', '-rate', 'fast'},
    ['a word for a number argument'] = {'x', 'many'},
  } do
    it('ends the program with code 1 for ' .. what, function()
      local cmd = command()
      local shown
      cmd.error = function(_, message)
        shown = message
        os.exit(1)
      end
      local _, code = caught(function() cmd:parse(words) end)
      assert.are.equal(1, code)
      assert.is_string(shown)
    end)
  end

  it('prints the help and ends with code 0 for -h', function()
    local text, code = caught(function() command():parse {[0] = 'prog.lua', '-h'} end)
    assert.are.equal(0, code)
    assert.are.equal(table.concat {
      'Usage: prog.lua [options] <data><count>\n',
      'Options\n',
      '  <data>    the data\n',
      '  <count>   how many\n',
      '  -rate     learning rate [0.5]\n',
      '  --verbose talk [false]\n',
      '  -name     name [none]\n',
    }, text)
  end)

  it('names a run after what differs from the defaults', function()
    local cmd = torch.CmdLine()
    cmd:option('-seed', 123, 's')
    cmd:option('-tag', 'x', 't')
    assert.are.equal('exp', cmd:string('exp', {seed = 123, tag = 'x'}, {}))
    assert.are.equal('exp,seed=1,tag=y', cmd:string('exp', {seed = 1, tag = 'y'}))
    assert.are.equal('tag=y', cmd:string('', {seed = 1, tag = 'y'}, {seed = true}))
  end)

  it('copies what is printed into a log, with the time where asked for', function()
    local name = paths.tmpname()
    local cmd = torch.CmdLine()
    local before = print
    cmd:silent()
    cmd:addTime('spec', '%Y')
    cmd:log(name, {b = 2, a = 1})
    print('hello', 3)
    _G.print = before
    local lines = {}
    for line in io.lines(name) do lines[#lines + 1] = line end
    local stamp = os.date('%Y') .. '[spec]: '
    assert.are.equal(stamp .. '[program started on ', lines[1]:sub(1, #stamp + 20))
    assert.are.same({stamp .. '[command line arguments]', stamp .. 'a\t1', stamp .. 'b\t2',
      stamp .. '[----------------------]', stamp .. 'hello\t3'}, {unpack(lines, 2)})
  end)

  it('raises when the log cannot be written, from compiled code too', function()
    if not paths.filep('/dev/full') then return end
    local before = print
    local name = paths.tmpname()
    local cmd = torch.CmdLine()
    cmd:silent()
    local ok, reason = pcall(function() cmd:log('/dev/full') end)
    assert.is_false(ok)
    assert.is_truthy(reason:find('cmdline_spec.lua:%d+: torch.CmdLine.log: cannot write /dev/full: '
      .. 'No space left'), reason)
    local full = print
    _G.print = before
    cmd:log(name)
    local log = print
    _G.print = before
    for i = 1, 300 do
      local write = i > 290 and full or log
      local written, message = pcall(write, i)
      assert.are.equal(write == log, written)
      if not written then assert.is_truthy(message:find('No space left', 1, true), message) end
    end
  end)

  it('refuses bad declarations', function()
    local cmd = torch.CmdLine()
    assert.has_error(function() cmd:option('-x', nil, 'h') end, 'option -x has no default value')
    assert.has_error(function() cmd:option('-x', 1, 'h', 'string') end,
      'option -x has wrong default type value')
    assert.has_error(function() cmd:option('-x', {}, 'h') end)
    assert.has_error(function() cmd:option(3, 1) end)
    assert.has_error(function() cmd:log('/no/such/directory/log') end)
  end)
end)

describe('torch.CmdLine', function()
  for _, record in ipairs(recorded.records('misc/utilities.json')) do
    if record.code:find('torch.CmdLine', 1, true) then
      it('does as Torch7: ' .. (record.note or record.code:match('[^;]*$')), function()
        assert.is_nil(replay.run(record))
      end)
    end
  end
end)
