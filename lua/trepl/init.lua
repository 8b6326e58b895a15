-- The package trepl: makes the globals that Torch7's th gives to scripts (the pretty print, require
-- for paths, who, import, monitor_G, ...) and returns the function that runs the REPL.

local printer = require 'trepl.print'
local globals = require 'trepl.globals'

-- Where Penlight is installed its modules are globals, path, stringx, tablex, ..., loaded when they
-- are first used.
pcall(require, 'pl')

local function define(name, value) rawset(_G, name, value) end

define('print_old', printer.old)
define('print_new', printer.new)
define('print', printer.new)
define('setprintlevel', printer.set_level)
define('noColors', printer.no_colors)
define('require', require 'trepl.require')
define('who', globals.who)
define('import', globals.import)
define('monitor_G', globals.monitor)

--- browse([package]): says where the documentation lies.
define('browse', function(package) return require('trepl.help').browse(package) end)

globals.mark_system()

--- Runs the REPL until the user leaves it.
return function() return require('trepl.repl').run() end
