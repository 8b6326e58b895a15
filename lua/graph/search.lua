-- Depth-first search through nodes, with a stack of its own, so that long chains have no limit.

local search = {}

--- Nodes that can be reached from `root` without passing `visited` ones, children before parents,
-- in the order of the children. Marks them as visited and calls f(node) on each.
function search.postorder(root, f)
  local order = {}
  if root.visited then return order end
  local path, places, top = {root}, {0}, 1
  root.visited = true
  while top > 0 do
    local node = path[top]
    places[top] = places[top] + 1
    local child = node.children[places[top]]
    if not child then
      f(node)
      order[#order + 1] = node
      path[top] = nil
      top = top - 1
    elseif not child.visited then
      child.visited = true
      top = top + 1
      path[top], places[top] = child, 0
    end
  end
  return order
end

--- A node on a cycle that can be reached from the listed nodes, or nil.
function search.cycle(roots)
  local state = {} -- of a node: 'open' while its children are looked at, then 'done'
  for _, root in ipairs(roots) do
    local path, places, top = {root}, {0}, state[root] and 0 or 1
    if top == 1 then state[root] = 'open' end
    while top > 0 do
      local node = path[top]
      places[top] = places[top] + 1
      local child = node.children[places[top]]
      if not child then
        state[node] = 'done'
        top = top - 1
      elseif state[child] == 'open' then
        return child
      elseif not state[child] then
        state[child] = 'open'
        top = top + 1
        path[top], places[top] = child, 0
      end
    end
  end
end

return search
