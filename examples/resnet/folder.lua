-- The images of a folder with a folder for each class. Their paths lie in one CharTensor, so that
-- all threads can share it.

local image = require 'image'
local paths = require 'paths'
local t = require 'transforms'
local ffi = require 'ffi'

local M = {}
local FolderDataset = torch.class('resnet.FolderDataset', M)

local function findImages(dir, classToIdx)
  local files, classes = {}, {}
  local maxLength = -1
  local f = io.popen('find -L "' .. dir .. '" -iname "*.png" -o -iname "*.jpg" | sort')
  for line in f:lines() do
    local className = paths.basename(paths.dirname(line))
    local path = className .. '/' .. paths.basename(line)
    local classId = classToIdx[className]
    assert(classId, 'class not found: ' .. className)
    table.insert(files, path)
    table.insert(classes, classId)
    maxLength = math.max(maxLength, #path + 1)
  end
  f:close()

  -- the paths as C strings, one a row
  local nImages = #files
  local imagePath = torch.CharTensor(nImages, maxLength):zero()
  for i, path in ipairs(files) do
    ffi.copy(imagePath[i]:data(), path)
  end
  return imagePath, torch.LongTensor(classes)
end

function FolderDataset:__init(opt, split)
  self.split = split
  self.dir = paths.concat(opt.data, split)
  assert(paths.dirp(self.dir), 'directory does not exist: ' .. self.dir)
  self.classList = {}
  for class in paths.iterdirs(self.dir) do table.insert(self.classList, class) end
  table.sort(self.classList)
  local classToIdx = {}
  for i, class in ipairs(self.classList) do classToIdx[class] = i end
  self.imagePath, self.imageClass = findImages(self.dir, classToIdx)
end

function FolderDataset:get(i)
  local path = ffi.string(self.imagePath[i]:data())
  return {input = self:_loadImage(paths.concat(self.dir, path)), target = self.imageClass[i]}
end

function FolderDataset:_loadImage(path)
  local ok, input = pcall(function() return image.load(path, 3, 'float') end)
  if not ok then error('cannot read ' .. path .. ': ' .. input) end
  return input
end

function FolderDataset:size()
  return self.imageClass:size(1)
end

-- of the drawn shapes
local meanstd = {mean = {0.5, 0.5, 0.5}, std = {0.25, 0.25, 0.25}}

function FolderDataset:preprocess()
  if self.split == 'train' then
    return t.Compose{
      t.Rotation(60),
      t.ColorNormalize(meanstd),
      t.HorizontalFlip(0.5),
      t.RandomCrop(32, 4),
    }
  elseif self.split == 'val' then
    return t.Compose{t.ColorNormalize(meanstd)}
  else
    error('invalid split: ' .. self.split)
  end
end

return M.FolderDataset
