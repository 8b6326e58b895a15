-- nn.CMinTable(): the smallest of the tensors of a table at each element.
-- Shapes: {any, the same, ...} -> that.

require 'nn.extremumtable'('CMinTable', 'lt')
