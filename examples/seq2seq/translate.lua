-- Translates dates with a checkpoint: th translate.lua seq2seq.t7 the third of may nineteen ten
-- Without words, each line of the standard input.

require 'torch'
require 'nn'
require 'nngraph'
require 'paths'

paths.dofile 'vocabulary.lua'
paths.dofile 'data.lua'
paths.dofile 'models.lua'
paths.dofile 'search.lua'

cmd = torch.CmdLine()
cmd:text()
cmd:text('Translate dates')
cmd:text()
cmd:argument('-model', 'checkpoint of train.lua')
cmd:text()
cmd:option('-text', '', 'what to translate; lines of the standard input if empty')
cmd:option('-beam', 5, 'hypotheses kept at each step; 1 is greedy')
cmd:option('-attention', false, 'print where the decoder looked')
cmd:option('-threads', 1, 'number of threads')
cmd:text()
params = cmd:parse(arg)

torch.setdefaulttensortype('torch.FloatTensor')
torch.setnumthreads(params.threads)

checkpoint = torch.load(params.model)
opt = checkpoint.opt
encoder, decoder, generator = checkpoint.encoder, checkpoint.decoder, checkpoint.generator
source_vocabulary, target_vocabulary = checkpoint.source_vocabulary, checkpoint.target_vocabulary
for _, net in ipairs {encoder, decoder, generator} do net:evaluate() end

function show(line)
  local words = split_words(line:lower():gsub(',', ' , '))
  if #words == 0 then return end
  local out, score, looks = translate(words, params.beam, 20)
  print(string.format('%s  (%.3f)  %s', table.concat(out), math.exp(score), line))
  if params.attention then
    for i = 1, looks:size(1) do
      local row = string.format('  %-5s', out[i] or '</s>')
      for j = 1, #words do
        row = row .. string.format(' %s=%.2f', words[j], looks[i][j])
      end
      print(row)
    end
  end
end

if params.text ~= '' then
  show(params.text)
else
  for line in io.lines() do show(line) end
end
