-- The documentation: what its code prints, its links, and that docs/ops.md is up to date.
--
-- A code block marked `lua` runs, the blocks of a page one after the other in one process, where
-- they share globals. What a block prints is what it claims: the texts behind `--> ` in it, where
-- any white space stands for any other and a tensor or storage may go without the type and sizes
-- below it, or else the block without a mark, or marked `text`, that follows it. Without either it
-- prints nothing. Blocks marked `lua FFTW` and `lua gnuplot` do the same where those are there.
-- Blocks marked `lua fragment` only have to compile. In a block marked `th`, lines behind the
-- prompt are typed at the REPL of a fresh process and the others are what it answers, without its
-- timing.

local examples = require 'doc_examples'
local lfs = require 'lfs'
local paths = require 'paths'
local torch = require 'torch'
local terminal = require 'trepl.terminal'

local root = lfs.currentdir()
local END_OF_BLOCK = '\1end of block\n'

local function read(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

-- The pages, as paths from the root.
local function find_pages()
  local pages = {'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'}
  for name in lfs.dir(root .. '/docs') do
    if name:match('%.md$') then pages[#pages + 1] = 'docs/' .. name end
  end
  table.sort(pages)
  return pages
end

-- The fenced blocks of a page: {mark =, line =, text =, adjacent = directly behind the one before}.
local function blocks_of(path)
  local blocks, block, number, blank = {}, nil, 0, false
  for line in io.lines(root .. '/' .. path) do
    number = number + 1
    local mark = line:match('^```(.*)$')
    if mark and not block then
      block = {mark = mark, line = number, adjacent = blank}
    elseif mark then
      block.text = table.concat(block, '\n')
      blocks[#blocks + 1] = block
      block, blank = nil, true
    elseif block then
      block[#block + 1] = line
    elseif line:find('%S') then
      blank = false
    end
  end
  assert(not block, path .. ': code block without an end')
  return blocks
end

-- Lines without blanks at their ends, without empty lines at the end of the text.
local function normal(text)
  return ((text .. '\n'):gsub('[ \t]+\n', '\n'):gsub('%s+$', ''))
end

-- What the i-th block says it prints, as a function of what it does print: that and what it should
-- have been, to compare.
local function claim(blocks, i)
  local claims = examples.claims(blocks[i].text)
  local follower = blocks[i + 1]
  if #claims == 0 then
    local text = follower and follower.adjacent
      and (follower.mark == '' or follower.mark == 'text') and follower.text or ''
    return function(out) return normal(out), normal(text) end
  end
  return function(out) return examples.compare(claims, out) end
end

-- Runs a script in a folder of its own with th; returns its standard output, standard error, code.
local function run(name, script, arguments)
  local folder = os.tmpname()
  os.remove(folder)
  assert(lfs.mkdir(folder))
  finally(function() os.execute('rm -rf ' .. folder) end)
  local file = assert(io.open(folder .. '/' .. name, 'wb'))
  file:write(script)
  file:close()
  return terminal.shell(('cd %s && %s/%%th %s %s'):format(folder, root, arguments or '', name))
end

-- A script that runs the blocks, with the lines of the page in its error messages.
local function script_of(path, blocks)
  local parts = {}
  for _, block in ipairs(blocks) do
    local text = ('\n'):rep(block.line) .. block.text
    parts[#parts + 1] = ('assert(loadstring(%q, %q))()\nio.write(%q)\n'):format(text, '@' .. path,
      END_OF_BLOCK)
  end
  return table.concat(parts)
end

-- The marks of blocks that run here.
local runs = {
  lua = true,
  ['lua FFTW'] = pcall(torch.fft, torch.zeros(1, 2)),
  ['lua gnuplot'] = paths.findprogram('gnuplot') ~= nil,
}

local function check_lua(path, blocks)
  local marked, claims = {}, {}
  for i, block in ipairs(blocks) do
    if runs[block.mark] then
      marked[#marked + 1], claims[#claims + 1] = block, claim(blocks, i)
    end
  end
  if #marked == 0 then return end
  local out, err, code = run('page.lua', script_of(path, marked))
  assert.are.same({'', 0}, {err, code})
  local count = 0
  for text in out:gmatch('(.-)' .. END_OF_BLOCK) do
    count = count + 1
    local got, expected = claims[count](text)
    assert.are.equal(expected, got, ('%s:%d'):format(path, marked[count].line))
  end
  assert.are.equal(#marked, count)
end

-- The commands typed in a REPL block and the answer to each.
local function session_of(block)
  local commands, answers = {}, {}
  for _, line in ipairs(block) do
    local command = line:match('^th> (.*)$') or line:match('^%.%.> (.*)$')
    if command then
      commands[#commands + 1], answers[#answers + 1] = command, ''
    else
      answers[#answers] = answers[#answers] .. line .. '\n'
    end
  end
  return commands, answers
end

local function check_session(path, block)
  local commands, answers = session_of(block)
  local where = ('%s:%d'):format(path, block.line)
  local out = run('input', table.concat(commands, '\n') .. '\n', '-i 2>&1 <')
  local count = 0
  out = out:gsub('th> ', '\1'):gsub('%.%.> ', '\1'):gsub(' *%[%d+%.%d+s%]\n', '')
  for answer in out:sub(2):gmatch('([^\1]*)\1') do
    count = count + 1
    assert.are.equal(normal(answers[count] or ''), normal(answer), where .. ': '
      .. (commands[count] or 'the end'))
  end
  assert.are.equal(#commands, count, where)
end

-- The anchor that a heading gets.
local function anchor(heading)
  return (heading:lower():gsub('[^%w%s_-]', ''):gsub('%s', '-'))
end

local function has_anchor(path, name)
  for line in io.lines(path) do
    local heading = line:match('^#+%s+(.*)$')
    if heading and anchor(heading) == name then return true end
  end
  return false
end

describe('documentation', function()
  for _, path in ipairs(find_pages()) do
    describe(path, function()
      local blocks = blocks_of(path)

      it('has code that prints what it claims', function()
        check_lua(path, blocks)
      end)

      for _, block in ipairs(blocks) do
        if block.mark == 'lua fragment' then
          it('has code that compiles in line ' .. block.line, function()
            assert(loadstring(block.text, '@' .. path))
          end)
        elseif block.mark == 'th' then
          it('has a session that runs in line ' .. block.line, function()
            check_session(path, block)
          end)
        end
      end

      it('has links that lead somewhere', function()
        local folder = root .. '/' .. (path:match('^.*/') or '')
        for target in read(root .. '/' .. path):gmatch('%]%(([^)%s]+)%)') do
          local file, fragment = target:match('^([^#]*)#?(.*)$')
          if not target:match('^%a+:') then
            local place = file == '' and root .. '/' .. path or folder .. file
            assert.is_truthy(lfs.attributes(place, 'mode'), 'no file ' .. target)
            assert.is_true(fragment == '' or has_anchor(place, fragment), 'no heading ' .. target)
          end
        end
      end)
    end)
  end

  it('lists the operations as they are', function()
    local out, err, code = terminal.shell('%th scripts/docs.lua --check')
    assert.are.same({'', '', 0}, {out, err, code})
  end)
end)
