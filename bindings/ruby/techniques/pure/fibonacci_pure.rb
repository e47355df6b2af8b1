# frozen_string_literal: true

# The library written in Ruby alone, with the API and the errors of the SWIG module: what a call across the border has to
# beat. An argument of the right type and range costs one comparison; Check says what is wrong with another one.
module FibonacciPure
  Algorithm_recursive = 0
  Algorithm_iterative = 1
  Algorithm_fast_doubling = 2
  Algorithm_matrix = 3
  Algorithm_binet = 4

  LAST = 93
  LARGEST_EXACT = 1_000_000_000
  LARGEST_WORD = 30
  LARGEST_FIXNUM = 2**62 - 1 # what lies above, up to U64_MAX, takes the way through Check
  U64_MAX = 2**64 - 1
  ENUMERATOR_MAX = 2**31 - 1

  TABLE = (2..LAST).each_with_object([0, 1]) { |n, terms| terms << terms[n - 2] + terms[n - 1] }.freeze
  INDICES = TABLE.each_with_index.to_a.reverse.to_h.freeze # 1 for 1

  ROOT = Math.sqrt(5)
  PHI = (1 + ROOT) / 2
  NO_VISITOR = Object.new.freeze
  private_constant :LAST, :LARGEST_EXACT, :LARGEST_WORD, :LARGEST_FIXNUM, :U64_MAX, :ENUMERATOR_MAX, :TABLE,
                   :INDICES, :ROOT, :PHI, :NO_VISITOR

  # What is wrong with an argument.
  module Check
    SHOWN_BITS = 128 # a larger number is told by its size

    module_function

    def refuse(error, name, needed, got)
      shown = got.inspect
      shown = "#{shown[0, 100]}..." if shown.size > 100
      raise error, "#{name} must be #{needed}, got #{shown}"
    end

    def integer(value, name, needed, largest)
      refuse(TypeError, name, needed, value) unless value.is_a?(Integer)
      refuse(RangeError, name, needed, value) unless value.between?(0, largest)
      value
    end

    def u64(value, name) = integer(value, name, "an integer from 0 to #{U64_MAX}", U64_MAX)

    def enumerator(value, name) = integer(value, name, "an integer from 0 to #{ENUMERATOR_MAX}", ENUMERATOR_MAX)

    def at_most(limit, value, name, error, why = "")
      raise error, "#{name} must be at most #{limit}#{why}, got #{value}" if u64(value, name) > limit
    end

    # An n whose F(n) fits 64 bits.
    def fitting(value) = at_most(LAST, value, "n", RangeError, " for a 64-bit result")

    # As many terms from the first on.
    def range(first, count)
      u64(first, "first")
      u64(count, "count")
      return if count.zero? || first + count <= LAST + 1

      raise RangeError, "first + count must be at most #{LAST + 1}, got #{first} + #{count}"
    end

    # Gives the text in UTF-8; binary data is none, ASCII excepted.
    def text(value, name)
      refuse(TypeError, name, "a string", value) unless value.is_a?(String)
      return value if value.ascii_only?

      refuse(ArgumentError, name, "text that is valid in its encoding", value) unless value.valid_encoding?
      binary = value.encoding == Encoding::BINARY
      refuse(ArgumentError, name, "text of a known encoding, not binary data", value) if binary
      value.encode(Encoding::UTF_8)
    end

    # A String whose bytes are 64-bit unsigned integers.
    def memory(value, name, writable)
      return if value.is_a?(String) && (value.bytesize % 8).zero? && !(writable && value.frozen?)

      refuse(TypeError, name, "#{'writable ' if writable}memory of 64-bit unsigned integers", value)
    end

    def no_term(value)
      refuse(TypeError, "x", "an integer of at least 0", value) unless value.is_a?(Integer)
      refuse(RangeError, "x", "an integer of at least 0", value) if value.negative?
      bits = value.bit_length
      raise ArgumentError, "x must be a Fibonacci number, got #{bits <= SHOWN_BITS ? value : "a number of #{bits} bits"}"
    end
  end
  private_constant :Check

  # ---- numbers

  # Does nothing.
  def self.noop = nil

  # 93, the largest n whose F(n) fits 64 bits.
  def self.max_index = LAST

  # F(n) mod 2^64, for any n.
  def self.fib_wrapping(n)
    Check.u64(n, "n") unless n.is_a?(Integer) && n >= 0 && n <= LARGEST_FIXNUM
    a = 0 # F(k), where k is what has been read of n's bits
    b = 1 # F(k+1)
    (n.bit_length - 1).downto(0) do |bit|
      even = a * (2 * b - a)
      odd = a * a + b * b
      if n[bit] == 1
        a = odd
        b = even + odd
      else
        a = even
        b = odd
      end
      next if b <= U64_MAX

      a &= U64_MAX
      b &= U64_MAX
    end
    a & U64_MAX
  end

  # F(n). RangeError above 93.
  def self.fib(n)
    Check.fitting(n) unless n.is_a?(Integer) && n >= 0 && n <= LAST
    TABLE[n]
  end

  # F(n) by the definition, 2 F(n+1) - 1 calls. RangeError above 93.
  def self.fib_recursive(n)
    Check.fitting(n) unless n.is_a?(Integer) && n >= 0 && n <= LAST
    recursive(n)
  end

  def self.recursive(n)
    n < 2 ? n : recursive(n - 1) + recursive(n - 2)
  end

  def self.iterative(n)
    a = 0
    b = 1
    n.times { a, b = b, a + b }
    a
  end
  private_class_method :recursive, :iterative

  # F(n) by one of the algorithms. RangeError above 93.
  def self.fib_by(how, n)
    Check.enumerator(how, "how") unless how.is_a?(Integer) && how >= 0 && how <= ENUMERATOR_MAX
    Check.fitting(n) unless n.is_a?(Integer) && n >= 0 && n <= LAST
    case how
    when Algorithm_recursive then recursive(n)
    when Algorithm_iterative then iterative(n)
    when Algorithm_fast_doubling then fib_wrapping(n)
    when Algorithm_matrix then recurrence(1, 1, 0, 1, n)
    when Algorithm_binet then binet(n).round
    else raise ArgumentError, "how must be at most #{Algorithm_binet}, got #{how}"
    end
  end

  # F(n) mod m, for any n. ArgumentError for m = 0.
  def self.fib_mod(n, m)
    Check.u64(n, "n") unless n.is_a?(Integer) && n >= 0 && n <= LARGEST_FIXNUM
    Check.u64(m, "m") unless m.is_a?(Integer) && m >= 0 && m <= LARGEST_FIXNUM
    raise ArgumentError, "m must be at least 1, got 0" if m == 0

    a = 0 # as in fib_wrapping
    b = 1 % m
    (n.bit_length - 1).downto(0) do |bit|
      even = a * (2 * b - a) % m
      odd = (a * a + b * b) % m
      if n[bit] == 1
        a = odd
        b = even + odd
      else
        a = even
        b = odd
      end
    end
    a
  end

  # x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1).
  def self.recurrence(p, q, a, b, n)
    Check.u64(p, "p") unless p.is_a?(Integer) && p >= 0 && p <= LARGEST_FIXNUM
    Check.u64(q, "q") unless q.is_a?(Integer) && q >= 0 && q <= LARGEST_FIXNUM
    Check.u64(a, "a") unless a.is_a?(Integer) && a >= 0 && a <= LARGEST_FIXNUM
    Check.u64(b, "b") unless b.is_a?(Integer) && b >= 0 && b <= LARGEST_FIXNUM
    Check.u64(n, "n") unless n.is_a?(Integer) && n >= 0 && n <= LARGEST_FIXNUM
    # {{s, t}, {u, v}} runs through the squares of {{p, q}, {1, 0}}, which takes (x(k+1), x(k)) one step on.
    s = p
    t = q
    u = 1
    v = 0
    while n > 0
      a, b = u * b + v * a, s * b + t * a if n.odd?
      s, t, u, v = s * s + t * u, s * t + t * v, u * s + v * u, u * t + v * v
      if (s | t | u | v | a | b) > U64_MAX
        s &= U64_MAX
        t &= U64_MAX
        u &= U64_MAX
        v &= U64_MAX
        a &= U64_MAX
        b &= U64_MAX
      end
      n >>= 1
    end
    a
  end

  # phi^x / sqrt(5).
  def self.binet(x)
    Check.refuse(TypeError, "x", "a number", x) unless x.is_a?(Float) || x.is_a?(Integer)
    PHI**x / ROOT
  end

  # Is there an n with F(n) = x?
  def self.is_fibonacci(x)
    Check.u64(x, "x") unless x.is_a?(Integer) && x >= 0 && x <= LARGEST_FIXNUM
    INDICES.key?(x)
  end

  # ---- numbers of any size

  # F(n), of any size. RangeError above n = 10^9.
  def self.fib_exact(n)
    unless n.is_a?(Integer) && n >= 0 && n <= LARGEST_EXACT
      Check.at_most(LARGEST_EXACT, n, "n", RangeError)
    end
    return TABLE[n] if n <= LAST

    skipped = n.bit_length - 6 # the table has what the first six bits make
    k = n >> skipped
    a = TABLE[k]
    b = TABLE[k + 1]
    (skipped - 1).downto(0) do |bit|
      even = a * (2 * b - a)
      odd = a * a + b * b
      if n[bit] == 1
        a = odd
        b = even + odd
      else
        a = even
        b = odd
      end
    end
    a
  end

  # The n with F(n) = x; 1 for 1. ArgumentError when there is none.
  def self.index_of(x)
    Check.no_term(x) unless x.is_a?(Integer) && x >= 0
    return INDICES[x] || Check.no_term(x) if x <= TABLE[LAST]

    n = ((Math.log2(x) + Math.log2(ROOT)) / Math.log2(PHI)).round # F(n) is the integer nearest to phi^n / sqrt(5)
    # All but the right one end at the first comparison.
    return n if n <= LARGEST_EXACT && fib_wrapping(n) == x & U64_MAX && fib_exact(n) == x

    Check.no_term(x)
  end

  # F(n) in decimal. RangeError above n = 10^9.
  def self.fib_decimal(n) = fib_exact(n).to_s

  # ---- text

  # Is it a prefix of the infinite Fibonacci word abaababa...?
  def self.is_word(text)
    text = Check.text(text, "text")
    shorter = "a"
    known = "ab"
    shorter, known = known, known + shorter while known.bytesize < text.bytesize
    known.start_with?(text)
  end

  # `label(n) = F(n)`. RangeError above n = 10^9.
  def self.caption(label, n)
    label = Check.text(label, "label")
    "#{label}(#{n}) = #{fib_decimal(n)}"
  end

  # The n-th Fibonacci word, F(n+1) letters: b, a, ab, aba, abaab, ... IndexError above n = 30.
  def self.word(n)
    Check.at_most(LARGEST_WORD, n, "n", IndexError) unless n.is_a?(Integer) && n >= 0 && n <= LARGEST_WORD
    shorter = +"b"
    return shorter if n == 0

    text = +"a"
    (n - 1).times { shorter, text = text, text + shorter }
    text
  end

  # ---- lists and memory

  # F(first), ..., F(first + count - 1). RangeError when one lies above F(93).
  def self.terms(first, count)
    unless first.is_a?(Integer) && count.is_a?(Integer) && first >= 0 && count >= 0 && first + count <= LAST + 1
      Check.range(first, count)
    end
    count == 0 ? [] : TABLE[first, count]
  end

  # The numbers in Fibonacci coding. ArgumentError when one is 0.
  def self.encode(numbers)
    Check.refuse(TypeError, "numbers", "a list of integers", numbers) unless numbers.is_a?(Array)
    numbers.each_with_index do |number, i|
      Check.u64(number, "numbers[#{i}]") unless number.is_a?(Integer) && number >= 0 && number <= LARGEST_FIXNUM
    end
    zero = numbers.index(0)
    raise ArgumentError, "numbers[#{zero}] must be at least 1, got 0" if zero

    [numbers.map { |number| code(number) }.join].pack("B*")
  end

  # The bits of one number: its terms, smallest first, then a second 1 in a row.
  def self.code(number)
    largest = last_at_most(number)
    bits = "0" * (largest - 1) << "1"
    largest.downto(2) do |n|
      next if TABLE[n] > number

      number -= TABLE[n]
      bits[n - 2] = "1"
    end
    bits
  end

  # The last n with F(n) <= x.
  def self.last_at_most(x) = (TABLE.bsearch_index { |term| term > x } || LAST + 1) - 1
  private_class_method :code, :last_at_most

  # The numbers that encode packed. ArgumentError for a malformed stream.
  def self.decode(bytes)
    Check.refuse(TypeError, "bytes", "binary data", bytes) unless bytes.is_a?(String)
    *codes, padding = bytes.unpack1("B*").split("11", -1)
    malformed(bytes) if padding && (padding.include?("1") || padding.size > 7)
    codes.map do |code|
      code << "1"
      number = 0
      used = -1
      number += TABLE[used + 2] || malformed(bytes) while (used = code.index("1", used + 1))
      number <= U64_MAX ? number : malformed(bytes)
    end
  end

  def self.malformed(bytes) = Check.refuse(ArgumentError, "bytes", "Fibonacci code", bytes)
  private_class_method :malformed

  # Writes F(0), F(1), ... mod 2^64 over the bytes of a String, 8 an item.
  def self.fill(out)
    Check.memory(out, "out", true)
    a = 0
    b = 1
    terms = Array.new(out.bytesize / 8) do
      term = a
      a = b
      b += term
      b &= U64_MAX if b > U64_MAX
      term
    end
    write(terms, out)
  end

  # Writes F of each index into `results`, perhaps in place. RangeError when an index lies above 93.
  def self.fib_each(indices, results)
    Check.memory(indices, "indices", false)
    Check.memory(results, "results", true)
    unless indices.bytesize == results.bytesize
      lengths = "got #{indices.bytesize / 8} and #{results.bytesize / 8}"
      raise ArgumentError, "indices and results must have the same length, #{lengths}"
    end
    numbers = indices.unpack("Q*")
    bad = numbers.index { |n| n > LAST }
    raise RangeError, "indices[#{bad}] must be at most #{LAST}, got #{numbers[bad]}" if bad

    write(numbers.map! { |n| TABLE[n] }, results)
  end

  def self.write(terms, memory)
    memory.replace(terms.pack("Q*").force_encoding(memory.encoding))
    nil
  end
  private_class_method :write

  # ---- structs

  # A Fibonacci number and where it stands.
  Term = Struct.new(:index, :term) do
    undef_method :index=, :term=, :[]=
  end

  # The term closest to x; the smaller of two that are equally close.
  def self.nearest(x)
    Check.u64(x, "x") unless x.is_a?(Integer) && x >= 0 && x <= LARGEST_FIXNUM
    n = TABLE.bsearch_index { |term| term >= x } || LAST + 1
    n -= 1 if n > LAST || (n > 0 && x - TABLE[n - 1] <= TABLE[n] - x)
    Term.new(n, TABLE[n])
  end

  # The unique sum of terms with no two neighbours, largest first.
  def self.zeckendorf(x)
    Check.u64(x, "x") unless x.is_a?(Integer) && x >= 0 && x <= LARGEST_FIXNUM
    parts = []
    n = last_at_most(x)
    while x > 0
      term = TABLE[n]
      if term <= x
        parts << Term.new(n, term)
        x -= term
      end
      n -= 1
    end
    parts
  end

  # ---- callbacks

  # Calls the block, or an object with `call`, with (index, term) of `count` terms until false; gives the number of calls.
  # RangeError, before the first call, when a term lies above F(93).
  def self.visit(first, count, visitor = NO_VISITOR)
    if visitor.equal?(NO_VISITOR)
      unless block_given?
        raise ArgumentError, "wrong number of arguments (given 2, expected 3): visitor must be a block or an argument"
      end
    elsif visitor.respond_to?(:call)
      return visit(first, count) { |index, term| visitor.call(index, term) }
    else
      Check.refuse(TypeError, "visitor", "a block or respond to call", visitor)
    end
    unless first.is_a?(Integer) && count.is_a?(Integer) && first >= 0 && count >= 0 && first + count <= LAST + 1
      Check.range(first, count)
    end
    index = first
    last = first + count
    while index < last
      return index - first + 1 if false == yield(index, TABLE[index])

      index += 1
    end
    count
  end

  # A class to be overridden.
  class Listener
    # Takes a term; false stops.
    def on_term(_index, _term) = raise(NotImplementedError)
  end

  # Does what visit does with an object.
  def self.listen(first, count, listener)
    Check.refuse(TypeError, "listener", "a Listener", listener) unless listener.is_a?(Listener)
    visit(first, count) { |index, term| listener.on_term(index, term) }
  end

  # ---- the sequence

  # F(start), F(start + 1), ..., F(93), one at a time.
  class Sequence
    include Enumerable

    # IndexError when start > 94.
    def initialize(start = 0)
      unless start.is_a?(Integer) && start >= 0 && start <= LAST + 1
        Check.at_most(LAST + 1, start, "start", IndexError)
      end
      @start = @position = start
    end

    # The terms that are left.
    def each
      return to_enum unless block_given?

      next_one = position # so that it can be asked again
      while (term = TABLE[next_one])
        next_one += 1
        yield term
      end
      self
    end

    # F(position), then moves on. IndexError when exhausted.
    def advance
      term = peek
      @position += 1
      term
    end

    # F(position). IndexError when exhausted.
    def peek
      TABLE[@position || uninitialized] || raise(IndexError, "position must be at most #{LAST}, got #{@position}")
    end

    # Goes back to start.
    def reset
      @position = @start || uninitialized
      nil
    end

    # The index of the term that comes.
    def position = @position || uninitialized

    # Was F(93) given out?
    def exhausted = position > LAST

    private

    def uninitialized = raise(ArgumentError, "self must be initialized: Sequence#initialize was not called")
  end

  # ---- the library itself

  # major.minor.patch: the build says it, for it is that of the other libraries too.
  def self.library_version = ENV.fetch("FIB_VERSION", "unknown")
end
