-- The names of nn's classes, which stand in package nn before their files are loaded.

local names = {}

--- Classes that stand in a file of their name.
names.files = [[
  AbsCriterion Add AddConstant BCECriterion BatchNormalization Bilinear Bottle CAdd CAddTable
  CAddTensorTable CDivTable CMaxTable CMinTable CMul CMulTable CReLU CSubTable CTCCriterion
  ClassNLLCriterion ClassSimplexCriterion Collapse Concat ConcatTable Constant Container
  Contiguous Convert Copy Cosine CosineDistance CosineEmbeddingCriterion Criterion
  CriterionTable CrossEntropyCriterion Decorator DepthConcat DistKLDivCriterion
  DistanceRatioCriterion DontCast DotProduct DropPath Dropout Euclidean FeatureLPPooling
  FlattenTable FocalCriterion GELU GPU GatedLinearUnit GradientReversal GroupNorm
  HingeEmbeddingCriterion HuberCriterion Identity Index IndexLinear InstanceNorm JoinTable
  Kmeans L1Cost L1HingeEmbeddingCriterion L1Penalty LayerNorm LayerNormalization Linear
  LinearWeightNorm LogSoftMax LookupTable MM MSECriterion MV MapTable MarginCriterion
  MarginRankingCriterion MaskedSelect Max Maxout Mean Min MixtureTable Module ModuleCriterion
  Mul MulConstant MultiCriterion MultiHeadAttention MultiLabelMarginCriterion
  MultiLabelSoftMarginCriterion MultiMarginCriterion NTXentCriterion NaN Narrow NarrowTable
  Normalize OneHot PReLU Padding PairwiseDistance Parallel ParallelCriterion ParallelTable
  PartialLinear PixelShuffle PositionalEncoding Power PrintSize Profile RMSNorm RReLU Replicate
  Reshape RotaryEncoding ScaledDotProduct Select SelectTable SequenceGRU SequenceLSTM
  SequenceRNN SequenceRecurrent Sequential SigmoidFocalCriterion SmoothL1Criterion
  SoftMarginCriterion SoftMax SoftMin SoftNLLCriterion SparseLinear
  SpatialAdaptiveAveragePooling SpatialAdaptiveMaxPooling SpatialAutoCropMSECriterion
  SpatialAveragePooling SpatialBatchNormalization SpatialClassNLLCriterion
  SpatialContrastiveNormalization SpatialConvolution SpatialConvolutionLocal
  SpatialConvolutionMM SpatialConvolutionMap SpatialCrossMapLRN SpatialDepthWiseConvolution
  SpatialDilatedConvolution SpatialDilatedMaxPooling SpatialDivisiveNormalization SpatialDropout
  SpatialFractionalMaxPooling SpatialFullConvolution SpatialFullConvolutionMap SpatialLPPooling
  SpatialLogSoftMax SpatialMaxPooling SpatialMaxUnpooling SpatialReflectionPadding
  SpatialReplicationPadding SpatialSoftMax SpatialSubSampling SpatialSubtractiveNormalization
  SpatialUpSamplingBilinear SpatialUpSamplingNearest SpatialZeroPadding SplitTable Squeeze
  StochasticGradient Sum TanhShrink TemporalConvolution TemporalDynamicKMaxPooling
  TemporalMaxPooling TemporalRowConvolution TemporalSubSampling Transpose Unsqueeze UpSampling
  View VolumetricAveragePooling VolumetricBatchNormalization VolumetricConvolution
  VolumetricDilatedConvolution VolumetricDilatedMaxPooling VolumetricDropout
  VolumetricFractionalMaxPooling VolumetricFullConvolution VolumetricMaxPooling
  VolumetricMaxUnpooling VolumetricReplicationPadding WeightNorm WeightedEuclidean
  WeightedMSECriterion WhiteNoise ZeroGrad ZipTable ZipTableOneToMany
]]

--- Classes that stand in nn/pointwise.lua.
names.pointwise = [[
  Abs Clamp ELU Exp HardShrink HardSigmoid HardSwish HardTanh LeakyReLU Log LogSigmoid Mish ReLU
  ReLU6 SiLU Sigmoid SoftPlus SoftShrink SoftSign Sqrt Square Swish Tanh Threshold
]]

return names
