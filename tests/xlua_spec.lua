-- Package xlua: text, progress, named arguments, options, profiling.
-- luacheck: ignore 143

require 'torch'
local xlua = require 'xlua'
local paths = require 'paths'
local recorded = require 'recorded'
local replay = require 'golden_replay'

local function captured(f)
  local write, print_before, lua_print = io.write, print, xlua.lua_print
  local text = {}
  rawset(io, 'write', function(...)
    for i = 1, select('#', ...) do text[#text + 1] = tostring((select(i, ...))) end
  end)
  _G.print = function(...)
    local parts = {}
    for i = 1, select('#', ...) do parts[i] = tostring((select(i, ...))) end
    text[#text + 1] = table.concat(parts, '\t') .. '\n'
  end
  xlua.lua_print = print
  local ok, err = pcall(f)
  rawset(io, 'write', write)
  _G.print, xlua.lua_print = print_before, lua_print
  if not ok then error(err, 0) end
  return table.concat(text)
end

-- Runs a chunk in a LuaJIT of its own, whose standard output is a pipe; returns output and status.
local function in_pipe(code, words)
  local name = paths.tmpname()
  local file = assert(io.open(name, 'w'))
  file:write('torch = require "torch" require "xlua" ', code)
  file:close()
  local pipe = io.popen(("LUA_PATH='%s' LUA_CPATH='%s' luajit %s %s 2>&1; echo status $?")
    :format(package.path, package.cpath, name, words or ''))
  local output = pipe:read('*a')
  pipe:close()
  return output:match('^(.*)status (%d+)\n$')
end

describe('text', function()
  for _, record in ipairs(recorded.records('misc/utilities.json')) do
    if record.code:find('require "xlua"', 1, true) then
      it('is as in Torch7: ' .. record.code, function()
        assert.is_nil(replay.run(record))
      end)
    end
  end

  it('prints nested tables', function()
    assert.are.equal('{[1] = 1,\n [a] = {[b] = x}}\t2\n',
      captured(function() xlua.print({1, a = {b = 'x'}}, 2) end))
    local cycle = {}
    cycle.self = cycle
    assert.is_truthy(captured(function() xlua.print(cycle) end):find('table: 0x', 1, true))
  end)

  it('writes tables as Lua does', function()
    assert.are.equal('{1,a={b="x"},["c d"]=true}',
      xlua.table2string {1, a = {b = 'x'}, ['c d'] = true})
    assert.are.equal('{1,\n2}', xlua.table2string({1, 2}, true))
    assert.has_error(function() xlua.table2string(3) end)
  end)

  it('formats any duration', function()
    assert.are.same({'0ms', '1s', '11D13h'},
      {xlua.formatTime(-1), xlua.formatTime(1.0004), xlua.formatTime(1e6)})
    assert.are.equal('inf', xlua.formatTime(math.huge))
    assert.has_error(function() xlua.formatTime('x') end)
  end)

  it('splices, prunes and looks up names', function()
    assert.are.same({{1, 2}, {3}}, {table.splice({1, 2, 3}, 3)})
    local pruned = table.prune({1, 2, 3, 4}, function(v) return v % 2 end,
      function(a, b) return a + b end)
    assert.are.same({4, 6}, pruned)
    assert.is_nil(('math.nope.x'):tosymbol())
  end)
end)

describe('progress', function()
  it('writes only the finished bar into a pipe', function()
    local output, status = in_pipe 'for i = 1, 50 do xlua.progress(i, 50) end'
    assert.are.equal('0', status)
    assert.are.equal(1, select(2, output:gsub('\n', '')))
    assert.is_nil(output:find('\r', 1, true))
    assert.is_truthy(output:find('^ %[=+ 50/50 =+>%]  Tot: %w+ | Step: %w+ *\n$'), output)
  end)

  it('redraws one line on a terminal, with the time left', function()
    if not paths.findprogram('script') then pending('the program script is not installed') end
    local name = paths.tmpname()
    local file = assert(io.open(name, 'w'))
    file:write [[
      torch = require "torch" require "xlua"
      for i = 1, 4 do xlua.progress(i, 4) sys.sleep(0.12) end
      xlua.progress(1, 2)
      xlua.progress(2, 2)
    ]]
    file:close()
    local pipe = io.popen(([[LUA_PATH='%s' LUA_CPATH='%s' script -qc "luajit %s" /dev/null]])
      :format(package.path, package.cpath, name))
    local output = pipe:read('*a')
    pipe:close()
    assert.are.equal(2, select(2, output:gsub('\n', '')))
    local left, step = output:match('\r %[[=>]+%.* 2/4 [=%.>]+%]  ETA: (%d+)ms | Step: (%d+)ms')
    assert.is_truthy(left, output)
    assert.is_true(tonumber(step) >= 120 and math.abs(left - 2 * step) <= 2)
    assert.is_truthy(output:find('4/4 .-Tot: %w+ | Step: '), output)
  end)

  it('refuses what is no progress', function()
    assert.has_error(function() xlua.progress('a', 2) end)
    assert.has_error(function() xlua.progress(1, 0) end)
    assert.has_error(function() xlua.progress(1) end)
  end)
end)

describe('named arguments', function()
  local function area(...)
    local args, width, height, unit = xlua.unpack({...}, 'area', 'area of a rectangle',
      {arg = 'width', type = 'number', help = 'in metres', req = true},
      {arg = 'height', type = 'number', help = 'default: square', defaulta = 'width'},
      {arg = 'unit', type = 'string', default = 'm2'})
    return args, width, height, unit
  end

  it('come by name or in order, with defaults', function()
    assert.are.same({2, 2, 'm2'}, {select(2, area(2))})
    assert.are.same({2, 3, 'km2'}, {select(2, area {width = 2, height = 3, unit = 'km2'})})
    local args = area(2, 5)
    assert.are.same({5, 5}, {args.height, args[2]})
  end)

  it('raise with the help at the caller\'s line where one is missing', function()
    local ok, message = pcall(function() area() end)
    assert.is_false(ok)
    assert.is_truthy(message:find('xlua_spec.lua:.*<area> missing argument: width'), message)
    assert.is_truthy(message:find('in metres', 1, true))
  end)

  it('become fields of an object', function()
    local object = {}
    xlua.unpack_class(object, {{a = 1}}, 'f', 'does f', {arg = 'a'}, {arg = 'b', default = 2})
    assert.are.same({a = 1, b = 2}, object)
  end)

  it('are explained', function()
    local text = xlua.usage('f', 'does f', 'f(1)', {arg = 'a', type = 'number', help = 'the a',
      default = 3}):gsub('\27%[[%d;]*m', '')
    assert.are.equal('f\ndoes f\nEXAMPLE:\nf(1)\nUSAGE:\n'
      .. 'f{\n  a = number  -- the a  [default = 3]\n}', text)
    text = xlua.usage_module({f = print, x = 1, _g = print}, 'mod', 'a module')
      :gsub('\27%[[%d;]*m', '')
    assert.are.equal('mod\na module\nFUNCTIONS:\n  mod.f', text)
  end)

  it('errors and try-catch', function()
    local ok, message = pcall(function() xlua.error('bad', 'domain', 'help') end)
    assert.is_false(ok)
    assert.is_truthy(message:find('xlua_spec.lua:%d+: <domain> bad\nhelp$'), message)
    local caught
    xlua.trycatch(function() error('x', 0) end, function(err) caught = err end)
    assert.are.equal('x', caught)
    xlua.trycatch(function() end, function() caught = nil end)
    assert.are.equal('x', caught)
  end)
end)

describe('globals and packages', function()
  it('are listed and cleared', function()
    rawset(_G, 'spec_variable', 5)
    local text = captured(xlua.who)
    assert.is_truthy(text:find('%[spec_variable%] = 5'))
    assert.is_truthy(text:find('= xlua'))
    xlua.clear('spec_variable')
    assert.is_nil(rawget(_G, 'spec_variable'))
    local output = in_pipe 'a = 1 xlua.clearall() print(a, type(xlua), type(print))'
    assert.are.equal('nil\ttable\tfunction\n', output)
  end)

  it('are found or reported missing', function()
    assert.is_true(xlua.installed('paths'))
    assert.is_false(xlua.installed('no.such.package'))
    assert.are.equal(paths, xlua.require('paths'))
    local output = in_pipe 'print(xlua.require("no.such.package"))'
    assert.is_truthy(output:find('package not found: no.such.package', 1, true))
  end)

  it('take settings from the environment', function()
    local output = in_pipe [[
      local p = xlua.envparams{HOME = "x", SPEC_NONE = 3}
      io.write(p.SPEC_NONE, p.HOME)
    ]]
    assert.are.equal('3' .. os.getenv 'HOME', output)
    assert.has_error(function() xlua.envparams {HOME = 3} end)
  end)

  it('log what is printed', function()
    local name = paths.tmpname()
    in_pipe(('xlua.log("%s") print("a", 1) xlua.log("%s", true) print("b")'):format(name, name))
    local file = assert(io.open(name))
    local text = file:read('*a')
    file:close()
    assert.are.equal('a\t1\nb\nb\n', text)
    assert.has_error(function() xlua.log('/no/such/directory/log') end)
    if paths.filep('/dev/full') then
      local message = in_pipe 'xlua.log("/dev/full") io.write(select(2, pcall(print, "a")))'
      assert.is_truthy(message:find('xlua.log: cannot write /dev/full: No space left', 1, true),
        message)
    end
  end)
end)

describe('OptionParser', function()
  local parser = [[
    local op = xlua.OptionParser('%prog [options] file')
    op:option{'-r', '--rate', dest = 'rate', default = 0.5, help = 'learning rate'}
    op:option{'-q', '--quiet', action = 'store_false', dest = 'talk'}
    op:option{'--name', req = true}
    local options, args = op:parse()
  ]]

  it('reads options of all forms', function()
    local output = in_pipe(parser .. 'io.write(op:tostring(true), #args, args[1])',
      '-r 2 --quiet x --name=a/b')
    assert.are.equal('[name=a_b,rate=2,talk=false]1x', output)
    output = in_pipe(parser .. 'op:summarize(true)', '--name n')
    assert.are.equal('name=n, rate=0.5, talk=true\n', output)
  end)

  it('prints the help', function()
    local output, status = in_pipe(parser, '-h')
    assert.are.equal('0', status)
    assert.is_truthy(output:find('  -r RATE, --rate=RATE  learning rate [0.5]', 1, true), output)
    assert.is_truthy(output:find('[options] file', 1, true))
  end)

  for what, words in pairs {['a mandatory option missing'] = '', ['an unknown option'] = '--what',
    ['a word for a number'] = '--name n -r x', ['no value'] = '--name',
    ['a value for a flag'] = '--name n --quiet=3'} do
    it('ends the program with code 1 for ' .. what, function()
      local output, status = in_pipe(parser .. 'print "not reached"', words)
      assert.are.equal('1', status)
      assert.is_truthy(output:find('Usage: ', 1, true))
      assert.is_nil(output:find('not reached', 1, true))
    end)
  end

  it('refuses bad declarations', function()
    local op = xlua.OptionParser()
    assert.has_error(function() op:option{} end)
    assert.has_error(function() op:option{'-x', action = 'what'} end)
  end)
end)

describe('Profiler', function()
  it('measures laps', function()
    local p = xlua.Profiler()
    p:start('work')
    sys.sleep(0.02)
    local real, cpu = p:lap('work', 2)
    assert.is_true(real >= 0.01 and real < 1)
    assert.is_true(cpu >= 0)
    assert.are.same({real / 2, cpu}, {p:real('work', 2), p:cpu('work')})
    assert.is_truthy(p:format('work'):find('^work +real: 0%.01%d+ s, cpu: '))
    p:start('frames', true)
    p:lap('frames')
    p:setColor('frames', sys.COLORS.red)
    local text = captured(function() p:printAll() end)
    assert.is_truthy(text:find('fps: ', 1, true))
    assert.are.equal(2, select(2, p:formatAll():gsub('real', '')))
    local drawn = {}
    p:displayAll{win = {drawtext = function(_, _, y) drawn[#drawn + 1] = y end}, y = 5}
    assert.are.same({5, 21}, drawn)
  end)

  it('does nothing when it is off', function()
    local p = xlua.Profiler('off')
    p:start('a')
    assert.are.same({0, 0}, {p:lap('b')})
    assert.are.equal(0, p:cpu('c'))
  end)

  it('refuses laps that were not measured', function()
    local p = xlua.Profiler()
    assert.has_error(function() p:lap('a') end)
    p:start('a')
    assert.has_error(function() p:cpu('a') end)
    assert.has_error(function() p:displayAll() end)
  end)
end)
