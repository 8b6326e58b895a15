-- docs/nn.md: every module, criterion and helper of nn has an entry with what it computes, shapes
-- and an example that prints what it claims, and the page is up to date.

local examples = require 'doc_examples'
local terminal = require 'trepl.terminal'
require 'nn'

local entries = dofile 'scripts/nnentries.lua'
local groups, problems = entries.read()

-- The names of the arguments in a call form, "(a, [b = 1])" -> {"a", "b"}; nil for "...".
local function names_of(form)
  local names = {}
  if form:find('...', 1, true) then return nil end
  -- values may contain commas in parentheses
  for argument in (form:sub(2, -2):gsub('%b()', '') .. ','):gmatch('%s*(.-),') do
    if argument ~= '' then names[#names + 1] = argument:match('^%[?([%w_]+)') end
  end
  return names
end

-- What a constructor's own parameters are called, without self.
local function parameters_of(class)
  local names = entries.parameters(class.__init)
  table.remove(names, 1)
  return names
end

-- What a program prints in a process of its own.
local function run_file(source)
  local name = os.tmpname()
  finally(function() os.remove(name) end)
  local file = assert(io.open(name, 'w'))
  file:write(source, '\n')
  file:close()
  local out, err, code = terminal.shell('%th ' .. name)
  assert.are.same({'', 0}, {err, code})
  return out
end

describe('nn.md', function()
  it('has an entry for everything in nn', function()
    assert.are.same({}, problems)
    local count = 0
    for _, group in ipairs(groups) do count = count + #group end
    assert.is_true(count >= 187)
  end)

  for _, group in ipairs(groups) do
    for _, entry in ipairs(group) do
      it(('has an example of nn.%s that prints what it claims'):format(entry.name), function()
        if entry.fresh then
          local out = run_file("require 'nn'\n" .. entry.code)
          local got, expected = examples.compare(examples.claims(entry.code), out)
          return assert.are.equal(expected, got)
        end
        local got, expected = examples.run(entry.code, entry.name)
        assert.are.equal(expected, got)
      end)
    end
  end

  it('names the arguments as the constructors do', function()
    local compared = 0
    for _, group in ipairs(groups) do
      for _, entry in ipairs(group) do
        local names = entry.class and entry.class.__init and #entry.forms == 1
          and names_of(entry.forms[1])
        local parameters = names and parameters_of(entry.class)
        if parameters and parameters[#parameters] ~= '...' then
          for i, name in ipairs(parameters) do
            if name == '_' then parameters[i] = names[i] end -- not used
          end
          assert.are.same(parameters, names, entry.name)
          compared = compared + 1
        end
      end
    end
    assert.is_true(compared > 140)
  end)

  it('is as the modules say', function()
    local out, err, code = terminal.shell('%th scripts/nndocs.lua --check')
    assert.are.same({'', '', 0}, {out, err, code})
  end)

  it('is what ? shows', function()
    local script = {"require 'nn'"}
    for _, group in ipairs(groups) do
      for _, entry in ipairs(group) do
        script[#script + 1] = ("require 'trepl.help'.show('nn.%s')"):format(entry.name)
      end
    end
    local text = run_file(table.concat(script, '\n'))
    for _, group in ipairs(groups) do
      for _, entry in ipairs(group) do
        assert.is_truthy(text:find('`nn.' .. entry.name .. '`\n', 1, true), entry.name)
        local last = '    ' .. entry.code:match('[^\n]*$')
        assert.is_truthy(text:find(last, 1, true), entry.name)
      end
    end
  end)
end)

describe('doc_examples', function()
  it('compares what is printed with what is claimed', function()
    for _, row in ipairs {
      {'print(1, 2) --> 1 2', true},
      {'print(1) --> 2', false},
      {'print(1) --> 1\nprint(2)', false},
      {'print(1) --> 1\nlocal x = 2 --> 2', false},
      {'io.write("a\\n", "b") --> a b', true},
      {'print(torch.Tensor {1, 2}) --> 1 2', true},
      {'print(torch.Tensor {1, 2}) --> 1 2 [torch.DoubleTensor of size 2]', true},
      {'print(torch.Tensor {1, 2}) --> 1 2 [torch.DoubleTensor of size 3]', false},
      {'print(torch.LongStorage {4, 2}) --> 4 2', true},
      {'local x = 1', true},
    } do
      local got, expected = examples.run(row[1])
      assert.are.equal(row[2], got == expected, row[1])
    end
  end)

  it('raises what an example raises, and prints again after it', function()
    local before, write = print, io.write
    local ok, message = pcall(examples.run, 'error("no", 0)')
    assert.are.same({false, 'no'}, {ok, message})
    assert.are.equal(before, print)
    assert.are.equal(write, io.write)
    assert.is_false(pcall(examples.run, 'x = = 1'))
  end)
end)

describe('entries of the page', function()
  -- What is read from a file that has a given text.
  local function header_of(text)
    local path = os.tmpname()
    local file = assert(io.open(path, 'w'))
    file:write(text)
    file:close()
    local header = dofile('scripts/nnentries.lua').header('Example', path)
    os.remove(path)
    return header
  end

  it('take call forms, text and shapes from a comment', function()
    assert.are.same({forms = {'(a, [b = f(1)])', '(c)'}, text = {'one two', '  code', 'more'},
      shapes = '[n] -> [n 2] or {a}'}, header_of([[
-- nn.Example(a, [b = f(1)]) or (c): one
-- two
--
--   code
--
-- more
-- Shapes: [n] -> [n 2]
-- or {a}.

local x]]))
  end)

  it('lack what the comment lacks', function()
    assert.is_nil(header_of('-- Something else.\n'))
    assert.is_nil(header_of('-- nn.Example(a):\n'))
    assert.is_nil(header_of('-- nn.Example(a): sum.\n').shapes)
    assert.are.same({}, header_of('-- nn.Example: sum.\n').forms)
  end)
end)
