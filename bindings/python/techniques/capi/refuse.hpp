/// What the modules that are written without SWIG say when they refuse an argument. All
/// of it is rare, and out of line.
#pragma once
#include <Python.h>
#include <cxxabi.h>
#include <string.h>
#include <unistd.h>

#include <exception>
#include <memory>
#include <string>

#include "errors.hpp"

namespace python {

using host::item_name;
namespace needed = host::needed;

/// Owns a reference.
struct Release {
  void operator()(PyObject* o) const { Py_DECREF(o); }
};
using Reference = std::unique_ptr<PyObject, Release>;

/// Sets the Python exception for a C++ one; one that Python code has raised stays.
[[gnu::cold, gnu::noinline]] inline void raise(const std::exception& e) {
  if (PyErr_Occurred()) return;
  PyObject* type = PyExc_RuntimeError;
  switch (host::meaning(e)) {
    case host::Error::argument:
      type = PyExc_ValueError;
      break;
    case host::Error::overflow:
      type = PyExc_OverflowError;
      break;
    case host::Error::range:
      type = PyExc_IndexError;
      break;
    case host::Error::memory:
      type = PyExc_MemoryError;
      break;
    case host::Error::bug:
      break;
  }
  PyErr_SetString(type, host::text(e, host::meaning(e)));
}

/// The result of `work`, or NULL with the Python exception for whatever C++ throws. A
/// thread that ends meanwhile, as Python ends daemon threads, is not held up.
template <class Work>
auto guarded(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& e) {
    raise(e);
#ifdef __GLIBCXX__
  } catch (const abi::__forced_unwind&) {
    throw;
#endif
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, host::unknown_exception);
  }
  return {};
}

/// What `work` gives, which runs Python code below the frames of a binding library.
/// Before 3.14 Python ends a daemon thread by unwinding it when the program ends, which
/// such frames take for an exception. Here the thread waits for the end of the program
/// instead, as from 3.14 on.
template <class Work>
auto or_wait_for_the_end(Work work) -> decltype(work()) {
#ifdef __GLIBCXX__
  try {
    return work();
  } catch (const abi::__forced_unwind&) {
    while (true) pause();
  }
#else
  return work();
#endif
}

/// The exception that is set, which is then set no longer.
inline Reference take_error() {
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  Py_XDECREF(type);
  Py_XDECREF(trace);
  return Reference(value);
}

/// Says what the argument must be and what came instead: by its type where repr() fails,
/// as that of an int beyond 4300 digits does. What repr() raises is the context then;
/// what is no Exception, as KeyboardInterrupt, and the lack of memory stay. Returns false
/// for the caller to return.
[[gnu::cold, gnu::noinline]] inline bool refuse(PyObject* type, const char* name,
                                                const char* what, PyObject* got) {
  PyErr_Clear();
  if (const Reference shown{PyObject_Repr(got)}) {
    PyErr_Format(type, "%s must be %s, got %.100U", name, what, shown.get());
  } else if (PyErr_ExceptionMatches(PyExc_Exception) &&
             !PyErr_ExceptionMatches(PyExc_MemoryError)) {
    Reference context = take_error();
    PyErr_Format(type, "%s must be %s, got an object of type %s", name, what,
                 Py_TYPE(got)->tp_name);
    PyObject* refusal = take_error().release();
    PyException_SetContext(refusal, context.release());
    Py_INCREF(Py_TYPE(refusal));
    PyErr_Restore(reinterpret_cast<PyObject*>(Py_TYPE(refusal)), refusal, nullptr);
  }
  return false;
}

/// No number, or an int that no double holds. What its __float__() raises stays.
[[gnu::cold, gnu::noinline]] inline bool refuse_real(const char* name, const char* what,
                                                     PyObject* got) {
  const PyNumberMethods* slots = Py_TYPE(got)->tp_as_number;
  if (!slots || !(slots->nb_float || slots->nb_index))
    return refuse(PyExc_TypeError, name, what, got);
  if (slots->nb_float == PyLong_Type.tp_as_number->nb_float)
    return refuse(PyExc_OverflowError, name, what, got);
  PyErr_Clear();
  return PyFloat_AsDouble(got) == -1.0 && PyErr_Occurred()
             ? false
             : refuse(PyExc_TypeError, name, what, got);
}

/// No such memory: all that owns memory says so by one of these; other errors stay.
[[gnu::cold, gnu::noinline]] inline bool refuse_memory(const char* name, const char* what,
                                                       PyObject* got) {
  const bool says_no = !PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError) ||
                       PyErr_ExceptionMatches(PyExc_BufferError) ||
                       PyErr_ExceptionMatches(PyExc_ValueError);
  return says_no && refuse(PyExc_TypeError, name, what, got);
}

/// Memory whose items C++ must not read where they lie.
[[gnu::cold, gnu::noinline]] inline bool refuse_unaligned(const char* name,
                                                          const void* address) {
  PyErr_Format(PyExc_TypeError,
               "%s must be aligned memory: its address, %p, is no multiple of 8", name,
               address);
  return false;
}
inline bool aligned(const char* name, const void* address, size_t count) {
  return __builtin_expect(reinterpret_cast<uintptr_t>(address) % 8 == 0 || count == 0,
                          true) ||
         refuse_unaligned(name, address);
}

/// Whether a callback that gives this goes on: not with False, nor with NumPy's.
[[gnu::cold, gnu::noinline]] inline bool goes_on_after_any(PyObject* result) {
  const char* type = Py_TYPE(result)->tp_name;
  const bool of_numpy = !strcmp(type, "numpy.bool") || !strcmp(type, "numpy.bool_");
  return !of_numpy || PyObject_IsTrue(result);
}
inline bool goes_on(PyObject* result) {
  if (__builtin_expect(result == Py_True || result == Py_None, true)) return true;
  return result != Py_False && goes_on_after_any(result);
}

/// An int, or what stands for one, is too small or too large; all else has the wrong
/// type. What its __index__() raises stays.
[[gnu::cold, gnu::noinline]] inline bool refuse_number(const char* name, const char* what,
                                                       PyObject* got) {
  if (!PyIndex_Check(got)) return refuse(PyExc_TypeError, name, what, got);
  PyErr_Clear();
  const Reference number(PyNumber_Index(got));
  return number && refuse(PyExc_OverflowError, name, what, got);
}

/// An object that never had __init__().
[[gnu::cold, gnu::noinline]] inline bool refuse_uninitialized(const char* name,
                                                              PyObject* got) {
  PyErr_Format(PyExc_ValueError, "%s must be initialized: %s.__init__() was not called",
               name, Py_TYPE(got)->tp_name);
  return false;
}

/// A wrong number of arguments.
[[gnu::cold, gnu::noinline]] inline bool refuse_count(const char* function,
                                                      Py_ssize_t expected,
                                                      Py_ssize_t got) {
  PyErr_Format(PyExc_TypeError, "%s expected %zd argument%s, got %zd", function, expected,
               expected == 1 ? "" : "s", got);
  return false;
}

/// Two buffers differ in length.
[[gnu::cold, gnu::noinline]] inline bool refuse_lengths(const char* a, size_t length_a,
                                                        const char* b, size_t length_b) {
  PyErr_SetString(PyExc_ValueError,
                  host::lengths_differ(a, length_a, b, length_b).c_str());
  return false;
}

}  // namespace python
