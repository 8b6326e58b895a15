-- Documentation that argcheck collects: between record() and stop(), the texts given to doc() and
-- those of the checks that are made.

local doc = {}

local texts

--- Begins to collect.
function doc.record()
  texts = {}
end

--- Ends collecting; returns what was collected, one string.
function doc.stop()
  local all = table.concat(texts or {})
  texts = nil
  return all
end

--- Adds a text where texts are collected; doc 'text' does the same.
function doc.doc(text)
  if texts then texts[#texts + 1] = text end
end

return setmetatable(doc, {__call = function(_, text) doc.doc(text) end})
