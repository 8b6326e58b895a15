-- Encoder, attention decoder and generator as graphs, and their copies for the time steps.
-- Luong, Pham and Manning, Effective approaches to attention-based neural machine translation,
-- 2015.

-- One LSTM cell over an embedded input: nodes of the next c and h.
local function lstm(x, input_size, prev_c, prev_h, size)
  local i2h = nn.Linear(input_size, 4 * size)(x)
  local h2h = nn.LinearNoBias and nn.LinearNoBias(size, 4 * size)(prev_h)
    or nn.Linear(size, 4 * size, false)(prev_h)
  local sums = nn.Reshape(4, size)(nn.CAddTable()({i2h, h2h}))
  local n1, n2, n3, n4 = nn.SplitTable(2)(sums):split(4)
  local in_gate, forget_gate, out_gate = nn.Sigmoid()(n1), nn.Sigmoid()(n2), nn.Sigmoid()(n3)
  local next_c = nn.CAddTable()({
    nn.CMulTable()({forget_gate, prev_c}),
    nn.CMulTable()({in_gate, nn.Tanh()(n4)}),
  })
  return next_c, nn.CMulTable()({out_gate, nn.Tanh()(next_c)})
end

-- {word, c, h} -> {c, h}
function make_encoder(vocabulary_size, opt)
  local inputs = {nn.Identity()(), nn.Identity()(), nn.Identity()()}
  local x, prev_c, prev_h = unpack(inputs)
  local embedded = nn.LookupTable(vocabulary_size, opt.embedding)(x)
  local next_c, next_h = lstm(embedded, opt.embedding, prev_c, prev_h, opt.size)
  return nn.gModule(inputs, {next_c, next_h})
end

-- {h [n size], context [n length size]} -> [n size]: the context weighted by what h asks for.
local function make_attention(size)
  local inputs = {nn.Identity()(), nn.Identity()()}
  local h, context = unpack(inputs)
  local query = nn.Linear(size, size, false)(h)
  local scores = nn.Sum(3)(nn.MM()({context, nn.Replicate(1, 3)(query)}))
  local softmax = nn.SoftMax()
  softmax.name = 'attention'
  local weights = nn.Replicate(1, 2)(softmax(scores))
  local mean = nn.Sum(2)(nn.MM()({weights, context}))
  local out = nn.Tanh()(nn.Linear(2 * size, size, false)(nn.JoinTable(2)({mean, h})))
  return nn.gModule(inputs, {out})
end

-- {symbol, context, c, h} -> {c, h, attended}
function make_decoder(vocabulary_size, opt)
  local inputs = {}
  for i = 1, 4 do table.insert(inputs, nn.Identity()()) end
  local x, context, prev_c, prev_h = unpack(inputs)
  local embedded = nn.LookupTable(vocabulary_size, opt.embedding)(x)
  local next_c, next_h = lstm(embedded, opt.embedding, prev_c, prev_h, opt.size)
  local attended = make_attention(opt.size)({next_h, context})
  return nn.gModule(inputs, {next_c, next_h, attended})
end

-- [n size] -> [n vocabulary], logarithms of probabilities
function make_generator(vocabulary_size, opt)
  local model = nn.Sequential()
  model:add(nn.Linear(opt.size, vocabulary_size))
  model:add(nn.LogSoftMax())
  return model
end

-- The softmax of a decoder, whose output shows where the decoder looks.
function attention_of(decoder)
  local found
  decoder:apply(function(m) if m.name == 'attention' then found = m end end)
  return found
end

-- T copies of a network that share its parameters: written to memory once, read T times.
function clone_many_times(net, T)
  local clones = {}
  local params, grads = net:parameters()
  local memory = torch.MemoryFile('w'):binary()
  memory:writeObject(net)
  for t = 1, T do
    local reader = torch.MemoryFile(memory:storage(), 'r'):binary()
    local clone = reader:readObject()
    reader:close()
    local clone_params, clone_grads = clone:parameters()
    for i = 1, #params do
      clone_params[i]:set(params[i])
      clone_grads[i]:set(grads[i])
    end
    clones[t] = clone
    collectgarbage()
  end
  memory:close()
  return clones
end
