-- run(tester, [names]): runs the tester silently; returns whether it passed, its output, and the
-- error.

return function(tester, names)
  local write = io.write
  local text = {}
  rawset(io, 'write', function(...)
    for i = 1, select('#', ...) do text[#text + 1] = (select(i, ...)) end
  end)
  local ok, err = pcall(tester.run, tester, names)
  rawset(io, 'write', write)
  return ok, table.concat(text), err
end
