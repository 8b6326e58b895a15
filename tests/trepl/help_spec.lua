-- Help from registered texts, documentation pages and comments.

local terminal = require 'trepl.terminal'

-- Runs code in a copy of the tree's Lua files beside its own docs folder.
describe('help', function()
  local folder

  local function write(name, text)
    local file = assert(io.open(folder .. '/' .. name, 'w'))
    file:write(text)
    file:close()
  end

  local function th(code)
    local out, err, status = terminal.shell(('cd %s && %%th -e %s'):format(folder,
      terminal.quote(code)))
    assert.are.same({'', 0}, {err, status})
    return out
  end

  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute(('mkdir -p %s/bin %s/docs && cp %s %s/bin/ && ln -s "$PWD"/build %s/ && '
      .. 'cp -rL lua %s/'):format(folder, folder, terminal.th, folder, folder, folder)) == 0)
    write('docs/ops.md', [[
# Operations

### `torch.halve([res,] x)`

Half of x.

Second paragraph.

#### Plain heading

Text that is no help.

| op | meaning |
|----|---------|
| `x:triple()`, `x:thrice()` | three times x |

### `torch.third(x)`

A third of x.

```lua
# print(torch.third(9))  --> 3

| `x:nowhere()` |
```

Behind it.
]])
    write('lua/documented.lua', [[
local M = {}

--- Adds one.
--- To a number.
function M.increment(x)
  return x + 1
end

function M.bare(x) return x end

return M
]])
  end)

  teardown(function() os.execute('rm -rf ' .. folder) end)

  local show = 'documented = require "documented" require("trepl.help").show("%s")'
  local cases = {
    {'a section by its dotted name', 'torch.halve',
      '`torch.halve([res,] x)`\n\nHalf of x.\n\nSecond paragraph.\n'},
    {'a section by its last name', 'halve',
      '`torch.halve([res,] x)`\n\nHalf of x.\n\nSecond paragraph.\n'},
    {'code without its fences', 'torch.third', '`torch.third(x)`\n\nA third of x.\n\n'
      .. '    # print(torch.third(9))  --> 3\n\n    | `x:nowhere()` |\n\nBehind it.\n'},
    {'no row of code', 'torch.nowhere', 'nothing is called torch.nowhere\n'},
    {'a row of a table', 'torch.triple', '`x:triple()`, `x:thrice()` | three times x\n'},
    {'the same by another name in it', 'torch.thrice',
      '`x:triple()`, `x:thrice()` | three times x\n'},
    {'a function without comment', 'documented.bare', 'no help on documented.bare\n'},
    {'a name that is nowhere', 'nowhere.at.all', 'nothing is called nowhere.at.all\n'},
  }
  for _, case in ipairs(cases) do
    it('shows ' .. case[1], function()
      assert.are.equal(case[3], th(show:format(case[2])))
    end)
  end

  it('shows the comment above a function', function()
    local out = th(show:format('documented.increment'))
    assert.is_truthy(out:find('^Adds one%.\nTo a number%.\n%(.*lua/documented%.lua:5%)\n$'))
  end)

  it('shows registered texts first', function()
    assert.are.equal('mine\n', th [[
      local help = require 'trepl.help'
      help.register('torch.halve', 'mine')
      help.show('torch.halve')]])
  end)

  local places = {'share/doc/luatorch/docs', 'lib/luarocks/rocks-5.1/luatorch/scm-1/doc/docs'}
  for _, place in ipairs(places) do
    it('finds the documentation installed in ' .. place, function()
      finally(function() os.execute('rm -rf ' .. folder .. '/prefix') end)
      local build = os.getenv('LUATORCH_BUILD') or 'build'
      local commands = {
        'mkdir -p prefix/bin prefix/share/lua prefix/lib/lua/5.1 prefix/%s',
        'cp bin/* prefix/bin/', 'cp -r lua prefix/share/lua/5.1', 'cp docs/ops.md prefix/%s/',
        'cp "$OLDPWD"/' .. build .. '/libluatorch.so prefix/lib/lua/5.1/',
      }
      local script = 'cd ' .. folder .. ' && ' .. table.concat(commands, ' && ')
      assert(os.execute((script:gsub('%%s', place))) == 0)
      local out, err, status = terminal.shell(('cd / && %s/prefix/%s -e %s'):format(folder,
        terminal.th, terminal.quote('require("trepl.help").show("torch.halve")')))
      assert.are.same({'', 0}, {err, status})
      assert.is_truthy(out:find('Half of x.', 1, true), out)
    end)
  end

  it('says where the documentation is, if it is there', function()
    assert.is_truthy(th('browse()'):find('/docs/\n$'))
    assert(os.rename(folder .. '/docs', folder .. '/moved'))
    local out = th('browse()')
    assert(os.rename(folder .. '/moved', folder .. '/docs'))
    assert.are.equal('the documentation is not installed\n', out)
  end)
end)
