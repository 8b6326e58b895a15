-- A generated page: docpage(path, text, complaint) writes it, or with --check on the command line
-- leaves it alone and exits with 1 where it differs from text, after printing the complaint.

local function read(path)
  local file = io.open(path)
  if not file then return end
  local text = file:read('*a')
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path .. '.tmp', 'w'))
  assert(file:write(text))
  assert(file:close())
  assert(os.rename(path .. '.tmp', path))
end

return function(path, text, complaint)
  if arg[1] ~= nil and arg[1] ~= '--check' then
    io.stderr:write('usage: th ', arg[0], ' [--check]\n')
    os.exit(2)
  end
  if arg[1] == nil then
    write(path, text)
  elseif text ~= read(path) then
    io.stderr:write(path, ' ', complaint, '\n')
    os.exit(1)
  end
end
