-- Histograms as tables.

local F = require 'torch.ffi'
local torch = require 'torch'
local text = require 'gnuplot.text'

--- Counts the elements of a tensor in `bins` (10) intervals of one width between low and high (the
-- smallest and the largest element); others are left out. Returns a list with {val = centre, nb =
-- count} of each interval and the fields raw (the counts as a tensor), bins, binwidth, max and min
-- (the entries with the largest and smallest count).
return function(tensor, bins, low, high)
  local values = text.tensor(tensor) or F.bad_argument('gnuplot.histc', 1, 'a tensor', tensor)
  text.need_elements('histc', 'argument 1', values)
  bins = bins or 10
  if type(bins) ~= 'number' or bins < 1 or bins % 1 ~= 0 then
    F.bad_argument('gnuplot.histc', 2, 'a number of intervals', bins)
  end
  values = values:double()
  low, high = low or values:min(), high or values:max()
  if low == high then low, high = low - 0.5, high + 0.5 end
  if not (high - low > 0 and high - low < math.huge) then
    F.raise('gnuplot.histc: cannot divide %s to %s into intervals', tostring(low), tostring(high))
  end
  local width = (high - low) / bins
  local histogram = {raw = torch.histc(values, bins, low, high), bins = bins, binwidth = width}
  for i = 1, bins do
    histogram[i] = {val = low + (i - 0.5) * width, nb = histogram.raw[i]}
  end
  for _, entry in ipairs(histogram) do
    if not histogram.max or entry.nb > histogram.max.nb then histogram.max = entry end
    if not histogram.min or entry.nb < histogram.min.nb then histogram.min = entry end
  end
  return histogram
end
