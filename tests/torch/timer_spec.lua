-- torch.Timer: stop, resume, reset, time.

local torch = require 'torch'
local recorded = require 'recorded'
local replay = require 'golden_replay'

local function work()
  local stop = os.clock() + 0.02
  while os.clock() < stop do end
end

describe('torch.Timer', function()
  it('counts while it runs', function()
    local timer = torch.Timer()
    work()
    local times = timer:time()
    assert.is_true(times.real >= 0.015 and times.real < 5)
    assert.is_true(times.user + times.sys >= 0.01)
    assert.is_true(timer:time().real >= times.real)
  end)

  it('stands still while stopped and goes on from there', function()
    local timer = torch.Timer():stop()
    local first = timer:time()
    work()
    assert.are.same(first, timer:time())
    timer:resume()
    work()
    local second = timer:stop():time()
    assert.is_true(second.real >= first.real + 0.015)
  end)

  it('starts anew after reset, running or stopped as before', function()
    local timer = torch.Timer()
    work()
    assert.is_true(timer:reset():time().real < 0.015)
    assert.are.same({real = 0, user = 0, sys = 0}, timer:stop():reset():time())
  end)

  it('tells its state', function()
    local timer = torch.Timer()
    assert.are.equal('torch.Timer [status: running]', tostring(timer))
    assert.are.equal('torch.Timer [status: stopped]', tostring(timer:stop()))
  end)

  for _, record in ipairs(recorded.records('misc/utilities.json')) do
    if record.code:find('torch.Timer', 1, true) then
      it('does as Torch7: ' .. record.code, function()
        assert.is_nil(replay.run(record))
      end)
    end
  end

  it('is not written to files', function()
    assert.has_error(function() torch.serialize(torch.Timer()) end)
  end)
end)
