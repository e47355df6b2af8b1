# cython: language_level=3, binding=False, always_allow_keywords=False, auto_pickle=False
# cython: c_string_type=str
# cython: c_string_encoding=utf8
"""The library for Python by Cython.

As Cython's documentation recommends for speed: functions are plain builtins (binding=False) with
positional arguments, and objects hold the C++ value and come from a free list. An argument's type
is checked before Cython converts it, which would take 3.7 for 3.
"""
cimport cython
from cpython.buffer cimport (
    PyBUF_FORMAT,
    PyBUF_ND,
    PyBUF_SIMPLE,
    PyBUF_WRITABLE,
    PyBuffer_Release,
    PyObject_GetBuffer,
)
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_CheckExact
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport strcmp
from libcpp cimport bool as cpp_bool
from libcpp.string cimport string
from libcpp.string_view cimport string_view
from libcpp.vector cimport vector


cdef extern from "<optional>":
    pass

cdef extern from "fibonacci/fibonacci.hpp" namespace "fibonacci":
    enum Algorithm "fibonacci::Algorithm":
        recursive "fibonacci::Algorithm::recursive"
        iterative "fibonacci::Algorithm::iterative"
        fast_doubling "fibonacci::Algorithm::fast_doubling"
        matrix "fibonacci::Algorithm::matrix"
        rounded "fibonacci::Algorithm::binet"
    struct CTerm "fibonacci::Term":
        uint64_t index
        uint64_t term
    cppclass Integer:
        Integer()
        Integer(vector[uint64_t] limbs) except +
        const vector[uint64_t]& limbs()
    ctypedef cpp_bool (*Visitor)(uint64_t index, uint64_t term, void* user) noexcept
    cppclass CSequence "fibonacci::Sequence":
        CSequence(uint64_t start) except +
        uint64_t advance() except +
        uint64_t peek() except +
        void reset()
        uint64_t position()
        cpp_bool exhausted()
    cppclass MaybeSequence "std::optional<fibonacci::Sequence>":
        CSequence& emplace(uint64_t start) except +
        cpp_bool has_value()
        CSequence* get "operator->"()
    void c_noop "fibonacci::noop"()
    uint64_t c_max_index "fibonacci::max_index"()
    uint64_t c_fib_wrapping "fibonacci::fib_wrapping"(uint64_t n)
    uint64_t c_fib "fibonacci::fib"(uint64_t n) except +
    uint64_t c_fib_recursive "fibonacci::fib_recursive"(uint64_t n) except +
    uint64_t c_fib_by "fibonacci::fib_by"(Algorithm how, uint64_t n) except +
    uint64_t c_fib_mod "fibonacci::fib_mod"(uint64_t n, uint64_t m) except +
    uint64_t c_recurrence "fibonacci::recurrence"(
        uint64_t p, uint64_t q, uint64_t a, uint64_t b, uint64_t n)
    double c_binet "fibonacci::binet"(double x)
    cpp_bool c_is_fibonacci "fibonacci::is_fibonacci"(uint64_t x)
    Integer c_fib_exact "fibonacci::fib_exact"(uint64_t n) except +
    uint64_t c_index_of "fibonacci::index_of"(const Integer& x) except +
    string c_fib_decimal "fibonacci::fib_decimal"(uint64_t n) except +
    cpp_bool c_is_word "fibonacci::is_word"(string_view text)
    string c_caption "fibonacci::caption"(string_view label, uint64_t n) except +
    string c_word "fibonacci::word"(uint64_t n) except +
    vector[uint64_t] c_terms "fibonacci::terms"(uint64_t first, uint64_t count) except +
    vector[uint8_t] c_encode "fibonacci::encode"(const vector[uint64_t]& numbers) except +
    vector[uint64_t] c_decode "fibonacci::decode"(const uint8_t* bytes, size_t size) except +
    void c_fill "fibonacci::fill"(uint64_t* out, size_t count)
    void c_fib_each "fibonacci::fib_each"(
        const uint64_t* indices, uint64_t* results, size_t length) except +
    CTerm c_nearest "fibonacci::nearest"(uint64_t x)
    vector[CTerm] c_zeckendorf "fibonacci::zeckendorf"(uint64_t x) except +
    uint64_t c_live_objects "fibonacci::live_objects"()
    string c_library_version "fibonacci::library_version"() except +

# Calls that can run long let Python's handlers of signals run, and end when one of them raises.
cdef extern from "../capi/signals.hpp" namespace "python":
    const uint64_t long_recursion
    const uint64_t long_exact
    const size_t long_limbs
    cppclass Asking:
        void begin()

# How an argument is refused, big integers, and the rare kinds of numbers.
cdef extern from "../capi/values.hpp" namespace "python":
    cpp_bool goes_on(object result)
    cpp_bool aligned(const char* name, const void* address, size_t count) except False
    const char* needed_bytes "python::needed::bytes"
    const char* needed_function "python::needed::function"
    const char* needed_list "python::needed::list"
    const char* needed_string "python::needed::string"
    const char* needed_readable "python::needed::readable"
    const char* needed_buffer "python::needed::buffer"
    cpp_bool refuse "python::refuse"(
        object error, const char* name, const char* what, object got) except False
    cpp_bool refuse_uninitialized(const char* name, object got) except False
    cpp_bool refuse_lengths(
        const char* a, size_t length_a, const char* b, size_t length_b) except False
    cpp_bool in_index(object o, uint64_t* value, const char* name) except False
    cpp_bool in_enumerator "python::in"(object o, int* value, const char* name) except False
    cpp_bool in_real "python::in"(object o, double* value, const char* name) except False
    cpp_bool in_limbs_guarded(object o, vector[uint64_t]* limbs, const char* name) except False
    object out_limbs(const vector[uint64_t]& limbs)
    string item_name(const char* name, size_t number) except +

# A thread that Python ends in a callback, as it does with daemon threads, unwinds: "except +" would
# hold that up, and end the process.
cdef extern from *:
    """
    static uint64_t guarded_visit(uint64_t first, uint64_t count, fibonacci::Visitor visitor,
                                  void* user) {
      return python::guarded([&] { return fibonacci::visit(first, count, visitor, user); });
    }
    """
    uint64_t guarded_visit(
        uint64_t first, uint64_t count, Visitor visitor, void* user) except? 0

Algorithm_recursive = <int>recursive
Algorithm_iterative = <int>iterative
Algorithm_fast_doubling = <int>fast_doubling
Algorithm_matrix = <int>matrix
Algorithm_binet = <int>rounded


# ---- arguments

cdef inline uint64_t u64(object o, const char* name) except? 0xFFFFFFFFFFFFFFFF:
    cdef uint64_t value = 0
    if isinstance(o, int):
        try:
            return <uint64_t>o
        except OverflowError:
            pass
    in_index(o, &value, name)
    return value


cdef inline Algorithm algorithm(object o, const char* name) except *:
    cdef int value = -1
    if isinstance(o, int):
        try:
            value = <int>o
        except OverflowError:
            pass
    if value < 0:
        in_enumerator(o, &value, name)
    return <Algorithm>value


cdef inline double real(object o, const char* name) except? -1:
    cdef double value = 0
    if PyFloat_CheckExact(o):
        return PyFloat_AS_DOUBLE(o)
    in_real(o, &value, name)
    return value


cdef inline Py_ssize_t utf8(object o, const char** text, const char* name) except -1:
    cdef Py_ssize_t size = 0
    if not isinstance(o, str):
        refuse(TypeError, name, needed_string, o)
    text[0] = PyUnicode_AsUTF8AndSize(o, &size)
    return size


cdef int u64_list(object o, vector[uint64_t]* values, const char* name) except -1:
    cdef uint64_t value
    cdef bint text = isinstance(o, (str, bytes))
    if text or not hasattr(type(o), "__iter__"):
        refuse(TypeError, name, needed_list, o)
    for item in o:
        if isinstance(item, int):
            try:
                values.push_back(<uint64_t>item)
                continue
            except OverflowError:
                pass
        in_index(item, &value, item_name(name, values.size()).c_str())
        values.push_back(value)
    return 0


cdef inline int u64_memory(object o, Py_buffer* view, bint writable, const char* name) except -1:
    """Take memory of 64-bit unsigned integers; a typed memoryview costs several times as much."""
    cdef int flags = PyBUF_ND | PyBUF_FORMAT | (PyBUF_WRITABLE if writable else 0)
    cdef const char* needed = needed_buffer if writable else needed_readable
    try:
        PyObject_GetBuffer(o, view, flags)
    except (TypeError, ValueError, BufferError):
        refuse(TypeError, name, needed, o)
    if view.itemsize != sizeof(uint64_t) or (
        strcmp(view.format, b"L") != 0 and strcmp(view.format, b"Q") != 0
    ):
        PyBuffer_Release(view)
        refuse(TypeError, name, needed, o)
    try:
        aligned(name, view.buf, view.len)
    except TypeError:
        PyBuffer_Release(view)
        raise
    return 0


# ---- classes

@cython.final
@cython.freelist(64)
cdef class Term:
    """A Fibonacci number and where it stands."""

    cdef readonly uint64_t index
    cdef readonly uint64_t term


cdef inline Term term_out(CTerm value):
    cdef Term term = Term.__new__(Term)
    term.index = value.index
    term.term = value.term
    return term


@cython.freelist(64)
cdef class Sequence:
    """F(start), F(start + 1), ..., F(93), one at a time."""

    cdef MaybeSequence value  # nothing before __init__()

    def __init__(self, start=0, /):
        """Begin at F(start). IndexError when start > 94."""
        self.value.emplace(u64(start, b"start"))

    cdef inline CSequence* begun(self) except NULL:
        if not self.value.has_value():
            refuse_uninitialized(b"self", self)
        return self.value.get()

    def __iter__(self):
        return self

    def __next__(self):
        cdef CSequence* sequence = self.begun()
        if sequence.exhausted():
            raise StopIteration
        return sequence.advance()

    def advance(self):
        """Give F(position), then move on. IndexError when exhausted."""
        return self.begun().advance()

    def peek(self):
        """Give F(position). IndexError when exhausted."""
        return self.begun().peek()

    def reset(self):
        """Go back to start."""
        self.begun().reset()

    @property
    def position(self):
        """The index of the term that comes."""
        return self.begun().position()

    @property
    def exhausted(self):
        """Whether F(93) was given out."""
        return self.begun().exhausted()


cdef class Listener:
    """A class to be overridden."""

    def on_term(self, index, term, /):
        """Take a term; False stops."""
        raise NotImplementedError


# ---- numbers

def noop():
    """Do nothing: the price of the crossing itself."""
    c_noop()


def max_index():
    """Give 93, the largest n whose F(n) fits 64 bits."""
    return c_max_index()


def fib_wrapping(n, /):
    """Give F(n) mod 2^64, for any n."""
    return c_fib_wrapping(u64(n, b"n"))


def fib(n, /):
    """Give F(n). OverflowError above 93."""
    return c_fib(u64(n, b"n"))


def fib_recursive(n, /):
    """Give F(n) by the definition, 2 F(n+1) - 1 calls. OverflowError above 93."""
    cdef uint64_t index = u64(n, b"n")
    cdef Asking asking
    if index >= long_recursion:
        asking.begin()
    return c_fib_recursive(index)


def fib_by(how, n, /):
    """Give F(n) by one of the algorithms. OverflowError above 93."""
    cdef Algorithm chosen = algorithm(how, b"how")
    cdef uint64_t index = u64(n, b"n")
    cdef Asking asking
    if index >= long_recursion:
        asking.begin()
    return c_fib_by(chosen, index)


def fib_mod(n, m, /):
    """Give F(n) mod m, for any n. ValueError for m = 0."""
    return c_fib_mod(u64(n, b"n"), u64(m, b"m"))


def recurrence(p, q, a, b, n, /):
    """Give x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1)."""
    return c_recurrence(u64(p, b"p"), u64(q, b"q"), u64(a, b"a"), u64(b, b"b"), u64(n, b"n"))


def binet(x, /):
    """Give phi^x / sqrt(5)."""
    return c_binet(real(x, b"x"))


def is_fibonacci(x, /):
    """Tell whether there is an n with F(n) = x."""
    return c_is_fibonacci(u64(x, b"x"))


def fib_exact(n, /):
    """Give F(n), of any size. OverflowError above n = 10^9."""
    cdef uint64_t index = u64(n, b"n")
    cdef Asking asking
    if index >= long_exact:
        asking.begin()
    return out_limbs(c_fib_exact(index).limbs())


def index_of(x, /):
    """Give the n with F(n) = x; 1 for 1. ValueError when there is none."""
    cdef vector[uint64_t] limbs
    cdef Asking asking
    in_limbs_guarded(x, &limbs, b"x")
    if limbs.size() >= long_limbs:
        asking.begin()
    return c_index_of(Integer(limbs))


def fib_decimal(n, /):
    """Give F(n) in decimal. OverflowError above n = 10^9."""
    cdef uint64_t index = u64(n, b"n")
    cdef Asking asking
    if index >= long_exact:
        asking.begin()
    return c_fib_decimal(index)


# ---- text

def is_word(text, /):
    """Tell whether it is a prefix of the infinite Fibonacci word abaababa... ."""
    cdef const char* data = NULL
    cdef Py_ssize_t size = utf8(text, &data, b"text")
    return c_is_word(string_view(data, size))


def caption(label, n, /):
    """Give `label(n) = F(n)`. OverflowError above n = 10^9."""
    cdef const char* data = NULL
    cdef Py_ssize_t size = utf8(label, &data, b"label")
    cdef uint64_t index = u64(n, b"n")
    cdef Asking asking
    if index >= long_exact:
        asking.begin()
    return c_caption(string_view(data, size), index)


def word(n, /):
    """Give the n-th Fibonacci word, F(n+1) letters: b, a, ab, aba, ... IndexError above n = 30."""
    return c_word(u64(n, b"n"))


# ---- lists and memory

def terms(first, count, /):
    """Give F(first), ..., F(first + count - 1). OverflowError when one lies above F(93)."""
    return c_terms(u64(first, b"first"), u64(count, b"count"))


def encode(numbers, /):
    """Give the numbers in Fibonacci coding. ValueError when one is 0."""
    cdef vector[uint64_t] values
    cdef vector[uint8_t] code
    u64_list(numbers, &values, b"numbers")
    code = c_encode(values)
    return <bytes>(<const char*>code.data())[:code.size()]


def decode(code, /):
    """Give the numbers that encode() packed. ValueError for a malformed stream."""
    cdef Py_buffer view
    if isinstance(code, bytes):
        return c_decode(<const uint8_t*>PyBytes_AS_STRING(code), PyBytes_GET_SIZE(code))
    try:
        PyObject_GetBuffer(code, &view, PyBUF_SIMPLE)
    except (TypeError, ValueError, BufferError):
        refuse(TypeError, b"bytes", needed_bytes, code)
    try:
        return c_decode(<const uint8_t*>view.buf, view.len)
    finally:
        PyBuffer_Release(&view)


def fill(out, /):
    """Write F(0), F(1), ... mod 2^64 into memory of 64-bit unsigned integers, without a copy."""
    cdef Py_buffer view
    u64_memory(out, &view, True, b"out")
    c_fill(<uint64_t*>view.buf, view.len // sizeof(uint64_t))
    PyBuffer_Release(&view)


def fib_each(indices, results, /):
    """Write F of each index into `results`, perhaps in place. OverflowError when an index > 93."""
    cdef Py_buffer given
    cdef Py_buffer out
    u64_memory(indices, &given, False, b"indices")
    try:
        u64_memory(results, &out, True, b"results")
        try:
            if given.len != out.len:
                refuse_lengths(b"indices", given.len // sizeof(uint64_t),
                               b"results", out.len // sizeof(uint64_t))
            c_fib_each(<const uint64_t*>given.buf, <uint64_t*>out.buf,
                       out.len // sizeof(uint64_t))
        finally:
            PyBuffer_Release(&out)
    finally:
        PyBuffer_Release(&given)


# ---- structs

def nearest(x, /):
    """Give the term closest to x; the smaller of two that are equally close."""
    return term_out(c_nearest(u64(x, b"x")))


def zeckendorf(x, /):
    """Give the unique sum of terms with no two neighbours, largest first."""
    cdef vector[CTerm] found = c_zeckendorf(u64(x, b"x"))
    cdef CTerm value
    return [term_out(value) for value in found]


# ---- callbacks

@cython.final
@cython.internal
@cython.no_gc
@cython.freelist(8)
cdef class Call:
    """A function to be called, and what it raised."""

    cdef object function
    cdef object raised


cdef cpp_bool visitor_of(uint64_t index, uint64_t term, void* user) noexcept:
    cdef Call call = <Call>user
    if call.raised is not None:  # a library may go on all the same
        return False
    try:
        return goes_on(call.function(index, term))
    except BaseException as error:
        call.raised = error
        return False


cdef object visit_by(uint64_t first, uint64_t count, object function):
    cdef Call call = Call.__new__(Call)
    call.function = function
    cdef uint64_t calls = guarded_visit(first, count, visitor_of, <void*>call)
    if call.raised is not None:
        error, call.raised = call.raised, None
        raise error
    return calls


def visit(first, count, visitor, /):
    """Call back with (index, term) of `count` terms until False, and give the number of calls.

    What the visitor raises arrives unchanged. OverflowError, before the first call, when a term
    lies above F(93).
    """
    if not callable(visitor):
        refuse(TypeError, b"visitor", needed_function, visitor)
    return visit_by(u64(first, b"first"), u64(count, b"count"), visitor)


def listen(first, count, listener, /):
    """Do what visit() does with an object."""
    if not isinstance(listener, Listener):
        refuse(TypeError, b"listener", b"a Listener", listener)
    return visit_by(u64(first, b"first"), u64(count, b"count"), listener.on_term)


# ---- the library itself

def live_objects():
    """Give the number of sequences and listeners that are alive."""
    return c_live_objects()


def library_version():
    """Give major.minor.patch."""
    return c_library_version()
