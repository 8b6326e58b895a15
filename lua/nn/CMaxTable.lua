-- nn.CMaxTable: the largest of the tensors of a table at each element.

require 'nn.extremumtable'('CMaxTable', 'gt')
