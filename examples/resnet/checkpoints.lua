-- A folder of checkpoints: latest.t7 tells which model and state of the optimizer are the last.

local M = {}

-- The epoch, model and optimizer state of the folder opt.resume; nil if there are none.
function M.latest(opt)
  local index = paths.concat(opt.resume, 'latest.t7')
  if opt.resume == 'none' or not paths.filep(index) then return nil end
  print('=> Loading checkpoint ' .. index)
  local latest = torch.load(index)
  return latest.epoch, torch.load(paths.concat(opt.resume, latest.model)),
    torch.load(paths.concat(opt.resume, latest.optimState))
end

function M.save(epoch, model, optimState, best, opt)
  local files = {epoch = epoch, model = 'model_' .. epoch .. '.t7',
    optimState = 'optimState_' .. epoch .. '.t7'}
  model = model:clone():clearState()
  torch.save(paths.concat(opt.save, files.model), model)
  torch.save(paths.concat(opt.save, files.optimState), optimState)
  torch.save(paths.concat(opt.save, 'latest.t7'), files)
  if best then torch.save(paths.concat(opt.save, 'model_best.t7'), model) end
end

return M
