/// What the modules that are written without SWIG say when they refuse an argument. All
/// of it is rare, and out of line.
#pragma once
#include <Python.h>

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

/// Sets the Python exception for a C++ one.
[[gnu::cold, gnu::noinline]] inline void raise(const std::exception& e) {
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

/// Says what the argument must be and what came instead. An int of very many digits has
/// no repr. Returns false for the caller to return.
[[gnu::cold, gnu::noinline]] inline bool refuse(PyObject* type, const char* name,
                                                const char* what, PyObject* got) {
  PyErr_Clear();
  if (const Reference shown{PyObject_Repr(got)}) {
    PyErr_Format(type, "%s must be %s, got %.100U", name, what, shown.get());
  } else {
    PyErr_Clear();
    PyErr_Format(type, "%s must be %s, got an object of type %s", name, what,
                 Py_TYPE(got)->tp_name);
  }
  return false;
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
