-- What Tab offers: names, fields, methods, files.

local complete = require 'trepl.complete'
local terminal = require 'trepl.terminal'

-- The words offered at the end of a line, and what is appended.
local function offered(line, pending)
  local words, append = complete.line(line, #line - #line:match('[%w_]*$'), pending)
  return table.concat(words, ' '), append
end

describe('completion', function()
  local subject = {
    alpha = function() end, albedo = 1, list = {{deep = 2}}, ['two words'] = 3, __hidden = 4,
  }
  setmetatable(subject, {
    __index = setmetatable({inherited = function() end}, {__index = {far = true}}),
  })

  setup(function() rawset(_G, 'subject', subject) end)
  teardown(function() rawset(_G, 'subject', nil) end)

  local cases = {
    -- line, words, appended
    {'subj', 'subject'},
    {'whi', 'while'},
    {'x = string.repl', ''},
    {'string.repe', ''},
    {'string.re', 'rep reverse'},
    {'string.rep', 'rep', '('},
    {'print(math.hu', 'huge'},
    {'subject.al', 'albedo alpha'},
    {'subject:al', 'alpha', '('},
    {'subject . al', 'albedo alpha'},
    {'subject.', 'albedo alpha far inherited list'},
    {'subject:', 'alpha inherited', '('},
    {'subject.__', '__hidden'},
    {'subject.list[1].', 'deep'},
    {'subject["list"][1].d', 'deep'},
    {'subject.list[2].', ''},
    {'subject.albedo.', ''},
    {'nowhere.', ''},
    {'1 .. subject.alb', 'albedo'},
    {'f(function() return subject.alb', 'albedo'},
    {'= subject.alb', 'albedo'},
    {'? subject.alb', 'albedo'},
    {'-- subject.al', ''},
    {'x = [[ subject.al', ''},
    {'"it\'s" .. subject.alb', 'albedo'},
    {'"\\"" .. subject.alb', 'albedo'},
  }
  for _, case in ipairs(cases) do
    it('offers for ' .. case[1] .. ' the words ' .. case[2], function()
      local words, append = offered(case[1])
      assert.are.same({case[2], case[3]}, {words, case[2]:find(' ') and case[3] or append})
    end)
  end

  it('never calls what is typed', function()
    local called = false
    subject.call = function() called = true end
    assert.are.equal('', (offered('subject.call().')))
    subject.call = nil
    assert.is_false(called)
  end)

  it('knows the lines before in the same statement', function()
    assert.are.equal('', (offered('subject.al', 'x = [[')))
    assert.are.equal('albedo alpha', (offered('subject.al', 'x = [[ ]] ..')))
    assert.are.equal('albedo alpha', (offered('subject.al', 'x = 1 -- a remark')))
  end)

  it('offers names that a package loads on first use', function()
    subject.lazy = setmetatable({}, {__keys = function() return {'Later', 'Latest'} end})
    assert.are.equal('Later Latest', (offered('subject.lazy.La')))
    subject.lazy = nil
  end)

  it('offers the methods of strings', function()
    subject.text = 'x'
    assert.are.equal('rep reverse', (offered('subject.text:re')))
    subject.text = nil
  end)

  it('offers the methods of tensors and objects', function()
    local torch = require 'torch'
    subject.tensor, subject.timer = torch.FloatTensor(2), torch.Timer()
    assert.are.same({'narrow', '('}, {offered('subject.tensor:narr')})
    assert.are.same({'resume', '('}, {offered('subject.timer:resu')})
    subject.tensor, subject.timer = nil, nil
  end)

  it('offers the methods of a class and the classes above it', function()
    local torch = require 'torch'
    if not torch.getmetatable('complete.Base') then
      rawset(_G, 'complete', {})
      local base = torch.class('complete.Base')
      local derived = torch.class('complete.Derived', 'complete.Base')
      base.shared_method = function() end
      base.__index__ = function() return nil, false end
      derived.shared_own = function() end
    end
    subject.object = torch.factory('complete.Derived')()
    subject.object.shared_field = 1
    assert.are.equal('shared_method shared_own', (offered('subject.object:shared')))
    assert.are.equal('shared_field shared_method shared_own', (offered('subject.object.shared')))
    subject.object = nil
    rawset(_G, 'complete', nil)
  end)
end)

describe('completion on a terminal', function()
  after_each(terminal.clean)

  local folder

  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute(('mkdir -p %s/some-folder && touch %s/my-file.t7 %s/.hidden')
      :format(folder, folder, folder)) == 0)
  end)

  teardown(function() os.execute('rm -rf ' .. folder) end)

  -- Types a text with tabs in it; returns the line as it is then shown.
  local function completed(text, last)
    local th = terminal.session()
    th:send(text)
    th:expect(last)
  end

  it('completes functions', function() completed('x = string.rev\t', 'string.reverse(') end)

  it('shows what is possible', function() completed('string.re\t\t', 'rep      reverse') end)

  it('completes methods of tensors', function()
    completed('x = torch.Tensor(3)\nx:narr\t', 'x:narrow(')
  end)

  it('completes file names in strings', function()
    completed(('io.open("%s/my-\t'):format(folder), folder .. '/my-file.t7"')
    completed(("io.open('%s/some\t"):format(folder), folder .. '/some-folder/')
    completed(('io.open("%s/.h\t'):format(folder), folder .. '/.hidden"')
  end)

  it('offers no files of a folder that is absent', function()
    completed('x = "/nowhere/\t\t" .. 1', 'x = "/nowhere/" .. 1')
  end)

  it('completes file names in shell commands', function()
    completed(('$ ls %s/my\t'):format(folder), folder .. '/my-file.t7 ')
  end)
end)
