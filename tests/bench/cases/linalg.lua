-- Linear algebra of small and middling float matrices, with new results. What has to be equal for
-- all peers is copied: factors differ in signs.

local torch = require 'torch'
local harness = require 'harness'

local function dominant(n) return harness.tensor(0, n, n):add(n / 8, torch.eye(n)) end

local function symmetric(n)
  local a = harness.tensor(0, n, n)
  return a + a:t()
end

local function case(name, statement, n, a, out)
  harness.case('linalg.' .. name .. n, function()
    local env = {a = a(n), b = harness.tensor(1, n, 4), out = out:zero(), torch = torch}
    return harness.loop(statement, env), env.out
  end)
end

for _, n in ipairs {10, 100, 500} do
  case('inverse', 'out:copy(torch.inverse(a))', n, dominant, torch.FloatTensor(n, n))
end
for _, n in ipairs {10, 100} do
  local square = torch.FloatTensor(n, n)
  case('gesv', 'out:copy((torch.gesv(b, a)))', n, dominant, torch.FloatTensor(n, 4))
  case('svd', 'local u, s_, v = torch.svd(a); out:copy(s_)', n, dominant, torch.FloatTensor(n))
  case('symeig', "local e, v = torch.symeig(a, 'V'); out:copy(e)", n, symmetric,
    torch.FloatTensor(n))
  case('qr', 'local q, r = torch.qr(a); out:copy(r)', n, dominant, square)
end
