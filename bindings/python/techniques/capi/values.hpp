/// Python values to C++ and back. in() sets the Python exception and returns false when
/// it cannot; out() gives a new reference, or NULL with the exception set.
#pragma once
#include <Python.h>
#include <limits.h>
#include <stdint.h>

#include <string>
#include <string_view>
#include <vector>

#include "refuse.hpp"

namespace python {

inline bool likely(bool condition) { return __builtin_expect(condition, true); }

// ---- integers

/// The int behind any object: itself, or what its __index__() gives.
[[gnu::cold, gnu::noinline]] inline Reference index(PyObject* o, const char* name,
                                                    const char* what) {
  Reference number;
  if (PyIndex_Check(o)) {
    Py_INCREF(o);  // its __index__() may take the list apart that it was found in
    const Reference held(o);
    number.reset(PyNumber_Index(o));
  } else {
    refuse(PyExc_TypeError, name, what, o);
  }
  return number;
}

/// Nearly all ints that a program passes around have one digit of 30 bits: that is read
/// where it lies. False, without an exception, for any other object.
inline bool in_digit(PyObject* o, uint64_t* value) {
  if (!likely(PyLong_CheckExact(o))) return false;
  auto* number = reinterpret_cast<PyLongObject*>(o);
#if PY_VERSION_HEX >= 0x030c0000
  if (!likely(PyUnstable_Long_IsCompact(number))) return false;
  const Py_ssize_t digit = PyUnstable_Long_CompactValue(number);
  *value = static_cast<uint64_t>(digit);
  return likely(digit >= 0);
#else
  const auto digits = static_cast<size_t>(Py_SIZE(o));  // huge for a negative number
  if (!likely(digits <= 1)) return false;
  *value = digits ? number->ob_digit[0] : 0;
  return true;
#endif
}

[[gnu::cold, gnu::noinline]] inline bool in_index(PyObject* o, uint64_t* value,
                                                  const char* name) {
  const Reference number = index(o, name, needed::integer);
  if (!number) return false;
  *value = PyLong_AsUnsignedLongLong(number.get());
  if (*value != UINT64_MAX || !PyErr_Occurred()) return true;
  return refuse(PyExc_OverflowError, name, needed::integer, o);
}
/// Of more digits, or no int.
[[gnu::noinline]] inline bool in_any(PyObject* o, uint64_t* value, const char* name) {
  static_assert(sizeof(long) == sizeof(uint64_t),
                "PyLong_AsUnsignedLong() gives 64 bits");
  if (!likely(PyLong_CheckExact(o))) return in_index(o, value, name);
  *value = PyLong_AsUnsignedLong(o);
  if (likely(*value != UINT64_MAX) || !PyErr_Occurred()) return true;
  return refuse(PyExc_OverflowError, name, needed::integer, o);
}

inline bool in(PyObject* o, uint64_t* value, const char* name) {
  return likely(in_digit(o, value)) || in_any(o, value, name);
}

inline PyObject* out(uint64_t value) {
  return likely(value <= LONG_MAX) ? PyLong_FromLong(static_cast<long>(value))
                                   : PyLong_FromUnsignedLongLong(value);
}

/// A C int from 0: what an enumerator may be.
inline bool in(PyObject* o, int* value, const char* name) {
  uint64_t digit;
  if (likely(in_digit(o, &digit))) {
    *value = static_cast<int>(digit);
    return true;
  }
  const Reference number = index(o, name, needed::enumerator);
  if (!number) return false;
  int overflow;
  const long any = PyLong_AsLongAndOverflow(number.get(), &overflow);
  *value = static_cast<int>(any);
  return (!overflow && any >= 0 && any <= INT_MAX) ||
         refuse(PyExc_OverflowError, name, needed::enumerator, o);
}

/// The 64-bit limbs of an int of any size, least significant first.
inline bool in_limbs(PyObject* o, std::vector<uint64_t>* limbs, const char* name) {
  Py_INCREF(o);
  Reference number(o);
  if (!PyLong_CheckExact(o)) number = index(o, name, needed::natural);
  if (!number) return false;
  if (_PyLong_Sign(number.get()) < 0)
    return refuse(PyExc_OverflowError, name, needed::natural, o);
  limbs->resize(_PyLong_NumBits(number.get()) / 64 + 1);
  auto* bytes = reinterpret_cast<unsigned char*>(limbs->data());
  auto* digits = reinterpret_cast<PyLongObject*>(number.get());
#if PY_VERSION_HEX >= 0x030d0000
  return _PyLong_AsByteArray(digits, bytes, limbs->size() * 8, 1, 0, 1) == 0;
#else
  return _PyLong_AsByteArray(digits, bytes, limbs->size() * 8, 1, 0) == 0;
#endif
}

/// The same for callers that cannot take an exception of C++.
inline bool in_limbs_guarded(PyObject* o, std::vector<uint64_t>* limbs,
                             const char* name) {
  return guarded([&] { return in_limbs(o, limbs, name); });
}

inline PyObject* out_limbs(const std::vector<uint64_t>& limbs) {
  return _PyLong_FromByteArray(reinterpret_cast<const unsigned char*>(limbs.data()),
                               limbs.size() * 8, 1, 0);
}

// ---- other single values

inline bool in(PyObject* o, double* value, const char* name) {
  if (likely(PyFloat_CheckExact(o))) {
    *value = PyFloat_AS_DOUBLE(o);
    return true;
  }
  *value = PyFloat_AsDouble(o);
  return *value != -1.0 || !PyErr_Occurred() || refuse_real(name, needed::number, o);
}
inline PyObject* out(double value) { return PyFloat_FromDouble(value); }

inline PyObject* out(bool value) {
  PyObject* o = value ? Py_True : Py_False;
  Py_INCREF(o);
  return o;
}

/// Borrows the str's UTF-8.
inline bool in(PyObject* o, std::string_view* text, const char* name) {
  if (!likely(PyUnicode_Check(o)))
    return refuse(PyExc_TypeError, name, needed::string, o);
  Py_ssize_t size;
  const char* utf8 = PyUnicode_AsUTF8AndSize(o, &size);
  if (!likely(utf8)) return false;
  *text = {utf8, static_cast<size_t>(size)};
  return true;
}
inline PyObject* out(const std::string& text) {
  return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr);
}

// ---- lists and memory

/// The list or tuple of what the object iterates over. What its __iter__() and __next__()
/// raise stays: PySequence_Fast() replaces a TypeError.
inline Reference items_of(PyObject* o, const char* name) {
  if (likely(PyList_CheckExact(o) || PyTuple_CheckExact(o)))
    return Reference(PySequence_Fast(o, ""));
  const bool is_text = PyUnicode_Check(o) || PyBytes_Check(o);  // sequences, but of what?
  const bool iterates = Py_TYPE(o)->tp_iter || PySequence_Check(o);
  if (iterates && !is_text) return Reference(PySequence_List(o));
  refuse(PyExc_TypeError, name, needed::list, o);
  return nullptr;
}

inline bool in(PyObject* o, std::vector<uint64_t>* values, const char* name) {
  const Reference items = items_of(o, name);
  if (!items) return false;
  values->reserve(static_cast<size_t>(PySequence_Fast_GET_SIZE(items.get())));
  // An item's __index__() may change the list: its size is read anew each time.
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(items.get(), i);
    uint64_t value;
    if (!likely(in_digit(item, &value)) &&
        !in_any(item, &value, item_name(name, static_cast<size_t>(i)).c_str()))
      return false;
    values->push_back(value);
  }
  return true;
}

/// A list of what `make` gives for each value.
template <class Value, class Make>
PyObject* out_list(const std::vector<Value>& values, Make make) {
  Reference list(PyList_New(static_cast<Py_ssize_t>(values.size())));
  if (!list) return nullptr;
  for (size_t i = 0; i < values.size(); ++i) {
    PyObject* item = make(values[i]);
    if (!item) return nullptr;
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), item);
  }
  return list.release();
}
inline PyObject* out(const std::vector<uint64_t>& values) {
  return out_list(values, [](uint64_t value) { return out(value); });
}
inline PyObject* out(const std::vector<uint8_t>& bytes) {
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()),
                                   static_cast<Py_ssize_t>(bytes.size()));
}

/// The memory of another object, held until the end of the scope.
class Memory {
 public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    if (view_.obj) PyBuffer_Release(&view_);
  }

  bool bytes(PyObject* o, const char* name) {
    return likely(PyObject_GetBuffer(o, &view_, PyBUF_SIMPLE) == 0) ||
           refuse_memory(name, needed::bytes, o);
  }
  /// Contiguous 64-bit unsigned integers; nothing else is taken for them.
  bool readable(PyObject* o, const char* name) {
    return (items(o, PyBUF_ND | PyBUF_FORMAT) ||
            refuse_memory(name, needed::readable, o)) &&
           aligned(name, view_.buf, count<uint64_t>());
  }
  bool writable(PyObject* o, const char* name) {
    return (items(o, PyBUF_ND | PyBUF_FORMAT | PyBUF_WRITABLE) ||
            refuse_memory(name, needed::buffer, o)) &&
           aligned(name, view_.buf, count<uint64_t>());
  }

  template <class Item>
  Item* data() const {
    return static_cast<Item*>(view_.buf);
  }
  template <class Item>
  size_t count() const {
    return static_cast<size_t>(view_.len) / sizeof(Item);
  }

 private:
  bool items(PyObject* o, int flags) {
    if (!likely(PyObject_GetBuffer(o, &view_, flags) == 0)) return false;
    std::string_view format = view_.format ? view_.format : "B";
    constexpr char native = PY_LITTLE_ENDIAN ? '<' : '>';
    if (format.size() == 2 &&
        (format[0] == '@' || format[0] == '=' || format[0] == native))
      format.remove_prefix(1);
    return likely(view_.itemsize == sizeof(uint64_t) && (format == "L" || format == "Q"));
  }
  Py_buffer view_ = {};
};

}  // namespace python
