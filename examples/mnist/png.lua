-- Reads PNG images as grayscale bytes, through libpng's simplified interface.

local ffi = require 'ffi'

ffi.cdef [[
typedef struct {
  void *opaque;
  uint32_t version, width, height, format, flags, colormap_entries, warning_or_error;
  char message[64];
} luatorch_png_image;
typedef struct { uint8_t red, green, blue; } luatorch_png_color;
int png_image_begin_read_from_file(luatorch_png_image *image, const char *path);
int png_image_finish_read(luatorch_png_image *image, const luatorch_png_color *background,
                          void *buffer, int32_t row_stride, void *colormap);
void png_image_free(luatorch_png_image *image);
]]

local png = {}

local VERSION, GRAY = 1, 0   -- PNG_IMAGE_VERSION, PNG_FORMAT_GRAY
local MOST_PIXELS = 2 ^ 26
local lib

--- The image in a PNG file as a ByteTensor height x width, 0 black to 255 white; colours become
-- their luminance, transparent pixels white. Returns nil and a message that names the file where it
-- is missing, no PNG image, damaged, or larger than 67 million pixels.
function png.read(path)
  if not lib then
    local ok, library = pcall(ffi.load, 'libpng16.so.16')
    if not ok then return nil, path .. ': reading it needs libpng (libpng16.so.16)' end
    lib = library
  end
  local file, message = io.open(path, 'rb')
  if not file then return nil, message end
  file:close()
  local image = ffi.new('luatorch_png_image', {version = VERSION})
  local white = ffi.new('luatorch_png_color', 255, 255, 255)
  local function failed()
    local text = ffi.string(image.message)
    lib.png_image_free(image)
    return nil, path .. ': ' .. text
  end
  if lib.png_image_begin_read_from_file(image, path) == 0 then return failed() end
  local width, height = image.width, image.height
  if width * height > MOST_PIXELS then
    lib.png_image_free(image)
    return nil, ('%s: %d x %d pixels are too many'):format(path, width, height)
  end
  image.format = GRAY
  local pixels = torch.ByteTensor(height, width)
  if lib.png_image_finish_read(image, white, pixels:data(), width, nil) == 0 then
    return failed()
  end
  return pixels
end

return png
