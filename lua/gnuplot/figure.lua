-- Figures: each is a gnuplot of its own with settings, a drawing or the panels of one, and the
-- terminal or file on which it appears. A file is complete or not there: it is written under
-- another name and renamed.

local F = require 'torch.ffi'
local paths = require 'paths'
local program = require 'gnuplot.program'
local quote = require('gnuplot.text').quote

local Figure = {}
Figure.__index = Figure

local figures, current = {}, nil

-- What undoes the settings of a panel before the next one.
local RESET = 'unset title\nunset xlabel\nunset ylabel\nunset zlabel\nunset grid\nset key default\n'
  .. 'set size noratio\nset autoscale'

--- Figure n, made where there is none; without n a new one with the next number. It becomes the
-- current figure.
function Figure.get(n)
  n = n or #figures + 1
  local self = figures[n]
  if not self or not self.process:alive() then
    self = setmetatable({n = n, process = program.start(), stored = {}, most_points = 0}, Figure)
    figures[n] = self
  end
  current = n
  return self
end

--- Number of the current figure, or nil.
function Figure.current() return figures[current] and current end

--- Figure n where there is one; raises where its gnuplot has died, and forgets it.
function Figure.find(n)
  local self = figures[n]
  if not self or self.process:alive() then return self end
  figures[n] = nil
  F.raise('gnuplot: the gnuplot of figure %d has ended; make the figure again', n)
end

--- The current figure; a new one on the terminal where there is none.
function Figure.here()
  local self = Figure.find(current)
  if self then return self end
  self = Figure.get(current)
  self:show()
  return self
end

local MANY_LINES = 4000
local MANY_POINTS = 20000

-- Gives gnuplot a table of numbers and returns what the table is called in commands. gnuplot stores
-- one in a time with the square of its lines, so that a long one is left in a file.
local function store(self, data, i)
  local _, lines = data:gsub('\n', '')
  self.most_points = math.max(self.most_points, lines)
  if lines < MANY_LINES then
    local name = '$data' .. i
    self:run(('%s << END_OF_DATA\n%s\nEND_OF_DATA'):format(name, data))
    return name
  end
  local name = paths.tmpname()
  self.stored[#self.stored + 1] = name
  local file, message = io.open(name, 'w')
  if file then
    local ok
    ok, message = file:write(data, '\n')
    local closed, reason = file:close()
    if ok and closed then return quote(name) end
    message = message or reason
  end
  F.raise('gnuplot: cannot store data: %s', message)
end

-- Removes the files of what is no longer drawn.
local function forget_data(self)
  for i = #self.stored, 1, -1 do os.remove(table.remove(self.stored, i)) end
  self.most_points = 0
end

--- Ends figure n.
function Figure.close(n)
  local self = figures[n]
  if not self then return end
  figures[n] = nil
  if current == n then current = nil end
  local ok, message = true, nil
  if self.file and self.pending and self:has_drawing() and self.process:alive() then
    ok, message = pcall(self.flush, self)
  end
  self.process:close()
  forget_data(self)
  if not ok then error(message, 0) end
end

--- Ends all figures.
function Figure.close_all()
  local numbers = {}
  for n in pairs(figures) do numbers[#numbers + 1] = n end
  table.sort(numbers)
  for _, n in ipairs(numbers) do Figure.close(n) end
end

function Figure:run(command) return self.process:run(command) end

--- Makes the figure appear on the terminal.
function Figure:show()
  self.file = nil
  self.terminal = program.terminal(self.n)
  self:run('set terminal ' .. self.terminal)
end

--- Makes the figure appear in a file when it is flushed. Until then it is drawn on no terminal, so
-- that mistakes show at once.
function Figure:write_to(file, terminal)
  self.file, self.terminal = file, terminal
  self:run('set terminal unknown')
end

-- Draws what the figure holds.
local function redraw(self)
  local panels = self.panels
  if not panels then return self:run(self.drawn) end
  self:run(('set multiplot layout %d,%d%s'):format(panels.rows, panels.columns,
    panels.title and ' title ' .. quote(panels.title) or ''))
  local ok, message = pcall(function()
    for _, panel in ipairs(panels) do
      for _, command in ipairs(panel.settings) do self:run(command) end
      self:run(panel.draw)
      if panel.undo then self:run(panel.undo) end
      self:run(RESET)
    end
  end)
  self:run('unset multiplot')
  if not ok then error(message, 0) end
end

--- Whether there is something to draw.
function Figure:has_drawing()
  if self.panels then return #self.panels > 0 end
  return self.drawn ~= nil
end

local function is_full(panels) return #panels >= panels.rows * panels.columns end

-- Draws on a terminal after a change; panels when all are there.
local function changed(self)
  self.pending = true
  if not self.file and self:has_drawing() and (not self.panels or is_full(self.panels)) then
    redraw(self)
    self.pending = false
  end
end

--- Applies a setting and draws again.
function Figure:set(command)
  local panels = self.panels
  if not panels then
    self:run(command)
  else
    table.insert(#panels > 0 and panels[#panels].settings or panels.first, command)
  end
  changed(self)
end

--- Draws. drawing: {setup = commands, data = list of tables of numbers, plot = function(names) that
-- gives the command for the names of the data, undo = commands}.
function Figure:draw(drawing)
  local panels = self.panels
  if not panels and self.undo then self:run(self.undo) end
  self.undo = nil
  if not panels then forget_data(self) end
  local names, offset = {}, panels and 100 * #panels or 0
  for i, data in ipairs(drawing.data) do names[i] = store(self, data, offset + i) end
  local command = drawing.plot(names)
  if not panels then
    if drawing.setup then self:run(drawing.setup) end
    self.undo = drawing.undo
    self:run(command)
    self.drawn = 'replot'
    self.pending = self.file ~= nil
    return
  end
  if is_full(panels) then
    F.raise('gnuplot: all %d panels of figure %d are drawn', panels.rows * panels.columns, self.n)
  end
  local panel = {settings = #panels == 0 and panels.first or {}, undo = drawing.undo,
    draw = drawing.setup and drawing.setup .. '\n' .. command or command}
  if self.file then
    self:run(panel.draw)
    self:run(panel.undo or '')
  end
  panels[#panels + 1] = panel
  local ok, message = pcall(changed, self)
  if ok then return end
  panels[#panels] = nil
  error(message, 0)
end

--- Divides the figure into rows x columns panels, which the following drawings fill; nil ends that.
function Figure:divide(rows, columns, title)
  if self.panels and self.pending and not self.file and self:has_drawing() then redraw(self) end
  forget_data(self)
  self.panels = rows and {rows = rows, columns = columns, title = title, first = {}}
  self.drawn, self.pending = nil, false
end

-- Whether commands of the user draw, and how to draw that again: data that stand in the commands
-- themselves are not read twice.
local function drawing_of(text)
  local draws
  for statement in text:gmatch('[^\n;]+') do
    draws = draws or statement:find('^%s*s?plot%s') or statement:find('^%s*pl?%s')
  end
  return draws and (text:find('[\'"]%-[\'"]') and 'refresh' or 'replot')
end

--- Runs a user's commands.
function Figure:raw(text)
  local draws = drawing_of(text)
  if self.panels then
    if not draws then return self:set(text) end
    return self:draw {data = {}, plot = function() return text end}
  end
  self:run(text)
  if draws then self.drawn, self.undo = draws, nil end
  self.pending = true
end

-- Draws into a file by a terminal. The cairo library takes minutes for the line of a hundred
-- thousand points, which the terminal png draws in a tenth of a second.
local function write(self, file, terminal)
  if self.most_points > MANY_POINTS and program.has('png') then
    terminal = terminal:gsub('^pngcairo', 'png')
  end
  local temporary = ('%s.%d.tmp'):format(file, self.process.pid)
  local ok, message = pcall(function()
    self:run('set terminal ' .. terminal)
    self:run('set output ' .. quote(temporary))
    redraw(self)
  end)
  if self.process:alive() then self:run('unset output') end
  local renamed, reason = true, nil
  if ok then renamed, reason = os.rename(temporary, file) end
  if ok and renamed then return end
  os.remove(temporary)
  if not ok then error(message, 0) end
  F.raise('gnuplot: cannot write %s', reason)
end

local function need_drawing(self, caller)
  if not self:has_drawing() then
    F.raise('gnuplot.%s: nothing is drawn in figure %d', caller, self.n)
  end
end

--- Writes the figure's file; on a terminal, draws what is not drawn yet.
function Figure:flush()
  if not self.file then
    if self.pending and self:has_drawing() then redraw(self) end
  else
    need_drawing(self, 'plotflush')
    local ok, message = pcall(write, self, self.file, self.terminal)
    if self.process:alive() then self:run('set terminal unknown') end
    if not ok then error(message, 0) end
  end
  self.pending = false
end

--- Writes the figure to another file.
function Figure:print(file, terminal)
  need_drawing(self, 'figprint')
  local ok, message = pcall(write, self, file, terminal)
  if self.process:alive() then
    self:run('set terminal ' .. (self.file and 'unknown' or self.terminal))
  end
  if not ok then error(message, 0) end
end

--- Raises where the folder of a file that is to be written is not there.
function Figure.need_folder(caller, file)
  if type(file) ~= 'string' or file == '' then
    F.bad_argument('gnuplot.' .. caller, 1, 'a file name', file)
  end
  local folder = paths.dirname(file)
  if not paths.dirp(folder) then
    F.raise('gnuplot.%s: directory does not exist: %s', caller, folder)
  end
end

return Figure
