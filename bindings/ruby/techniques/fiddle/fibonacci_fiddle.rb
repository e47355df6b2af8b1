# frozen_string_literal: true

# The C ABI as a Ruby module by Fiddle alone, with the API and the errors of the SWIG module.
# FIB_LIBRARY is the path of the library. There is no nearest(): Fiddle cannot receive a struct.
require "fiddle"
require_relative "../raw"

# Exact Fibonacci numbers. F(0) = 0 and F(1) = 1.
module FibonacciFiddle
  # A Fibonacci number and where it stands.
  Term = Struct.new(:index, :term) do
    undef_method :index=, :term=, :[]=
  end

  # The functions of the C ABI.
  module C
    LIBRARY = Fiddle.dlopen(Raw.path)

    STATUS = Fiddle::TYPE_INT
    U64 = -Fiddle::TYPE_LONG_LONG # negative: without sign
    BOOL = -Fiddle::TYPE_CHAR
    SIZE = Fiddle::TYPE_SIZE_T
    ADDRESS = -Fiddle::TYPE_INTPTR_T # of a TYPE_VOIDP, Fiddle makes a Pointer at each call

    # Holds Ruby's lock during the call: giving it back costs more than the call.
    def self.function(name, *parameters, returns: STATUS)
      Fiddle::Function.new(LIBRARY[name], parameters, returns, need_gvl: true)
    end

    Raw.check_version(function("fib_abi_version", returns: -Fiddle::TYPE_INT).call)

    LIBRARY_VERSION = function("fib_library_version", returns: Fiddle::TYPE_VOIDP)
    LIVE_OBJECTS = function("fib_live_objects", returns: U64)
    NOOP = function("fib_noop", returns: Fiddle::TYPE_VOID)
    MAX_INDEX = function("fib_max_index", returns: U64)
    WRAPPING = function("fib_wrapping", U64, returns: U64)
    RECURSIVE = function("fib_recursive", U64, returns: U64)
    FIB = function("fib_u64", U64, ADDRESS)
    BY = function("fib_by", Fiddle::TYPE_INT, U64, ADDRESS)
    MOD = function("fib_mod", U64, U64, ADDRESS)
    RECURRENCE = function("fib_recurrence", U64, U64, U64, U64, U64, returns: U64)
    BINET = function("fib_binet", Fiddle::TYPE_DOUBLE, returns: Fiddle::TYPE_DOUBLE)
    IS_FIBONACCI = function("fib_is_fibonacci", U64, returns: BOOL)
    EXACT = function("fib_exact", U64, ADDRESS, SIZE, ADDRESS)
    INDEX_OF = function("fib_index_of", ADDRESS, SIZE, ADDRESS)
    DECIMAL = function("fib_decimal", U64, ADDRESS, SIZE, ADDRESS)
    IS_WORD = function("fib_is_word", ADDRESS, SIZE, returns: BOOL)
    CAPTION = function("fib_caption", ADDRESS, SIZE, U64, ADDRESS, SIZE, ADDRESS)
    WORD = function("fib_word", U64, ADDRESS, SIZE, ADDRESS)
    TERMS = function("fib_terms", U64, U64, ADDRESS, SIZE, ADDRESS)
    ENCODE = function("fib_encode", ADDRESS, SIZE, ADDRESS, SIZE, ADDRESS)
    DECODE = function("fib_decode", ADDRESS, SIZE, ADDRESS, SIZE, ADDRESS)
    FILL = function("fib_fill", SIZE, ADDRESS)
    EACH = function("fib_each", ADDRESS, SIZE, ADDRESS)
    ZECKENDORF = function("fib_zeckendorf", U64, ADDRESS, SIZE, ADDRESS)
    VISIT = function("fib_visit", U64, U64, ADDRESS, ADDRESS, ADDRESS)
    SEQUENCE_NEW = function("fib_sequence_new", U64, ADDRESS)
    SEQUENCE_FREE = LIBRARY["fib_sequence_free"] # called by the collector itself
    SEQUENCE_ADVANCE = function("fib_sequence_advance", ADDRESS, ADDRESS)
    SEQUENCE_PEEK = function("fib_sequence_peek", ADDRESS, ADDRESS)
    SEQUENCE_RESET = function("fib_sequence_reset", ADDRESS)
    SEQUENCE_POSITION = function("fib_sequence_position", ADDRESS, ADDRESS)
    SEQUENCE_EXHAUSTED = function("fib_sequence_exhausted", ADDRESS, ADDRESS)
  end

  # The functions alone: what a call costs when nothing checks.
  module Bare
    class << self
      def noop = C::NOOP.call
      def max_index = C::MAX_INDEX.call
      def fib_wrapping(n) = C::WRAPPING.call(n)
      def fib_recursive(n) = C::RECURSIVE.call(n)
      def recurrence(p, q, a, b, n) = C::RECURRENCE.call(p, q, a, b, n)
      def binet(x) = C::BINET.call(x)
      def is_fibonacci(x) = C::IS_FIBONACCI.call(x) == 1
    end
  end

  Raw::ALGORITHMS.each.with_index { |name, number| const_set("Algorithm_#{name}", number) }

  # Memory whose address is asked once, for a number and then for what has a size.
  class Scratch
    FREE = []
    SIZE = 4096 # more than Ruby keeps in an object, which may move
    ROOM = SIZE - 8

    attr_reader :bytes, :pointer, :address, :room

    # Yields one that no other call has, in whatever thread.
    def self.lend
      scratch = FREE.pop || new
      yield scratch
    ensure
      FREE.push(scratch)
    end

    def initialize
      @bytes = "\0".b * SIZE
      @pointer = Fiddle::Pointer[@bytes]
      @address = @pointer.to_i
      @room = @address + 8
    end

    def number = @bytes.unpack1("Q")
  end

  # What fib_visit calls.
  class Visitor < Fiddle::Closure
    include Raw::Visitor

    FREE = [] # each is lent to one call at a time, in whatever thread
    attr_reader :address

    def initialize
      super(C::BOOL, [C::U64, C::U64, C::ADDRESS])
      @address = to_i
      @pinned = Fiddle::Pinned.new(self) # C knows where it lies
    end

    def call(index, term, _user) = go_on?(index, term) ? 1 : 0
  end

  # A class to be overridden.
  class Listener < Raw::Listener; end

  class << self
    include Raw

    def bare = Bare

    def noop = C::NOOP.call
    def max_index = C::MAX_INDEX.call
    def live_objects = C::LIVE_OBJECTS.call
    def library_version = C::LIBRARY_VERSION.call.to_s.force_encoding(Encoding::UTF_8)

    def fib_wrapping(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      C::WRAPPING.call(n)
    end

    def fib(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      Scratch.lend do |scratch|
        status = C::FIB.call(n, scratch.address)
        failure(status, above_64_bits(n)) unless status == 0
        scratch.number
      end
    end

    def fib_recursive(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      raise RangeError, above_64_bits(n) if n > MAX_INDEX

      C::RECURSIVE.call(n)
    end

    def fib_by(how, n)
      enumerator(how, "how") unless Integer === how && how >= 0 && how <= ENUMERATOR_MAX
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      Scratch.lend do |scratch|
        status = C::BY.call(how, n, scratch.address)
        refuse_fib_by(status, how, n) unless status == 0
        scratch.number
      end
    end

    def fib_mod(n, m)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      u64(m, "m") unless Integer === m && m >= 0 && m <= SMALL
      Scratch.lend do |scratch|
        status = C::MOD.call(n, m, scratch.address)
        failure(status, "m must be at least 1, got #{m}") unless status == 0
        scratch.number
      end
    end

    def recurrence(p, q, a, b, n)
      u64(p, "p") unless Integer === p && p >= 0 && p <= SMALL
      u64(q, "q") unless Integer === q && q >= 0 && q <= SMALL
      u64(a, "a") unless Integer === a && a >= 0 && a <= SMALL
      u64(b, "b") unless Integer === b && b >= 0 && b <= SMALL
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      C::RECURRENCE.call(p, q, a, b, n)
    end

    def binet(x)
      number(x, "x") unless Float === x
      C::BINET.call(x)
    end

    def is_fibonacci(x)
      u64(x, "x") unless Integer === x && x >= 0 && x <= SMALL
      C::IS_FIBONACCI.call(x) == 1
    end

    # ---- numbers of any size

    def fib_exact(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      at_most(MAX_EXACT, n, RangeError)
      limbs = fetch(n / 92 + 1, 8) do |room, capacity, size|
        status = C::EXACT.call(n, room, capacity, size)
        failure(status, "") unless status == 0
      end
      from_limbs(limbs)
    end

    def index_of(x)
      natural(x, "x")
      limbs = to_limbs(x)
      Scratch.lend do |scratch|
        status = C::INDEX_OF.call(address_of(limbs), limbs.bytesize / 8, scratch.address)
        failure(status, not_fibonacci(x)) unless status == 0
        scratch.number
      end
    end

    def fib_decimal(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      at_most(MAX_EXACT, n, RangeError)
      fetch_text(n / 4 + 1) do |room, capacity, size|
        status = C::DECIMAL.call(n, room, capacity, size)
        failure(status, "") unless status == 0
      end
    end

    # ---- text

    def is_word(text)
      text = utf8(text, "text")
      C::IS_WORD.call(address_of(text), text.bytesize) == 1
    end

    def caption(label, n)
      label = utf8(label, "label")
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      at_most(MAX_EXACT, n, RangeError)
      length = label.bytesize
      fetch_text(length + n / 4 + 32) do |room, capacity, size|
        status = C::CAPTION.call(address_of(label), length, n, room, capacity, size)
        failure(status, "") unless status == 0
      end
    end

    def word(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      at_most(MAX_WORD, n, IndexError)
      fetch_text(C::WRAPPING.call(n + 1)) do |room, capacity, size|
        status = C::WORD.call(n, room, capacity, size)
        failure(status, "") unless status == 0
      end
    end

    # ---- lists and memory

    def terms(first, count)
      u64(first, "first") unless Integer === first && first >= 0 && first <= SMALL
      u64(count, "count") unless Integer === count && count >= 0 && count <= SMALL
      terms = fetch(count > MAX_INDEX ? MAX_INDEX + 1 : count, 8) do |room, capacity, size|
        status = C::TERMS.call(first, count, room, capacity, size)
        failure(status, above_terms(first, count)) unless status == 0
      end
      terms.unpack("Q*")
    end

    def encode(numbers)
      memory = items(numbers, "numbers")
      fetch(12 * numbers.size, 1) do |room, capacity, size| # no number takes more
        status = C::ENCODE.call(address_of(memory), numbers.size, room, capacity, size)
        failure(status, "numbers[#{numbers.index(0)}] must be at least 1, got 0") unless status == 0
      end
    end

    def decode(bytes)
      bytes(bytes, "bytes") unless String === bytes
      numbers = fetch(4 * bytes.bytesize, 8) do |room, capacity, size| # no number takes less than two bits
        status = C::DECODE.call(address_of(bytes), bytes.bytesize, room, capacity, size)
        refuse(ERRORS[status], "bytes", "Fibonacci code", bytes) unless status == 0
      end
      numbers.unpack("Q*")
    end

    def fill(out)
      writable(out, "out")
      C::FILL.call(out.bytesize / 8, address_of(out))
      nil
    end

    def fib_each(indices, results)
      readable(indices, "indices")
      writable(results, "results")
      same_length(indices, results)
      status = C::EACH.call(address_of(indices), indices.bytesize / 8, address_of(results))
      return fib_each(aligned(indices), results) if status == INVALID_ARGUMENT

      refuse_index(status, indices) unless status == 0
    end

    # ---- structs

    def zeckendorf(x)
      u64(x, "x") unless Integer === x && x >= 0 && x <= SMALL
      terms = fetch(47, 16) do |room, capacity, size|
        status = C::ZECKENDORF.call(x, room, capacity, size)
        failure(status, "") unless status == 0
      end
      terms.unpack("Q*").each_slice(2).map { |index, term| Term.new(index, term) }
    end

    # ---- callbacks

    def visit(first, count, visitor = NOTHING, &block)
      u64(first, "first") unless Integer === first && first >= 0 && first <= SMALL
      u64(count, "count") unless Integer === count && count >= 0 && count <= SMALL
      call_back(first, count, visitor_of(visitor, block))
    end

    def listen(first, count, listener)
      u64(first, "first") unless Integer === first && first >= 0 && first <= SMALL
      u64(count, "count") unless Integer === count && count >= 0 && count <= SMALL
      call_back(first, count, listener_method(listener, Listener))
    end

    private

    # Where the bytes lie: the String must be held meanwhile.
    def address_of(string) = Fiddle::Pointer[string].to_i

    # Yields the address of memory, its capacity in items and the address for their number; gives a copy of their bytes.
    def fetch(capacity, item_size)
      Scratch.lend do |scratch|
        if capacity * item_size <= Scratch::ROOM
          yield scratch.room, capacity, scratch.address
          scratch.pointer[8, scratch.number * item_size]
        else
          bytes = BYTE * (capacity * item_size)
          yield address_of(bytes), capacity, scratch.address
          bytes.byteslice(0, scratch.number * item_size)
        end
      end
    end

    def fetch_text(capacity, &call) = fetch(capacity, 1, &call).force_encoding(Encoding::UTF_8)

    def call_back(first, count, function)
      visitor = Visitor::FREE.pop || Visitor.new
      visitor.function = function
      Scratch.lend do |scratch|
        status = C::VISIT.call(first, count, visitor.address, 0, scratch.address)
        Visitor::FREE.push(visitor)
        visitor.finish
        failure(status, above_terms(first, count)) unless status == 0
        scratch.number
      end
    end
  end

  # F(start), F(start + 1), ..., F(93), one at a time.
  class Sequence
    include Enumerable
    include Raw
    include Raw::Copied

    def initialize(start = 0)
      u64(start, "start") unless Integer === start && start >= 0 && start <= SMALL
      refuse_second if @address
      make(start)
    end

    def advance
      refuse_frozen if frozen?
      ask(C::SEQUENCE_ADVANCE)
    end

    def peek = ask(C::SEQUENCE_PEEK)
    def position = ask(C::SEQUENCE_POSITION)
    def exhausted = ask(C::SEQUENCE_EXHAUSTED)[0] == 1

    def reset
      refuse_frozen if frozen?
      status = C::SEQUENCE_RESET.call(@address || 0)
      refuse_sequence(status) unless status == 0
    end

    def each
      return to_enum unless block_given?

      Scratch.lend do |scratch|
        status = C::SEQUENCE_NEW.call(position, scratch.address) # so that it can be asked again
        refuse_sequence(status) unless status == 0
        rest = Fiddle::Pointer.new(scratch.bytes.unpack1("J"), 0, C::SEQUENCE_FREE)
        yield scratch.number while (status = C::SEQUENCE_ADVANCE.call(rest.to_i, scratch.address)) == 0
        refuse_sequence(status) unless status == OUT_OF_RANGE
      end
      self
    end

    private

    def make(start)
      @start = start # first: it fails for a frozen object
      Scratch.lend do |scratch|
        status = C::SEQUENCE_NEW.call(start, scratch.address)
        failure(status, "start must be at most #{MAX_INDEX + 1}, got #{start}") unless status == 0
        @address = scratch.bytes.unpack1("J")
        @owner = Fiddle::Pointer.new(@address, 0, C::SEQUENCE_FREE)
      end
    end

    # Gives the number that the function writes.
    def ask(function)
      Scratch.lend do |scratch|
        status = function.call(@address || 0, scratch.address)
        refuse_sequence(status) unless status == 0
        scratch.number
      end
    end
  end

  private_constant :C, :Bare, :Scratch, :Visitor
end
