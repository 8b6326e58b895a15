-- FISTA: proximal gradient descent with momentum for a smooth plus a simple non-smooth function.

local class = require 'torch.class'

local function check(value, what, position)
  if type(value) ~= 'function' then
    error(('optim.FistaLS: %s expected as argument %d, got %s')
      :format(what, position, class.type(value)), 3)
  end
end

local function buffer(params, field, template)
  params[field] = params[field] or template.new()
  return params[field]:resizeAs(template):copy(template)
end

--- Minimises f(x) + g(x) from xinit (Beck and Teboulle, SIAM J. Imaging Sciences 2, 2009).
-- f(x) returns the smooth value, f(x, 'dx') that and the gradient; g(x) the non-smooth value;
-- pl(v, L) moves v to the minimum of g(u) + L/2 |u - v|^2. params: L (0.1), the inverse step, Lstep
-- (1.5), its growth in the line search, maxiter (50), maxline (20) line search steps an iteration,
-- errthres (1e-4), the change of f + g at which to stop, doFistaUpdate (true; false is ISTA),
-- verbose (false; keeps each solution). params gets the last L and the buffers xkm, y, ply.
-- Returns x and a list of {F = value, nline = line search steps, L =, niter =, [xk =]}.
return function(f, g, pl, xinit, params)
  check(f, 'smooth function', 1)
  check(g, 'non-smooth function', 2)
  check(pl, 'proximal function', 3)
  if not class.isTensor(xinit) then
    error('optim.FistaLS: tensor expected as argument 4, got ' .. class.type(xinit), 2)
  end
  params = params or {}
  local inverse_step, growth = params.L or 0.1, params.Lstep or 1.5
  local max_lines = params.maxline or 20
  local accelerate = params.doFistaUpdate ~= false

  local x = xinit
  local before = buffer(params, 'xkm', x)
  local y = buffer(params, 'y', x)
  local candidate = buffer(params, 'ply', x)
  local t = 1
  local last_value = math.huge
  local history = {}

  for iteration = 1, params.maxiter or 50 do
    before:copy(x)
    local fy, gradient = f(y, 'dx')
    local lines = 0
    repeat
      if lines > 0 then inverse_step = inverse_step * growth end
      lines = lines + 1
      candidate:add(y, -1 / inverse_step, gradient)
      pl(candidate, inverse_step)
      x:copy(candidate)
      local value = f(x)
      candidate:add(-1, y)
      local bound = fy + gradient:dot(candidate) + inverse_step / 2 * candidate:dot(candidate)
    until value <= bound or lines >= max_lines

    if accelerate then
      local next_t = (1 + math.sqrt(1 + 4 * t * t)) / 2
      y:add(x, -1, before):mul((t - 1) / next_t):add(x)
      t = next_t
    else
      y:copy(x)
    end

    local value = f(x) + g(x)
    local entry = {F = value, nline = lines, L = inverse_step, niter = iteration}
    if params.verbose then
      entry.xk = x:clone()
      print(('<optim.FistaLS> iteration %d: F = %g, L = %g'):format(iteration, value, inverse_step))
    end
    table.insert(history, entry)
    params.L = inverse_step
    if math.abs(last_value - value) <= (params.errthres or 1e-4) then break end
    last_value = value
  end
  return x, history
end
