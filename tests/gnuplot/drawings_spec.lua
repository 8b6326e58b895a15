-- The other drawings of gnuplot, panels, raw commands and histograms.

local gnuplot = require 'gnuplot'
local paths = require 'paths'
local pictures = require 'gnuplot.pictures'
local torch = require 'torch'

local count, fails, points, svg = pictures.count, pictures.fails, pictures.points, pictures.svg
local drawn = pictures.needing_gnuplot(it, function(reason) return pending(reason) end)

before_each(pictures.open)
after_each(pictures.close)

describe('gnuplot draws', function()
  local matrix = torch.range(1, 12):view(3, 4)

  drawn('surfaces', function()
    local text = svg(function() gnuplot.splot('heights', matrix) end)
    assert.is_truthy(text:find('heights', 1, true))
    text = svg(function() gnuplot.splot({matrix, matrix, matrix}, {'b', matrix}) end)
    assert.is_true(count(text, 'id="gnuplot_plot_%d+') >= 2)
  end)

  drawn('points in space', function()
    local v = torch.linspace(0, 1, 7)
    local text = svg(function()
      gnuplot.scatter3({'A', v, v, v}, {'B', v, v, v})
      gnuplot.zlabel('height')
    end)
    assert.is_true(count(text, "gpPt0'") + count(text, 'gpPt0"') >= 7)
    assert.is_truthy(text:find('height', 1, true))
    svg(function() gnuplot.scatter3(v, v, v) end)
  end)

  drawn('matrices as pictures, of one row or column too', function()
    for _, size in ipairs {{3, 4}, {1, 4}, {3, 1}, {1, 1}} do
      local text = svg(function() gnuplot.imagesc(torch.rand(size[1], size[2]), 'color') end)
      assert.is_truthy(text:find('data:image/png', 1, true) or text:find('<image', 1, true))
    end
    -- What a picture sets is gone with it.
    local text = svg(function()
      gnuplot.imagesc(torch.rand(50, 50))
      gnuplot.plot(torch.Tensor {1, 2, 3}, '-')
    end)
    assert.is_nil(text:find('>[ \n]*50[ \n]*<'))
    assert.are.equal(3, points(text))
  end)

  drawn('bars and histograms', function()
    local histogram
    svg(function() histogram = gnuplot.hist(torch.Tensor {1, 1, 2, 5, 9}, 4, 1, 5) end)
    assert.are.same({2, 1, 0, 1}, histogram.raw:totable())
    svg(function() gnuplot.bar(torch.Tensor {1, 2, 3}) end)
    svg(function() gnuplot.bar(torch.Tensor {1, 2}, torch.Tensor {3, 4}) end)
  end)

  drawn('titles, labels, grid, legend and limits', function()
    local text = svg(function()
      gnuplot.plot('curve', torch.Tensor {1, 2, 3})
      gnuplot.title('the title')
      gnuplot.xlabel('along')
      gnuplot.ylabel(7)
      gnuplot.grid(true)
      gnuplot.movelegend('left', 'bottom')
      gnuplot.axis {0, 40, -20, ''}
    end)
    for _, part in ipairs {'the title', 'along', '7', '40', '-20'} do
      assert.is_truthy(text:find('[> ]' .. part:gsub('%p', '%%%0') .. '[< ]'), part)
    end
    local bare = svg(function() gnuplot.plot(torch.Tensor {1, 2, 3}) gnuplot.grid('off') end)
    assert.is_true(count(text, 'gridline') > 0)
    assert.are.equal(0, count(bare, 'gridline'))
    for _, axis in ipairs {'auto', 'image', 'equal', 'fill'} do
      svg(function() gnuplot.plot(torch.Tensor {1, 2}) gnuplot.axis(axis) end)
    end
  end)

  drawn('panels, each with its own title', function()
    local text = svg(function()
      gnuplot.multiplot(1, 2, 'both')
      gnuplot.plot(torch.Tensor {1, 2})
      gnuplot.title('left one')
      gnuplot.imagesc(matrix)
      gnuplot.title('right one')
      fails('all 2 panels', gnuplot.plot, torch.Tensor {1, 2})
    end)
    for _, part in ipairs {'both', 'left one', 'right one'} do
      assert.are.equal(1, count(text, part), part)
    end
    svg(function()
      gnuplot.multiplot(1, 2)
      gnuplot.plot(torch.Tensor {1, 2})
      gnuplot.multiplot()
      gnuplot.plot(torch.Tensor {1, 2})
    end)
  end)

  drawn('many points, whose file goes with the figure', function()
    local tmpname, names = os.tmpname, {}
    function os.tmpname() -- luacheck: ignore
      names[#names + 1] = tmpname()
      return names[#names]
    end
    local ok, text = pcall(svg, function()
      gnuplot.plot(torch.range(1, 20000), '-')
      gnuplot.plot(torch.range(1, 10000), '-')
      gnuplot.title('x')
    end)
    os.tmpname = tmpname -- luacheck: ignore
    assert.is_true(ok, text)
    assert.is_true(#text > 10000)
    assert.is_true(#names > 0)
    for _, name in ipairs(names) do assert.is_false(paths.filep(name)) end
  end)

  drawn('what raw commands say', function()
    local text = svg(function()
      gnuplot.raw("plot '-' notitle with lines")
      gnuplot.raw('1 2\n2 3\n3 5\ne')
      gnuplot.title('afterwards')
    end)
    assert.are.equal(3, points(text))
    assert.is_truthy(text:find('afterwards', 1, true))
    text = svg(function()
      gnuplot.raw('do for [i=1:2] {')
      gnuplot.raw('set label i sprintf("label %d", i) at 0, i\n}')
      gnuplot.raw('plot x')
    end)
    assert.is_truthy(text:find('label 1', 1, true) and text:find('label 2', 1, true))
  end)

  drawn('figures by number', function()
    gnuplot.setterm('dumb size 20,8')
    local first = gnuplot.figure()
    local second = gnuplot.figure()
    assert.are.equal(first + 1, second)
    assert.are.equal(first, gnuplot.figure(first))
    gnuplot.close(second)
    assert.are.equal(9, gnuplot.figure(9))
    assert.are.equal(12, gnuplot.pngfigure(pictures.root .. '/a.png', 12))
    gnuplot.closeall()
    assert.are.equal(1, gnuplot.figure())
    gnuplot.setgnuplotterminal('unknown')
  end)
end)

describe('gnuplot.histc', function()
  it('counts in intervals', function()
    local h = gnuplot.histc(torch.Tensor {0, 1, 2, 3, 4, 4, 4, 9}, 4, 0, 4)
    assert.are.same({1, 1, 1, 4}, h.raw:totable())
    assert.are.same({4, 1, 0.5, 1, 3.5, 4},
      {h.bins, h.binwidth, h[1].val, h[1].nb, h[4].val, h[4].nb})
    assert.are.equal(h[4], h.max)
    assert.are.equal(1, h.min.nb)
  end)

  it('finds its limits, and divides equal values', function()
    assert.are.equal(10, #gnuplot.histc(torch.FloatTensor {1, 2}))
    local h = gnuplot.histc(torch.Tensor {5, 5, 5}, 3)
    assert.are.same({0, 3, 0}, h.raw:totable())
  end)
end)
