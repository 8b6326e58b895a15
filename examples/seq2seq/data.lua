-- Pairs of sentences as mini-batches. All sentences of a batch have one length, so that no padding
-- is needed.

require 'pl'
local dates = paths.dofile 'dates.lua'

function split_words(line)
  return stringx.split(line)
end

function split_characters(line)
  local out = {}
  for c in line:gmatch '.' do table.insert(out, c) end
  return out
end

-- n pairs of lists of symbols.
function make_pairs(n)
  local list = {}
  for i = 1, n do
    local said, written = dates.pair()
    list[i] = {source = split_words(said), target = split_characters(written)}
  end
  return list
end

function add_symbols(list, source_vocabulary, target_vocabulary)
  for _, pair in ipairs(list) do
    for _, word in ipairs(pair.source) do source_vocabulary:add(word) end
    for _, c in ipairs(pair.target) do target_vocabulary:add(c) end
  end
end

-- Batches {source = [length n], input = [T n], output = [T n]}: `input` begins with <s>, `output`
-- ends with </s>.
function make_batches(list, source_vocabulary, target_vocabulary, batch_size)
  local groups = {}
  for _, pair in ipairs(list) do
    local key = #pair.source * 1000 + #pair.target
    groups[key] = groups[key] or {}
    table.insert(groups[key], pair)
  end
  local batches = {}
  for _, key in ipairs(tablex.keys(groups):sort()) do
    local group = groups[key]
    for first = 1, #group, batch_size do
      local n = math.min(batch_size, #group - first + 1)
      local length, steps = #group[first].source, #group[first].target + 1
      local batch = {source = torch.LongTensor(length, n), input = torch.LongTensor(steps, n),
        output = torch.LongTensor(steps, n)}
      batch.input[1]:fill(1)
      batch.output[steps]:fill(2)
      for i = 1, n do
        local pair = group[first + i - 1]
        batch.source[{{}, i}] = source_vocabulary:encode(pair.source)
        local target = target_vocabulary:encode(pair.target)
        batch.input[{{2, steps}, i}] = target
        batch.output[{{1, steps - 1}, i}] = target
      end
      table.insert(batches, batch)
    end
  end
  return batches
end
