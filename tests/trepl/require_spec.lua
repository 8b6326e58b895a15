-- require for paths: every kind of file, folders, where files are looked for, what goes wrong.

local terminal = require 'trepl.terminal'

describe('require of a path', function()
  local folder

  local function write(name, text)
    local file = assert(io.open(folder .. '/' .. name, 'wb'))
    file:write(text)
    file:close()
  end

  -- Runs a statement in the folder.
  local function th(code)
    return terminal.shell(('root=$PWD; cd %s && "$root"/%%th -e %s'):format(folder,
      terminal.quote(code)))
  end

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute('mkdir -p ' .. folder .. '/package/inner') == 0)
  end)

  after_each(function() os.execute('rm -rf ' .. folder) end)

  it('runs a Lua file once', function()
    write('module.lua', 'io.write("run ") return {value = 4}')
    local out = th [[io.write(require('./module').value, require './module.lua'.value, ' ',
      tostring(require './module' == require './package/../module'))]]
    assert.are.equal('run 44 true', out)
  end)

  it('gives true for a file without a value', function()
    write('module.lua', 'set = 5')
    assert.are.equal('true5', (th 'io.write(tostring(require "./module"), set)'))
  end)

  it('finds files beside the caller, then in the current folder', function()
    write('package/init.lua', 'return require("./inner/part") .. require("./top")')
    write('package/inner/part.lua', 'return require("../sibling")')
    write('package/sibling.lua', 'return "sibling "')
    write('top.lua', 'return "top"')
    assert.are.equal('sibling top', (th 'io.write(require "./package")'))
    assert.are.equal('sibling top', (th 'io.write(require "./package/")'))
    local elsewhere = terminal.shell(('%%th -e \'io.write(require("%s/package/inner/part"))\'')
      :format(folder))
    assert.are.equal('sibling ', elsewhere)
  end)

  it('reads JSON', function()
    write('data.json', '{"a": [1, 2.5, "x"], "b": true}')
    assert.are.equal('2.5xtrue',
      (th [[local d = require './data' io.write(d.a[2], d.a[3], tostring(d.b))]]))
  end)

  it('reads CSV', function()
    write('data.csv', 'name,size\r\n"a ""b"", c",1e3\n,-2\n')
    assert.are.equal('name|size|a "b", c|1000||-2', (th [[local r = require './data.csv'
      io.write(r[1][1], '|', r[1][2], '|', r[2][1], '|', r[2][2], '|', r[3][1], '|', r[3][2])]]))
  end)

  it('loads what torch.save wrote', function()
    assert.are.equal('2 3', (th [[torch.save('./a.th', {2}) torch.save('./b.net', {3})
      io.write(require './a'[1], ' ', require './b.net'[1])]]))
  end)

  it('leaves other names to Lua', function()
    assert.are.equal('true', (th 'io.write(tostring(require "string" == string))'))
    local _, err = th 'require "nowhere"'
    assert.is_truthy(err:find("module 'nowhere' not found", 1, true))
  end)

  local bad = {
    {'an absent file', 'require "./absent"', "(command line):1: require: no file for './absent'"},
    {'a syntax error', 'require "./syntax"', "syntax.lua:1: '=' expected near '<eof>'"},
    {'damaged JSON', 'require "./damaged.json"', 'damaged.json: '},
    {'a quote that stays open', 'require "./open.csv"', 'open.csv: a quoted field has no end'},
    {'text after a quote', 'require "./after.csv"', 'after.csv: row 2: text after a quoted field'},
    {'a library that is none', 'require "./false.so"', 'false.so: '},
  }
  for _, case in ipairs(bad) do
    it('reports ' .. case[1], function()
      write('syntax.lua', 'x')
      write('damaged.json', '{"a": ')
      write('open.csv', 'a\n"b')
      write('after.csv', 'a\n"b"c\n')
      write('false.so', 'text')
      local _, err, code = th(case[2])
      assert.is_truthy(err:find(case[3], 1, true), err)
      assert.are.equal(1, code)
    end)
  end
end)
