-- What the example programs share: options and their checks, one-line errors, tensor types,
-- checkpoints.

require 'torch'
require 'nn'
require 'paths'

local common = {}

local program = arg and arg[0] and paths.basename(arg[0]) or 'example'

--- Ends the program with exit code 1 and one line on the standard error.
function common.fail(format, ...)
  io.stdout:flush()
  io.stderr:write(program, ': ', format:format(...), '\n')
  os.exit(1)
end

--- An error message in one line, without places in the source and without the stack.
function common.one_line(message)
  local text = ('\n' .. tostring(message)):gsub('\nstack traceback:.*', '')
  text = text:gsub('\n[^%s:]+:%d+: ', '\n'):gsub('%s*\n%s*', ' ')
  return text:match('^%s*(.-)%s*$')
end

--- A torch.CmdLine whose errors are one line. The arguments are lines that describe the program.
function common.cmdline(...)
  local cmd = torch.CmdLine()
  function cmd.error(_, message)
    common.fail('%s (-h lists the options)', message)
  end
  cmd:text()
  for _, line in ipairs {...} do cmd:text(line) end
  cmd:text()
  return cmd
end

--- Adds the options -threads (its default, and what else its help says) and -type.
function common.machine_options(cmd, threads, help)
  cmd:option('-threads', threads, 'number of threads' .. (help or ''))
  cmd:option('-type', 'float', 'float, double or cuda')
end

--- Adds the option -seed.
function common.seed_option(cmd)
  cmd:option('-seed', 1, 'of the random numbers')
end

--- The options among the words, by default those of the command line.
function common.parse(cmd, words)
  cmd:text()
  return cmd:parse(words or arg)
end

--- Ends the program unless opt[name] is an integer of at least `low`.
function common.check_integer(opt, name, low)
  local value = opt[name]
  if not (value >= low and value < 2 ^ 31 and value % 1 == 0) then
    common.fail('-%s must be an integer of at least %d, got %s', name, low, tostring(value))
  end
end

--- Ends the program unless low <= opt[name] <= high; with `open`, low itself is refused.
function common.check_number(opt, name, low, high, open)
  local value = opt[name]
  if not (value >= low and value <= high) or open and value == low then
    common.fail('-%s must be %s %g and at most %g, got %s', name,
      open and 'greater than' or 'at least', low, high, tostring(value))
  end
end

--- Ends the program unless opt[name] is in the list.
function common.check_choice(opt, name, list)
  for _, choice in ipairs(list) do
    if opt[name] == choice then return end
  end
  local choices = table.concat(list, ', '):gsub(', ([^,]*)$', ' or %1')
  common.fail('-%s must be %s, got %s', name, choices, tostring(opt[name]))
end

local types = {
  float = 'torch.FloatTensor', double = 'torch.DoubleTensor', cuda = 'torch.CudaTensor',
}

--- The class of tensors that -type names. Makes float or double tensors the default, and loads what
-- cuda needs; ends the program where that is missing.
function common.tensor_type(opt)
  common.check_choice(opt, 'type', {'float', 'double', 'cuda'})
  if opt.type == 'cuda' then
    for _, package in ipairs {'cutorch', 'cunn'} do
      local ok, message = pcall(require, package)
      if not ok then
        common.fail('-type cuda needs the package %s: %s', package,
          message:match('^(.-):?\n') or message)
      end
    end
  end
  torch.setdefaulttensortype(opt.type == 'double' and types.double or types.float)
  return types[opt.type]
end

--- Puts -threads and -type into effect, which it checks, and -seed where the program has it.
-- Returns the class of tensors.
function common.set_machine(opt)
  common.check_integer(opt, 'threads', 1)
  local tensor_type = common.tensor_type(opt)
  torch.setnumthreads(opt.threads)
  if opt.seed then torch.manualSeed(opt.seed) end
  return tensor_type
end

--- Ends the program unless a file can be written in the place of `path`. Leaves no trace.
function common.check_writable(path)
  if paths.dirp(path) then common.fail('%s: cannot save there, it is a directory', path) end
  local probe = ('%s.%d.tmp'):format(path, os.time())
  local file, message = io.open(probe, 'ab')
  if not file then
    common.fail('%s: cannot save there: %s', path, message:gsub('^.*: ', ''))
  end
  file:close()
  os.remove(probe)
end

--- Writes a checkpoint; ends the program where that fails.
function common.save(path, checkpoint)
  local ok, message = pcall(torch.save, path, checkpoint)
  if not ok then common.fail('%s: cannot save: %s', path, common.one_line(message)) end
end

--- Reads a checkpoint of the kind of an example. fields: what it must have, {name = type}.
-- Ends the program where the file is missing, damaged or of another kind.
function common.load(path, kind, fields)
  local file, message = io.open(path, 'rb')
  if not file then common.fail('%s', message) end
  file:close()
  local ok, checkpoint = pcall(torch.load, path)
  if not ok then
    common.fail('%s: not a checkpoint, or damaged: %s', path, common.one_line(checkpoint))
  end
  if type(checkpoint) ~= 'table' or checkpoint.kind ~= kind then
    common.fail('%s: not a checkpoint of the %s example', path, kind)
  end
  for name, expected in pairs(fields) do
    local found = torch.type(checkpoint[name])
    if found ~= expected and not torch.isTypeOf(checkpoint[name], expected) then
      common.fail('%s: damaged checkpoint: its %s is %s, expected %s', path, name, found, expected)
    end
  end
  return checkpoint
end

--- Results of f(...), which takes values from the checkpoint at `path` into use; ends the program
-- where f raises an error because they are damaged.
function common.restore(path, f, ...)
  local function finish(ok, ...)
    if not ok then
      common.fail('%s: damaged checkpoint: %s', path, common.one_line((...)))
    end
    return ...
  end
  return finish(pcall(f, ...))
end

--- Parses the options of a training program, to which it adds -seed, -save and -resume, and puts
-- them into effect. example: {kind of its checkpoints, data = the option that names its data,
-- fields of its checkpoints beside those of all, check = function(opt) for its own options}.
-- Returns the options, the class of tensors, and the checkpoint that -resume names, or nil.
function common.start_training(cmd, example)
  common.seed_option(cmd)
  cmd:option('-save', example.kind .. '.t7', 'checkpoint, written after each epoch')
  cmd:option('-resume', '', ('go on from this checkpoint; of the other options, only -%s, -epochs,'
    .. ' -threads and -save count then'):format(example.data))
  local opt = common.parse(cmd)
  local function start()
    for _, name in ipairs {'epochs', 'batchSize'} do common.check_integer(opt, name, 1) end
    for _, name in ipairs {'trainSize', 'seed'} do common.check_integer(opt, name, 0) end
    common.check_number(opt, 'decay', 0, 1, true)
    example.check(opt)
    return common.set_machine(opt)
  end
  local tensor_type = start()
  common.check_writable(opt.save)
  if opt.resume == '' then return opt, tensor_type end
  local fields = {optimizer = 'table', options = 'table', epoch = 'number',
    random = 'torch.ByteTensor'}
  for name, expected in pairs(example.fields) do fields[name] = expected end
  local checkpoint = common.load(opt.resume, example.kind, fields)
  if checkpoint.epoch >= opt.epochs then
    common.fail('%s has %d epochs already; give more with -epochs', opt.resume, checkpoint.epoch)
  end
  for _, name in ipairs {example.data, 'epochs', 'threads', 'save', 'resume'} do
    checkpoint.options[name] = opt[name]
  end
  opt = checkpoint.options
  tensor_type = common.restore(opt.resume, start)
  return opt, tensor_type, checkpoint
end

--- Ends the program where the loss of an epoch is not finite.
function common.check_loss(loss, opt)
  if loss ~= loss or loss == math.huge then
    common.fail('the loss is not finite any more; try a smaller -learningRate than %g',
      opt.learningRate)
  end
end

--- Raises an error unless every tensor of an optimizer's state fits the parameters.
function common.check_state(state, params)
  for name, value in pairs(state) do
    if torch.isTensor(value) and value:nElement() ~= params:nElement() then
      error(('the optimizer state %s has %d elements for %d parameters'):format(tostring(name),
        value:nElement(), params:nElement()), 2)
    end
  end
end

return common
