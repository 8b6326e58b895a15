-- Trains a word model of a toy language: a GRU of nngraph nodes whose time steps are clones that
-- were made through a MemoryFile and share one flat vector of parameters.
--   th language_model.lua -out FOLDER

require 'torch'
require 'nn'
require 'nngraph'
require 'optim'
local lfs = require 'lfs'

cmd = torch.CmdLine()
cmd:text('Trains a word model')
cmd:text('Options')
cmd:option('-out', 'out', 'folder of the log and the checkpoint')
cmd:option('-size', 32, 'units of a layer')
cmd:option('-layers', 2)
cmd:option('-steps', 6, 'time steps')
cmd:option('-batch', 8, 'sequences side by side')
cmd:option('-epochs', 8)
cmd:option('-rate', 0.02, 'learning rate')
cmd:option('-clip', 2)
cmd:option('-gpu', 0, 'which GPU; -1 for none')
opt = cmd:parse(arg)
lfs.mkdir(opt.out)
cmd:addTime('model', '%T')
cmd:log(opt.out .. '/log', opt)
torch.manualSeed(7)

if opt.gpu >= 0 then
  local ok, message = pcall(function() require 'cutorch' require 'cunn' end)
  if not ok then
    print('no GPU, using the CPU')
    opt.gpu = -1
  end
end

-- Words
sentences = {'the cat sat on the mat .', 'a dog ran to the park .', 'the dog sat on a log .'}
words, numbers, corpus = {}, {}, {}
for round = 1, 40 do
  for word in sentences[round % #sentences + 1]:gmatch('%S+') do
    if not numbers[word] then
      table.insert(words, word)
      numbers[word] = #words
    end
    table.insert(corpus, numbers[word])
  end
end
local data = torch.ShortTensor(corpus)
local span = opt.batch * opt.steps
local n = math.floor((data:size(1) - 1) / span)
local inputs = data:sub(1, n * span):view(opt.batch, -1):split(opt.steps, 2)
local targets = data:sub(2, n * span + 1):view(opt.batch, -1):split(opt.steps, 2)

-- One time step: {word, h1, ..., hL} -> {h1, ..., hL, log probabilities}
local function layer(x, h, from, size)
  local function gate()
    return nn.CAddTable()({nn.Linear(from, size)(x), nn.Linear(size, size)(h)})
  end
  local update = nn.Sigmoid()(gate()):annotate{name = 'update'}
  local reset = nn.Sigmoid()(gate()):annotate{name = 'reset'}
  local seen = nn.CMulTable()({reset, h})
  local new = nn.Tanh()(nn.CAddTable()({nn.Linear(from, size)(x), nn.Linear(size, size)(seen)}))
  local keep = nn.AddConstant(1)(nn.MulConstant(-1)(update))
  return nn.CAddTable()({nn.CMulTable()({keep, h}), nn.CMulTable()({update, new})})
end

local function time_step(vocabulary, size, layers)
  local ins, outs = {nn.Identity()()}, {}
  local x = nn.LookupTable(vocabulary, size)(ins[1])
  for l = 1, layers do
    ins[l + 1] = nn.Identity()()
    x = layer(x, ins[l + 1], size, size)
    outs[l] = x
    x = nn.Dropout(0.1)(x)
  end
  outs[layers + 1] = nn.LogSoftMax()(nn.Linear(size, vocabulary)(x))
  return nn.gModule(ins, outs)
end

-- model_utils
function flatten(list)
  local places, total = {}, 0
  for _, t in ipairs(list) do
    local key = torch.pointer(t:storage())
    if not places[key] then places[key], total = total, total + t:storage():size() end
  end
  local flat = list[1].new(total):zero()
  for _, t in ipairs(list) do
    local at = places[torch.pointer(t:storage())] + t:storageOffset()
    local part = flat.new(flat:storage(), at, t:size(), t:stride()):copy(t)
    t:set(part)
  end
  return flat
end

function combine_all_parameters(...)
  local parameters, gradients = {}, {}
  for _, network in ipairs{...} do
    local w, dw = network:parameters()
    for k, v in pairs(w) do
      table.insert(parameters, v)
      table.insert(gradients, dw[k])
    end
  end
  return flatten(parameters), flatten(gradients)
end

function clone_many_times(net, T)
  local memory = torch.MemoryFile('w'):binary()
  memory:writeObject(net)
  local w, dw
  if net.parameters then w, dw = net:parameters() end
  local clones = {}
  for t = 1, T do
    local reader = torch.MemoryFile(memory:storage(), 'r'):binary()
    clones[t] = reader:readObject()
    reader:close()
    if w then
      local cw, cdw = clones[t]:parameters()
      for i = 1, #w do
        cw[i]:set(w[i])
        cdw[i]:set(dw[i])
      end
    end
    collectgarbage()
  end
  memory:close()
  return clones
end

protos = {step = time_step(#words, opt.size, opt.layers), criterion = nn.ClassNLLCriterion()}
if opt.gpu >= 0 then for _, v in pairs(protos) do v:cuda() end end
params, grads = combine_all_parameters(protos.step)
params:uniform(-0.1, 0.1)
print('parameters', params:nElement())
for _, node in ipairs(protos.step.forwardnodes) do
  if node.data.annotations.name == 'update' then updates = (updates or 0) + 1 end
end
print('update gates', updates)
clones = {}
for name, proto in pairs(protos) do
  clones[name] = clone_many_times(proto, opt.steps)
end
assert(clones.step[2]:parameters()[1]:storage() == params:storage())

local function states(rows)
  local list = {}
  for l = 1, opt.layers do list[l] = torch.zeros(rows, opt.size) end
  return list
end

local carried, at = states(opt.batch), 0
function feval(x)
  if x ~= params then params:copy(x) end
  grads:zero()
  at = at % #inputs + 1
  local h, output, loss = {[0] = carried}, {}, 0
  for t = 1, opt.steps do
    clones.step[t]:training()
    local out = clones.step[t]:forward{inputs[at][{{}, t}], unpack(h[t - 1])}
    output[t] = table.remove(out)
    h[t] = out
    loss = loss + clones.criterion[t]:forward(output[t], targets[at][{{}, t}])
  end
  local dh = states(opt.batch)
  for t = opt.steps, 1, -1 do
    table.insert(dh, clones.criterion[t]:backward(output[t], targets[at][{{}, t}]))
    dh = clones.step[t]:backward({inputs[at][{{}, t}], unpack(h[t - 1])}, dh)
    dh = {unpack(dh, 2)}
  end
  carried = at == #inputs and states(opt.batch) or h[opt.steps]
  grads:div(opt.steps):clamp(-opt.clip, opt.clip)
  return loss / opt.steps, grads
end

local settings, losses = {learningRate = opt.rate, alpha = 0.95}, {}
for i = 1, opt.epochs * #inputs do
  local _, loss = optim.rmsprop(feval, params, settings)
  losses[i] = loss[1]
  if i % #inputs == 0 then
    print(string.format('epoch %d  loss %.4f  norm %.2e', i / #inputs, loss[1], params:norm()))
  end
end
local name = string.format('%s/model_%.2f.t7', opt.out, losses[#losses])
torch.save(name, {protos = protos, opt = opt, losses = losses, numbers = numbers})

-- Continues a sentence with the saved model.
local checkpoint = torch.load(name)
local step = checkpoint.protos.step
step:evaluate()
local state, text = states(1), {'the', 'dog'}
for i = 1, 6 do
  local out = step:forward{torch.Tensor{checkpoint.numbers[text[i]]}, unpack(state)}
  local _, best = table.remove(out):max(2)
  state = {}
  for l, h in ipairs(out) do state[l] = h:clone() end
  if not text[i + 1] then text[i + 1] = words[best:squeeze()] end
end
print(table.concat(text, ' '))
print(string.format('first %.3f last %.3f', losses[1], losses[#losses]))
