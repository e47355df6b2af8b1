# frozen_string_literal: true

# The C ABI as a Ruby module by the ffi gem, with the API and the errors of the SWIG module.
# FIB_LIBRARY is the path of the library.
require "ffi"
require_relative "../raw"

# Exact Fibonacci numbers. F(0) = 0 and F(1) = 1.
module FibonacciFfi
  # A Fibonacci number and where it stands.
  class Term < FFI::Struct
    layout :index, :uint64, :term, :uint64

    def index = self[:index]
    def term = self[:term]

    # Equal by what it holds; FFI::Struct compares addresses.
    def ==(other) = Term === other && index == other.index && term == other.term
    alias eql? ==
    def hash = [index, term].hash
  end

  # The functions of the C ABI. Memory is a String: one made by unary + or * has its bytes for itself.
  module C
    extend FFI::Library
    ffi_lib Raw.path

    attach_function :fib_abi_version, [], :uint32
    Raw.check_version(fib_abi_version)

    attach_function :fib_library_version, [], :string
    attach_function :fib_live_objects, [], :uint64
    attach_function :fib_wrapping, [:uint64], :uint64
    attach_function :fib_recursive, [:uint64], :uint64
    attach_function :fib_u64, %i[uint64 buffer_out], :int
    attach_function :fib_by, %i[int uint64 buffer_out], :int
    attach_function :fib_mod, %i[uint64 uint64 buffer_out], :int
    attach_function :fib_recurrence, [:uint64] * 5, :uint64
    attach_function :fib_binet, [:double], :double
    attach_function :fib_is_fibonacci, [:uint64], :bool
    attach_function :fib_exact, %i[uint64 buffer_out size_t buffer_out], :int
    attach_function :fib_index_of, %i[buffer_in size_t buffer_out], :int
    attach_function :fib_decimal, %i[uint64 buffer_out size_t buffer_out], :int
    attach_function :fib_is_word, %i[buffer_in size_t], :bool
    attach_function :fib_caption, %i[buffer_in size_t uint64 buffer_out size_t buffer_out], :int
    attach_function :fib_word, %i[uint64 buffer_out size_t buffer_out], :int
    attach_function :fib_terms, %i[uint64 uint64 buffer_out size_t buffer_out], :int
    attach_function :fib_encode, %i[buffer_in size_t buffer_out size_t buffer_out], :int
    attach_function :fib_decode, %i[buffer_in size_t buffer_out size_t buffer_out], :int
    attach_function :fib_fill, %i[size_t buffer_out], :int
    attach_function :fib_each, %i[buffer_in size_t buffer_out], :int
    attach_function :fib_nearest, [:uint64], Term.by_value
    attach_function :fib_zeckendorf, %i[uint64 pointer size_t buffer_out], :int
    attach_function :fib_visit, %i[uint64 uint64 pointer pointer buffer_out], :int
    attach_function :fib_sequence_new, %i[uint64 buffer_out], :int
    attach_function :fib_sequence_free, [:pointer], :void
    attach_function :fib_sequence_advance, %i[pointer buffer_out], :int
    attach_function :fib_sequence_peek, %i[pointer buffer_out], :int
    attach_function :fib_sequence_reset, [:pointer], :int
    attach_function :fib_sequence_position, %i[pointer buffer_out], :int
    attach_function :fib_sequence_exhausted, %i[pointer buffer_out], :int
  end

  # The functions alone: what a call costs when nothing checks.
  module Bare
    extend FFI::Library
    ffi_lib Raw.path

    attach_function :noop, :fib_noop, [], :void
    attach_function :max_index, :fib_max_index, [], :uint64
    attach_function :fib_wrapping, [:uint64], :uint64
    attach_function :fib_recursive, [:uint64], :uint64
    attach_function :recurrence, :fib_recurrence, [:uint64] * 5, :uint64
    attach_function :binet, :fib_binet, [:double], :double
    attach_function :is_fibonacci, :fib_is_fibonacci, [:uint64], :bool
  end

  # These need no check but that of ffi, which counts the arguments.
  extend FFI::Library
  ffi_lib Raw.path
  attach_function :noop, :fib_noop, [], :void
  attach_function :max_index, :fib_max_index, [], :uint64
  attach_function :live_objects, :fib_live_objects, [], :uint64

  Raw::ALGORITHMS.each.with_index { |name, number| const_set("Algorithm_#{name}", number) }

  ITEM = ("\0" * 8).b.freeze # +ITEM is memory for one number

  # What fib_visit calls, with a function in C that is made once.
  class Visitor
    include Raw::Visitor

    FREE = [] # each is lent to one call at a time, in whatever thread
    attr_reader :pointer

    def initialize
      @pointer = FFI::Function.new(:bool, %i[uint64 uint64 pointer]) { |index, term, _user| go_on?(index, term) }
    end
  end

  # A class to be overridden.
  class Listener < Raw::Listener; end

  class << self
    include Raw

    def bare = Bare

    def fib_wrapping(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      C.fib_wrapping(n)
    end

    def fib(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      status = C.fib_u64(n, out = +ITEM)
      failure(status, above_64_bits(n)) unless status == 0
      out.unpack1("Q")
    end

    def fib_recursive(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      raise RangeError, above_64_bits(n) if n > MAX_INDEX

      C.fib_recursive(n)
    end

    def fib_by(how, n)
      enumerator(how, "how") unless Integer === how && how >= 0 && how <= ENUMERATOR_MAX
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      status = C.fib_by(how, n, out = +ITEM)
      refuse_fib_by(status, how, n) unless status == 0
      out.unpack1("Q")
    end

    def fib_mod(n, m)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      u64(m, "m") unless Integer === m && m >= 0 && m <= SMALL
      status = C.fib_mod(n, m, out = +ITEM)
      failure(status, "m must be at least 1, got #{m}") unless status == 0
      out.unpack1("Q")
    end

    def recurrence(p, q, a, b, n)
      u64(p, "p") unless Integer === p && p >= 0 && p <= SMALL
      u64(q, "q") unless Integer === q && q >= 0 && q <= SMALL
      u64(a, "a") unless Integer === a && a >= 0 && a <= SMALL
      u64(b, "b") unless Integer === b && b >= 0 && b <= SMALL
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      C.fib_recurrence(p, q, a, b, n)
    end

    def binet(x)
      number(x, "x") unless Float === x
      C.fib_binet(x)
    end

    def is_fibonacci(x)
      u64(x, "x") unless Integer === x && x >= 0 && x <= SMALL
      C.fib_is_fibonacci(x)
    end

    # ---- numbers of any size

    def fib_exact(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      at_most(MAX_EXACT, n, RangeError)
      capacity = n / 92 + 1
      status = C.fib_exact(n, limbs = BYTE * (8 * capacity), capacity, +ITEM)
      failure(status, "") unless status == 0
      from_limbs(limbs)
    end

    def index_of(x)
      natural(x, "x")
      limbs = to_limbs(x)
      status = C.fib_index_of(limbs, limbs.bytesize / 8, out = +ITEM)
      failure(status, not_fibonacci(x)) unless status == 0
      out.unpack1("Q")
    end

    def fib_decimal(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      at_most(MAX_EXACT, n, RangeError)
      capacity = n / 4 + 1
      status = C.fib_decimal(n, memory = BYTE * capacity, capacity, size = +ITEM)
      failure(status, "") unless status == 0
      text(memory, size)
    end

    # ---- text

    def is_word(text)
      text = utf8(text, "text")
      C.fib_is_word(text, text.bytesize)
    end

    def caption(label, n)
      label = utf8(label, "label")
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      at_most(MAX_EXACT, n, RangeError)
      length = label.bytesize
      capacity = length + n / 4 + 32
      status = C.fib_caption(label, length, n, memory = BYTE * capacity, capacity, size = +ITEM)
      failure(status, "") unless status == 0
      text(memory, size)
    end

    def word(n)
      u64(n, "n") unless Integer === n && n >= 0 && n <= SMALL
      at_most(MAX_WORD, n, IndexError)
      capacity = C.fib_wrapping(n + 1)
      status = C.fib_word(n, memory = BYTE * capacity, capacity, +ITEM)
      failure(status, "") unless status == 0
      memory.force_encoding(Encoding::UTF_8)
    end

    def library_version = C.fib_library_version.force_encoding(Encoding::UTF_8)

    # ---- lists and memory

    def terms(first, count)
      u64(first, "first") unless Integer === first && first >= 0 && first <= SMALL
      u64(count, "count") unless Integer === count && count >= 0 && count <= SMALL
      capacity = count > MAX_INDEX ? MAX_INDEX + 1 : count
      status = C.fib_terms(first, count, memory = BYTE * (8 * capacity), capacity, +ITEM)
      failure(status, above_terms(first, count)) unless status == 0
      memory.unpack("Q*")
    end

    def encode(numbers)
      memory = items(numbers, "numbers")
      capacity = 12 * numbers.size # no number takes more
      status = C.fib_encode(memory, numbers.size, code = BYTE * capacity, capacity, size = +ITEM)
      failure(status, "numbers[#{numbers.index(0)}] must be at least 1, got 0") unless status == 0
      code.byteslice(0, size.unpack1("Q"))
    end

    def decode(bytes)
      bytes(bytes, "bytes") unless String === bytes
      capacity = 4 * bytes.bytesize # no number takes less than two bits
      status = C.fib_decode(bytes, bytes.bytesize, memory = BYTE * (8 * capacity), capacity, size = +ITEM)
      refuse(ERRORS[status], "bytes", "Fibonacci code", bytes) unless status == 0
      memory.byteslice(0, 8 * size.unpack1("Q")).unpack("Q*")
    end

    def fill(out)
      writable(out, "out")
      C.fib_fill(out.bytesize / 8, out)
      nil
    end

    def fib_each(indices, results)
      readable(indices, "indices")
      writable(results, "results")
      same_length(indices, results)
      status = C.fib_each(indices, indices.bytesize / 8, results)
      return fib_each(aligned(indices), results) if status == INVALID_ARGUMENT

      refuse_index(status, indices) unless status == 0
    end

    # ---- structs

    def nearest(x)
      u64(x, "x") unless Integer === x && x >= 0 && x <= SMALL
      C.fib_nearest(x)
    end

    def zeckendorf(x)
      u64(x, "x") unless Integer === x && x >= 0 && x <= SMALL
      status = C.fib_zeckendorf(x, memory = FFI::MemoryPointer.new(Term, 47, false), 47, size = +ITEM)
      failure(status, "") unless status == 0
      Array.new(size.unpack1("Q")) { |i| Term.new(memory[i]) }
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

    def text(memory, size) = memory.byteslice(0, size.unpack1("Q")).force_encoding(Encoding::UTF_8)

    def call_back(first, count, function)
      visitor = Visitor::FREE.pop || Visitor.new
      visitor.function = function
      status = C.fib_visit(first, count, visitor.pointer, nil, out = +ITEM)
      Visitor::FREE.push(visitor)
      visitor.finish
      failure(status, above_terms(first, count)) unless status == 0
      out.unpack1("Q")
    end
  end

  # Owns a fib_sequence.
  class Handle < FFI::AutoPointer
    def self.release(pointer) = C.fib_sequence_free(pointer)
  end

  # F(start), F(start + 1), ..., F(93), one at a time.
  class Sequence
    include Enumerable
    include Raw
    include Raw::Copied

    def initialize(start = 0)
      u64(start, "start") unless Integer === start && start >= 0 && start <= SMALL
      refuse_second if @handle
      make(start)
    end

    def advance
      refuse_frozen if frozen?
      status = C.fib_sequence_advance(@handle, out = +ITEM)
      refuse_sequence(status) unless status == 0
      out.unpack1("Q")
    end

    def peek
      status = C.fib_sequence_peek(@handle, out = +ITEM)
      refuse_sequence(status) unless status == 0
      out.unpack1("Q")
    end

    def reset
      refuse_frozen if frozen?
      status = C.fib_sequence_reset(@handle)
      refuse_sequence(status) unless status == 0
    end

    def position
      status = C.fib_sequence_position(@handle, out = +ITEM)
      refuse_sequence(status) unless status == 0
      out.unpack1("Q")
    end

    def exhausted
      status = C.fib_sequence_exhausted(@handle, out = +ITEM)
      refuse_sequence(status) unless status == 0
      out.getbyte(0) == 1
    end

    def each
      return to_enum unless block_given?

      status = C.fib_sequence_new(position, out = +ITEM) # so that it can be asked again
      refuse_sequence(status) unless status == 0
      rest = Handle.new(FFI::Pointer.new(out.unpack1("J")))
      yield out.unpack1("Q") while (status = C.fib_sequence_advance(rest, out)) == 0
      refuse_sequence(status) unless status == OUT_OF_RANGE
      self
    end

    private

    def make(start)
      @start = start # first: it fails for a frozen object
      status = C.fib_sequence_new(start, out = +ITEM)
      failure(status, "start must be at most #{MAX_INDEX + 1}, got #{start}") unless status == 0
      @handle = Handle.new(FFI::Pointer.new(out.unpack1("J")))
    end
  end

  private_constant :C, :Bare, :ITEM, :Visitor, :Handle
end
