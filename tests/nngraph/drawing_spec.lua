-- Pictures of graphs: what graphviz's dot is called with, what happens where it is missing or
-- fails, and the pictures it makes where it is installed. Scripts run in a folder of their own.

local helpers = require 'helpers'
local lfs = require 'lfs'
local raises = require 'nn.raises'
local torch = require 'torch'
require 'nngraph'

local real_dot = os.execute('command -v dot > /dev/null') == 0

-- A stand-in for dot: notes its arguments, then makes a picture; fails for the layout `fdp`.
local DOT = [[#!/bin/sh
printf '%s\n' "$@" >> "$ARGUMENTS"
[ "$1" != -Kfdp ] || { echo 'no such layout' >&2; exit 3; }
while [ "$1" != -o ]; do shift; done
{ echo 'picture of'; cat "$3"; } > "$2"
]]

local PRELUDE = [[
require 'nngraph'
local x = nn.Identity()()
local h = nn.Linear(3, 4)(x):annotate{name = 'h'}
local net = nn.gModule({x}, {nn.Tanh()(h)})
]]

describe('drawing', function()
  local folder

  local function read(name)
    local file = io.open(folder .. '/' .. name)
    local text = file and file:read('*a')
    if file then file:close() end
    return text
  end

  local function write(name, text)
    local file = assert(io.open(folder .. '/' .. name, 'w'))
    file:write(text)
    file:close()
  end

  -- Runs a script with programs of the given folder only ('bin': with the stand-in for dot).
  local function script(source, programs)
    write('script.lua', PRELUDE .. source)
    local environment = {PATH = folder .. '/' .. programs, ARGUMENTS = folder .. '/arguments'}
    return helpers.luajit({folder .. '/script.lua'}, environment, folder)
  end

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(lfs.mkdir(folder) and lfs.mkdir(folder .. '/bin') and lfs.mkdir(folder .. '/bare'))
    for _, name in ipairs {'luajit', 'timeout', 'sh', 'cat'} do
      os.execute(('ln -s "$(command -v %s)" %s/bare && ln -s "$(command -v %s)" %s/bin')
        :format(name, folder, name, folder))
    end
    write('bin/dot', DOT)
    os.execute('chmod +x ' .. folder .. '/bin/dot')
  end)

  after_each(function() os.execute("rm -rf '" .. folder .. "'") end)

  it('writes the description and the picture, whatever the name', function()
    local status, output = script("print(graph.dot(net.fg, 'title', 'a b;touch c'))", 'bin')
    assert.are.same({0, 'a b;touch c.svg\n'}, {status, output})
    local text = read('a b;touch c.dot')
    assert.is_truthy(text:find('label=title', 1, true))
    assert.are.equal('picture of\n' .. text, read('a b;touch c.svg'))
    assert.are.equal('-Kdot\n-Tsvg\n-o\n', read('arguments'):match('^.-\n.-\n.-\n'))
    assert.is_nil(read('c.svg'))
    for name in lfs.dir(folder) do assert.is_nil(name:find('tmp'), name) end
  end)

  it('writes the attributes of a node in the order of their names', function()
    local node = nn.Tanh()():annotate {name = 'N', description = 'D',
      graphAttributes = {color = 'red', tooltip = 'a tip'}}
    local text = nn.gModule({node}, {nn.Sigmoid()(node)}).fg:todot()
    assert.matches('%[color=red label="N [^"]*D[^"]*" tooltip="a tip"%];', text)
  end)

  it('takes the format from the name, and the layout', function()
    local status, output = script("graph.graphvizFile(net.bg, 'neato', 'g.png')", 'bin')
    assert.are.same({0, ''}, {status, output})
    assert.is_truthy(read('g.png'):find('^picture of'))
    assert.is_truthy(read('arguments'):find('^%-Kneato\n%-Tpng\n'))
  end)

  it('says that graphviz is missing, and keeps the description', function()
    local status, output = script("graph.dot(net.fg, 'title', 'g')", 'bare')
    assert.is_true(status ~= 0)
    assert.is_truthy(output:find('script.lua:5: graph.dot: graphviz is needed', 1, true), output)
    assert.is_truthy(read('g.dot'))
    assert.is_nil(read('g.svg'))
  end)

  it('reports a failure and leaves the old picture', function()
    write('g.svg', 'old')
    local status, output = script("graph.graphvizFile(net.fg, 'fdp', 'g.svg')", 'bin')
    assert.is_true(status ~= 0)
    assert.is_truthy(output:find('failed with status 3: no such layout', 1, true), output)
    assert.are.equal('old', read('g.svg'))
  end)

  it('names the picture that no viewer shows', function()
    local status, output = script('os.remove(nngraph.display(net))', 'bin')
    assert.are.equal(0, status, output)
    assert.is_truthy(output:find('^nngraph.display: no viewer could be opened; .* is /.*.svg'))
  end)

  it('opens the viewer of the desktop', function()
    write('bin/xdg-open', '#!/bin/sh\nprintf "shows %s" "$1"\n')
    os.execute('chmod +x ' .. folder .. '/bin/xdg-open')
    local source = 'local name = graph.dot(net.fg) os.remove(name) print("=" .. name)'
    local _, output = script(source, 'bin')
    local shown, name = output:match('^shows (.-)=(.-)\n$')
    assert.are.equal(name, shown, output)
  end)

  it('of an error in debugging mode marks the node in red', function()
    local source = [[
      net.name = 'bad'
      nngraph.setDebug(true)
      for _ = 1, 2 do
        local ok, message = pcall(net.forward, net, torch.ones(5))
        assert(not ok and message:find('linear') and message:find('stack traceback:\n', 1, true))
      end
      nngraph.setDebug(false)
      local _, message = pcall(net.forward, net, torch.ones(5))
      assert(message:find('linear') and not message:find('stack traceback'))
      net:forward(torch.ones(3))
    ]]
    local status, output = script(source, 'bin')
    assert.are.same({0, 'saving bad.svg\nsaving bad_2.svg\n'}, {status, output})
    local place = read('bad.dot'):match('n(%d+)%[label="h %(')
    assert.is_truthy(read('bad.dot'):find(('\nn%s[style=filled, fillcolor=red];'):format(place), 1,
      true))
    assert.is_truthy(read('bad_2.svg'))
  end)

  it('in debugging mode without graphviz leaves the error as it is', function()
    local status, output = script("nngraph.setDebug(true) net:forward(torch.ones(5))", 'bare')
    assert.is_true(status ~= 0)
    assert.is_truthy(output:find('mismatch: input') and output:find('graphviz is needed'), output)
  end)

  it('simply leaves out nodes that only pass on their input', function()
    local x, y = nn.Identity()(), nn.Identity()()
    local a, b = nn.Identity()(nn.Tanh()(x)):split(2)
    local net = nn.gModule({x, y}, {nn.CAddTable()({a, b, y}), nn.Sigmoid()(y)})
    local text = nngraph.simple_print.todot(net.fg, 'simple')
    assert.are.equal(3, select(2, text:gsub('%[label="', '')))
    local node = {}
    for id, class in text:gmatch('(n%d+)%[label="[^"]*module = nn.(%a+)') do node[class] = id end
    assert.are.equal(1, select(2, text:gsub(' %-> ', '')))
    assert.is_truthy(text:find(('%s -> %s;'):format(node.Tanh, node.CAddTable), 1, true))
    local status, output = script("print(nngraph.simple_print.dot(net.fg, 'title', 's'))", 'bin')
    assert.are.same({0, 's.svg\n'}, {status, output})
    assert.is_falsy(read('s.dot'):find('Identity'))
  end)

  it('rejects wrong arguments', function()
    local g = graph.Node(1):graph()
    raises(function() graph.dot(3) end, 'graph.dot', 'graph.Graph', 'number')
    raises(function() graph.dot(g, 't', 5) end, 'graph.dot', 'name of a file', 'number')
    raises(function() graph.graphvizFile(g, 'dot', 'noextension') end, 'graphvizFile', 'extension')
    raises(function() graph.graphvizFile(g, 'dot; ls', 'a.svg') end, 'layout program', 'dot; ls')
    raises(function() graph.graphvizLayout({}) end, 'graphvizLayout', 'table')
    raises(function() nngraph.display(g) end, 'display', 'gModule')
    raises(function() nngraph.simple_print.dot(3) end, 'simple_print.dot', 'number')
    raises(function() nngraph.simple_print.todot(3) end, 'simple_print.todot', 'number')
    raises(function() nngraph.annotateNodes(900) end, 'annotateNodes', '900')
  end)

  local drawn = real_dot and it or pending

  drawn('with graphviz gives a picture', function()
    local x = nn.Identity()()
    local net = nn.gModule({x}, {nn.Tanh()(x):annotate{description = 'a "quoted" \\ name\nx'}})
    local name = folder .. '/net'
    assert.are.equal(name .. '.svg', graph.dot(net.fg, 'title', name))
    assert.is_truthy(read('net.svg'):find('<svg.*quoted.*</svg>'))
  end)

  drawn('with graphviz gives the places of the nodes', function()
    local g, a, b, c = graph.Graph(), graph.Node(1), graph.Node(2), graph.Node(3)
    g:add({graph.Edge(a, b), graph.Edge(b, c)})
    local places = graph.graphvizLayout(g)
    assert.are.same({3, 2}, places:size():totable())
    helpers.assert_near(places:select(2, 1), torch.Tensor(3):fill(0.5), 1e-3, 'x')
    assert.is_true(places[1][2] > places[2][2] and places[2][2] > places[3][2])
    assert.is_true(places:min() >= 0 and places:max() <= 1)
  end)
end)
