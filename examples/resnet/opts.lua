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
  cmd:option('-nThreads', 2, 'threads that load images')
  cmd:option('-threads', 1, 'threads of torch')
  cmd:option('-manualSeed', 1, 'of the random numbers')
  cmd:option('-gpu', 'no', 'try to use a GPU: yes | no')
  cmd:option('-depth', 8, 'layers: 6n + 2')
  cmd:option('-shortcutType', 'A', 'A | B')
  cmd:option('-nEpochs', 10, 'passes over the images')
  cmd:option('-batchSize', 32, 'images in a mini-batch')
  cmd:option('-LR', 0.05, 'learning rate of the first epochs')
  cmd:option('-momentum', 0.9, 'Nesterov momentum')
  cmd:option('-weightDecay', 1e-4, 'weight decay')
  cmd:option('-save', 'checkpoints', 'folder for checkpoints')
  cmd:option('-resume', 'none', 'folder of checkpoints to go on from')
  cmd:option('-testOnly', 'false', 'no training: true | false')
  cmd:text()

  local opt = cmd:parse(arg or {})
  opt.testOnly = opt.testOnly ~= 'false'
  if (opt.depth - 2) % 6 ~= 0 then cmd:error('depth must be 6n + 2') end
  if not paths.dirp(opt.save) and not paths.mkdir(opt.save) then
    cmd:error('cannot make the folder ' .. opt.save)
  end
  return opt
end

return M
