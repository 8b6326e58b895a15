-- torch.npy, torch.npz and torch.safetensors against the Python packages numpy and safetensors,
-- where they are installed: LUATORCH_PYTHON (python3) checks our files and writes others for us to
-- check.

local sparse = require 'sparse'
local torch = require 'torch'

local python = os.getenv('LUATORCH_PYTHON') or 'python3'

local function has(module)
  return os.execute(("'%s' -c 'import %s' > /dev/null 2>&1"):format(python, module)) == 0
end

local types = {
  Byte = 'uint8', Char = 'int8', Short = 'int16', Int = 'int32', Long = 'int64', Half = 'float16',
  Float = 'float32', Double = 'float64',
}

-- Tensors by name, elements 1 to 24 less 5 in logical order, in several layouts.
local function tensors()
  local list = {}
  for name in pairs(types) do
    local x = torch.range(1, 24):add(-5):view(2, 3, 4):type('torch.' .. name .. 'Tensor')
    list[name .. '_rows'] = x
    list[name .. '_columns'] = x:permute(3, 2, 1):contiguous():permute(3, 2, 1)
    local wide = x.new(2, 3, 4, 2)
    list[name .. '_strided'] = wide:select(4, 2):copy(x)
  end
  return list
end

-- Checks the files in a folder and writes them again: big endian, by columns, compressed.
local common = [==[
import os, sys
import numpy as np
folder = sys.argv[1]
types = dict(a.split('=') for a in sys.argv[2].split(','))
def good(name, a):
    want = np.arange(-4, 20).reshape(2, 3, 4).astype(types[name.split('_')[0]])
    assert a.dtype.newbyteorder('=') == want.dtype, (name, a.dtype)
    assert a.shape == want.shape and (a == want).all(), name
    return a
]==]

local numpy = common .. [==[
count = 0
for f in sorted(os.listdir(folder)):
    path = folder + '/' + f
    if f.endswith('.npy'):
        a = good(f[:-4], np.load(path))
        np.save(path, a.astype(a.dtype.newbyteorder('>')))
        count += 1
z = np.load(folder + '/far.npz')
assert (z['far'] == [1, 2, 3]).all() and (z['near'] == [4, 5]).all()
for f in ('stored', 'deflated'):
    z = np.load(folder + '/' + f + '.npz')
    assert len(z.files) == len(types) * 3
    d = {n: good(n, z[n]) for n in z.files}
    np.savez(folder + '/' + f + '.npz', **d)
    np.savez_compressed(folder + '/again_' + f + '.npz', **d)
print(count)
]==]

local safetensors = common .. [==[
from safetensors.numpy import load_file, save_file
from safetensors import safe_open
path = folder + '/all.safetensors'
d = load_file(path)
with safe_open(path, 'np') as f: assert f.metadata() == {'made': 'by "us" \u00e9'}
for n in d: good(n, d[n])
save_file(d, path, metadata={'made': 'by them'})
print(len(d))
]==]

local function run(script, folder)
  local file = assert(io.open(folder .. '/check.py', 'w'))
  file:write(script)
  file:close()
  local list = {}
  for name, dtype in pairs(types) do list[#list + 1] = name .. '=' .. dtype end
  local pipe = io.popen(("'%s' '%s/check.py' '%s' %s 2>&1"):format(python, folder, folder,
    table.concat(list, ',')))
  local output = pipe:read('*a')
  pipe:close()
  return output
end

local function assert_tensors(got)
  for name, want in pairs(tensors()) do
    assert.are.equal(want:type(), got[name]:type(), name)
    assert.is_true(want:double():equal(got[name]:double()), name)
  end
end

describe('files exchanged with Python:', function()
  local folder

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert.are.equal(0, os.execute("mkdir '" .. folder .. "'"))
  end)
  after_each(function() os.execute("rm -r '" .. folder .. "'") end)

  local with_numpy = has('numpy') and it or pending
  local with_safetensors = has('numpy, safetensors') and it or pending

  with_numpy('.npy and .npz of numpy', function()
    local all = tensors()
    for name, t in pairs(all) do torch.npy.save(('%s/%s.npy'):format(folder, name), t) end
    torch.npz.save(folder .. '/stored.npz', all)
    torch.npz.save(folder .. '/deflated.npz', all, true)
    sparse.archive(folder .. '/far.npz')
    assert.are.equal('24\n', run(numpy, folder))
    local got = {}
    for name in pairs(all) do got[name] = torch.npy.load(('%s/%s.npy'):format(folder, name)) end
    assert_tensors(got)
    for _, name in ipairs {'stored', 'deflated', 'again_stored', 'again_deflated'} do
      assert_tensors(torch.npz.load(('%s/%s.npz'):format(folder, name)))
    end
  end)

  with_safetensors('.safetensors of safetensors', function()
    local path = folder .. '/all.safetensors'
    torch.safetensors.save(path, tensors(), {made = 'by "us" é'})
    assert.are.equal('24\n', run(safetensors, folder))
    local got, metadata = torch.safetensors.load(path)
    assert_tensors(got)
    assert.are.same({made = 'by them'}, metadata)
  end)
end)
