-- What pages of the documentation show how to call: entries are the code in headings and in the
-- first cells of table rows; examples are the code in Lua blocks.

local doc_names = {}

--- The entries of docs/<page>.md, and the code in its blocks: those of Lua, or also of the marks in
-- `more`.
function doc_names.parse(page, more)
  local entries, code, in_block = {}, {}, false
  for line in io.lines('docs/' .. page .. '.md') do
    if line:find('^```') then
      in_block = line:find('^```lua') ~= nil or more and more[line:match('^```(%w*)')] or false
    elseif in_block then
      code[#code + 1] = line
    else
      local head = line:match('^#+ (.*)') or line:match('^|%s*(`.-`)%s*|') or ''
      for call in head:gmatch('`(.-)`') do entries[#entries + 1] = ' ' .. call .. ' ' end
    end
  end
  return {entries = entries, code = table.concat(code, '\n')}
end

local function escaped(text) return (text:gsub('%p', '%%%0')) end

--- Whether a text contains a name, not as a part of another one.
function doc_names.mentions(text, name)
  local pattern = escaped(name)
  if name:find('^[%a_]') then pattern = '%f[%w_]' .. pattern end
  if name:find('[%w_]$') then pattern = pattern .. '%f[^%w_]' end
  return text:find(pattern) ~= nil
end

return doc_names
