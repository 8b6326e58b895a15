-- What gnuplot.plot takes, in all forms.

local gnuplot = require 'gnuplot'
local paths = require 'paths'
local pictures = require 'gnuplot.pictures'
local torch = require 'torch'

local count, points, svg = pictures.count, pictures.points, pictures.svg
local drawn = pictures.needing_gnuplot(it, function(reason) return pending(reason) end)

before_each(pictures.open)
after_each(pictures.close)

describe('gnuplot.plot takes', function()
  local x = torch.linspace(1, 5, 5)
  local y = torch.cmul(x, x)
  local forms = {
    ['a vector'] = {{y}, 1}, ['a float vector'] = {{y:float()}, 1},
    ['a list of numbers'] = {{{1, 4, 9}}, 1},
    ['a vector and a format'] = {{y, '-'}, 1},
    ['x and y'] = {{x, y}, 1}, ['x, y and a format'] = {{x, y, '|'}, 1},
    ['a name'] = {{'a name', x, y, '+-'}, 1}, ['a name and y'] = {{'a name', y}, 1},
    ['a matrix of x and y'] = {{torch.cat(x, y, 2), '-'}, 1},
    ['a matrix of one column'] = {{y:view(5, 1), '-'}, 1},
    ['a table'] = {{{'a name', x, y, '-'}}, 1},
    ['curves'] = {{{'a', x, y, '-'}, {'b', y, x, '+'}, {x}}, 3},
    ['a table of curves'] = {{{{x, y, '-'}, {y}}}, 2},
    ['a function'] = {{math.sin}, 1}, ['a function, its range and format'] =
      {{'sine', math.sin, {0, 6}, '-'}, 1},
    ['columns for a style'] = {{torch.rand(5, 3), 'with filledcurves'}, 1},
    ['x, columns and a style'] = {{x, torch.rand(5, 2), 'with filledcurves fill solid 0.5'}, 1},
    ['vectors as a matrix'] = {{torch.rand(5, 4), 'v'}, 1},
    ['vectors as pairs'] = {{torch.rand(5, 2), torch.rand(5, 2), 'v'}, 1},
    ['smoothing'] = {{x, y, '~0.5'}, 1},
    ['numbers that are none'] = {{torch.Tensor{1, 0 / 0, math.huge, 4}, '-'}, 1},
  }
  for name, case in pairs(forms) do
    drawn(name, function()
      local text = svg(function() gnuplot.plot(unpack(case[1])) end)
      assert.are.equal(case[2], count(text, 'id="gnuplot_plot_%d+'))
      if type(case[1][1]) == 'string' then
        assert.is_truthy(text:find('>[^<>]*' .. case[1][1] .. '[^<>]*<'), text)
      end
    end)
  end

  for format, want in pairs {['-'] = '<path', ['+'] = 'gpPt', ['.'] = 'gpDot', ['+-'] = 'gpPt',
    ['~'] = '<path', ['|'] = '<path', ['points'] = 'gpPt', ['with points pt 2'] = 'gpPt1'} do
    drawn('the format ' .. format, function()
      local text = svg(function() gnuplot.plot(x, y, format) end)
      local body = text:match('id="gnuplot_plot_1(.*)id="gnuplot_')
        or text:match('id="gnuplot_plot_1(.*)$')
      assert.is_truthy(body:find(want, 1, true), body)
    end)
  end

  drawn('every point, and smooth curves through more', function()
    assert.are.equal(5, points(svg(function() gnuplot.plot(x, y, '-') end)))
    assert.is_true(points(svg(function() gnuplot.plot(x, y, '~') end)) > 50)
    assert.are.equal(300, points(svg(function() gnuplot.plot(math.cos, '-') end)))
  end)

  drawn('names that hold quotes, line ends and commands', function()
    local marker = pictures.root .. '/executed'
    local text = svg(function()
      gnuplot.title("it's `touch " .. marker .. '` "quoted"\nsecond line')
      gnuplot.xlabel('a\\b')
      gnuplot.plot("curve's `touch " .. marker .. "`\nset output 'stolen'", x, y)
    end)
    for _, part in ipairs {'it&#39;s `touch', 'second line', 'curve&#39;s'} do
      local plain = part:gsub('&#39;', "'")
      assert.is_truthy(text:find(part, 1, true) or text:find(plain, 1, true), part)
    end
    assert.is_false(paths.filep(marker))
  end)

  drawn('names of any bytes', function()
    torch.manualSeed(5)
    svg(function()
      for _ = 1, 60 do
        local bytes = {}
        for i = 1, torch.random(1, 12) do bytes[i] = string.char(torch.random(0, 127)) end
        local name = table.concat(bytes)
        gnuplot.plot(name, {1, 2})
        gnuplot.title("'" .. name .. '\n\'" `\\')
      end
    end)
  end)
end)
