-- Rows for gradients_rows.lua: pooling, padding, upsampling and normalization of sequences, images
-- and volumes.

local rows = {}

-- The constructor of a pooling module followed by its inverse.
local function unpooled(kind, window)
  return ([[(function() local pool = nn.%sMaxPooling(%s) return nn.Sequential():add(pool)
    :add(nn.Tanh()):add(nn.%sMaxUnpooling(pool)) end)()]]):format(kind, window, kind)
end
local T, S = {{5, 3}, {2, 5, 3}}, {{3, 4, 5}, {2, 3, 4, 5}} -- sequences, images
local L, X = {{2, 6, 7}, {2, 2, 6, 7}}, {{2, 4, 3, 5}, {2, 2, 4, 3, 5}} -- larger images, volumes
for _, row in ipairs {
  {T, 'nn.TemporalMaxPooling(2)', 'nn.TemporalMaxPooling(3, 1)',
    'nn.TemporalDynamicKMaxPooling(2)', 'nn.TemporalDynamicKMaxPooling(1, 0.6)'},
  {S, 'nn.SpatialDilatedMaxPooling(2, 2, 1, 1, 1, 0, 2, 3)', 'nn.SpatialAdaptiveMaxPooling(2, 3)',
    'nn.SpatialAdaptiveMaxPooling(6, 5)', 'nn.SpatialAdaptiveAveragePooling(3, 2)',
    'nn.SpatialAdaptiveAveragePooling(1, 1)', 'nn.SpatialAdaptiveAveragePooling(1, 3)',
    'nn.SpatialAdaptiveAveragePooling(7, 6)', unpooled('Spatial', '2, 2'),
    'nn.SpatialReflectionPadding(2, 1, 3, 0)', 'nn.SpatialReflectionPadding(2, -1, -2, 3)',
    'nn.SpatialReplicationPadding(2, 7, 1, 0)', 'nn.SpatialReplicationPadding(-2, 1, 3, -1)',
    'nn.SpatialUpSamplingNearest(1)', 'nn.SpatialUpSamplingNearest(3)',
    'nn.SpatialUpSamplingBilinear(2)', 'nn.SpatialUpSamplingBilinear({oheight = 3, owidth = 8})',
    'nn.SpatialUpSamplingBilinear({oheight = 1, owidth = 2})',
    'nn.SpatialCrossMapLRN(3, 0.5)', 'nn.SpatialCrossMapLRN(2, 0.8, 0.6, 2)',
    'nn.SpatialCrossMapLRN(7, 0.5, 0.75, 0.5)',
    'nn.SpatialSubtractiveNormalization(3, torch.ones(3, 3))',
    'nn.SpatialSubtractiveNormalization(3, torch.range(1, 5))',
    'nn.SpatialDivisiveNormalization(3, torch.range(1, 9):view(3, 3))',
    'nn.SpatialDivisiveNormalization(3, torch.Tensor {1, 3, 2}, 0.8)',
    'nn.SpatialContrastiveNormalization(3, torch.ones(3, 1))'},
  {L, 'nn.SpatialMaxPooling(3, 3, 2, 2)'},
  {X, 'nn.VolumetricMaxPooling(2, 2, 2)',
    'nn.VolumetricMaxPooling(3, 3, 2, 2, 1, 1, 1, 1, 0):ceil()',
    'nn.VolumetricDilatedMaxPooling(2, 2, 2, 1, 1, 1, 1, 0, 0, 2, 3, 1)',
    'nn.VolumetricAveragePooling(2, 2, 2)', 'nn.VolumetricAveragePooling(2, 3, 1, 1, 2, 1)',
    'nn.VolumetricReplicationPadding(1, 2, 0, -1, 2, 1)', unpooled('Volumetric', '2, 2, 1')},
} do
  for i = 2, #row do rows[#rows + 1] = {row[i], row[1][1], row[1][2], batch = true} end
end
for _, row in ipairs {
  {'nn.FeatureLPPooling(2, 1, 2)', {5}, {5, 3}, {5, 2, 3}},
  {'nn.FeatureLPPooling(3, 2, 3, true)', {2, 7}, {2, 7, 3}, {2, 7, 2, 2}, positive = true},
  {'nn.SpatialLPPooling(3, 2, 2, 2)', S[1], S[2], positive = true, batch = true},
  {'nn.SpatialLPPooling(3, 3, 2, 2, 1, 1)', S[1], S[2], positive = true, batch = true},
  {'nn.SpatialFractionalMaxPooling(2, 2, 3, 2)', L[1], L[2]},
  {'nn.SpatialFractionalMaxPooling(2, 3, 0.7, 0.4)', L[1], L[2]},
  {'nn.VolumetricFractionalMaxPooling(2, 2, 2, 4, 1, 2)', X[1], X[2]},
  {'nn.VolumetricFractionalMaxPooling(2, 2, 2, 0.5, 0.7, 0.6)', X[1], X[2]},
  {'nn.UpSampling(2)', {1, 2, 2, 3}, {2, 1, 2, 3, 2}},
  {'nn.UpSampling(3, "linear")', {1, 2, 2, 3}, {2, 1, 2, 3, 2}},
  {'nn.UpSampling({odepth = 3, oheight = 5, owidth = 2}, "trilinear")', {2, 1, 2, 3, 4}},
} do rows[#rows + 1] = row end

return rows
