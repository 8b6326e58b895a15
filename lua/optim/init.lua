-- Package optim: optimizers that call a function for values and gradients, and tools to watch
-- training. Every optimizer is optim.NAME(opfunc, x, [config], [state]) and works on x in place.

require 'torch'
require 'xlua' -- programs that require optim use the globals xlua and sys

local optim = {
  adadelta = require 'optim.adadelta',
  adagrad = require 'optim.adagrad',
  adam = require 'optim.adam',
  adamax = require 'optim.adamax',
  asgd = require 'optim.asgd',
  cg = require 'optim.cg',
  checkgrad = require 'optim.checkgrad',
  cmaes = require 'optim.cmaes',
  de = require 'optim.de',
  FistaLS = require 'optim.fista',
  lbfgs = require 'optim.lbfgs',
  lswolfe = require 'optim.lswolfe',
  nag = require 'optim.nag',
  polyinterp = require 'optim.polyinterp',
  rmsprop = require 'optim.rmsprop',
  rprop = require 'optim.rprop',
  sgd = require 'optim.sgd',
}
_G.optim = optim

require 'optim.ConfusionMatrix'
require 'optim.Logger'

return optim
