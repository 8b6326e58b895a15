-- Symbols and their numbers.

local Vocabulary = torch.class('Vocabulary')

function Vocabulary:__init()
  self.symbols, self.numbers = {}, {}
  for _, symbol in ipairs {'<s>', '</s>', '<unk>'} do self:add(symbol) end
end

function Vocabulary:add(symbol)
  if not self.numbers[symbol] then
    table.insert(self.symbols, symbol)
    self.numbers[symbol] = #self.symbols
  end
end

function Vocabulary:size()
  return #self.symbols
end

-- The numbers of a list of symbols.
function Vocabulary:encode(list)
  local out = torch.LongTensor(#list)
  for i, symbol in ipairs(list) do
    out[i] = self.numbers[symbol] or self.numbers['<unk>']
  end
  return out
end

-- The symbols of a list or tensor of numbers, without <s> and </s>.
function Vocabulary:decode(numbers)
  local out = {}
  for i = 1, torch.isTensor(numbers) and numbers:size(1) or #numbers do
    if numbers[i] > 2 then table.insert(out, self.symbols[numbers[i]]) end
  end
  return out
end
