-- Options of the trainer.

local M = {}

function M.parse(arg)
  local cmd = torch.CmdLine()
  cmd:text()
  cmd:text('Residual network trainer')
  cmd:text()
  cmd:text('Options:')
  ------------ General options --------------------
  cmd:option('-data', 'shapes', 'folder with train/CLASS/ and val/CLASS/; drawn if missing')
  cmd:option('-draw', 200, 'training images of a class to draw')
  cmd:option('-manualSeed', 1, 'manually set RNG seed')
  cmd:option('-gpu', 'no', 'try to use a GPU: yes | no')
  cmd:option('-threads', 1, 'threads of torch')
  ------------- Data options ------------------------
  cmd:option('-nThreads', 2, 'number of data loading threads')
  ------------- Training options --------------------
  cmd:option('-nEpochs', 10, 'number of total epochs to run')
  cmd:option('-epochNumber', 1, 'manual epoch number (useful on restarts)')
  cmd:option('-batchSize', 32, 'mini-batch size')
  cmd:option('-testOnly', 'false', 'run on validation set only: true | false')
  cmd:option('-resume', 'none', 'path to a folder with the latest checkpoint')
  cmd:option('-save', 'checkpoints', 'folder in which to save checkpoints')
  ---------- Optimization options ----------------------
  cmd:option('-LR', 0.05, 'initial learning rate')
  cmd:option('-momentum', 0.9, 'momentum')
  cmd:option('-weightDecay', 1e-4, 'weight decay')
  ---------- Model options ----------------------------------
  cmd:option('-depth', 8, 'ResNet depth: 6n + 2')
  cmd:option('-shortcutType', 'A', 'options: A | B')
  cmd:option('-optimState', 'none', 'path to an optimState to reload from')
  cmd:text()

  local opt = cmd:parse(arg or {})
  opt.testOnly = opt.testOnly ~= 'false'
  if (opt.depth - 2) % 6 ~= 0 then cmd:error('depth must be 6n + 2') end
  if not paths.dirp(opt.save) and not paths.mkdir(opt.save) then
    cmd:error('error: unable to create checkpoint directory: ' .. opt.save .. '\n')
  end
  return opt
end

return M
