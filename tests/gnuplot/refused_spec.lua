-- What gnuplot refuses, after which a figure goes on.

local gnuplot = require 'gnuplot'
local paths = require 'paths'
local pictures = require 'gnuplot.pictures'
local torch = require 'torch'

local content, fails = pictures.content, pictures.fails
local drawn = pictures.needing_gnuplot(it, function(reason) return pending(reason) end)

before_each(pictures.open)
after_each(pictures.close)

describe('gnuplot refuses', function()
  local x = torch.Tensor {1, 2, 3}
  for name, case in pairs {
    ['no curve'] = {'plot', {}, 'expected [name,]'},
    ['a number'] = {'plot', {3}, 'got the number 3 as argument 1'},
    ['a name alone'] = {'plot', {'name'}, 'got nil as argument 2'},
    ['arguments after the format'] = {'plot', {x, '-', x}, 'as argument 3'},
    ['an empty vector'] = {'plot', {torch.Tensor()}, 'is empty'},
    ['three dimensions'] = {'plot', {torch.zeros(2, 2, 2)}, 'of size 2 x 2 x 2'},
    ['lengths that differ'] = {'plot', {x, torch.Tensor {1, 2}}, 'x has size 3 but y has size 2'},
    ['vectors of two columns'] = {'plot', {x, x, 'v'}, 'vectors need'},
    ['a curve that is none'] = {'plot', {{x}, 3}, 'for curve 2'},
    ['a format of two lines'] = {'plot', {x, 'lines\nset output'}, 'a format is one line'},
    ['an empty range'] = {'plot', {math.sin, {1, 1}}, 'expected {low, high}'},
    ['a function without numbers'] = {'plot', {tostring}, 'the function gives'},
    ['a surface of a vector'] = {'splot', {x}, 'matrices of one size'},
    ['no surface'] = {'splot', {}, 'expected [name,] z'},
    ['two tensors'] = {'splot', {x, x}, 'got 2 tensors'},
    ['points of other numbers'] = {'scatter3', {x, x, torch.Tensor {1}}, 'sizes 3, 3, 1'},
    ['a point that is none'] = {'scatter3', {x, 'y', x}, 'as argument 2'},
    ['a vector as picture'] = {'imagesc', {x}, 'a matrix'},
    ['a palette of two lines'] = {'imagesc', {torch.zeros(2, 2), 'a\nb'}, 'palette'},
    ['a histogram of nothing'] = {'histc', {torch.Tensor()}, 'is empty'},
    ['half an interval'] = {'hist', {x, 2.5}, 'a number of intervals'},
    ['an endless histogram'] = {'hist', {torch.Tensor {1, math.huge}}, 'into intervals'},
    ['a file without name'] = {'pngfigure', {}, 'a file name'},
    ['a folder that is not there'] = {'pngfigure', {'/nowhere/x.png'}, 'directory does not exist'},
    ['a figure of no number'] = {'figure', {'x'}, 'the number of a figure'},
    ['commands that are none'] = {'raw', {3}, 'commands'},
    ['a program that is none'] = {'setgnuplotexe', {'/nowhere/gnuplot'}, '/nowhere/gnuplot'},
  } do
    it(name, function() fails(case[3], gnuplot[case[1]], unpack(case[2])) end)
  end

  for name, case in pairs {
    ['a format that gnuplot does not know'] = {'plot', {x, 'nonsense'}, 'unrecognized plot type'},
    ['commands that gnuplot does not know'] = {'raw', {'frobnicate'}, 'invalid command'},
    ['limits that are no numbers'] = {'axis', {{0, 1, 'a', 2}}, 'as a limit'},
    ['an axis that is none'] = {'axis', {'wide'}, 'four limits'},
    ['a place of no legend'] = {'movelegend', {'top', 'left'}, "'left', 'right' or 'center'"},
    ['a title that is no text'] = {'title', {{}}, 'a text'},
    ['panels of no number'] = {'multiplot', {2}, 'a number of panels'},
    ['a terminal that is none'] = {'setterm', {'nonsense'}, 'no terminal nonsense'},
    ['a kind of file that is none'] = {'figprint', {'a.bmp'}, "'.bmp'"},
    ['to print nothing'] = {'figprint', {'a.png'}, 'nothing is drawn'},
    ['a program that is no gnuplot'] = {'setgnuplotexe', {'/bin/true'}, 'ended with exit code 0'},
  } do
    drawn(name, function()
      gnuplot.svgfigure(pictures.root .. '/x.svg')
      fails(case[3], gnuplot[case[1]], unpack(case[2]))
      gnuplot.plot(x) -- the figure goes on
      gnuplot.plotflush()
      assert.are.equal('<?xml', content('x.svg'):sub(1, 5))
    end)
  end

  drawn('to write a file of nothing', function()
    gnuplot.pngfigure(pictures.root .. '/x.png')
    fails('nothing is drawn in figure', gnuplot.plotflush)
  end)

  drawn('a file that cannot be written, and keeps the old one', function()
    assert(paths.mkdir(pictures.root .. '/x.png'))
    gnuplot.pngfigure(pictures.root .. '/x.png')
    gnuplot.plot(x)
    fails('cannot write', gnuplot.plotflush)
    assert.are.equal(3, #paths.dir(pictures.root))
  end)
end)
