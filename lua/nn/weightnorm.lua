-- Weights as direction and length, w = g v / sqrt(|v|^2 + eps) for rows of v [out k], g [out 1]:
-- nn.LinearWeightNorm, nn.WeightNorm. Salimans and Kingma, Weight Normalization, 2016.

local buffer = require 'nn.buffer'

local weightnorm = {}

--- w = g v / sqrt(|v|^2 + eps), the roots in self._norm and g / root in self._scale.
function weightnorm.compose(self, w, eps)
  local v = self.v
  local norm, factor = buffer(self, '_norm', v), buffer(self, '_scale', v)
  w:resizeAs(v):cmul(v, v)
  norm:sum(w, 2):add(eps):sqrt()
  factor:resizeAs(norm):cdiv(self.g, norm)
  return w:cmul(v, factor:expandAs(v))
end

--- Adds to gradG and gradV the gradients that gw, the gradient of w, has for g and v as of the last
-- compose. gradG and gradV may be g and v themselves.
function weightnorm.accumulate(self, gw)
  local v, norm, factor = self.v, self._norm, self._scale
  local dot, work = buffer(self, '_dot', v), buffer(self, '_work', v)
  work:resizeAs(v):cmul(gw, v)
  dot:sum(work, 2):cdiv(norm)
  self.gradG:add(dot)
  dot:cdiv(norm):cmul(factor)
  work:cmul(v, dot:expandAs(v))
  self.gradV:add(-1, work)
  work:cmul(gw, factor:expandAs(v))
  self.gradV:add(work)
end

return weightnorm
