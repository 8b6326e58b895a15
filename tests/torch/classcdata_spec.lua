-- torch.class: classes of cdata, such as tensors.

local torch = require 'torch'
local ffi = require 'ffi'

local class_name = 'spec_cdata.Data'

before_each(function() _G.spec_cdata = {} end)
after_each(function()
  _G.spec_cdata = nil
  debug.getregistry()[class_name] = nil
end)

describe('cdata', function()
  it('takes methods and operators of its class through metatype', function()
    ffi.cdef('typedef struct { int value; } lt_spec_class;')
    local mt = torch.newmetatable(class_name)
    function mt:twice() return self.value * 2 end
    function mt.__add__(a, b) return a.value + b.value end
    function mt:__len__() return self.value end
    torch.metatype(class_name, 'lt_spec_class')
    local a, b = ffi.new('lt_spec_class', 3), ffi.new('lt_spec_class', 4)
    assert.are.equal(class_name, torch.typename(a))
    assert.are.equal(6, a:twice())
    assert.are.equal(7, a + b)
    assert.are.equal(3, #a)
    assert.is_nil(a.missing)
    assert.has_error(function() a.missing = 1 end)
    assert.is_true(torch.isequal(a, a))
    assert.is_false(torch.isequal(a, b))
    assert.is_false(torch.isequal(a, 3))
  end)

  it('opens tensor classes to users', function()
    local mt = torch.getmetatable('torch.FloatTensor')
    function mt.spec_first(t) return t[1] end
    function torch.FloatTensor.spec_second(t) return t[2] end
    local t = torch.FloatTensor {5, 6}
    assert.are.same({5, 6}, {t:spec_first(), t:spec_second()})
    mt.spec_first, mt.spec_second = nil, nil
    assert.is_true(torch.isTensor(t))
    assert.is_false(torch.isStorage(t))
    assert.is_true(torch.isStorage(t:storage()))
    assert.is_false(torch.isTensor(nil))
    assert.is_true(torch.isTypeOf(t, torch.FloatTensor))
  end)

  it('pushudata refuses classes that have no pointers', function()
    torch.class(class_name)
    assert.has_error(function() torch.pushudata(16, class_name) end)
    assert.has_error(function() torch.pushudata('x', class_name) end)
  end)
end)
