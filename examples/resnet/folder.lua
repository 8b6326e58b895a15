-- The images of a folder with a folder for each class. Their paths lie in one CharTensor, so that
-- all threads can share it.

local image = require 'image'
require 'nn'
local paths = require 'paths'
local t = require 'transforms'
local ffi = require 'ffi'

local M = {}
local FolderDataset = torch.class('resnet.FolderDataset', M)

-- The files of a folder of classes: CLASS/NAME as C strings, one a row, and the classes' numbers.
local function find(dir, number)
  local names, classes, longest = {}, {}, 0
  local pipe = io.popen(('cd "%s" && find -L . -name "*.png" -o -name "*.jpg" | sort'):format(dir))
  for line in pipe:lines() do
    local name = line:gsub('^%./', '')
    local class = paths.dirname(name)
    assert(number[class], 'class not found: ' .. class)
    table.insert(names, name)
    table.insert(classes, number[class])
    longest = math.max(longest, #name)
  end
  pipe:close()
  local rows = torch.CharTensor(#names, longest + 1):zero()
  for i, name in ipairs(names) do ffi.copy(rows[i]:data(), name) end
  return rows, torch.LongTensor(classes)
end

function FolderDataset:__init(opt, split)
  self.split, self.dir = split, paths.concat(opt.data, split)
  assert(paths.dirp(self.dir), 'no such folder: ' .. self.dir)
  self.classList = {}
  for class in paths.iterdirs(self.dir) do table.insert(self.classList, class) end
  table.sort(self.classList)
  local number = {}
  for i, class in ipairs(self.classList) do number[class] = i end
  self.names, self.classes = find(self.dir, number)
end

function FolderDataset:get(i)
  local file = paths.concat(self.dir, ffi.string(self.names[i]:data()))
  return {input = image.load(file, 3, 'float'), target = self.classes[i]}
end

function FolderDataset:size()
  return self.classes:size(1)
end

function FolderDataset:preprocess()
  local normalize = t.ColorNormalize({0.5, 0.5, 0.5}, {0.25, 0.25, 0.25})
  if self.split ~= 'train' then return normalize end
  return t.Compose{t.Rotation(30), normalize, t.HorizontalFlip(0.5), t.RandomCrop(32, 4)}
end

return M.FolderDataset
