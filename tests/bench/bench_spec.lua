-- make bench: every group runs, and the table says what was measured.

local terminal = require 'trepl.terminal'

local th, quote = terminal.th, terminal.quote

package.path = 'tests/bench/?.lua;' .. package.path
local report = require 'report'

-- Runs the benchmark without peers and limits, in the shortest time; returns its output.
local function bench(filter)
  local out, err, code = terminal.shell(
    ('FILTER=%s TIME=0 ROUNDS=1 PYTHON=none TORCH7=none %%th tests/bench/run.lua %s true')
      :format(quote(filter), th))
  assert.are.equal(0, code, err)
  return out
end

describe('the benchmark', function()
  it('measures the cases of every group', function()
    for _, name in ipairs {'layout.add_row', 'product.gemm64', 'linalg.inverse10',
      'conv.lenet1.gradWeight', 'overhead.mlp_step', 'threads.job', 'training.lenet',
      'image.scale.down', 'start.time'} do
      local out = bench(name)
      assert.is_truthy(out:find('\n' .. name:gsub('%p', '%%%0') .. ' +[%d.]+ %l+ '), out)
    end
  end)

  it('finds that training allocates nothing after its first steps', function()
    local out = bench('memory.training')
    assert.is_truthy(out:find('\nmemory.training +0.00 B .* ok, goal 0.00 B\n'), out)
  end)

  it('refuses options that are no numbers', function()
    local out, err, code = terminal.shell('ROUNDS=x %th tests/bench/run.lua a b')
    assert.are.same({'', 'bench: ROUNDS must be a number of at least 1, got x\n', 1},
      {out, err, code})
  end)

  it('fails when a program fails', function()
    local _, err, code = terminal.shell('FILTER=overhead.read TIME=0 ROUNDS=1 PYTHON=none '
      .. 'TORCH7=none %th tests/bench/run.lua ' .. th .. ' false')
    assert.are.equal(1, code)
    assert.is_truthy(err:find('limits failed', 1, true), err)
  end)
end)

describe('the table of the benchmark', function()
  -- case, seconds or bytes of ours, bound, limit, peer; what the line says; whether the goal is met
  local rows = {
    {'overhead.read', 4e-9, nil, nil, 8e-9, '4.00 ns .* 2.00x .* ok, goal 5.00 ns', true},
    {'overhead.read', 6e-9, nil, nil, nil, '6.00 ns .* behind, goal 5.00 ns', false},
    {'pointwise.add', 2e-3, 'triad=1.5e7', nil, 3e-3, '75 %% .* 1.50x .* behind', false},
    {'pointwise.add', 2e-3, 'triad=1.8e7', nil, 3e-3, '90 %% .* ok, goal 80 %% of limit', true},
    {'pointwise.add', 2e-3, nil, nil, nil, '%?, goal 80 %% of limit', nil},
    {'pointwise.exp', 2e-3, nil, nil, 1e-3, '0.50x .* behind, goal 1.00x pytorch', false},
    {'pointwise.exp', 1e-3, nil, nil, 0.98e-3, '0.98x .* ok, goal 1.00x pytorch', true},
    {'pointwise.exp', 1e-3, nil, nil, 0.96e-3, '0.96x .* behind, goal 1.00x pytorch', false},
    {'product.gemm64', 10e-6, nil, 9.9e-6, nil, '9.90 +99 %% .* ok', true},
    {'pointwise.copy', 2e-3, nil, nil, 1e-3, '2.00 ms .* 0.50x', nil},
  }
  for _, row in ipairs(rows) do
    local name, ours, bound, limit, peer, text, met = unpack(row, 1, 7)
    it(('shows %s at %g, %s'):format(name, ours, text), function()
      local line, good = report.line(name, {
        ours = {value = ours, bound = bound, check = '1'},
        limits = limit and {value = limit},
        pytorch = peer and {value = peer, check = '1.0001'},
      }, {triad = 1e10}, {'pytorch'})
      assert.is_truthy(line:find(text), line)
      assert.are.equal(met, good)
    end)
  end

  it('says where a peer computes something else', function()
    local line, good = report.line('pointwise.copy', {
      ours = {value = 1, check = '1'}, pytorch = {value = 1, check = '1.01'},
    }, {}, {'pytorch'})
    assert.is_truthy(line:find('result differs from pytorch: 1, 1.01', 1, true), line)
    assert.are.equal(false, good)
  end)
end)
