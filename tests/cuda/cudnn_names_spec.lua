-- What csrc/cuda/cudnn.* uses of cuDNN is in the real library and as its header says: neither needs
-- a GPU to be looked into.

describe('the names of cuDNN', function()
  local found
  for _, folder in ipairs {'/usr/local/cuda/lib64', '/usr/local/cuda/lib', '/usr/lib64', '/usr/lib',
    '/usr/lib/x86_64-linux-gnu'} do
    local path = folder .. '/libcudnn.so.9'
    local file = not found and io.open(path)
    if file then
      file:close()
      found = path
    end
  end
  if not found then return pending('are skipped: there is no libcudnn.so.9') end

  local source = assert(io.open('csrc/cuda/cudnn.cu')):read('*a')

  it('are those of the library', function()
    local ffi = require 'ffi'
    ffi.cdef 'void *dlopen(const char *, int); void *dlsym(void *, const char *);'
    local library = ffi.C.dlopen(found, 1)
    assert.is_true(library ~= nil, 'cannot load ' .. found)
    local count = 0
    for name in source:gmatch('"(cudnn%a[%w_]+)"') do
      count = count + 1
      assert.is_true(ffi.C.dlsym(library, name) ~= nil, name)
    end
    assert.are.equal(28, count)
  end)

  local header = found:gsub('lib%w*/libcudnn.*$', 'include/cudnn.h')
  local file = io.open(header)
  if not file then return pending('have numbers: skipped, there is no ' .. header) end
  file:close()

  it('have the numbers of its header', function()
    local ours = assert(io.open('csrc/cuda/cudnn.cuh')):read('*a')
    local lines = {'#include <stddef.h>', '#include <cudnn.h>',
      ours:match('struct CudnnChoice {.-};')}
    for own, theirs in pairs {
      SUCCESS = 'STATUS_SUCCESS', FLOAT = 'DATA_FLOAT', DOUBLE = 'DATA_DOUBLE', HALF = 'DATA_HALF',
      BFLOAT16 = 'DATA_BFLOAT16', NCHW = 'TENSOR_NCHW', CORRELATION = 'CROSS_CORRELATION',
      MATH_DEFAULT = 'DEFAULT_MATH', MATH_TENSOR = 'TENSOR_OP_MATH',
      MATH_CONVERT = 'TENSOR_OP_MATH_ALLOW_CONVERSION', MATH_FMA = 'FMA_MATH',
    } do
      local number = assert(ours:match('CUDNN_' .. own .. ' = (%d+)'), own)
      table.insert(lines, ('static_assert(CUDNN_%s == %s, "");'):format(theirs, number))
    end
    for _, pass in ipairs {'Fwd', 'BwdData', 'BwdFilter'} do
      for own, theirs in pairs {algorithm = 'algo', status = 'status', time = 'time',
        memory = 'memory', deterministic = 'determinism', math = 'mathType'} do
        table.insert(lines, ('static_assert(offsetof(CudnnChoice, %s) =='
          .. ' offsetof(cudnnConvolution%sAlgoPerf_t, %s), "");'):format(own, pass, theirs))
      end
      table.insert(lines, ('static_assert(sizeof(CudnnChoice) =='
        .. ' sizeof(cudnnConvolution%sAlgoPerf_t), "");'):format(pass))
    end
    local path = os.tmpname()
    local out = assert(io.open(path, 'w'))
    out:write(table.concat(lines, '\n'), '\n')
    out:close()
    local pipe = io.popen(("c++ -w -fsyntax-only -x c++ -I'%s' '%s' 2>&1; echo status $?"):format(
      header:gsub('/cudnn.h$', ''), path))
    local text = pipe:read('*a')
    pipe:close()
    os.remove(path)
    assert.is_truthy(text:find('status 0', 1, true), text)
  end)
end)
