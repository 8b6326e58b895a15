-- Compiles and runs what is typed at the prompt. What is typed is never compiled to machine code,
-- so that Ctrl-C can always interrupt it; functions of modules are compiled as usual.

local eval = {}

local function load_chunk(source)
  local chunk, message = loadstring(source, '=stdin')
  if chunk then jit.off(chunk, true) end
  return chunk, message
end

local function is_incomplete(message)
  return message:find("near '<eof>'", 1, true) ~= nil
end

local function identity(...) return ... end

-- A function that evaluates an expression. The expression's calls are not tail calls where the text
-- allows it, so that their errors have a position.
local function load_expression(body)
  local plain, message = load_chunk('return ' .. body)
  if not plain then return nil, message end
  local expression = body:gsub(';%s*$', '')
  local wrapped = load_chunk('local results = ... return results(' .. expression .. '\n)')
  if not wrapped then return plain end
  return function() return wrapped(identity) end
end

--- Compiles an expression or statements. Returns a function and whether its results are not to be
--- printed, for a trailing ';'. Else returns nil, a message, and true where the text only lacks its
--- end. A leading '=' is ignored.
function eval.compile(text)
  local body, marks = text:gsub('^%s*=', '')
  local chunk, message = load_expression(body)
  if not chunk and marks == 0 then chunk, message = load_chunk(body) end
  if not chunk then return nil, message, is_incomplete(message) end
  return chunk, text:find(';%s*$') ~= nil
end

local function message_text(message)
  if type(message) == 'string' then return message end
  local mt = getmetatable(message)
  if type(mt) == 'table' and mt.__tostring then
    local ok, text = pcall(tostring, message)
    if ok then return text end
  end
  return ('(error object is a %s value)'):format(type(message))
end

--- Error message with a traceback that ends where the prompt or the script was started, without
--- functions that have no name.
function eval.traceback(message)
  local trace = debug.traceback('', 2)
  local stop
  for position in trace:gmatch("()\n%s*%[C%]: in function 'xpcall'") do stop = position end
  trace = trace:sub(1, stop and stop - 1):gsub('\n%s*%[[%w#]+%]: at 0x%x+', '')
  if not trace:find('\n.*\n') then trace = '' end
  return message_text(message) .. trace
end

local function collect(ok, ...)
  return ok, {n = select('#', ...), ...}
end

--- Runs a function with arguments: true and the list of its results with their number in `n`, or
--- false and a list that holds the message.
function eval.run(chunk, ...)
  return collect(xpcall(chunk, eval.traceback, ...))
end

return eval
