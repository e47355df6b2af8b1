/// The module fibonacci_capi: the library for Python by hand, with nothing but Python's C
/// API.
///
/// What makes it fast: METH_O and METH_FASTCALL, which CPython's interpreter calls
/// without a tuple (METH_NOARGS it calls directly for methods only); constructors by
/// tp_vectorcall, which wants static types before Python 3.14; the C++ object inside the
/// Python one, so that it is one allocation and no pointer to follow.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cstddef>
#include <new>
#include <optional>

#include "fibonacci/fibonacci.hpp"
#include "signals.hpp"
#include "values.hpp"

namespace {

using python::goes_on;
using python::guarded;
using python::in;
using python::likely;
using python::Memory;
using python::out;

/// What `work` gives, which can run long when `is_long` holds.
template <class Work>
PyObject* interruptible(bool is_long, Work work) {
  if (likely(!is_long)) return guarded(work);
  python::Asking asking;
  asking.begin();
  return guarded(work);
}

PyObject* none() { Py_RETURN_NONE; }

using Fast = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t);
PyMethodDef fast(const char* name, Fast function, const char* doc) {
  auto* untyped = reinterpret_cast<void (*)()>(function);
  return {name, reinterpret_cast<PyCFunction>(untyped), METH_FASTCALL, doc};
}
PyMethodDef one(const char* name, PyCFunction function, const char* doc) {
  return {name, function, METH_O, doc};
}

/// Checks the number of arguments of a METH_FASTCALL function.
bool counted(const char* function, Py_ssize_t expected, Py_ssize_t got) {
  return likely(got == expected) || python::refuse_count(function, expected, got);
}

// ---- class Term: made by the library alone

struct TermObject {
  PyObject_HEAD fibonacci::Term value;
};

const fibonacci::Term& term_of(PyObject* self) {
  return reinterpret_cast<TermObject*>(self)->value;
}

PyGetSetDef term_attributes[] = {
    {"index", [](PyObject* self, void*) { return out(term_of(self).index); }, nullptr,
     "Where the number stands.", nullptr},
    {"term", [](PyObject* self, void*) { return out(term_of(self).term); }, nullptr,
     "The Fibonacci number.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyTypeObject TermType = [] {
  PyTypeObject type = {PyVarObject_HEAD_INIT(nullptr, 0)};
  type.tp_name = "fibonacci_capi.Term";
  type.tp_doc = "A Fibonacci number and where it stands.";
  type.tp_basicsize = sizeof(TermObject);
  type.tp_flags = Py_TPFLAGS_DEFAULT;
  type.tp_getset = term_attributes;
  type.tp_dealloc = [](PyObject* self) { PyObject_Free(self); };
  return type;
}();

PyObject* out(const fibonacci::Term& value) {
  auto* self = PyObject_New(TermObject, &TermType);
  if (!likely(self)) return nullptr;
  self->value = value;
  return reinterpret_cast<PyObject*>(self);
}

// ---- class Sequence

struct SequenceObject {
  PyObject_HEAD std::optional<fibonacci::Sequence> value;  // nothing before __init__()
};

std::optional<fibonacci::Sequence>& sequence_in(PyObject* self) {
  return reinterpret_cast<SequenceObject*>(self)->value;
}

/// NULL with an exception set when __init__() was not called.
fibonacci::Sequence* sequence_of(PyObject* self) {
  auto& value = sequence_in(self);
  if (likely(value.has_value())) return &*value;
  python::refuse_uninitialized("self", self);
  return nullptr;
}

/// Makes what lies in the object: Sequence(start=0, /).
bool sequence_start(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  if (!likely(count <= 1)) {
    PyErr_Format(PyExc_TypeError, "Sequence expected at most 1 argument, got %zd", count);
    return false;
  }
  uint64_t start = 0;
  if (count && !in(arguments[0], &start, "start")) return false;
  return guarded([&] {
    auto& value = sequence_in(self);
    if (likely(!value.has_value())) {
      value.emplace(start);
    } else {
      value = fibonacci::Sequence(start);
    }
    return true;
  });
}

bool takes_no_keywords(bool none_given) {
  if (!none_given)
    PyErr_SetString(PyExc_TypeError, "Sequence() takes no keyword arguments");
  return none_given;
}

/// The short way of Sequence(...).
PyObject* sequence_call(PyObject* type, PyObject* const* arguments, size_t flagged_count,
                        PyObject* keywords) {
  if (!takes_no_keywords(!keywords || !PyTuple_GET_SIZE(keywords))) return nullptr;
  auto* object = PyObject_New(SequenceObject, reinterpret_cast<PyTypeObject*>(type));
  if (!likely(object)) return nullptr;
  new (&object->value) std::optional<fibonacci::Sequence>();
  auto* self = reinterpret_cast<PyObject*>(object);
  if (likely(sequence_start(self, arguments, PyVectorcall_NARGS(flagged_count))))
    return self;
  Py_DECREF(self);
  return nullptr;
}

/// CPython's way, which classes derived in Python take.
PyObject* sequence_new(PyTypeObject* type, PyObject*, PyObject*) {
  PyObject* self = type->tp_alloc(type, 0);
  if (self) new (&sequence_in(self)) std::optional<fibonacci::Sequence>();
  return self;
}
int sequence_init(PyObject* self, PyObject* arguments, PyObject* keywords) {
  const bool done =
      takes_no_keywords(!keywords || !PyDict_GET_SIZE(keywords)) &&
      sequence_start(self, &PyTuple_GET_ITEM(arguments, 0), PyTuple_GET_SIZE(arguments));
  return done ? 0 : -1;
}

void sequence_dealloc(PyObject* self) {
  using Value = std::optional<fibonacci::Sequence>;
  sequence_in(self).~Value();
  Py_TYPE(self)->tp_free(self);
}

PyObject* sequence_next(PyObject* self) {
  fibonacci::Sequence* sequence = sequence_of(self);
  if (!likely(sequence) || sequence->exhausted()) return nullptr;
  return guarded([&] { return out(sequence->advance()); });
}

PyObject* sequence_advance(PyObject* self, PyObject*) {
  fibonacci::Sequence* sequence = sequence_of(self);
  if (!likely(sequence)) return nullptr;
  return guarded([&] { return out(sequence->advance()); });
}

PyObject* sequence_peek(PyObject* self, PyObject*) {
  fibonacci::Sequence* sequence = sequence_of(self);
  if (!likely(sequence)) return nullptr;
  return guarded([&] { return out(sequence->peek()); });
}

PyObject* sequence_reset(PyObject* self, PyObject*) {
  fibonacci::Sequence* sequence = sequence_of(self);
  if (!likely(sequence)) return nullptr;
  sequence->reset();
  return none();
}

PyObject* sequence_position(PyObject* self, void*) {
  const fibonacci::Sequence* sequence = sequence_of(self);
  return likely(sequence) ? out(sequence->position()) : nullptr;
}

PyObject* sequence_exhausted(PyObject* self, void*) {
  const fibonacci::Sequence* sequence = sequence_of(self);
  return likely(sequence) ? out(sequence->exhausted()) : nullptr;
}

PyMethodDef sequence_methods[] = {
    {"advance", sequence_advance, METH_NOARGS,
     "advance($self, /)\n--\n\nF(position); then moves on. IndexError when exhausted."},
    {"peek", sequence_peek, METH_NOARGS,
     "peek($self, /)\n--\n\nF(position); stays. IndexError when exhausted."},
    {"reset", sequence_reset, METH_NOARGS, "reset($self, /)\n--\n\nGoes back to start."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef sequence_attributes[] = {
    {"position", sequence_position, nullptr, "The index of the term that comes.",
     nullptr},
    {"exhausted", sequence_exhausted, nullptr, "Was F(max_index()) given out?", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyTypeObject SequenceType = [] {
  PyTypeObject type = {PyVarObject_HEAD_INIT(nullptr, 0)};
  type.tp_name = "fibonacci_capi.Sequence";
  type.tp_doc =
      "Sequence(start=0, /)\n--\n\n"
      "F(start), F(start + 1), ..., one at a time. IndexError when start is above 94.";
  type.tp_basicsize = sizeof(SequenceObject);
  type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
  type.tp_vectorcall = sequence_call;
  type.tp_new = sequence_new;
  type.tp_init = sequence_init;
  type.tp_dealloc = sequence_dealloc;
  type.tp_iter = PyObject_SelfIter;
  type.tp_iternext = sequence_next;
  type.tp_methods = sequence_methods;
  type.tp_getset = sequence_attributes;
  return type;
}();

// ---- class Listener: derived from in Python

PyObject* on_term_name;

/// What the library calls: the on_term() of the Python object that it lies in.
class Director : public fibonacci::Listener {
 public:
  explicit Director(PyObject* self) : self_(self) {}
  /// After an exception it is not called again: a library may go on all the same.
  bool on_term(uint64_t index, uint64_t term) override {
    if (!likely(!raised)) return false;
    PyObject* arguments[] = {self_, out(index), out(term)};
    PyObject* result = nullptr;
    if (likely(arguments[1] && arguments[2]))
      result = PyObject_VectorcallMethod(on_term_name, arguments,
                                         3 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
    Py_XDECREF(arguments[1]);
    Py_XDECREF(arguments[2]);
    raised = !result;  // the exception stays set
    const bool more = result && goes_on(result);
    Py_XDECREF(result);
    return more;
  }
  bool raised = false;

 private:
  PyObject* self_;
};

struct ListenerObject {
  PyObject_HEAD Director value;
};

extern PyTypeObject ListenerType;

PyObject* listener_new(PyTypeObject* type, PyObject*, PyObject*) {
  if (type == &ListenerType) {
    PyErr_SetString(PyExc_TypeError, "Listener is a class to derive from");
    return nullptr;
  }
  PyObject* self = type->tp_alloc(type, 0);
  if (self) new (&reinterpret_cast<ListenerObject*>(self)->value) Director(self);
  return self;
}

void listener_dealloc(PyObject* self) {
  reinterpret_cast<ListenerObject*>(self)->value.~Director();
  Py_TYPE(self)->tp_free(self);
}

PyObject* listener_on_term(PyObject*, PyObject* const*, Py_ssize_t) {
  PyErr_SetString(PyExc_NotImplementedError, "on_term() must be overridden");
  return nullptr;
}

PyMethodDef listener_methods[] = {
    fast("on_term", listener_on_term,
         "on_term($self, index, term, /)\n--\n\nTakes a term; False stops."),
    {nullptr, nullptr, 0, nullptr},
};

PyTypeObject ListenerType = [] {
  PyTypeObject type = {PyVarObject_HEAD_INIT(nullptr, 0)};
  type.tp_name = "fibonacci_capi.Listener";
  type.tp_doc = "A class to derive from.";
  type.tp_basicsize = sizeof(ListenerObject);
  type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
  type.tp_new = listener_new;
  type.tp_dealloc = listener_dealloc;
  type.tp_methods = listener_methods;
  return type;
}();

// ---- functions: numbers

PyObject* noop(PyObject*, PyObject* const*, Py_ssize_t count) {
  if (!counted("noop", 0, count)) return nullptr;
  fibonacci::noop();
  return none();
}

PyObject* max_index(PyObject*, PyObject* const*, Py_ssize_t count) {
  return counted("max_index", 0, count) ? out(fibonacci::max_index()) : nullptr;
}

PyObject* fib_wrapping(PyObject*, PyObject* argument) {
  uint64_t n;
  return in(argument, &n, "n") ? out(fibonacci::fib_wrapping(n)) : nullptr;
}

PyObject* fib(PyObject*, PyObject* argument) {
  uint64_t n;
  if (!in(argument, &n, "n")) return nullptr;
  return guarded([&] { return out(fibonacci::fib(n)); });
}

PyObject* fib_recursive(PyObject*, PyObject* argument) {
  uint64_t n;
  if (!in(argument, &n, "n")) return nullptr;
  return interruptible(n >= python::long_recursion,
                       [&] { return out(fibonacci::fib_recursive(n)); });
}

PyObject* fib_by(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  int how;
  uint64_t n;
  if (!counted("fib_by", 2, count) || !in(arguments[0], &how, "how") ||
      !in(arguments[1], &n, "n"))
    return nullptr;
  return interruptible(n >= python::long_recursion, [&] {
    return out(fibonacci::fib_by(static_cast<fibonacci::Algorithm>(how), n));
  });
}

PyObject* fib_mod(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  uint64_t n, m;
  if (!counted("fib_mod", 2, count) || !in(arguments[0], &n, "n") ||
      !in(arguments[1], &m, "m"))
    return nullptr;
  return guarded([&] { return out(fibonacci::fib_mod(n, m)); });
}

PyObject* recurrence(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  uint64_t p, q, a, b, n;
  if (!counted("recurrence", 5, count) || !in(arguments[0], &p, "p") ||
      !in(arguments[1], &q, "q") || !in(arguments[2], &a, "a") ||
      !in(arguments[3], &b, "b") || !in(arguments[4], &n, "n"))
    return nullptr;
  return out(fibonacci::recurrence(p, q, a, b, n));
}

PyObject* binet(PyObject*, PyObject* argument) {
  double x;
  return in(argument, &x, "x") ? out(fibonacci::binet(x)) : nullptr;
}

PyObject* is_fibonacci(PyObject*, PyObject* argument) {
  uint64_t x;
  return in(argument, &x, "x") ? out(fibonacci::is_fibonacci(x)) : nullptr;
}

// ---- functions: numbers of any size

PyObject* fib_exact(PyObject*, PyObject* argument) {
  uint64_t n;
  if (!in(argument, &n, "n")) return nullptr;
  return interruptible(n >= python::long_exact, [&] {
    return python::out_limbs(fibonacci::fib_exact(n).limbs());
  });
}

PyObject* index_of(PyObject*, PyObject* argument) {
  return guarded([&]() -> PyObject* {
    std::vector<uint64_t> limbs;
    if (!python::in_limbs(argument, &limbs, "x")) return nullptr;
    return interruptible(limbs.size() >= python::long_limbs, [&] {
      return out(fibonacci::index_of(fibonacci::Integer(std::move(limbs))));
    });
  });
}

PyObject* fib_decimal(PyObject*, PyObject* argument) {
  uint64_t n;
  if (!in(argument, &n, "n")) return nullptr;
  return interruptible(n >= python::long_exact,
                       [&] { return out(fibonacci::fib_decimal(n)); });
}

// ---- functions: text

PyObject* is_word(PyObject*, PyObject* argument) {
  std::string_view text;
  return in(argument, &text, "text") ? out(fibonacci::is_word(text)) : nullptr;
}

PyObject* caption(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  std::string_view label;
  uint64_t n;
  if (!counted("caption", 2, count) || !in(arguments[0], &label, "label") ||
      !in(arguments[1], &n, "n"))
    return nullptr;
  return interruptible(n >= python::long_exact,
                       [&] { return out(fibonacci::caption(label, n)); });
}

PyObject* word(PyObject*, PyObject* argument) {
  uint64_t n;
  if (!in(argument, &n, "n")) return nullptr;
  return guarded([&] { return out(fibonacci::word(n)); });
}

// ---- functions: lists and memory

PyObject* terms(PyObject*, PyObject* const* arguments, Py_ssize_t arguments_count) {
  uint64_t first, count;
  if (!counted("terms", 2, arguments_count) || !in(arguments[0], &first, "first") ||
      !in(arguments[1], &count, "count"))
    return nullptr;
  return guarded([&] { return out(fibonacci::terms(first, count)); });
}

PyObject* encode(PyObject*, PyObject* argument) {
  return guarded([&]() -> PyObject* {
    std::vector<uint64_t> numbers;
    if (!in(argument, &numbers, "numbers")) return nullptr;
    return out(fibonacci::encode(numbers));
  });
}

PyObject* decode(PyObject*, PyObject* argument) {
  Memory bytes;
  if (!bytes.bytes(argument, "bytes")) return nullptr;
  return guarded([&] {
    return out(fibonacci::decode(bytes.data<uint8_t>(), bytes.count<uint8_t>()));
  });
}

PyObject* fill(PyObject*, PyObject* argument) {
  Memory memory;
  if (!memory.writable(argument, "out")) return nullptr;
  fibonacci::fill(memory.data<uint64_t>(), memory.count<uint64_t>());
  return none();
}

PyObject* fib_each(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  Memory indices, results;
  if (!counted("fib_each", 2, count) || !indices.readable(arguments[0], "indices") ||
      !results.writable(arguments[1], "results"))
    return nullptr;
  const size_t length = results.count<uint64_t>();
  if (!likely(indices.count<uint64_t>() == length)) {
    python::refuse_lengths("indices", indices.count<uint64_t>(), "results", length);
    return nullptr;
  }
  return guarded([&] {
    fibonacci::fib_each(indices.data<uint64_t>(), results.data<uint64_t>(), length);
    return none();
  });
}

// ---- functions: structs

PyObject* nearest(PyObject*, PyObject* argument) {
  uint64_t x;
  return in(argument, &x, "x") ? out(fibonacci::nearest(x)) : nullptr;
}

PyObject* zeckendorf(PyObject*, PyObject* argument) {
  uint64_t x;
  if (!in(argument, &x, "x")) return nullptr;
  return guarded([&] {
    return python::out_list(fibonacci::zeckendorf(x),
                            [](const fibonacci::Term& term) { return out(term); });
  });
}

// ---- functions: callbacks

/// A Python callable behind the library's function pointer.
struct Callback {
  PyObject* callable;
  bool raised;

  /// After an exception it is not called again: a library may go on all the same.
  static bool visit(uint64_t index, uint64_t term, void* user) {
    auto* callback = static_cast<Callback*>(user);
    if (!likely(!callback->raised)) return false;
    // The first place is the callee's to use: that is what VECTORCALL_ARGUMENTS_OFFSET
    // says.
    PyObject* arguments[] = {nullptr, out(index), out(term)};
    PyObject* result = nullptr;
    if (likely(arguments[1] && arguments[2]))
      result = PyObject_Vectorcall(callback->callable, arguments + 1,
                                   2 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
    Py_XDECREF(arguments[1]);
    Py_XDECREF(arguments[2]);
    callback->raised = !result;
    const bool more = result && goes_on(result);
    Py_XDECREF(result);
    return more;
  }
};

PyObject* visit(PyObject*, PyObject* const* arguments, Py_ssize_t arguments_count) {
  uint64_t first, count;
  if (!counted("visit", 3, arguments_count) || !in(arguments[0], &first, "first") ||
      !in(arguments[1], &count, "count"))
    return nullptr;
  if (!likely(PyCallable_Check(arguments[2]))) {
    python::refuse(PyExc_TypeError, "visitor", python::needed::function, arguments[2]);
    return nullptr;
  }
  return guarded([&] {
    Callback callback = {arguments[2], false};
    const uint64_t calls = fibonacci::visit(first, count, Callback::visit, &callback);
    return likely(!callback.raised) ? out(calls) : nullptr;
  });
}

PyObject* listen(PyObject*, PyObject* const* arguments, Py_ssize_t arguments_count) {
  uint64_t first, count;
  if (!counted("listen", 3, arguments_count) || !in(arguments[0], &first, "first") ||
      !in(arguments[1], &count, "count"))
    return nullptr;
  if (!likely(PyObject_TypeCheck(arguments[2], &ListenerType))) {
    python::refuse(PyExc_TypeError, "listener", "a Listener", arguments[2]);
    return nullptr;
  }
  return guarded([&] {
    auto& listener = reinterpret_cast<ListenerObject*>(arguments[2])->value;
    listener.raised = false;
    const uint64_t calls = fibonacci::listen(first, count, listener);
    return likely(!listener.raised) ? out(calls) : nullptr;
  });
}

// ---- functions: the library itself

PyObject* live_objects(PyObject*, PyObject* const*, Py_ssize_t count) {
  return counted("live_objects", 0, count) ? out(fibonacci::live_objects()) : nullptr;
}

PyObject* library_version(PyObject*, PyObject* const*, Py_ssize_t count) {
  if (!counted("library_version", 0, count)) return nullptr;
  return guarded([] { return out(fibonacci::library_version()); });
}

// ---- the module

PyMethodDef functions[] = {
    fast("noop", noop, "noop($module, /)\n--\n\nNothing: the price of the crossing."),
    fast("max_index", max_index,
         "max_index($module, /)\n--\n\n93, the largest n whose F(n) fits 64 bits."),
    one("fib_wrapping", fib_wrapping,
        "fib_wrapping($module, n, /)\n--\n\nF(n) mod 2^64, for any n."),
    one("fib", fib, "fib($module, n, /)\n--\n\nF(n). OverflowError above 93."),
    one("fib_recursive", fib_recursive,
        "fib_recursive($module, n, /)\n--\n\n"
        "F(n) by the definition. OverflowError above 93."),
    fast("fib_by", fib_by,
         "fib_by($module, how, n, /)\n--\n\n"
         "F(n) by the algorithm named. OverflowError above 93."),
    fast("fib_mod", fib_mod,
         "fib_mod($module, n, m, /)\n--\n\n"
         "F(n) mod m, for any n. ValueError when m is 0."),
    fast("recurrence", recurrence,
         "recurrence($module, p, q, a, b, n, /)\n--\n\n"
         "x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1)."),
    one("binet", binet, "binet($module, x, /)\n--\n\nphi^x / sqrt(5)."),
    one("is_fibonacci", is_fibonacci,
        "is_fibonacci($module, x, /)\n--\n\nIs there an n with F(n) = x?"),
    one("fib_exact", fib_exact,
        "fib_exact($module, n, /)\n--\n\nF(n), of any size. OverflowError above 10^9."),
    one("index_of", index_of,
        "index_of($module, x, /)\n--\n\n"
        "The n with F(n) = x; 1 for 1. ValueError when there is none."),
    one("fib_decimal", fib_decimal,
        "fib_decimal($module, n, /)\n--\n\nF(n) in decimal. OverflowError above 10^9."),
    one("is_word", is_word,
        "is_word($module, text, /)\n--\n\nIs it a prefix of the Fibonacci word?"),
    fast("caption", caption,
         "caption($module, label, n, /)\n--\n\n"
         "`label(n) = F(n)`. OverflowError above 10^9."),
    one("word", word,
        "word($module, n, /)\n--\n\nThe n-th Fibonacci word. IndexError above 30."),
    fast("terms", terms,
         "terms($module, first, count, /)\n--\n\n"
         "F(first), ..., F(first + count - 1). OverflowError above F(93)."),
    one("encode", encode,
        "encode($module, numbers, /)\n--\n\n"
        "The numbers in Fibonacci coding. ValueError when one is 0."),
    one("decode", decode,
        "decode($module, bytes, /)\n--\n\n"
        "The numbers that encode() packed. ValueError for a malformed stream."),
    one("fill", fill,
        "fill($module, out, /)\n--\n\nF(0), F(1), ... mod 2^64 into the memory."),
    fast("fib_each", fib_each,
         "fib_each($module, indices, results, /)\n--\n\n"
         "results[i] = F(indices[i]). OverflowError when an index is above 93."),
    one("nearest", nearest, "nearest($module, x, /)\n--\n\nThe term closest to x."),
    one("zeckendorf", zeckendorf,
        "zeckendorf($module, x, /)\n--\n\n"
        "The unique sum of terms with no two neighbours, largest first."),
    fast("visit", visit,
         "visit($module, first, count, visitor, /)\n--\n\n"
         "Calls visitor(index, term) until it returns False; gives the number of calls."),
    fast("listen", listen,
         "listen($module, first, count, listener, /)\n--\n\n"
         "The same with an object derived from Listener."),
    fast("live_objects", live_objects,
         "live_objects($module, /)\n--\n\nSequences and Listeners that are alive."),
    fast("library_version", library_version,
         "library_version($module, /)\n--\n\nmajor.minor.patch"),
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "fibonacci_capi",
                          "The Fibonacci library by Python's C API.",
                          -1,
                          functions,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

bool add_class(PyObject* module, const char* name, PyTypeObject* type) {
  if (PyType_Ready(type) < 0) return false;
  Py_INCREF(type);  // PyModule_AddObject() takes it
  return PyModule_AddObject(module, name, reinterpret_cast<PyObject*>(type)) == 0;
}

bool add_algorithm(PyObject* module, const char* name, fibonacci::Algorithm how) {
  return PyModule_AddIntConstant(module, name, static_cast<int>(how)) == 0;
}

}  // namespace

PyMODINIT_FUNC PyInit_fibonacci_capi() {
  using fibonacci::Algorithm;
  on_term_name = PyUnicode_InternFromString("on_term");
  PyObject* module = on_term_name ? PyModule_Create(&definition) : nullptr;
  if (module && add_class(module, "Term", &TermType) &&
      add_class(module, "Sequence", &SequenceType) &&
      add_class(module, "Listener", &ListenerType) &&
      add_algorithm(module, "Algorithm_recursive", Algorithm::recursive) &&
      add_algorithm(module, "Algorithm_iterative", Algorithm::iterative) &&
      add_algorithm(module, "Algorithm_fast_doubling", Algorithm::fast_doubling) &&
      add_algorithm(module, "Algorithm_matrix", Algorithm::matrix) &&
      add_algorithm(module, "Algorithm_binet", Algorithm::binet))
    return module;
  Py_XDECREF(module);
  return nullptr;
}
