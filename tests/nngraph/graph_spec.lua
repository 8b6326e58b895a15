-- graph: nodes, edges, graphs, and the order of nodes.

local torch = require 'torch'
local raises = require 'nn.raises'
require 'graph'

-- A graph of the edges in a text, 'a>b a>c', and its nodes by name.
local function make(text)
  local g, nodes = graph.Graph(), {}
  for from, to in text:gmatch('(%w+)>(%w+)') do
    for _, name in ipairs {from, to} do nodes[name] = nodes[name] or graph.Node(name) end
    g:add(graph.Edge(nodes[from], nodes[to]))
  end
  return g, nodes
end

local function names(nodes)
  local list = {}
  for i, node in ipairs(nodes) do list[i] = node.data end
  return table.concat(list, ' ')
end

-- edges, nodes, roots, leaves, order (nil: a cycle)
local cases = {
  {'a>b', 'a b', 'a', 'b', 'a b'},
  {'a>b b>c a>c', 'a b c', 'a', 'c', 'a b c'},
  {'a>b a>c b>d c>d', 'a b c d', 'a', 'd', 'a b c d'},
  {'b>d a>d c>a', 'b d a c', 'b c', 'd', 'b c a d'},
  {'a>b c>d', 'a b c d', 'a c', 'b d', 'a b c d'},
  {'a>b b>a', 'a b', '', ''},
  {'r>a a>b b>c c>a', 'r a b c', 'r', ''},
  {'a>b c>d d>c', 'a b c d', 'a', 'b'},
}

describe('graph.Graph', function()
  for _, case in ipairs(cases) do
    it(case[1] .. ' has nodes, roots, leaves and an order', function()
      local g = make(case[1])
      assert.are.equal(case[2], names(g.nodes))
      assert.are.equal(case[3], names(g:roots()))
      assert.are.equal(case[4], names(g:leaves()))
      assert.are.equal(case[5] == nil, g:hasCycle())
      if not case[5] then
        return raises(function() g:topsort() end, 'topsort', 'cycles', '[Nn]ode')
      end
      local sorted, reversed, roots = g:topsort()
      assert.are.equal(case[5], names(sorted))
      for _, node in ipairs(sorted) do assert.is_truthy(g.nodes[node]) end
      assert.are.equal(names(g:leaves()), names(roots))
      assert.are.equal(names(g:roots()), names(reversed:leaves()))
    end)
  end

  it('is cloned and reversed with new nodes that share the data', function()
    local g = graph.Graph()
    local a, b = graph.Node({}), graph.Node({})
    g:add({graph.Edge(a, b, 3), graph.Edge(b, graph.Node({}))})
    local clone = g:clone()
    local reversed, map = g:reverse()
    assert.are.same({2, 3, 2, 3}, {#clone.edges, #clone.nodes, #reversed.edges, #reversed.nodes})
    assert.are_not.equal(a, clone.nodes[1])
    assert.are.equal(a.data, clone.nodes[1].data)
    assert.are.equal(a.data, map[a].data)
    assert.is_truthy(map[b].children[map[a]])
    assert.are.same({3, 3}, {clone.edges[1].weight, reversed.edges[1].weight})
    assert.are.equal(0, g.edges[2].weight)
  end)

  it('counts an edge and a node once', function()
    local g, nodes = make('a>b')
    g:add(g.edges[1])
    g:add({g.edges[1]})
    assert.are.same({1, 2, 1}, {#g.edges, #g.nodes, #nodes.a.children})
    assert.are.same({1, 2}, {nodes.a.id, nodes.b.id})
  end)

  it('is saved and read', function()
    local g = torch.deserialize(torch.serialize((make('a>b b>c a>c'))))
    assert.are.equal('a b c', names(g:topsort()))
    assert.are.equal(3, g.nodes[g.nodes[3]])
    assert.are.equal(2, g.nodes[1].children[g.nodes[3]])
  end)

  it('describes itself to graphviz', function()
    local _, nodes = make('a>b')
    local text = nodes.a:graph():todot('a "title"')
    for _, part in ipairs {'digraph G {', 'label="a \\"title\\"";', 'n1[label="Node1\\na"];',
      'n2[label="Node2\\nb"];', 'n1 -> n2;'} do
      assert.is_truthy(text:find(part, 1, true), part)
    end
  end)

  it('puts text that is no word in quotes', function()
    local cases_of_text = {{'red', 'red'}, {'My label', '"My label"'}, {'Non[an', '"Non[an"'},
      {'a\nb', '"a\\nb"'}, {'Say "hello"', '"Say \\"hello\\""'}, {'end\\', '"end\\\\"'},
      {'left\\lx', '"left\\lx"'}, {'\\"', '"\\\\\\""'}}
    for _, case in ipairs(cases_of_text) do
      assert.are.equal(case[2], graph._dotEscape(case[1]))
    end
  end)
end)

describe('graph.Node', function()
  local function visited(method, root)
    local list = {}
    root[method](root, function(node) list[#list + 1] = node.data end)
    return table.concat(list, ' ')
  end

  it('is walked in depth and in breadth, again and again', function()
    local _, nodes = make('a>b a>c b>d c>d d>e')
    for _ = 1, 2 do
      assert.are.equal('e d b c a', visited('dfs', nodes.a))
      assert.are.equal('a b c d e', visited('bfs', nodes.a))
    end
    assert.are.equal('e d b', visited('dfs_dirty', nodes.b))
    assert.are.equal('c a', visited('dfs', nodes.a))
    assert.are.equal('d e', visited('bfs_dirty', nodes.d))
    assert.are.equal('a b c', visited('bfs', nodes.a))
  end)

  it('is visited before and after its children', function()
    local _, nodes = make('a>b b>c')
    local list = {}
    nodes.a:visit(function(node) list[#list + 1] = node.data end,
      function(node) list[#list + 1] = node.data:upper() end)
    assert.are.equal('a b c C B A', table.concat(list, ' '))
  end)

  it('knows about cycles', function()
    local _, nodes = make('a>b b>c c>b c>d')
    assert.is_true(nodes.a:hasCycle())
    assert.is_false(nodes.d:hasCycle())
  end)

  it('has a label, and an id that may be given', function()
    assert.are.equal('12', graph.Node(12):label())
    assert.are.equal(7, graph.Node(12, 7).id)
  end)

  it('may stand in a chain of any length', function()
    local first = graph.Node(1)
    local last = first
    for i = 2, 100000 do
      local node = graph.Node(i)
      last:add(node)
      last = node
    end
    local count = 0
    first:dfs(function() count = count + 1 end)
    assert.are.equal(100000, count)
    assert.is_false(first:hasCycle())
  end)

  it('rejects what is no node', function()
    local node = graph.Node(1)
    raises(function() node:add(3) end, 'graph.Node:add', 'number')
    raises(function() graph.Edge(node) end, 'graph.Edge', 'argument 2', 'nil')
    raises(function() graph.Graph():add(node) end, 'graph.Graph:add', 'graph.Node')
  end)
end)
