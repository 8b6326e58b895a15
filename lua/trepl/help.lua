-- Help on symbols, from three sources: texts that packages register, the Markdown pages of docs/
-- (headings and table rows that name the symbol; read on first use), and the comment above the
-- function in its source file.

local help = {}

local registered = {}
local pages              -- name -> text, nil until first needed
-- Relative to the folder that holds trepl/: in a source tree, installed, and as a rock.
local DOC_FOLDERS = {
  '../docs/', '../../doc/luatorch/docs/',
  '../../../lib/luarocks/rocks-5.1/luatorch/scm-1/doc/docs/',
}
local USAGE = [[
An expression is evaluated and printed; a ';' at its end suppresses printing.
  ? name       help on a function, class or package
  $ command    run a shell command; its output is stored in _LAST
  _LAST        last result            _RESULTS   list of the printed results
  who()        your globals           import(p)  make the fields of p global
  Tab          complete names, methods, and file names inside strings
  Ctrl-C       clear the line, or interrupt what runs (code that LuaJIT has compiled runs on
               to its next tensor operation; pressed twice within 2 s it ends the process)
  break        leave the prompt       exit       leave the process
]]

local function readable(path)
  local file = io.open(path, 'r')
  if file then file:close() end
  return file ~= nil
end

-- "a/b/../c/" -> "a/c/"
local function without_parents(path)
  local shorter, count = path:gsub('[^/]+/%.%./', '', 1)
  if count == 0 then return path end
  return without_parents(shorter)
end

--- Folder of the documentation, with a slash at its end; nil where it is not installed.
function help.folder()
  local here = debug.getinfo(1, 'S').source:match('^@(.*)trepl/help%.lua$')
  for _, folder in ipairs(here and DOC_FOLDERS or {}) do
    for _, page in ipairs {'architecture.md', 'ops.md'} do
      if readable(here .. folder .. page) then return without_parents(here .. folder) end
    end
  end
end

-- "torch.sigmoid(x)" or "`x:add(y)`" -> the bare name "sigmoid", "add", and the dotted name.
local function symbol_names(text)
  local symbol = text:gsub('`', ''):match('^%s*%[?([%a_][%w_.:]*)')
  if not symbol then return end
  return symbol, symbol:match('([%w_]+)$')
end

local function note(index, text, body)
  local full, short = symbol_names(text)
  for _, name in ipairs {full or nil, short or nil} do
    index[name] = index[name] or body
  end
end

-- Files a page's sections under the symbols their headings name, and its table rows under the code
-- in their first cell. Code blocks are indented in place of their fences.
local function index_page(text, index)
  local heading, body
  local in_code = false
  local function close_section()
    if heading then note(index, heading, (table.concat(body, '\n'):gsub('%s+$', ''))) end
  end
  for line in (text .. '\n'):gmatch('(.-)\r?\n') do
    local fence = line:find('^```')
    if fence then in_code = not in_code end
    local title = not in_code and line:match('^#+%s+(.*)')
    if title then
      close_section()
      heading, body = title:find('[`.(]') and title, {title}
    elseif heading and not fence then
      body[#body + 1] = in_code and line ~= '' and '    ' .. line or line
    end
    local cell = not in_code and line:match('^|%s*(`[^|]*`)%s*|') or ''
    for code in cell:gmatch('`[^`]*`') do
      note(index, code, (line:gsub('^|%s*', ''):gsub('%s*|%s*$', '')))
    end
  end
  close_section()
end

-- The operations come first: `add` is torch.add before it is a method of some class.
local function order(name) return (name == 'ops.md' and '0' or '1') .. name end

local function load_pages()
  pages = {}
  local folder = help.folder()
  if not folder then return end
  local names = require('trepl.host').list(folder) or {}
  table.sort(names, function(a, b) return order(a) < order(b) end)
  for _, name in ipairs(names) do
    local file = name:find('%.md$') and io.open(folder .. name, 'r')
    if file then
      index_page(file:read('*a') or '', pages)
      file:close()
    end
  end
end

-- The comment that stands directly above a Lua function in its source.
local function source_comment(fn)
  local info = debug.getinfo(fn, 'S')
  local path = info.source:match('^@(.*)')
  local file = path and info.linedefined > 0 and io.open(path, 'r')
  if not file then return end
  local comment, number = {}, 0
  for line in file:lines() do
    number = number + 1
    if number >= info.linedefined then break end
    local text = line:match('^%s*%-%-+%s?(.*)')
    if text then comment[#comment + 1] = text else comment = {} end
  end
  file:close()
  if #comment == 0 then return end
  return ('%s\n(%s:%d)'):format(table.concat(comment, '\n'), path, info.linedefined)
end

local function value_of(name)
  local value = _G
  for key in name:gmatch('[^.:]+') do
    local ok, field = pcall(function() return value[key] end)
    if not ok or field == nil then return nil end
    value = field
  end
  return value
end

--- Gives a symbol such as "torch.sigmoid" a help text.
function help.register(name, text)
  registered[name] = text
end

--- Help text of a symbol, nil where there is none.
function help.lookup(name)
  if not pages then load_pages() end
  local short = name:match('([%w_]+)$')
  local text = registered[name] or pages[name] or pages[short]
  if text then return text end
  local value = value_of(name)
  if type(value) == 'function' then return source_comment(value) end
end

--- What `? name` prints; without a name, how to use the REPL.
function help.show(name)
  if name == '' then return io.write(USAGE) end
  local text = help.lookup(name)
  if text then return io.write(text, '\n') end
  if value_of(name) == nil then return io.write(('nothing is called %s\n'):format(name)) end
  io.write(('no help on %s\n'):format(name))
end

--- browse([package]): prints where the documentation, or a package's page of it, lies.
function help.browse(package)
  local folder = help.folder()
  if not folder then return io.write('the documentation is not installed\n') end
  local page = package and folder .. tostring(package) .. '.md'
  if page and not readable(page) then
    return io.write(('%s has no page of its own; see %s\n'):format(tostring(package), folder))
  end
  io.write(page or folder, '\n')
end

return help
