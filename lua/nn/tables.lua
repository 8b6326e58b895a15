-- nn.tables: connection tables of nn.SpatialConvolutionMap and nn.SpatialFullConvolutionMap,
-- tensors whose rows {from, to} connect an input plane to an output plane.

local F = require 'torch.ffi'

local raise = F.raise
local torch = torch

local tables = {}

local function check(name, ...)
  for i, n in ipairs {...} do
    if type(n) ~= 'number' or n < 1 or n % 1 ~= 0 then
      raise('nn.tables.%s: argument %d must be an integer of 1 or more, got %s', name, i,
        tostring(n))
    end
  end
end

--- Every one of nin inputs to every one of nout outputs.
function tables.full(nin, nout)
  check('full', nin or 0, nout or 0)
  local connections = torch.Tensor(nin * nout, 2)
  for k = 0, nin * nout - 1 do
    connections[k + 1][1] = k % nin + 1
    connections[k + 1][2] = math.floor(k / nin) + 1
  end
  return connections
end

--- Input i to output i.
function tables.oneToOne(nfeat)
  check('oneToOne', nfeat or 0)
  local connections = torch.Tensor(nfeat, 2)
  for i = 1, nfeat do connections[i]:fill(i) end
  return connections
end

--- nto random inputs to every one of nout outputs. Outputs take consecutive pieces of a random
-- order of the inputs, which is drawn anew when no whole piece is left.
function tables.random(nin, nout, nto)
  check('random', nin or 0, nout or 0, nto or 0)
  if nto > nin then
    raise('nn.tables.random: %d of %d inputs for every output', nto, nin)
  end
  local connections = torch.Tensor(nto * nout, 2)
  local pieces, order = math.floor(nin / nto), torch.randperm(nin)
  local used = 0
  for output = 1, nout do
    local rows = connections:narrow(1, (output - 1) * nto + 1, nto)
    rows:select(2, 1):copy(order:narrow(1, used * nto + 1, nto))
    rows:select(2, 2):fill(output)
    used = used + 1
    if used == pieces then -- also after the last output: the stream of random numbers is Torch7's
      order, used = torch.randperm(nin), 0
    end
  end
  return connections
end

return tables
