-- What the project promises, by case: at most a value (seconds or bytes), at least a share of the
-- machine's limit, or at least a peer's speed times a factor.

local goals = {
  ['overhead.add16'] = {at_most = 60e-9},
  ['overhead.read'] = {at_most = 5e-9},
  ['overhead.linear10'] = {at_most = 2e-6},
  ['overhead.mlp_step'] = {at_most = 5e-6},
  ['overhead.mlp_step_sgd'] = {at_most = 5e-6},
  ['start.time'] = {at_most = 30e-3},
  ['start.memory'] = {at_most = 40e6},
  ['memory.allocate'] = {at_most = 300e6},
  ['memory.tables'] = {at_most = 300e6},
  ['memory.training'] = {at_most = 0},
  ops = {pytorch = 0.9}, -- every case of ops.tsv
}

for _, name in ipairs {'add', 'mul', 'relu'} do goals['pointwise.' .. name] = {limit = 0.8} end
for _, name in ipairs {'exp', 'tanh', 'sigmoid'} do goals['pointwise.' .. name] = {pytorch = 1} end
for _, name in ipairs {
  'add_transposed', 'add_narrowed', 'add_every_second', 'add_row', 'add_column', 'exp_transposed',
  'exp_narrowed', 'copy_transposed', 'mul_transposed_inplace',
} do goals['layout.' .. name] = {pytorch = 1} end
for _, n in ipairs {64, 256, 1024} do goals['product.gemm' .. n] = {limit = 0.98} end
for _, shape in ipairs {'lenet1', 'lenet2', 'vgg64', '1x1', 'stem7x7', 'vgg512',
  'resnet3', 'resnet64', 'resnet128', 'resnet256', 'resnet512', 'down256', 'skip256'} do
  for _, pass in ipairs {'forward', 'gradInput', 'gradWeight'} do
    goals['conv.' .. shape .. '.' .. pass] = {pytorch = 1}
  end
end
for _, name in ipairs {
  'maxpool2', 'avgpool2', 'maxpool3d', 'avgpool3d', 'adaptivemax', 'adaptiveavg', 'globalavg',
  'nearest2', 'bilinear2', 'trilinear2', 'reflectionpad', 'lrn5', 'batchnorm2d', 'logsoftmax',
  'softmax', 'linear', 'volumetric3',
  'gelu', 'gelutanh', 'silu', 'mish', 'hardswish', 'groupnorm', 'instancenorm', 'layernorm',
  'rmsnorm', 'rotary', 'depthwise3', 'groups4',
} do
  goals['layer.' .. name .. '.forward'] = {pytorch = 1}
  goals['layer.' .. name .. '.forward_backward'] = {pytorch = 1}
end
for _, n in ipairs {10, 100, 500} do goals['linalg.inverse' .. n] = {pytorch = 1} end
for _, name in ipairs {'sort', 'topk', 'median', 'kthvalue'} do
  for _, layout in ipairs {'line', 'last', 'first'} do
    for _, size in ipairs {'1e3', '1e5', '1e7'} do
      goals['order.' .. name .. '.' .. layout .. size] = {pytorch = 1}
    end
  end
end
for _, name in ipairs {'lstm', 'gru', 'rnn', 'attention256', 'attention2048'} do
  goals['sequence.' .. name .. '.forward'] = {pytorch = 1}
  goals['sequence.' .. name .. '.forward_backward'] = {pytorch = 1}
end
for _, name in ipairs {'decode.jpeg', 'scale.down', 'scale.up'} do
  goals['image.' .. name] = {pytorch = 0.9} -- decoding: Pillow, which is libjpeg
end

for _, name in ipairs {'mlp', 'lenet', 'vggsmall', 'resnet18', 'charlstm', 'transformer'} do
  goals['training.' .. name] = {pytorch = 1}
  goals['memory.step.' .. name] = {pytorch = 1}
  goals['memory.growth.' .. name .. '.shared'] = {pytorch = 1}
end
goals['inference.resnet18.batch1'] = {pytorch = 1}
goals['inference.resnet18.batch8'] = {pytorch = 1}

-- On a GPU
for _, name in ipairs {'copy', 'add', 'mul', 'exp', 'relu', 'sum.all', 'sum.along1', 'sum.along2',
  'sum.along3', 'max.all', 'max.along1', 'max.along2', 'max.along3'} do
  for _, type in ipairs {'float', 'half'} do
    local size = name:find('.', 1, true) and '' or '.1e8'
    goals['gpu.' .. name .. '.' .. type .. size] = {limit = 0.85}
  end
end
for _, precision in ipairs {'float', 'tf32', 'half'} do
  for _, n in ipairs {1024, 4096, 8192} do
    goals['gpu.gemm.' .. precision .. '.' .. n] = {limit = 0.97}
  end
end
for _, precision in ipairs {'float', 'tf32', 'bf16'} do
  for _, name in ipairs {'lenet1', 'lenet2', 'vgg64', 'vgg256', 'vgg512', 'stem7x7', 'resnet64',
    'resnet512', 'expand', 'shrink', 'down', 'skip'} do
    for _, pass in ipairs {'forward', 'gradInput', 'gradWeight'} do
      goals['gpu.conv.' .. name .. '.' .. precision .. '.' .. pass] = {pytorch = 1}
    end
  end
end
for _, name in ipairs {'softmax1000', 'logsoftmax1000', 'logsoftmax50257', 'batchnorm', 'maxpool',
  'layernorm', 'gelu'} do
  goals['gpu.layer.' .. name .. '.forward'] = {pytorch = 1}
  goals['gpu.layer.' .. name .. '.forward_backward'] = {pytorch = 1}
end
for _, name in ipairs {'add', 'mul', 'exp', 'fill', 'copy', 'add_new', 'sum', 'mm'} do
  goals['gpu.launch.' .. name .. '16'] = {at_most = 3e-6}
end
for _, name in ipairs {'lenet', 'resnet50', 'charlstm', 'gpt2'} do
  for _, precision in ipairs {'float', 'tf32', 'bf16'} do
    goals['gpu.training.' .. name .. '.' .. precision] = {pytorch = 1}
  end
  goals['gpu.memory.' .. name] = {pytorch = 0.9}
end

return goals
