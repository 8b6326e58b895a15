-- Rows of bad_input_spec.lua, one for every criterion: how to make it, good input and target, and
-- what else it takes as input and as target: kinds of nn/bad_input.lua. classes: how many classes
-- the target counts.

local torch = require 'torch'
local samples = require 'nn.samples'

local COUNT = 'dims,-dims-1' -- as many elements

local real, unit, signs = samples.real, samples.unit, samples.signs
local constant, pair = samples.constant, samples.pair
local function classes(...) return samples.classes(4, ...) end
local none = constant(nil)

return {
  {'nn.AbsCriterion()', real(3, 4), real(3, 4), COUNT, COUNT},
  {'nn.BCECriterion()', unit(3, 4), unit(3, 4), 'dims,-dims-1,-nan,-inf', COUNT},
  {'nn.CTCCriterion()', real(6, 3, 4), constant(torch.Tensor {{2, 2, 3}, {4, 0, 9}, {0, 0, 0}}),
    'size1,-size1=1,size3+1,type float', 'size2,type,-nan,-inf'},
  {'nn.ClassNLLCriterion()', real(3, 4), classes(3), 'size2,-size2=1,type float',
    'dims,type,-nan,-inf', classes = 4},
  {'nn.ClassNLLCriterion()', real(4), constant(2), 'dims+1,size1,-size1=1,type float', '',
    classes = 4},
  {'nn.ClassSimplexCriterion(4)', real(3, 4), classes(3), '', 'type,-nan,-inf', classes = 4},
  {'nn.CosineEmbeddingCriterion()', pair(real(3, 9), real(3, 9)), signs(3), '', 'dims,-nan,-inf'},
  {'nn.CrossEntropyCriterion()', real(3, 4), classes(3), 'dims,-dims-1,size2,-size2=1',
    'dims,type,-nan,-inf', classes = 4},
  {'nn.CrossEntropyCriterion(nil, true, 0.1)', real(3, 4), classes(3),
    'dims,-dims-1,size2,-size2=1', 'dims,type,-nan,-inf', classes = 4},
  {'nn.DistKLDivCriterion()', real(3, 4), unit(3, 4), COUNT, COUNT},
  {'nn.DistanceRatioCriterion()', pair(unit(5), unit(5)), none, '1:dims,2:dims', ''},
  {'nn.FocalCriterion()', real(3, 4), classes(3), 'size2,-size2=1', 'dims,type,-nan,-inf',
    classes = 4},
  {'nn.HingeEmbeddingCriterion()', real(3, 4), signs(3, 4), COUNT, 'dims,-dims-1,-nan,-inf'},
  {'nn.HuberCriterion()', real(3, 4), real(3, 4), COUNT, COUNT},
  {'nn.L1Cost()', real(3, 4), none, 'empty,dims,size,type float', ''},
  {'nn.L1HingeEmbeddingCriterion()', pair(real(5), real(5)), constant(1), '1:dims,2:dims', ''},
  {'nn.MSECriterion()', real(3, 4), real(3, 4), COUNT, COUNT},
  {'nn.MarginCriterion()', real(3, 4), signs(3, 4), COUNT, COUNT},
  {'nn.MarginRankingCriterion()', pair(real(5), real(5)), signs(5), '1:dims,2:dims', 'dims'},
  {'nn.ModuleCriterion(nn.MSECriterion(), nn.Linear(4, 2))', real(3, 4), real(3, 2), '', COUNT},
  {'nn.MultiCriterion():add(nn.MSECriterion(), 0.5):add(nn.AbsCriterion())', real(3, 4),
    real(3, 4), COUNT, COUNT},
  {'nn.MultiLabelMarginCriterion()', real(2, 4),
    constant(torch.Tensor {{2, 4, 0, 1}, {3, 0, 0, 0}}), 'type float',
    'dims,-dims-1,type,-nan,-inf'},
  {'nn.MultiLabelSoftMarginCriterion()', real(3, 4), unit(3, 4), COUNT, COUNT},
  {'nn.MultiMarginCriterion()', real(3, 4), classes(3), 'size2,-size2=1,type float',
    'dims,type,-nan,-inf', classes = 4},
  {'nn.NTXentCriterion()', pair(real(4, 3), real(4, 3)), none, '', ''},
  {'nn.ParallelCriterion():add(nn.MSECriterion(), 0.5):add(nn.ClassNLLCriterion())',
    pair(real(3, 4), real(3, 4)), pair(real(3, 4), classes(3)),
    'more,1:dims,-1:dims-1,2:size2,-2:size2=1,2:type float',
    'more,1:dims,-1:dims-1,2:dims,2:type,-2:nan,-2:inf'},
  {'nn.SigmoidFocalCriterion()', real(3, 4), unit(3, 4), COUNT, COUNT},
  {'nn.SmoothL1Criterion()', real(3, 4), real(3, 4), COUNT, COUNT},
  {'nn.SoftMarginCriterion()', real(3, 4), signs(3, 4), COUNT, COUNT},
  {'nn.SoftNLLCriterion()', real(3, 4), classes(3), 'size2,-size2=1,type float',
    'dims,type,-nan,-inf', classes = 4},
  {'nn.SpatialAutoCropMSECriterion()', real(2, 3, 2, 3), real(2, 3, 4, 5), 'size3,size4',
    'size3,-size3=1,size4,-size4=1'},
  {'nn.SpatialClassNLLCriterion()', real(2, 4, 3, 2), classes(2, 3, 2), 'size2+1,type float',
    'dims,-dims-1,type,-nan,-inf', classes = 4},
  {'nn.WeightedMSECriterion(torch.Tensor{1, 2, 0.5, 3})', real(3, 4), real(3, 4), COUNT, COUNT},
}
