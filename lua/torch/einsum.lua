-- torch.einsum, an addition to Torch7: sums of products of tensors written with a letter for each
-- dimension. Tensors are contracted from left to right, each pair by one product of batches of
-- matrices.
--
-- A term is {x = tensor, labels = list}: labels[d] names dimension d of x. A letter is its own
-- label; the dimensions of an ellipsis are '.1', '.2', ... counted from the last.

local F = require 'torch.ffi'
local ops = require 'torch.ops'

local C, check, retry, raise, bad, like, is_tensor, describe =
  F.C, F.check, F.retry, F.raise, F.bad_argument, F.like, F.is_tensor, F.describe
local tonumber, type = tonumber, type

-- Labels -----------------------------------------------------------------------------------------

local function index_of(list, label)
  for i = 1, #list do
    if list[i] == label then return i end
  end
end

-- The labels of one part of an equation; `dots` is how many dimensions an ellipsis stands for, or a
-- function of the number of letters that tells.
local function parse(part, equation, dots)
  local before, after = part:match('^(.-)%.%.%.(.*)$')
  local letters = before and before .. after or part
  local wrong = letters:match('[^%a]')
  if wrong then raise("einsum: unexpected '%s' in \"%s\"", wrong, equation) end
  local labels = {}
  for letter in (before or part):gmatch('.') do labels[#labels + 1] = letter end
  if before then
    if type(dots) == 'function' then dots = dots(#letters) end
    for k = dots, 1, -1 do labels[#labels + 1] = '.' .. k end
    for letter in after:gmatch('.') do labels[#labels + 1] = letter end
  end
  return labels, before ~= nil
end

-- Labels of a tensor and, in `sizes`, the size of each; ellipsis dimensions broadcast.
local function labels_of(part, equation, x, n, sizes)
  local labels = parse(part, equation, function(letters) return x.ndim - letters end)
  if #labels ~= x.ndim then
    raise('einsum: "%s" has %d dimensions, tensor %d is %s', part, #labels, n, describe(x))
  end
  for d, label in ipairs(labels) do
    local size = tonumber(x.sizes[d - 1])
    local known = sizes[label]
    if known == nil or (known == 1 and label:sub(1, 1) == '.') then
      sizes[label] = size
    elseif known ~= size and not (size == 1 and label:sub(1, 1) == '.') then
      raise('einsum: %s has size %d and size %d in "%s" (tensor %d is %s)',
        label:sub(1, 1) == '.' and 'a dimension of ...' or label, known, size, equation, n,
        describe(x))
    end
  end
  return labels
end

-- The labels of the result where the equation does not give them: the ellipsis, then the letters
-- that occur once, in alphabetical order.
local function implicit_result(terms, dots)
  local count, letters, labels = {}, {}, {}
  for _, term in ipairs(terms) do
    for _, label in ipairs(term.labels) do count[label] = (count[label] or 0) + 1 end
  end
  for label, n in pairs(count) do
    if n == 1 and #label == 1 then letters[#letters + 1] = label end
  end
  table.sort(letters)
  for k = dots, 1, -1 do labels[#labels + 1] = '.' .. k end
  for _, letter in ipairs(letters) do labels[#labels + 1] = letter end
  return labels
end

local function explicit_result(part, equation, sizes, dots)
  local labels = parse(part, equation, dots)
  for i, label in ipairs(labels) do
    if not sizes[label] then
      raise('einsum: %s of the result is not in the tensors of "%s"', label, equation)
    end
    if index_of(labels, label) ~= i then
      raise('einsum: %s is twice in the result of "%s"', label, equation)
    end
  end
  return labels
end

-- Views ------------------------------------------------------------------------------------------

-- The view of x's storage with these sizes and strides.
local function view(x, sizes, strides)
  local r = like(x)
  if #sizes > C.LT_MAXDIM then
    raise('einsum: a product has %d dimensions, at most %d are possible', #sizes, C.LT_MAXDIM)
  end
  for d = 1, #sizes do F.sizes[d - 1], F.strides[d - 1] = sizes[d], strides[d] end
  check(C.lt_set_storage(r, x.mem, x.offset, #sizes, F.sizes, F.strides))
  return r
end

-- A term of x in which no label occurs twice (the diagonal is taken) and dimensions that broadcast
-- are left out.
local function term_of(x, labels, sizes)
  local own, lengths, strides = {}, {}, {}
  for d, label in ipairs(labels) do
    local at = index_of(own, label)
    if at then
      strides[at] = strides[at] + tonumber(x.strides[d - 1])
    elseif x.sizes[d - 1] == sizes[label] then
      at = #own + 1
      own[at], lengths[at], strides[at] = label, sizes[label], tonumber(x.strides[d - 1])
    end
  end
  if #own == 0 then lengths, strides = {1}, {1} end
  return {x = view(x, lengths, strides), labels = own}
end

-- The dimensions of a term named by the lists in `groups`, each list as one dimension, which costs
-- a copy where the strides do not allow it.
local function grouped(term, groups, sizes)
  local x, lengths, strides, all, all_strides, mergeable = term.x, {}, {}, {}, {}, true
  for g, group in ipairs(groups) do
    lengths[g], strides[g] = 1, 1
    for i = #group, 1, -1 do
      local n, stride = sizes[group[i]], tonumber(x.strides[index_of(term.labels, group[i]) - 1])
      if lengths[g] == 1 then strides[g] = stride
      elseif n > 1 then mergeable = mergeable and stride == strides[g] * lengths[g] end
      lengths[g] = lengths[g] * n
    end
    for _, label in ipairs(group) do
      all[#all + 1] = sizes[label]
      all_strides[#all] = tonumber(x.strides[index_of(term.labels, label) - 1])
    end
  end
  if mergeable then return view(x, lengths, strides) end
  x = view(x, all, all_strides):contiguous()
  for d = 1, #lengths do F.sizes[d - 1] = lengths[d] end
  local r = like(x)
  check(C.lt_view(r, x, #lengths, F.sizes))
  return r
end

-- Sums and products ------------------------------------------------------------------------------

-- The term summed over every label that keep(label) refuses.
local function summed(term, keep)
  local x, labels = term.x, {}
  for d = #term.labels, 1, -1 do
    local label = term.labels[d]
    if keep(label) then
      table.insert(labels, 1, label)
    else
      x = x:sum(d)
      if x.ndim > 1 then x = x:select(d, 1) end
    end
  end
  return {x = x, labels = labels}
end

local function list_product(sizes, list)
  local n = 1
  for _, label in ipairs(list) do n = n * sizes[label] end
  return n
end

-- The elementwise product of a and b as [batch, left, right] without a sum.
local function outer(a, b, sizes, batch, left, right)
  local n, m, k = list_product(sizes, batch), list_product(sizes, left), list_product(sizes, right)
  local x = grouped(a, {batch, left, {}}, sizes):expand(n, m, k)
  local y = grouped(b, {batch, {}, right}, sizes):expand(n, m, k)
  local r = like(x)
  local rc = C.lt_cmul(r, x, y)
  if rc ~= 0 and retry(rc) then rc = C.lt_cmul(r, x, y) end
  check(rc)
  return r
end

-- The product of two terms, summed over what keep(label) refuses.
local function product(a, b, sizes, keep)
  local function elsewhere(other)
    return function(label) return keep(label) or index_of(other.labels, label) ~= nil end
  end
  a, b = summed(a, elsewhere(b)), summed(b, elsewhere(a))
  local batch, left, right, inner = {}, {}, {}, {}
  for _, label in ipairs(a.labels) do
    local list = not index_of(b.labels, label) and left or keep(label) and batch or inner
    list[#list + 1] = label
  end
  for _, label in ipairs(b.labels) do
    if not index_of(a.labels, label) then right[#right + 1] = label end
  end
  local r
  if #inner == 0 then
    r = outer(a, b, sizes, batch, left, right)
  else
    local x, y = grouped(a, {batch, left, inner}, sizes), grouped(b, {batch, inner, right}, sizes)
    r = like(x)
    local rc = C.lt_bmm(r, x, y)
    if rc ~= 0 and retry(rc) then rc = C.lt_bmm(r, x, y) end
    check(rc)
  end
  local labels, lengths, strides, stride = {}, {}, {}, 1
  for _, list in ipairs {batch, left, right} do
    for _, label in ipairs(list) do
      labels[#labels + 1], lengths[#labels + 1] = label, sizes[label]
    end
  end
  for d = #labels, 1, -1 do strides[d], stride = stride, stride * lengths[d] end
  if #labels == 0 then lengths, strides = {1}, {1} end
  return {x = view(r, lengths, strides), labels = labels}
end

-- The function -----------------------------------------------------------------------------------

local function check_tensors(list)
  if #list == 0 then raise('einsum: expected one or more tensors') end
  for i = 1, #list do
    local x = list[i]
    if not is_tensor(x) then bad('einsum', i + 1, 'a tensor', x) end
    if x.ndim == 0 then raise('einsum: tensor %d is empty', i) end
    if x.dtype ~= list[1].dtype or x.device ~= list[1].device then
      raise('einsum: expected tensors of one type, got %s and %s', describe(list[1]), describe(x))
    end
  end
end

local function einsum(equation, list)
  check_tensors(list)
  local text = equation:gsub('%s', '')
  local inputs, arrow, output = text:match('^(.-)(%->)(.*)$')
  inputs = inputs or text
  local terms, sizes, parts, dots = {}, {}, {}, 0
  for part in (inputs .. ','):gmatch('(.-),') do parts[#parts + 1] = part end
  if #parts ~= #list then
    raise('einsum: "%s" is for %d tensors, got %d', equation, #parts, #list)
  end
  for i, x in ipairs(list) do terms[i] = {labels = labels_of(parts[i], equation, x, i, sizes)} end
  while sizes['.' .. dots + 1] do dots = dots + 1 end
  local result = arrow and explicit_result(output, equation, sizes, dots)
    or implicit_result(terms, dots)
  for i, x in ipairs(list) do terms[i] = term_of(x, terms[i].labels, sizes) end
  local term = terms[1]
  for i = 2, #terms do
    term = product(term, terms[i], sizes, function(label)
      for k = i + 1, #terms do
        if index_of(terms[k].labels, label) then return true end
      end
      return index_of(result, label) ~= nil
    end)
  end
  term = summed(term, function(label) return index_of(result, label) ~= nil end)
  if #result == 0 then
    check(C.lt_get(F.out, term.x, term.x.offset))
    return F.out[0]
  end
  local groups = {}
  for d, label in ipairs(result) do groups[d] = {label} end
  local r = grouped(term, groups, sizes)
  for _, x in ipairs(list) do
    if r.mem == x.mem then return r:clone() end
  end
  return r:contiguous()
end

ops.op('einsum', 'custom', {
  doc = 'sum of products of tensors, with a letter for each dimension: letters that are not in the '
    .. 'result are summed over, a letter that a tensor has twice takes its diagonal, ... stands '
    .. 'for all other dimensions, which broadcast; without -> the result has the letters that '
    .. 'occur once, in order; a result without letters is a number (an addition to Torch7)',
  usage = '(equation, x, y, ...); (equation, {x, ...})',
  func = function(equation, a, ...)
    if type(equation) ~= 'string' then bad('einsum', 1, 'an equation', equation) end
    if type(a) == 'table' then return einsum(equation, a) end
    return einsum(equation, {a, ...})
  end})
