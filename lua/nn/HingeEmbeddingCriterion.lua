-- nn.HingeEmbeddingCriterion: for distances x and targets t, x where t is 1 and max(0, margin - x)
-- where t is -1 (default margin 1). The target of a single distance may
-- be a number.

require 'nn.difference'('HingeEmbeddingCriterion', 'hingeembedding',
  {args = {{'margin', 1}}, fields = 'nil, self.margin, 0', number = true})
