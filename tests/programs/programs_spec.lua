-- Programs in the manner of Torch7's, run by th as they are; each ends with what it measured.

local paths = require 'paths'
local run = require 'examples.run'

local here = debug.getinfo(1, 'S').source:match('^@(.*)/[^/]*$')

local function program(folder, name, arguments)
  local script = paths.concat(paths.cwd(), here, name .. '.lua')
  return run.within(folder, script, arguments, {OMP_NUM_THREADS = 1})
end

local function has(text, part) assert.is_truthy(text:find(part, 1, true), text) end

describe('a program', function()
  it('trains a word model of cloned time steps, and logs it', function()
    local folder = run.folder()
    local output = program(folder, 'language_model', {'-out', 'cv', '-gpu', -1})
    local first, last = output:match('first ([%d.]+) last ([%d.]+)')
    assert.is_true(tonumber(first) > 2 and tonumber(last) < 0.3, output)
    has(output, 'the dog sat on a log .')
    local log = run.read(folder .. '/cv/log')
    assert.are.equal(8, select(2, log:gsub('%[model%]: epoch %d', '')))
    has(log, 'layers\t2\n')
  end)

  it('classifies pictures that threads load', function()
    local folder = run.folder()
    local output = program(folder, 'folder_classifier', {'--save', 'out', '--nThreads', 2})
    local accuracy = output:match('epoch 4: accuracy ([%d.]+)')
    assert.is_true(tonumber(accuracy) > 85, output)
    has(output, '120/120')
    has(output, '[class: vertical]')
    has(output, 'broken\tfalse\ttrue\ttrue')
    has(output, 'prediction\thorizontal\t4')
    local lines = select(2, run.read(folder .. '/out/train.log'):gsub('\n', ''))
    assert.are.equal(5, lines)
  end)

  it('takes networks apart and saves them in several forms', function()
    local output = program(run.folder(), 'fine_tuning', {})
    for _, line in ipairs {'weights\t4912\t30', 'trained\ttrue', 'top 1\t1\ttop 3\t1', 'same\ttrue',
      '7\ttrue', 'text', '7\t3\t17', '6\tb', '10\t10', '0\t4', '2\ttrue', 'false\ttrue'} do
      has((output:gsub('\27%[[%d;]*m', '')), line)
    end
  end)
end)
