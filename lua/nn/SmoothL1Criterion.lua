-- nn.SmoothL1Criterion: (x - t)^2 / 2 where |x - t| < 1, otherwise |x - t| - 1/2.

require 'nn.difference'('SmoothL1Criterion', 'smoothl1')
