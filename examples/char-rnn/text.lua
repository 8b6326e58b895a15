-- A text as numbers: vocabulary, entropy, and the streams that training reads side by side. A
-- character is a byte.

local text = {}

--- Contents of a file, or nil and a message.
function text.read(path)
  local file, message = io.open(path, 'rb')
  if not file then return nil, message end
  local contents
  contents, message = file:read('*a')
  file:close()
  if not contents then return nil, path .. ': ' .. message end
  return contents
end

-- How often each byte 0 .. 255 occurs.
local function histogram(contents)
  local counts = {}
  for byte = 0, 255 do counts[byte] = 0 end
  for i = 1, #contents do
    local byte = contents:byte(i)
    counts[byte] = counts[byte] + 1
  end
  return counts
end

--- The different characters of a text, in order, as a string; and the entropy in bits per character
-- of a model that knows only how frequent each is.
function text.statistics(contents)
  local counts = histogram(contents)
  local characters, entropy = {}, 0
  for byte = 0, 255 do
    if counts[byte] > 0 then
      characters[#characters + 1] = string.char(byte)
      local p = counts[byte] / #contents
      entropy = entropy - p * math.log(p) / math.log(2)
    end
  end
  return table.concat(characters), entropy
end

--- Numbers of the characters: {byte = place in the vocabulary}.
function text.numbers(vocabulary)
  local numbers = {}
  for i = 1, #vocabulary do numbers[vocabulary:byte(i)] = i end
  return numbers
end

--- A text cut in n pieces of equal length that stand side by side: a tensor [length n] of numbers
-- of characters. The rest of the division is left out.
function text.streams(contents, vocabulary, n, tensor_type)
  local numbers = text.numbers(vocabulary)
  local length = math.floor(#contents / n)
  local ids = torch.ByteTensor(n, length)
  local flat = ids:view(-1)
  for i = 1, n * length do flat[i] = numbers[contents:byte(i)] - 1 end
  return ids:t():contiguous():type(tensor_type):add(1)
end

return text
