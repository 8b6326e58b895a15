-- nn.AbsCriterion: |x - t|.

require 'nn.difference'('AbsCriterion', 'absloss')
