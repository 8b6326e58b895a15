-- nn.MSECriterion: (x - t)^2.

require 'nn.difference'('MSECriterion', 'mse')
