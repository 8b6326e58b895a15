-- A folder of checkpoints: latest.t7 tells which model and state of the optimizer are the last.

local checkpoint = {}

function checkpoint.latest(opt)
  if opt.resume == 'none' then
    return nil
  end
  local latestPath = paths.concat(opt.resume, 'latest.t7')
  if not paths.filep(latestPath) then
    return nil
  end
  print('=> Loading checkpoint ' .. latestPath)
  local latest = torch.load(latestPath)
  local optimState = torch.load(paths.concat(opt.resume, latest.optimFile))
  return latest, optimState
end

function checkpoint.save(epoch, model, optimState, isBestModel, opt)
  local modelFile = 'model_' .. epoch .. '.t7'
  local optimFile = 'optimState_' .. epoch .. '.t7'

  torch.save(paths.concat(opt.save, modelFile), model:clone():clearState())
  torch.save(paths.concat(opt.save, optimFile), optimState)
  torch.save(paths.concat(opt.save, 'latest.t7'), {
    epoch = epoch,
    modelFile = modelFile,
    optimFile = optimFile,
  })
  if isBestModel then
    torch.save(paths.concat(opt.save, 'model_best.t7'), model:clone():clearState())
  end
end

return checkpoint
