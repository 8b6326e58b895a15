-- The shell scripts behind the Makefile: setup, install, test and the lint rules, each in a folder
-- of its own under the system's temporary folder.

local root = require('lfs').currentdir()

-- Output (both streams) and exit status of a shell command run in folder, outside any sanitizer.
local function sh(folder, command, ...)
  local script = 'cd %s && unset LD_PRELOAD PRELOAD FILES FILTER LUATORCH_BUILD; (%s) 2>&1; echo $?'
  script = script:format(folder, command:format(...))
  local pipe = assert(io.popen(script))
  local text = pipe:read('*a')
  pipe:close()
  local output, status = text:match('^(.-)(%d+)\n$')
  return output, tonumber(status)
end

local function write(path, text)
  local file = assert(io.open(path, 'w'))
  file:write(text)
  file:close()
end

describe('scripts', function()
  local folder

  before_each(function()
    folder = sh('/', 'mktemp -d'):match('%S+')
  end)

  after_each(function()
    sh('/', 'rm -rf %s', folder)
  end)

  describe('setup', function()
    -- A PATH without apt-get, LuaJIT and busted, or with an apt-get that only leaves a mark.
    local function setup(groups, apt)
      sh(folder, 'mkdir bin && for c in sh cc gcc as ld mktemp rm cat id env dirname; do '
        .. 'ln -s "$(command -v $c)" bin/$c; done')
      if apt then
        write(folder .. '/bin/apt-get', '#!/bin/sh\necho "$@" >> ' .. folder .. '/called\nexit 1\n')
        sh(folder, 'chmod +x bin/apt-get')
      end
      return sh(folder, 'PATH=%s/bin %s/scripts/setup %s', folder, root, groups)
    end

    it('lists what is missing where there is no apt-get', function()
      local output, status = setup('build test')
      assert.equal(1, status)
      for _, package in ipairs{'luajit', 'pkg%-config', 'lua%-busted'} do
        assert.matches('\n  ' .. package .. ': ', output)
      end
      assert.matches('no apt%-get', output)
    end)

    it('says what it installs, and reports a failing apt-get', function()
      local output, status = setup('test', true)
      assert.equal(1, status)
      assert.matches('Installing.-lua%-busted: runs the tests', output)
      assert.matches('could not install lua%-busted', output)
      assert.matches('update\n', io.open(folder .. '/called'):read('*a'))
    end)

    it('does nothing where everything is there', function()
      write(folder .. '/apt-get', '#!/bin/sh\ntouch ' .. folder .. '/called\n')
      sh(folder, 'chmod +x apt-get')
      local output, status = sh(folder, 'PATH=.:$PATH %s/scripts/setup build test', root)
      assert.same({'', 0}, {output, status})
      assert.is_nil(io.open(folder .. '/called'))
    end)

    it('refuses an unknown group', function()
      local output, status = sh(folder, '%s/scripts/setup build tset', root)
      assert.equal(2, status)
      assert.matches("unknown group 'tset'", output)
    end)
  end)

  describe('install', function()
    local function install(list)
      local lines = {}
      for _, target in ipairs(list) do lines[#lines + 1] = '644 source ' .. target end
      return sh(folder, 'printf "%s\\n" | DESTDIR=stage %s/scripts/install put /doc/manifest',
        table.concat(lines, '\\n'), root)
    end
    local function tree()
      return (sh(folder, 'find stage | sort | tr "\\n" " "'))
    end

    before_each(function()
      write(folder .. '/source', 'text')
      sh(folder, 'mkdir -p stage/bin stage/share/other')
    end)

    it('puts files and removes exactly those', function()
      local before = tree()
      assert.same({'', 0}, {install{'/bin/a', '/share/new/deep/b'}})
      assert.equal('stage stage/bin stage/bin/a stage/doc stage/doc/manifest stage/share '
        .. 'stage/share/new stage/share/new/deep stage/share/new/deep/b stage/share/other ', tree())
      sh(folder, 'DESTDIR=stage %s/scripts/install remove /doc/manifest', root)
      assert.equal(before, tree())
    end)

    it('keeps what others put into its folders', function()
      install{'/lib/new/a'}
      sh(folder, 'touch stage/lib/new/mine')
      sh(folder, 'DESTDIR=stage %s/scripts/install remove /doc/manifest', root)
      assert.equal('stage stage/bin stage/lib stage/lib/new stage/lib/new/mine stage/share '
        .. 'stage/share/other ', tree())
    end)

    it('drops files of an older version', function()
      install{'/lib/old', '/lib/both'}
      install{'/lib/both'}
      assert.matches('stage/lib stage/lib/both stage/share', tree(), 1, true)
    end)

    it('fails without a manifest when a source is missing', function()
      local command = 'echo "644 none /lib/a" | DESTDIR=stage %s/scripts/install put /m'
      local _, status = sh(folder, command, root)
      assert.equal(1, status)
      assert.is_nil(io.open(folder .. '/stage/m'))
    end)
  end)

  describe('test', function()
    local function run(spec, environment)
      sh(folder, 'mkdir -p scripts tests && cp %s/scripts/test scripts && cp %s/.busted . && '
        .. 'cp %s/tests/run.lua %s/tests/report.lua tests', root, root, root, root)
      write(folder .. '/tests/some_spec.lua', spec)
      local output, status = sh(folder, '%s scripts/test', environment or '')
      return {output:match('([^\n]*)\n$'), status}, output
    end

    it('counts', function()
      local result = run[[
        it('passes', function() end)
        it('fails', function() assert(false) end)
        pending('waits')]]
      assert.same({'1 passed, 1 failed, 1 skipped', 1}, result)
      assert.same({'1 passed, 0 failed', 0}, (run[[it('passes', function() end)]]))
    end)

    it('fails when nothing ran, and when a file does not load', function()
      assert.same({'0 passed, 1 failed', 1}, (run("it('passes', function() end)", 'FILTER=none')))
      assert.same({'0 passed, 1 failed', 1}, (run('no Lua')))
    end)

    it('names the test in which the process died', function()
      local result, output = run[[
        it('crashes', function() require('ffi').cast('int *', 0)[0] = 1 end)]]
      assert.same({'0 passed, 1 failed', 1}, result)
      assert.matches('died by signal 11', output)
      assert.matches('some_spec.lua: crashes', output, 1, true)
    end)

    it('names the test that does not end', function()
      local spec = "it('hangs', function() while true do end end)"
      local result, output = run(spec, 'TEST_TIMEOUT=1')
      assert.same({'0 passed, 1 failed', 1}, result)
      assert.matches('did not end within 1 s', output)
      assert.matches('some_spec.lua: hangs', output, 1, true)
    end)
  end)

  describe('sanitize', function()
    -- With a program in the place of compute-sanitizer that says what it is called for, and runs it
    -- unless its tool is racecheck.
    local function sanitize(environment)
      write(folder .. '/spec.lua', "it('passes', function() end)")
      write(folder .. '/checker', '#!/bin/sh\necho "called $*" | sed "s/ luajit.*//"\n'
        .. 'case $2 in racecheck) exit 86 ;; esac\n'
        .. 'while [ "$1" != luajit ]; do shift; done\n"$@"\n')
      sh(folder, 'chmod +x checker')
      return sh(root, 'COMPUTE_SANITIZER=%s/checker FILES=%s/spec.lua LUATORCH_BUILD=%s %s '
        .. 'scripts/sanitize', folder, folder, folder, environment)
    end

    it('runs the specs under every tool', function()
      local output, status = sanitize 'TOOLS="memcheck synccheck"'
      assert.equal(0, status, output)
      assert.matches('called %-%-tool memcheck .*%-%-error%-exitcode 86 '
        .. '%-%-report%-api%-errors no\n', output)
      assert.matches('called %-%-tool synccheck .*%-%-error%-exitcode 86\n', output)
      local _, count = output:gsub('1 passed, 0 failed\n', '')
      assert.equal(2, count)
    end)

    it('fails where a tool finds something, and goes on', function()
      local output, status = sanitize ''
      assert.equal(1, status)
      assert.matches('\nFAILED: racecheck\n.*called %-%-tool synccheck', output)
      assert.is_nil(output:find('FAILED: memcheck', 1, true))
    end)

    it('says what is missing', function()
      local output, status = sh(root, 'COMPUTE_SANITIZER=%s/none scripts/sanitize', folder)
      assert.same({'sanitize: compute-sanitizer, which comes with CUDA, is not installed\n', 1},
        {output, status})
    end)
  end)

  describe('lint.lua', function()
    local function lint(files, exceptions)
      sh(folder, 'git init -q && mkdir -p scripts csrc/core csrc/ops csrc/cpu lua/torch lua/nn')
      write(folder .. '/scripts/lint-exceptions', exceptions or '')
      for path, text in pairs(files) do write(folder .. '/' .. path, text) end
      return sh(folder, 'luajit %s/scripts/lint.lua', root)
    end

    it('passes a clean tree', function()
      assert.same({'', 0}, {lint{
        ['csrc/core/a.h'] = '', ['csrc/cpu/isa.h'] = '', ['csrc/cpu/a.c'] =
        '#include "core/a.h"\n#include "isa.h"\n#include "luatorch.h"\n',
        ['lua/torch/init.lua'] = '',
        ['lua/nn/init.lua'] = "require 'torch'\nrequire('nn.Module')\n",
      }})
    end)

    it('reports each rule', function()
      local output, status = lint{
        ['csrc/cpu/a.h'] = '', ['csrc/core/a.c'] = '#include "cpu/a.h"\n',
        ['csrc/ops/long.c'] = ('\n'):rep(501),
        ['lua/nn/init.lua'] = '', ['lua/torch/init.lua'] = "local nn = require 'nn'\n",
        ['notes.md'] = 'see /ho' .. 'me/somebody/x\n',
      }
      assert.equal(1, status)
      assert.matches('csrc/core/a.c: core may not include csrc/cpu/a.h', output, 1, true)
      assert.matches('csrc/ops/long.c: 501 lines, the limit is 500', output, 1, true)
      assert.matches('lua/torch/init.lua: torch may not require nn', output, 1, true)
      assert.matches("notes.md:1: absolute path", output, 1, true)
    end)

    it('wants a reason for an exception, and no exception too many', function()
      local long = {['csrc/ops/long.c'] = ('\n'):rep(501)}
      assert.same({'', 0}, {lint(long, 'size csrc/ops/long.c: one table\n')})
      assert.matches('no reason given', (lint(long, 'size csrc/ops/long.c\n')))
      assert.matches('not needed any more', (lint({}, 'size csrc/ops/gone.c: one table\n')))
    end)
  end)
end)
