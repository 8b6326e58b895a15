-- Writes text with a model that train.lua saved: th sample.lua -h

require 'torch'
require 'nn'
require 'paths'

local common = paths.dofile '../common.lua'
local lstm = paths.dofile 'lstm.lua'
local text = paths.dofile 'text.lua'

local cmd = common.cmdline 'Writes text, character by character, with a model that train.lua saved.'
cmd:argument('MODEL', 'checkpoint of train.lua')
cmd:option('-length', 1000, 'number of characters to write')
cmd:option('-temperature', 0.7, '1: as the model says; less: likelier characters; 0: the likeliest')
cmd:option('-prime', '', 'text to begin with; none: a random character')
common.machine_options(cmd, 1)
common.seed_option(cmd)
local opt = common.parse(cmd)
common.check_integer(opt, 'length', 0)
common.check_integer(opt, 'seed', 0)
common.check_number(opt, 'temperature', 0, 100)

local tensor_type = common.set_machine(opt)
local checkpoint = common.load(opt.MODEL, 'char-rnn', {network = 'nn.Container',
  vocabulary = 'string'})
local vocabulary = checkpoint.vocabulary
local numbers = text.numbers(vocabulary)

local input = torch.ones(1, 1):type(tensor_type)
local model = common.restore(opt.MODEL, function()
  local unrolled = lstm.unroll(checkpoint.network:type(tensor_type), 1, 1)
  unrolled:training(false)
  assert(unrolled:forward(input):size(2) == #vocabulary, 'it does not fit its vocabulary')
  return unrolled
end)
local weights = torch.Tensor()

-- Log-probabilities of the character after those so far and character `number`.
local function feed(number)
  input:fill(number)
  local outputs = model:forward(input)
  model:advance()
  return outputs
end

local function choose(log_probabilities)
  if opt.temperature == 0 then
    local _, best = log_probabilities:max(2)
    return best[1][1]
  end
  weights:resize(#vocabulary):copy(log_probabilities)
  weights:add(-weights:max()):div(opt.temperature):exp()
  return torch.multinomial(weights, 1)[1]
end

if opt.prime == '' then
  local number = torch.random(1, #vocabulary)
  opt.prime = vocabulary:sub(number, number)
end
local outputs
for i = 1, #opt.prime do
  local number = numbers[opt.prime:byte(i)]
  if not number then
    common.fail('-prime: the model knows no character %q', opt.prime:sub(i, i))
  end
  outputs = feed(number)
end
io.write(opt.prime)
for _ = 1, opt.length do
  local number = choose(outputs)
  io.write(vocabulary:sub(number, number))
  outputs = feed(number)
end
io.write('\n')
