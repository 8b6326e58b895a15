-- Translation of a sentence with the global encoder, decoder and generator, by beam search.

-- The best translation of a list of words, as a list of characters, the logarithm of its
-- probability, and where the decoder looked: [characters, words]. At most max_length characters.
function translate(words, beam, max_length)
  local source = source_vocabulary:encode(words)
  local n, size = source:size(1), opt.size
  local context = torch.zeros(1, n, size)
  local c, h = torch.zeros(1, size), torch.zeros(1, size)
  for t = 1, n do
    local out = encoder:forward({source:narrow(1, t, 1), c, h})
    c, h = out[1]:clone(), out[2]:clone()
    context[1][t]:copy(h)
  end

  -- rows of the batch are hypotheses
  local vocabulary = target_vocabulary:size()
  local attention = attention_of(decoder)
  local live = {{symbols = {1}, looks = {}, score = 0}}
  local done = {}
  for t = 1, max_length do
    local last = torch.LongTensor(#live)
    for i = 1, #live do last[i] = live[i].symbols[#live[i].symbols] end
    local out = decoder:forward({last, context:expand(#live, n, size):contiguous(), c, h})
    local scores = generator:forward(out[3]):clone()
    for i = 1, #live do scores[i]:add(live[i].score) end

    local best, where = scores:view(-1):topk(math.min(beam, scores:nElement()), 1, true, true)
    local rows, nexts = {}, {}
    for k = 1, best:size(1) do
      local row = math.floor((where[k] - 1) / vocabulary) + 1
      local symbol = (where[k] - 1) % vocabulary + 1
      local from = live[row]
      local hypothesis = {symbols = tablex.copy(from.symbols), looks = tablex.copy(from.looks),
        score = best[k]}
      table.insert(hypothesis.symbols, symbol)
      table.insert(hypothesis.looks, attention.output[row]:clone())
      if symbol == 2 then
        table.insert(done, hypothesis)
      else
        table.insert(nexts, hypothesis)
        table.insert(rows, row)
      end
    end
    -- scores only fall, so a finished hypothesis that leads stays ahead
    table.sort(done, function(a, b) return a.score > b.score end)
    if #nexts == 0 or (done[1] and done[1].score >= nexts[1].score) then break end
    live = nexts
    local index = torch.LongTensor(rows)
    c, h = out[1]:index(1, index), out[2]:index(1, index)
  end
  local winner = done[1] or live[1]
  return target_vocabulary:decode(winner.symbols), winner.score,
    torch.cat(tablex.imap(function(v) return v:view(1, n) end, winner.looks), 1)
end
