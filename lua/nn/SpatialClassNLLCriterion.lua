-- nn.SpatialClassNLLCriterion: nn.ClassNLLCriterion for every pixel: log-probabilities [n classes
-- h w] and targets [n h w].

local torch = torch

torch.class('nn.SpatialClassNLLCriterion', 'nn.ClassNLLCriterion')
