-- nn.CMaxTable(): the largest of the tensors of a table at each element.
-- Shapes: {any, the same, ...} -> that.

require 'nn.extremumtable'('CMaxTable', 'gt')
