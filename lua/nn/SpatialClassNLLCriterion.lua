-- nn.SpatialClassNLLCriterion([weights], [sizeAverage = true], [ignoreIndex = -100]):
-- nn.ClassNLLCriterion for every pixel: log-probabilities [n classes h w] and targets [n h w].
-- Shapes: input [n classes h w], target [n h w], weights [classes] -> number.

local torch = torch

torch.class('nn.SpatialClassNLLCriterion', 'nn.ClassNLLCriterion')
