-- The th command without a terminal: flags, scripts, exit codes, search paths.

local terminal = require 'trepl.terminal'

local run, shell = terminal.run, terminal.shell

-- A file that is removed after the test.
local function file(name, text)
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute('mkdir ' .. folder) == 0)
  local path = folder .. '/' .. name
  local handle = assert(io.open(path, 'w'))
  handle:write(text)
  handle:close()
  finally(function() os.execute('rm -rf ' .. folder) end)
  return path, folder
end

describe('th', function()
  it('runs a statement', function()
    local out, err, code = run {'-e', 'io.write(1 + 1)'}
    assert.are.same({'2', '', 0}, {out, err, code})
  end)

  it('runs statements and libraries in the order given', function()
    local out = run {'-e', 'io.write("a")', '-ljit.util', '-l', 'jit.bc', '-e', 'io.write("b")'}
    assert.are.equal('ab', out)
  end)

  it('has torch and the tools of trepl as globals', function()
    local out = run {'-e', [[
      for _, name in ipairs {'torch', 'print_new', 'print_old', 'setprintlevel', 'noColors', 'who',
        'import', 'monitor_G', 'browse'} do
        assert(_G[name] ~= nil, name)
      end
      io.write(type(require 'trepl'))]]}
    assert.are.equal('function', out)
  end)

  it('gives a script its arguments', function()
    local path = file('script.lua', 'io.write(arg[0], "|", arg[-1], "|", table.concat(arg, ","), '
      .. '"|", select("#", ...), (...))')
    local out, err, code = run {'-g', path, '-x', 'b c'}
    assert.are.same({path .. '|-g|-x,b c|2-x', '', 0}, {out, err, code})
  end)

  it('skips the first line of an executable script', function()
    local path = file('script', '#!/usr/bin/env th\nio.write("ran")')
    assert.are.equal('ran', (run {path}))
  end)

  it('runs standard input that is no terminal', function()
    assert.are.equal('piped', (run({}, 'io.write("piped")')))
    assert.are.equal('a2', (run({'-', 'a', 'b'}, 'io.write(arg[1], select("#", ...))')))
  end)

  it('ends the options at --', function()
    local path = file('-e', 'io.write("dashed")')
    local out = shell(('cd %s && %s -- -e'):format(path:match('^.*/'), '"$OLDPWD/%th"'))
    assert.are.equal('dashed', out)
  end)

  it('takes the prompt from a pipe with -i', function()
    local out, _, code = run({'-i', '-e', 'x = 3'}, 'x + 1\nerror("lost")\nx + 2\n')
    assert.is_truthy(out:find('4\t\n', 1, true))
    assert.is_truthy(out:find('5\t\n', 1, true))
    assert.are.equal(0, code)
  end)

  it('prints its usage', function()
    for _, flag in ipairs {'-h', '--help'} do
      local out, err, code = run {flag}
      assert.is_truthy(out:find('^Usage: th %[options%] %[script.lua %[arguments%]%]'))
      assert.are.same({'', 0}, {err, code})
    end
  end)

  it('prints its version', function()
    local out, _, code = run {'--version'}
    assert.is_truthy(out:find('^luatorch .*LuaJIT'))
    assert.are.equal(0, code)
  end)

  it("takes LuaJIT's options", function()
    assert.are.equal('false', (run {'-joff', '-e', 'io.write(tostring(jit.status()))'}))
    assert.are.equal('true', (run {'-j', 'on', '-e', 'io.write(tostring(jit.status()))'}))
    local none = run {'-O0', '-e', 'io.write(select("#", jit.status()))'}
    local all = run {'-O3', '-e', 'io.write(select("#", jit.status()))'}
    assert.is_true(tonumber(none) < tonumber(all))
    local _, err = run {'-jv', '-e', 'for i = 1, 200 do end'}
    assert.is_truthy(err:find('[TRACE', 1, true))
  end)

  it('runs LUA_INIT first', function()
    assert.are.equal('12', (shell "LUA_INIT='io.write(1)' %th -e 'io.write(2)'"))
    local path = file('init.lua', 'io.write("file")')
    assert.are.equal('file', (shell('LUA_INIT=@' .. path .. " %th -e ''")))
  end)
end)

describe('th reports', function()
  local cases = {
    {'an unknown option', {'--zap'}, 'th: unknown option --zap (th -h lists them)\n'},
    {'-e without a statement', {'-e'}, 'th: -e needs a statement\n'},
    {'-l without a name', {'-l'}, 'th: -l needs a library name\n'},
    {'a missing script', {'/nowhere/x.lua'},
      'th: cannot open /nowhere/x.lua: No such file or directory\n'},
    {'a syntax error', {'-e', 'x = = 1'}, "th: (command line):1: unexpected symbol near '='\n"},
    {'an unknown LuaJIT command', {'-jzap'}, 'th: unknown LuaJIT command or jit.* module: zap\n'},
    {'the asynchronous prompt', {'-a'},
      "th: -a needs the package 'async', which luatorch does not have\n"},
    {'the graphics server', {'--gfx'},
      "th: -x needs the package 'gfx.js', which luatorch does not have\n"},
  }
  for _, case in ipairs(cases) do
    it(case[1] .. ' in one line', function()
      local out, err, code = run(case[2])
      assert.are.same({'', case[3], 1}, {out, err, code})
    end)
  end

  it('an error with a traceback of the script only', function()
    local path = file('bad.lua', 'local function inner() error("boom") end\nlocal x = inner()\n')
    local out, err, code = run {path}
    assert.are.same({'', 1}, {out, code})
    assert.are.equal((([[
th: %s:1: boom
stack traceback:
	[C]: in function 'error'
	%s:1: in function 'inner'
	%s:2: in main chunk
]]):gsub('%%s', path)), err)
  end)

  it('errors that are no strings', function()
    local _, err, code = run {'-e', 'error({})'}
    assert.is_truthy(err:find('th: (error object is a table value)', 1, true))
    assert.are.equal(1, code)
    _, err = run {'-e', 'error(setmetatable({}, {__tostring = function() return "mine" end}))'}
    assert.is_truthy(err:find('th: mine', 1, true))
  end)

  it('a library that is absent', function()
    local _, err, code = run {'-lnowhere'}
    assert.is_truthy(err:find("^th: module 'nowhere' not found"))
    assert.are.equal(1, code)
  end)

  it('an error in standard input', function()
    local _, err, code = run({}, 'local x = nil + 1')
    assert.is_truthy(err:find('^th: stdin:1: attempt to perform arithmetic'))
    assert.are.equal(1, code)
  end)

  it('the code of os.exit', function()
    assert.are.equal(7, (select(3, run {'-e', 'os.exit(7)'})))
    assert.are.equal(0, (select(3, run {'-e', 'os.exit(0)'})))
  end)

  it('output that cannot be written', function()
    local _, err, code = shell "%th -e 'print(1)' >/dev/full"
    assert.are.same({'th: standard output: No space left on device\n', 1}, {err, code})
  end)

  it('no more than one code for several statements', function()
    local out, _, code = run {'-e', 'error("first")', '-e', 'io.write("second")'}
    assert.are.same({'', 1}, {out, code})
  end)
end)

describe('th dies', function()
  it('of Ctrl-C in a script', function()
    local _, _, code = shell "timeout -s INT 0.5 %th -e 'while true do end' & wait $!; exit $?"
    assert.are.equal(124, code)
  end)

  it('quietly of a closed pipe', function()
    local out, err = shell "%th -e 'for i = 1, 1e6 do print_old(i) end' | head -1"
    assert.are.same({'1\n', ''}, {out, err})
  end)
end)

describe('th searches', function()
  local show = "%th -e 'io.write(package.path, \"\\n\", package.cpath)'"

  -- Asserts that the patterns are found in this order.
  local function assert_order(text, ...)
    local position = 1
    for _, pattern in ipairs {...} do
      local start, stop = text:find(pattern, position, true)
      assert(start, ('%s is not in %s after byte %d'):format(pattern, text, position))
      position = stop + 1
    end
  end

  it('its own tree before the system', function()
    local out = shell('unset LUA_PATH LUA_CPATH; ' .. show)
    local path, cpath = out:match('^(.*)\n(.*)$')
    assert_order(path, './?.lua;', '/lua/?.lua;', '/lua/?/init.lua;', '/usr/local/share/lua/5.1/')
    assert_order(cpath, './?.so;', (os.getenv('LUATORCH_BUILD') or 'build') .. '/?.so;',
      '/usr/local/lib/lua/5.1/')
  end)

  it('what the environment names before itself', function()
    local out = shell("LUA_PATH='/mine/?.lua' LUA_CPATH='/mine/?.so' " .. show)
    local path, cpath = out:match('^(.*)\n(.*)$')
    assert_order(path, '/mine/?.lua;./?.lua;', '/lua/?.lua;', '/usr/local/share/lua/5.1/')
    assert_order(cpath, '/mine/?.so;./?.so;', '/?.so;', '/usr/local/lib/lua/5.1/')
  end)

  it('the defaults where the environment has ;;', function()
    local path = shell("LUA_PATH='/first/?.lua;;/last/?.lua' " .. show):match('^[^\n]*')
    assert_order(path, '/first/?.lua;./?.lua;', '/lua/?.lua;', '/usr/local/share/lua/5.1/',
      ';/last/?.lua')
    assert.is_nil(path:match('last.*/usr/local/share'))
  end)

  it('an installation prefix', function()
    local _, folder = file('unused', '')
    local out = shell(([[
      mkdir -p %s/bin %s/share/lua/5.1 && cp %th %s/bin/th &&
      cp -r lua/trepl lua/torch %s/share/lua/5.1/ && ln -s %s/bin/th %s/link &&
      unset LUA_PATH LUA_CPATH && cd / &&
      %s/link -h >/dev/null && %s/link -h | head -1]]):gsub('%%s', folder))
    assert.are.equal('Usage: th [options] [script.lua [arguments]]\n', out)
  end)

  it('and says so where its Lua files are not there', function()
    local _, folder = file('unused', '')
    local out, err, code = shell(('mkdir %s/bin && cp %th %s/bin/th && cd / && %s/bin/th -e ""')
      :gsub('%%s', folder))
    assert.are.same({'', 1}, {out, code})
    assert.is_truthy(err:find("^th: module 'trepl.cli' not found"))
  end)
end)
