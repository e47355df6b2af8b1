/// What an argument of a C++ type must be, and how any other is refused: for modules
/// whose library converts arguments, but does not say this.
#pragma once
#include <Python.h>
#include <stdint.h>

#include <string>
#include <string_view>
#include <vector>

#include "fibonacci/fibonacci.hpp"
#include "values.hpp"

namespace python {

inline bool refuse_type(const char* name, const char* what, PyObject* got) {
  return refuse(PyExc_TypeError, name, what, got);
}

/// A str that has no UTF-8 keeps CPython's own error.
inline bool refuse_string(const char* name, const char* what, PyObject* got) {
  return PyUnicode_Check(got) && !PyUnicode_AsUTF8(got) ? false
                                                        : refuse_type(name, what, got);
}

/// No list, or one with an item that is no 64-bit integer.
inline bool refuse_list(const char* name, const char* what, PyObject* got) {
  const Reference items = items_of(got, name);
  if (!items) return false;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(items.get(), i);
    Py_INCREF(item);
    const Reference held(item);
    const Reference number(PyIndex_Check(item) ? PyNumber_Index(item) : nullptr);
    if (number) PyLong_AsUnsignedLongLong(number.get());
    if (!number || PyErr_Occurred())
      return refuse_number(item_name(name, static_cast<size_t>(i)).c_str(),
                           needed::integer, item);
  }
  return refuse_type(name, what, got);
}

/// No natural number; when nothing is wrong with it, there was no memory for it.
inline bool refuse_natural(const char* name, const char*, PyObject* got) {
  std::vector<uint64_t> limbs;
  if (in_limbs_guarded(got, &limbs, name)) PyErr_NoMemory();
  return false;
}

template <class T>
struct Expected;

template <>
struct Expected<uint64_t> {
  static constexpr auto& text = needed::integer;
  static constexpr auto refuse = refuse_number;
};
template <>
struct Expected<fibonacci::Algorithm> {
  static constexpr auto& text = needed::enumerator;
  static constexpr auto refuse = refuse_number;
};
template <>
struct Expected<double> {
  static constexpr auto& text = needed::number;
  static constexpr auto refuse = refuse_real;
};
template <>
struct Expected<const fibonacci::Integer&> {
  static constexpr auto& text = needed::natural;
  static constexpr auto refuse = refuse_natural;
};
template <>
struct Expected<std::string_view> {
  static constexpr auto& text = needed::string;
  static constexpr auto refuse = refuse_string;
};
template <>
struct Expected<const std::vector<uint64_t>&> {
  static constexpr auto& text = needed::list;
  static constexpr auto refuse = refuse_list;
};
template <>
struct Expected<fibonacci::Listener&> {
  static constexpr char text[] = "a Listener";
  static constexpr auto refuse = refuse_type;
};

/// The parameters' names. (A template takes objects, not literals.)
namespace names {
inline constexpr char a[] = "a", b[] = "b", bytes[] = "bytes", count[] = "count",
                      first[] = "first", how[] = "how", indices[] = "indices",
                      label[] = "label", listener[] = "listener", m[] = "m", n[] = "n",
                      numbers[] = "numbers", out[] = "out", p[] = "p", q[] = "q",
                      results[] = "results", self[] = "self", start[] = "start",
                      text[] = "text", visitor[] = "visitor", x[] = "x";
}  // namespace names

/// How many arguments each function takes.
struct Count {
  const char* function;
  size_t arguments;
};
inline constexpr Count counts[] = {
    {"noop", 0},          {"max_index", 0},    {"fib_wrapping", 1},    {"fib", 1},
    {"fib_recursive", 1}, {"fib_by", 2},       {"fib_mod", 2},         {"recurrence", 5},
    {"binet", 1},         {"is_fibonacci", 1}, {"fib_exact", 1},       {"index_of", 1},
    {"fib_decimal", 1},   {"is_word", 1},      {"caption", 2},         {"word", 1},
    {"terms", 2},         {"encode", 1},       {"decode", 1},          {"fill", 1},
    {"fib_each", 2},      {"nearest", 1},      {"zeckendorf", 1},      {"visit", 3},
    {"listen", 3},        {"live_objects", 0}, {"library_version", 0},
};

}  // namespace python
