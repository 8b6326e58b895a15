-- Reads comma-separated values (RFC 4180): a list of rows, each a list of fields. A field that is
-- a number becomes one; quoted fields stay text and may hold commas, line ends and doubled quotes.

local function quoted_field(text, position, source)
  local pieces = {}
  while true do
    local stop = text:find('"', position, true)
    if not stop then error(source .. ': a quoted field has no end', 0) end
    pieces[#pieces + 1] = text:sub(position, stop - 1)
    position = stop + 1
    if text:sub(position, position) ~= '"' then break end
    pieces[#pieces + 1] = '"'
    position = position + 1
  end
  return table.concat(pieces), position
end

--- Rows of the CSV `text`; `source` names it in errors.
return function(text, source)
  local rows, row, position = {}, {}, 1
  text = text:gsub('\r\n?', '\n')
  if text:sub(-1) ~= '\n' and text ~= '' then text = text .. '\n' end
  while position <= #text do
    local field
    if text:sub(position, position) == '"' then
      field, position = quoted_field(text, position + 1, source)
    else
      local raw
      raw, position = text:match('^([^,\n]*)()', position)
      field = tonumber(raw) or raw
    end
    row[#row + 1] = field
    local separator = text:sub(position, position)
    if separator == '\n' then
      rows[#rows + 1], row = row, {}
    elseif separator ~= ',' then
      error(('%s: row %d: text after a quoted field'):format(source, #rows + 1), 0)
    end
    position = position + 1
  end
  return rows
end
