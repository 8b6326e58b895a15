-- Images of a trained generator, options from the environment: net=dcgan_net_G.t7 th generate.lua
-- With walk=1, each row goes from one point of noise to another.

require 'torch'
require 'nn'
require 'image'

opt = {
  net = 'dcgan_net_G.t7', -- checkpoint
  rows = 8,
  columns = 8,
  walk = 0,
  name = 'generated',     -- writes NAME.png
  threads = 1,
  manualSeed = 2,
}
for k in pairs(opt) do opt[k] = tonumber(os.getenv(k)) or os.getenv(k) or opt[k] end

torch.manualSeed(opt.manualSeed)
torch.setnumthreads(opt.threads)
torch.setdefaulttensortype('torch.FloatTensor')

net = torch.load(opt.net)
net:evaluate()
nz = net:get(1).nInputPlane
noise = torch.randn(opt.rows * opt.columns, nz, 1, 1)
if opt.walk > 0 then
  local ends = torch.randn(opt.rows, 2, nz)
  for i = 1, opt.rows do
    local t = torch.linspace(0, 1, opt.columns)
    for j = 1, opt.columns do
      noise[(i - 1) * opt.columns + j]:copy(ends[i][1] * (1 - t[j]) + ends[i][2] * t[j])
    end
  end
end
images = net:forward(noise)
print('Images size: ', images:size(1) .. ' x ' .. images:size(2) .. ' x ' .. images:size(3)
  .. ' x ' .. images:size(4))
print('Min, Max, Mean, Stdv', images:min(), images:max(), images:mean(), images:std())
image.save(opt.name .. '.png', image.toDisplayTensor(images, 2, opt.columns))
print('Saved image to: ' .. opt.name .. '.png')
