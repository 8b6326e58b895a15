-- What the specs of gnuplot share: a folder for pictures, and pictures as SVG, which names what it
-- draws.

local assert = require 'luassert'
local gnuplot = require 'gnuplot'
local paths = require 'paths'

local pictures = {}

local installed = paths.findprogram('gnuplot') ~= nil

--- A function like busted's `it` for specs that need the program. `pending` is called in the spec.
function pictures.needing_gnuplot(it, pending)
  return function(name, f)
    it(name, function()
      if not installed then return pending('the program gnuplot is not installed') end
      f()
    end)
  end
end

--- Makes the folder pictures.root.
function pictures.open()
  pictures.root = os.tmpname()
  os.remove(pictures.root)
  assert(paths.mkdir(pictures.root))
end

--- Closes all figures and removes the folder.
function pictures.close()
  pcall(gnuplot.closeall)
  assert(paths.rmall(pictures.root, 'yes'))
end

--- What a file in the folder holds.
function pictures.content(name)
  local file = assert(io.open(pictures.root .. '/' .. name, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

--- The SVG that drawing functions give.
function pictures.svg(draw)
  gnuplot.svgfigure(pictures.root .. '/out.svg')
  draw()
  gnuplot.plotflush()
  gnuplot.close()
  return pictures.content('out.svg')
end

--- How often a pattern occurs.
function pictures.count(text, pattern) return select(2, text:gsub(pattern, '')) end

--- Number of the points of the first curve in an SVG.
function pictures.points(text)
  local path = text:match('gnuplot_plot_1.-<path[^>]- d=%s*[\'"]([^\'"]*)')
  return path and pictures.count(path, '[ML]') or 0
end

--- Asserts that a call raises a message with a text, outside of the package.
function pictures.fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  assert.is_truthy(message:find('^%S+%.lua:%d+: gnuplot[.:]'), message)
  assert.is_nil(message:find('lua/gnuplot', 1, true), message)
  assert.is_truthy(message:find(text, 1, true), message)
end

return pictures
