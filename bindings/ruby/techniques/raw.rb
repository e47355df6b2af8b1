# frozen_string_literal: true

# What a module over the C ABI needs by whatever way it calls: errors, checks of arguments, big integers, callbacks.
module Raw
  ABI_VERSION = 1

  ALGORITHMS = %w[recursive iterative fast_doubling matrix binet].freeze

  MAX_INDEX = 93
  MAX_EXACT = 1_000_000_000
  MAX_WORD = 30

  BYTE = "\0".b.freeze # times n: memory of its own, of n bytes that are no letters

  # Gives the path of the library.
  def self.path
    ENV["FIB_LIBRARY"] || raise(LoadError, "FIB_LIBRARY must be the path of the library, .../libfibonacci.so")
  end

  def self.check_version(version)
    return if version == ABI_VERSION

    raise LoadError, "#{path} has version #{version} of the C ABI, #{ABI_VERSION} is needed"
  end

  private

  # ---- errors

  INVALID_ARGUMENT = 1
  OVERFLOW = 2
  OUT_OF_RANGE = 3
  NO_MEMORY = 4
  ERRORS = { INVALID_ARGUMENT => ArgumentError, OVERFLOW => RangeError, OUT_OF_RANGE => IndexError, NO_MEMORY => NoMemoryError }.freeze

  # Raises the error for a status, for the reason that the caller knows by what it passed.
  def failure(status, reason)
    reason = "not enough memory" if status == NO_MEMORY
    raise ERRORS.fetch(status, RuntimeError), reason
  end

  def above_64_bits(number) = "n must be at most #{MAX_INDEX} for a 64-bit result, got #{number}"

  def refuse_fib_by(status, how, number)
    failure(status, status == OVERFLOW ? above_64_bits(number) : "how must be at most 4, got #{how}")
  end

  def above_terms(first, count) = "first + count must be at most #{MAX_INDEX + 1}, got #{first} + #{count}"

  def not_fibonacci(number)
    shown = number.bit_length <= 128 ? number : "a number of #{number.bit_length} bits"
    "x must be a Fibonacci number, got #{shown}"
  end

  def not_initialized(object) = "self must be initialized: #{object.class}#initialize was not called"

  # For an object that has what C made: a second one would take its place.
  def refuse_second
    refuse_frozen if frozen?
    raise TypeError, "already initialized #{self.class}"
  end

  def refuse_frozen = raise(FrozenError.new("can't modify frozen #{self.class}", receiver: self))

  # Raises the error for a status of a Sequence, which self is.
  def refuse_sequence(status)
    above = "position must be at most #{MAX_INDEX}, got #{position}" if status == OUT_OF_RANGE
    failure(status, above || not_initialized(self))
  end

  # For a Sequence. The C ABI has no copy: this one is advanced to where the other is.
  module Copied
    def initialize_copy(original)
      position = original.position
      make(@start)
      advance while self.position < position
    end
  end

  # ---- arguments: an FFI itself takes -1 for 2^64 - 1 and 3.7 for 3

  INTEGER = "an integer from 0 to 18446744073709551615"
  ENUMERATOR = "an integer from 0 to 2147483647"
  MEMORY = "memory of 64-bit unsigned integers"

  U64_MAX = (1 << 64) - 1
  ENUMERATOR_MAX = (1 << 31) - 1
  SMALL = (1 << 62) - 1 # what Ruby keeps without an object, so that comparing costs nothing

  CLASS = Kernel.instance_method(:class)
  RESPOND_TO = Kernel.instance_method(:respond_to?)

  # A BasicObject has not even respond_to?.
  def responds?(value, method) = Kernel === value ? value.respond_to?(method) : RESPOND_TO.bind_call(value, method)

  def refuse(error, name, needed, value)
    shown = responds?(value, :inspect) ? value.inspect : "#<#{CLASS.bind_call(value)}>"
    shown = "#{shown[0, 100]}..." if shown.size > 100
    raise error, "#{name} must be #{needed}, got #{shown}"
  end

  # Where a call costs as little as this method, the usual case, 0..SMALL, stands before it in the caller.
  def u64(value, name, needed = INTEGER, max = U64_MAX)
    refuse(TypeError, name, needed, value) unless Integer === value
    refuse(RangeError, name, needed, value) unless value >= 0 && value <= max
  end

  def enumerator(value, name) = u64(value, name, ENUMERATOR, ENUMERATOR_MAX)

  def number(value, name)
    refuse(TypeError, name, "a number", value) unless Float === value || Integer === value
  end

  def bytes(value, name)
    refuse(TypeError, name, "binary data", value) unless String === value
  end

  # Gives the text in UTF-8; binary data is none, ASCII excepted.
  def utf8(value, name)
    refuse(TypeError, name, "a string", value) unless String === value
    return value if value.ascii_only?

    refuse(ArgumentError, name, "text that is valid in its encoding", value) unless value.valid_encoding?
    refuse(ArgumentError, name, "text of a known encoding, not binary data", value) if value.encoding == Encoding::BINARY
    value.encoding == Encoding::UTF_8 ? value : value.encode(Encoding::UTF_8)
  end

  # Refuses what lies beyond the end before memory for the result is made.
  def at_most(max, value, error)
    raise error, "n must be at most #{max}, got #{value}" if value > max
  end

  # Gives an Array of integers as memory.
  def items(values, name)
    refuse(TypeError, name, "a list of integers", values) unless Array === values
    unless values.empty? || (values.all?(Integer) && values.min >= 0 && values.max <= U64_MAX)
      values.each_with_index { |value, i| u64(value, "#{name}[#{i}]") }
    end
    values.pack("Q*")
  end

  def readable(value, name)
    refuse(TypeError, name, MEMORY, value) unless String === value && (value.bytesize % 8).zero?
  end

  # Gives the bytes of a String that shares them with another one, at an address that 8 does not divide, for themselves.
  def aligned(value) = value.dup.tap { |copy| writable(copy, "copy") }

  # Makes the String forget what it knows of its bytes, and that it may share them with others: C will write there.
  def writable(value, name)
    unless String === value && (value.bytesize % 8).zero? && !value.frozen?
      refuse(TypeError, name, "writable #{MEMORY}", value)
    end
    return if value.empty?

    byte = value.getbyte(0)
    value.setbyte(0, 0x80)
    value.setbyte(0, 0)
    value.setbyte(0, byte)
  end

  def same_length(indices, results)
    return if indices.bytesize == results.bytesize

    lengths = "#{indices.bytesize / 8} and #{results.bytesize / 8}"
    raise ArgumentError, "indices and results must have the same length, got #{lengths}"
  end

  # Raises the error for indices that fib_each refused.
  def refuse_index(status, indices)
    numbers = indices.unpack("Q*")
    i = numbers.index { |number| number > MAX_INDEX }
    failure(status, "indices[#{i}] must be at most #{MAX_INDEX}, got #{numbers[i]}")
  end

  # ---- numbers of any size: 64-bit limbs, least significant first. Hexadecimal is quick: Ruby has 2^n as a base.

  def natural(value, name)
    refuse(TypeError, name, "an integer of at least 0", value) unless Integer === value
    refuse(RangeError, name, "an integer of at least 0", value) if value.negative?
  end

  def to_limbs(number)
    return number.zero? ? "" : [number].pack("Q") if number <= U64_MAX

    digits = number.to_s(16)
    [digits.rjust((digits.size + 15) / 16 * 16, "0")].pack("H*").reverse
  end

  def from_limbs(bytes) = bytes.reverse.unpack1("H*").hex

  # ---- callbacks

  # Gives the block or what was passed instead.
  def visitor_of(visitor, block)
    if NOTHING.equal?(visitor)
      return block if block

      raise ArgumentError, "wrong number of arguments (given 2, expected 3): visitor must be a block or an argument"
    end
    refuse(TypeError, "visitor", "a block or respond to call", visitor) unless responds?(visitor, :call)
    visitor
  end

  NOTHING = Object.new.freeze # what visitor is unless it is passed

  def listener_method(listener, type)
    refuse(TypeError, "listener", type, listener) unless type === listener
    listener.method(:on_term)
  end

  # What C calls. Nothing that Ruby unwinds by may pass C's frames: it is kept until finish().
  module Visitor
    attr_writer :function

    # Tells C whether to go on.
    def go_on?(index, term)
      ended = false
      goes_on = @function.call(index, term) != false
      ended = true
      goes_on
    rescue Exception => e # rubocop:disable Lint/RescueException
      @raised = e
      ended = true
      false
    ensure
      unless ended
        @raised = RuntimeError.new("throw, break and Thread#kill cannot leave a function called by C")
        return false # rubocop:disable Lint/EnsureReturn
      end
    end

    # Raises, where C has returned, what the function did.
    def finish
      @function = nil
      return unless @raised

      raised = @raised
      @raised = nil
      raise raised
    end
  end

  # A class to be overridden.
  class Listener
    def on_term(_index, _term) = raise(NotImplementedError, "#{self.class}#on_term must be overridden")
  end

  private_constant(*constants(false) - %i[ABI_VERSION ALGORITHMS Copied Visitor Listener])
end
