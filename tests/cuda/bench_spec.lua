-- make bench-gpu: every group runs in small, with the results of PyTorch on the CPU where that is
-- there, and without a GPU the table says what was skipped.

local device = require 'cuda.device'
local terminal = require 'trepl.terminal'

local GROUPS = {'elementwise', 'reductions', 'gemm', 'convolution', 'layers', 'training', 'launch',
  'memory'}

-- Lines of a program: name -> {figure or kind, check or reason}, and the names in order.
local function run(program, group)
  local out, err, code = terminal.shell(program:format(group))
  assert.are.equal(0, code, err)
  local records, names = {}, {}
  for name, value, check in out:gmatch('([^\t\n]+)\t([^\t\n]+)\t?([^\t\n]*)[^\n]*') do
    records[name] = {value, check}
    names[#names + 1] = name
  end
  return records, names
end

local PEER = '/usr/bin/python3 tests/bench/gpu_torch.py %s 0 "" tiny cpu'

describe('the benchmark of GPUs', function()
  it('says what it skips where there is no GPU', function()
    local out, err, code = terminal.shell('env -u LUATORCH_CUDA CUDA_VISIBLE_DEVICES= '
      .. 'GROUPS="gemm launch" TIME=0 ROUNDS=2 PYTHON=none %th tests/bench/run.lua %th gpu')
    assert.are.equal(0, code, err)
    assert.matches('\npytorch: skipped: none has no PyTorch\n', out, 1, true)
    for _, group in ipairs {'gemm', 'launch'} do
      local _, count = out:gsub('\nours: gpu%.' .. group .. ': skipped: cutorch: [^\n]+', '')
      assert.are.equal(1, count, out)
    end
    assert.is_nil(out:find('gpu.training', 1, true))
  end)

  it('knows its sizes', function()
    local out, err, code = terminal.shell('SIZES=huge %th tests/bench/run.lua %th gpu')
    assert.are.same({'', 'bench: SIZES must be tiny or full, got huge\n', 1}, {out, err, code})
  end)

  if not device.present then
    return pending('on a device is skipped: ' .. device.reason)
  end

  local peer = os.execute("/usr/bin/python3 -c 'import torch' 2> /dev/null") == 0

  for _, group in ipairs(GROUPS) do
    it('measures ' .. group, function()
      local ours, names = run('%%th tests/bench/gpu.lua %s 0 "" tiny', group)
      assert.are.equal('note', ours.GPU[1])
      assert.is_true(#names > 3)
      for _, name in ipairs(names) do
        if not name:find('^limit') and ours[name][1] ~= 'note' then
          assert.is_true(tonumber(ours[name][1]) > 0, name)
        end
      end
      if not peer then return end
      local theirs = run(PEER, group)
      for name, record in pairs(theirs) do
        assert.is_truthy(ours[name], name .. ' is not measured')
        local a, b = tonumber(ours[name][2]), tonumber(record[2])
        if b then
          assert.is_true(math.abs(a - b) <= 1e-3 * math.max(math.abs(a), math.abs(b)),
            ('%s: %s, PyTorch %s'):format(name, a, b))
        end
      end
      for _, name in ipairs(names) do
        local alone = name:find('^limit') or name:find('lenet.graph', 1, true)
          or ours[name][1] == 'note'
        assert.is_truthy(alone or theirs[name], name .. ' is not in gpu_torch.py')
      end
    end)
  end

  it('prints the table', function()
    local out, err, code = terminal.shell('SIZES=tiny GROUPS="elementwise memory" TIME=0 ROUNDS=1 '
      .. 'FILTER=e PYTHON=none %th tests/bench/run.lua %th gpu')
    assert.are.equal(0, code, err)
    assert.matches('\nmachine: copy +[%d.]+ GB/s\n', out)
    assert.matches('\ngpu%.relu%.float%.16 +[%d.]+ %l+ +[%d.]+ +%d+ %%', out)
    assert.matches('\ngpu%.memory%.lenet +[%d.]+ MB ', out)
    assert.matches('\nours: GPU: %w+', out)
  end)
end)
