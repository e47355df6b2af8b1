# frozen_string_literal: true

# Prints every public name of a module and every member of its classes, one a line: ruby names.rb MODULE. What Ruby gives
# every object is left out, and so is what Enumerable brings. What the module adds beside itself is printed by its own name.

def globals = Object.constants.map(&:to_s) + global_variables.map(&:to_s)

before = globals
require ARGV.fetch(0)
added = globals - before
library = Object.const_get(ARGV[0].capitalize)

# The methods that each object of the class has by the class itself, or by those it is derived from up to Object.
def members(type)
  type.public_instance_methods.reject { |name| [Object, Kernel, BasicObject, Enumerable].include?(type.instance_method(name).owner) } -
    Object.public_instance_methods
end

names = library.singleton_methods.map(&:to_s) + (added - [ARGV[0].capitalize])
library.constants.each do |constant|
  names << constant.to_s
  type = library.const_get(constant)
  next unless type.is_a?(Module)

  names.concat(type.constants.map { |name| "#{constant}.#{name}" })
  names.concat((type.singleton_methods - Object.singleton_methods).map { |name| "#{constant}.#{name}" })
  names.concat(members(type).map { |name| "#{constant}.#{name}" })
end
puts names.uniq.sort
