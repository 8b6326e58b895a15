-- Trains a translator of spoken dates: th train.lua -help

require 'torch'
require 'nn'
require 'nngraph'
require 'optim'
require 'paths'

paths.dofile 'vocabulary.lua'
paths.dofile 'data.lua'
paths.dofile 'models.lua'
paths.dofile 'search.lua'

cmd = torch.CmdLine()
cmd:text()
cmd:text('Sequence-to-sequence translation with attention')
cmd:text()
cmd:text('Options')
cmd:option('-pairs', 4000, 'number of pairs to learn from')
cmd:option('-test', 500, 'number of pairs to test with')
cmd:option('-size', 64, 'units of the LSTMs')
cmd:option('-embedding', 32, 'size of the embeddings')
cmd:option('-epochs', 10, 'passes over the pairs')
cmd:option('-batch', 32, 'pairs in a mini-batch')
cmd:option('-rate', 0.005, 'learning rate of Adam')
cmd:option('-decay', 0.8, 'factor of the learning rate after each epoch')
cmd:option('-clip', 1, 'greatest norm of the gradient')
cmd:option('-init', 0.1, 'parameters begin between -init and init')
cmd:option('-beam', 5, 'beam of the last test')
cmd:option('-save', 'seq2seq.t7', 'checkpoint')
cmd:option('-threads', 1, 'number of threads')
cmd:option('-seed', 1, 'of the random numbers')
cmd:option('-gpuid', -1, 'which GPU to use, -1 = CPU')
cmd:text()
opt = cmd:parse(arg)

torch.setdefaulttensortype('torch.FloatTensor')
torch.setnumthreads(opt.threads)
torch.manualSeed(opt.seed)
if opt.gpuid >= 0 then
  local ok, cutorch = pcall(require, 'cutorch')
  local ok2, cunn = pcall(require, 'cunn')
  if ok and ok2 then
    cutorch.setDevice(opt.gpuid + 1)
  else
    print('cutorch or cunn not found, falling back on the CPU')
    opt.gpuid = -1
  end
end
function transfer(x)
  if opt.gpuid >= 0 then return x:cuda() end
  return x
end

train_pairs, test_pairs = make_pairs(opt.pairs), make_pairs(opt.test)
source_vocabulary, target_vocabulary = Vocabulary(), Vocabulary()
add_symbols(train_pairs, source_vocabulary, target_vocabulary)
batches = make_batches(train_pairs, source_vocabulary, target_vocabulary, opt.batch)
test_batches = make_batches(test_pairs, source_vocabulary, target_vocabulary, opt.batch)
print(string.format('%d pairs in %d batches, e.g. "%s" is %s', #train_pairs, #batches,
  stringx.join(' ', train_pairs[1].source), table.concat(train_pairs[1].target)))
print(string.format('vocabularies: %d words, %d characters', source_vocabulary:size(),
  target_vocabulary:size()))

encoder = transfer(make_encoder(source_vocabulary:size(), opt))
decoder = transfer(make_decoder(target_vocabulary:size(), opt))
generator = transfer(make_generator(target_vocabulary:size(), opt))
criterion = transfer(nn.ClassNLLCriterion())

-- all parameters in one vector, before the copies are made
params, grads = nn.Container():add(encoder):add(decoder):add(generator):getParameters()
params:uniform(-opt.init, opt.init)
print('number of parameters: ' .. params:nElement())

max_source, max_target = 0, 0
for _, list in ipairs {batches, test_batches} do
  for _, b in ipairs(list) do
    max_source = math.max(max_source, b.source:size(1))
    max_target = math.max(max_target, b.input:size(1))
  end
end
encoders = clone_many_times(encoder, max_source)
decoders = clone_many_times(decoder, max_target)
generators = clone_many_times(generator, max_target)
criteria = {}
for t = 1, max_target do criteria[t] = criterion:clone() end

context_buffer = transfer(torch.zeros(opt.batch, max_source, opt.size))
context_grad_buffer = context_buffer:clone()
zeros = transfer(torch.zeros(opt.batch, opt.size))

-- Mean loss of a character; with `learn`, its gradients too.
function run(batch, learn)
  local length, n = batch.source:size(1), batch.source:size(2)
  local steps = batch.input:size(1)
  local zero = zeros:narrow(1, 1, n)
  local context = context_buffer:narrow(1, 1, n):narrow(2, 1, length)

  local state = {[0] = {zero, zero}}
  for t = 1, length do
    state[t] = encoders[t]:forward({batch.source[t], unpack(state[t - 1])})
    context[{{}, t}]:copy(state[t][2])
  end
  local inputs, outs, scores = {}, {}, {}
  local c, h = unpack(state[length])
  local loss = 0
  for t = 1, steps do
    inputs[t] = {batch.input[t], context, c, h}
    outs[t] = decoders[t]:forward(inputs[t])
    c, h = outs[t][1], outs[t][2]
    scores[t] = generators[t]:forward(outs[t][3])
    loss = loss + criteria[t]:forward(scores[t], batch.output[t]) / steps
  end
  if not learn then return loss end

  grads:zero()
  local context_grad = context_grad_buffer:narrow(1, 1, n):narrow(2, 1, length):zero()
  local dc, dh = zero, zero
  for t = steps, 1, -1 do
    local dscores = criteria[t]:backward(scores[t], batch.output[t]):div(steps)
    local dout = generators[t]:backward(outs[t][3], dscores)
    local dinput = decoders[t]:backward(inputs[t], {dc, dh, dout})
    context_grad:add(dinput[2])
    dc, dh = dinput[3], dinput[4]
  end
  for t = length, 1, -1 do
    local dstate = {dc, dh + context_grad[{{}, t}]}
    local dinput = encoders[t]:backward({batch.source[t], unpack(state[t - 1])}, dstate)
    dc, dh = dinput[2], dinput[3]
  end
  local norm = grads:norm()
  if norm > opt.clip then grads:mul(opt.clip / norm) end
  return loss, grads
end

function test_loss()
  local total, count = 0, 0
  for _, b in ipairs(test_batches) do
    total = total + run(b, false) * b.input:nElement()
    count = count + b.input:nElement()
  end
  return total / count
end

-- Share of test pairs whose whole translation is right.
function test_exact(beam)
  local right = 0
  for i, pair in ipairs(test_pairs) do
    local out = translate(pair.source, beam, 20)
    if table.concat(out) == table.concat(pair.target) then right = right + 1 end
  end
  return right / #test_pairs
end

optim_config, optim_state = {learningRate = opt.rate}, {}
timer = torch.Timer()
for epoch = 1, opt.epochs do
  local order = torch.randperm(#batches)
  local total = 0
  for i = 1, #batches do
    local batch = batches[order[i]]
    local feval = function(x)
      if x ~= params then params:copy(x) end
      return run(batch, true)
    end
    local _, fs = optim.adam(feval, params, optim_config, optim_state)
    total = total + fs[1]
  end
  optim_config.learningRate = optim_config.learningRate * opt.decay
  print(string.format('epoch %d: loss %.4f, test loss %.4f, perplexity %.3f, %.1f s', epoch,
    total / #batches, test_loss(), math.exp(test_loss()), timer:time().real))
end

torch.save(opt.save, {opt = opt, encoder = encoder:clearState(), decoder = decoder:clearState(),
  generator = generator:clearState(), source_vocabulary = source_vocabulary,
  target_vocabulary = target_vocabulary})
print('saved ' .. opt.save)
print(string.format('translated without an error: greedily %.1f %%, with a beam of %d %.1f %%',
  100 * test_exact(1), opt.beam, 100 * test_exact(opt.beam)))
print(string.format('%.1f s in all', timer:time().real))
