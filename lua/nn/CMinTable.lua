-- nn.CMinTable: the smallest of the tensors of a table at each element.

require 'nn.extremumtable'('CMinTable', 'lt')
