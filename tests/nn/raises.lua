-- assert_raises(f, ...): f raises an error at one of its own lines, whose text has every pattern.

return function(f, ...)
  local ok, message = pcall(f)
  assert(not ok, 'no error was raised')
  local file, line, text = tostring(message):match('^(.-):(%d+): (.*)$')
  local info = debug.getinfo(f, 'S')
  local own = info.short_src:match('[^/]*$')
  assert(file and file:find(own, 1, true), 'not at the caller: ' .. tostring(message))
  assert(tonumber(line) >= info.linedefined and tonumber(line) <= info.lastlinedefined, message)
  for _, pattern in ipairs {...} do
    assert(text:find(pattern), ('%q lacks %q'):format(text, pattern))
  end
end
