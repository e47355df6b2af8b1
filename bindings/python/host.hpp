/// Conversions between C++ and Python values, called by the typemaps of host.swg. Comes
/// after SWIG's Python runtime. A conversion that fails sets the Python exception and
/// returns false or NULL.
#pragma once
#include <limits.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "callback.hpp"
#include "digits.hpp"
#include "errors.hpp"

#define HOST_LIKELY(x) __builtin_expect(!!(x), 1)
#define HOST_COLD __attribute__((cold, noinline))

namespace host {

/// Owns a reference.
struct Release {
  void operator()(PyObject* o) const { Py_DECREF(o); }
};
using Reference = std::unique_ptr<PyObject, Release>;

/// Lets Python's other threads run while it lives, if that pays: it costs as much as a
/// short call.
class Unlocked {
 public:
  explicit Unlocked(bool pays) : state_(pays ? PyEval_SaveThread() : nullptr) {}
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;
  ~Unlocked() {
    if (state_) PyEval_RestoreThread(state_);
  }

 private:
  PyThreadState* state_;
};

// ---- errors

/// A Python exception that is set and passes through C++.
struct Raised : std::exception {};

inline PyObject* error_class(Error error) {
  switch (error) {
    case Error::argument:
      return PyExc_ValueError;
    case Error::overflow:
      return PyExc_OverflowError;
    case Error::range:
      return PyExc_IndexError;
    case Error::memory:
      return PyExc_MemoryError;
    case Error::bug:
      break;
  }
  return PyExc_RuntimeError;
}
/// Sets the Python exception for a C++ one; one that a callback has set stays as it is.
HOST_COLD inline void raise(const std::exception& e) {
  if (PyErr_Occurred()) return;
  const Error error = meaning(e);
  PyErr_SetString(error_class(error), text(e, error));
}

/// Says what the argument must be and what came instead. (An int beyond 4300 digits has
/// no repr.)
HOST_COLD inline bool refuse(PyObject* type, const char* name, const char* what,
                             PyObject* got) {
  PyErr_Clear();
  Reference shown(PyObject_Repr(got));
  if (shown) {
    PyErr_Format(type, "%s must be %s, got %.100U", name, what, shown.get());
  } else {
    PyErr_Clear();
    PyErr_Format(type, "%s must be %s, got an object of type %s", name, what,
                 Py_TYPE(got)->tp_name);
  }
  return false;
}

// ---- numbers

/// The int behind an object: itself, or what __index__ gives (NumPy's integers). float,
/// str, None are TypeErrors.
HOST_COLD inline Reference index(PyObject* o, const char* name, const char* what) {
  Reference number(PyIndex_Check(o) ? PyNumber_Index(o) : nullptr);
  if (!number && !PyErr_Occurred()) refuse(PyExc_TypeError, name, what, o);
  return number;
}

/// Any other int, and what has __index__.
__attribute__((noinline)) inline bool in_any(PyObject* o, uint64_t* v, const char* name) {
  static_assert(sizeof(unsigned long) == sizeof(uint64_t));
  const Reference number(PyLong_Check(o) ? nullptr
                                         : index(o, name, needed::integer).release());
  if (!number && !PyLong_Check(o)) return false;
  *v = PyLong_AsUnsignedLong(number ? number.get() : o);
  if (HOST_LIKELY(*v != UINT64_MAX || !PyErr_Occurred())) return true;
  return refuse(PyExc_OverflowError, name, needed::integer, o);
}
/// An int of one digit is read in place: no call, no error state.
inline bool in_small(PyObject* o, uint64_t* v) {
  if (!HOST_LIKELY(PyLong_CheckExact(o))) return false;
#if PY_VERSION_HEX >= 0x030c0000
  const auto* number = reinterpret_cast<PyLongObject*>(o);
  if (!HOST_LIKELY(PyUnstable_Long_IsCompact(number))) return false;
  const Py_ssize_t small = PyUnstable_Long_CompactValue(number);
  *v = static_cast<uint64_t>(small);
  return HOST_LIKELY(small >= 0);
#else
  if (!HOST_LIKELY(static_cast<size_t>(Py_SIZE(o)) <= 1)) return false;
  *v = Py_SIZE(o) ? reinterpret_cast<PyLongObject*>(o)->ob_digit[0] : 0;
  return true;
#endif
}
inline bool in(PyObject* o, uint64_t* v, const char* name) {
  return HOST_LIKELY(in_small(o, v)) || in_any(o, v, name);
}
inline bool in(PyObject* o, double* v, const char* name) {
  *v = PyFloat_AsDouble(o);
  if (HOST_LIKELY(*v != -1.0 || !PyErr_Occurred())) return true;
  const bool too_large = PyErr_ExceptionMatches(PyExc_OverflowError);
  return refuse(too_large ? PyExc_OverflowError : PyExc_TypeError, name, needed::number,
                o);
}
/// Any enumerator's number; the library knows which there are.
template <class Enum>
std::enable_if_t<std::is_enum_v<Enum>, bool> in(PyObject* o, Enum* v, const char* name) {
  uint64_t small;
  if (HOST_LIKELY(in_small(o, &small) && small <= INT_MAX))
    return *v = static_cast<Enum>(small), true;
  const Reference number = index(o, name, needed::enumerator);
  if (!number) return false;
  const long n = PyLong_AsLong(number.get());
  if (n < 0 || n > INT_MAX)
    return refuse(PyExc_OverflowError, name, needed::enumerator, o);
  *v = static_cast<Enum>(n);
  return true;
}
inline PyObject* out(uint64_t v) {
  return HOST_LIKELY(v <= LONG_MAX) ? PyLong_FromLong(static_cast<long>(v))
                                    : PyLong_FromUnsignedLongLong(v);
}
inline PyObject* out(bool v) { return PyBool_FromLong(v); }
inline PyObject* out(double v) { return PyFloat_FromDouble(v); }

/// The limbs of an int of any size, least significant first.
inline bool limbs(PyObject* o, std::vector<uint64_t>* v, const char* name) {
  const Reference number = index(o, name, needed::natural);
  if (!number) return false;
  if (_PyLong_Sign(number.get()) < 0) {
    return refuse(PyExc_OverflowError, name, needed::natural, o);
  }
  *v = limbs_from_int(number.get());
  return true;
}
inline PyObject* out_natural(const std::vector<uint64_t>& limbs) {
  return int_from_limbs(limbs);
}

// ---- text, bytes, lists

/// Borrows the str's UTF-8.
inline bool in(PyObject* o, std::string_view* v, const char* name) {
  if (!HOST_LIKELY(PyUnicode_Check(o)))
    return refuse(PyExc_TypeError, name, needed::string, o);
  Py_ssize_t size;
  const char* text = PyUnicode_AsUTF8AndSize(o, &size);
  if (HOST_LIKELY(text)) *v = std::string_view(text, static_cast<size_t>(size));
  return text;
}
inline PyObject* out(const std::string& s) {
  return PyUnicode_DecodeUTF8(s.data(), static_cast<Py_ssize_t>(s.size()), nullptr);
}

/// Any other item; it is held, for its __index__ may remove it from the list.
__attribute__((noinline)) inline bool in_item(PyObject* o, uint64_t* v, const char* name,
                                              Py_ssize_t i) {
  Py_INCREF(o);
  const Reference held(o);
  return in_any(o, v, item_name(name, static_cast<size_t>(i)).c_str());
}
inline bool list(PyObject* o, std::vector<uint64_t>* v, const char* name) {
  const bool text = PyUnicode_Check(o) || PyBytes_Check(o);  // sequences, but of what?
  const Reference items(text ? nullptr : PySequence_Fast(o, ""));
  if (!items) return refuse(PyExc_TypeError, name, needed::list, o);
  v->reserve(static_cast<size_t>(PySequence_Fast_GET_SIZE(items.get())));
  // An item's __index__ may change the list: its size is read anew each time.
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(items.get(), i);
    uint64_t number;
    if (!HOST_LIKELY(in_small(item, &number)) && !in_item(item, &number, name, i))
      return false;
    v->push_back(number);
  }
  return true;
}
template <class Vector, class Make>
PyObject* make_list(const Vector& v, Make make) {
  Reference list(PyList_New(static_cast<Py_ssize_t>(v.size())));
  for (size_t i = 0; list && i < v.size(); ++i) {
    PyObject* item = make(v[i]);
    if (!item) return nullptr;
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), item);
  }
  return list.release();
}
inline PyObject* out(const std::vector<uint64_t>& v) {
  return make_list(v, [](uint64_t number) { return out(number); });
}
inline PyObject* out(const std::vector<uint8_t>& v) {
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(v.data()),
                                   static_cast<Py_ssize_t>(v.size()));
}

/// An argument that C++ takes by reference, made on the wrapper's stack.
template <class T>
class Held {
 public:
  T* list(PyObject* o, const char* name) {
    return host::list(o, &value_.emplace(), name) ? &*value_ : nullptr;
  }
  T* natural(PyObject* o, const char* name) {
    std::vector<uint64_t> limbs;
    return host::limbs(o, &limbs, name) ? &value_.emplace(std::move(limbs)) : nullptr;
  }

 private:
  std::optional<T> value_;
};

// ---- memory

/// A view of a Python object's memory, released when the wrapper returns.
class View {
 public:
  View() { view_.obj = nullptr; }
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  ~View() {
    if (view_.obj) PyBuffer_Release(&view_);
  }
  bool bytes(PyObject* o, uint8_t** data, size_t* size, const char* name) {
    if (PyObject_GetBuffer(o, &view_, PyBUF_SIMPLE))
      return refuse(PyExc_TypeError, name, needed::bytes, o);
    *data = static_cast<uint8_t*>(view_.buf);
    *size = static_cast<size_t>(view_.len);
    return true;
  }
  /// Contiguous items of uint64; others are refused, not taken by their bits.
  bool items(PyObject* o, uint64_t** data, const char* name, bool writable) {
    const char* what = writable ? needed::buffer : needed::readable;
    const int flags = PyBUF_ND | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
    if (PyObject_GetBuffer(o, &view_, flags))
      return refuse(PyExc_TypeError, name, what, o);
    const char* format = view_.format ? view_.format : "B";
    if (*format == '@' || *format == '=' || *format == native_order) ++format;
    const bool right =
        view_.itemsize == 8 && (*format == 'L' || *format == 'Q') && !format[1];
    if (!HOST_LIKELY(right)) return refuse(PyExc_TypeError, name, what, o);
    *data = static_cast<uint64_t*>(view_.buf);
    name_ = name;
    return true;
  }
  size_t count() const { return static_cast<size_t>(view_.len) / 8; }
  bool as_long_as(const View& other) const {
    if (HOST_LIKELY(count() == other.count())) return true;
    raise(std::invalid_argument(
        lengths_differ(other.name_, other.count(), name_, count())));
    return false;
  }

 private:
  static constexpr char native_order = PY_LITTLE_ENDIAN ? '<' : '>';
  Py_buffer view_;  // with an object when it was taken
  const char* name_ = "";
};

// ---- callbacks

/// A callable behind a C callback: only an exception and False stop; the exception stays
/// set.
class Function {
 public:
  bool borrow(PyObject* o, const char* name) {
    callable_ = o;
    return HOST_LIKELY(PyCallable_Check(o)) ||
           refuse(PyExc_TypeError, name, needed::function, o);
  }
  template <class Result, class... A>
  Result call(A... arguments) {
    static_assert(std::is_same_v<Result, bool>,
                  "a callback that returns something else needs its conversion here");
    PyObject* items[] = {nullptr,
                         out(arguments)...};  // the first is the room that
                                              // VECTORCALL_ARGUMENTS_OFFSET grants
    constexpr size_t count = sizeof...(A);
    bool made = true;
    for (size_t i = 1; i <= count; ++i) made = made && items[i];
    PyObject* result =
        made ? PyObject_Vectorcall(callable_, items + 1,
                                   count | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr)
             : nullptr;
    for (size_t i = 1; i <= count; ++i) Py_XDECREF(items[i]);
    failed_ = !result;
    const bool more = result && result != Py_False;
    Py_XDECREF(result);
    return more;
  }

  bool failed() const { return failed_; }

 private:
  PyObject* callable_ = nullptr;
  bool failed_ = false;
};

// ---- objects

/// SWIG's Python object and the C++ object behind it, in one allocation.
template <class T>
struct Object {
  SwigPyObject head;
  alignas(T) unsigned char body[sizeof(T)];
  T* place() { return reinterpret_cast<T*>(body); }
  static Object* of(PyObject* o) { return reinterpret_cast<Object*>(o); }
};

HOST_COLD inline void* uninitialized(PyObject* o, const char* name) {
  PyErr_Format(PyExc_ValueError, "%s must be initialized: %s.__init__() was not called",
               name, Py_TYPE(o)->tp_name);
  return nullptr;
}
/// The C++ object of a method's or a slot's self, whose type CPython has checked. (That
/// is enough, because no wrapped class converts to another: see fastcall.hpp.)
template <class T>
T* self(PyObject* o) {
  void* p = reinterpret_cast<SwigPyObject*>(o)->ptr;
  return static_cast<T*>(HOST_LIKELY(p) ? p : uninitialized(o, "self"));
}
/// The C++ object behind an argument of the type; there is none before __init__(), which
/// SWIG does not expect.
inline void* object(PyObject* o, swig_type_info* type, const char* name) {
  const SwigPyObject* wrapped = SWIG_Python_GetSwigThis(o);
  if (wrapped && !wrapped->ptr) return uninitialized(o, name);
  void* p = nullptr;
  if (HOST_LIKELY(wrapped && SWIG_IsOK(SWIG_ConvertPtr(o, &p, type, 0)))) return p;
  const auto* data = static_cast<SwigPyClientData*>(type->clientdata);
  refuse(PyExc_TypeError, name, data && data->pytype ? data->pytype->tp_name : type->str,
         o);
  return nullptr;
}

/// The constructor's action: makes the object in its place. A second __init__() assigns.
template <class T, class... A>
T* construct(PyObject* o, A... arguments) {
  auto* object = Object<T>::of(o);
  if (HOST_LIKELY(!object->head.ptr)) return new (object->place()) T(arguments...);
  return &(*static_cast<T*>(object->head.ptr) = T(arguments...));
}
/// The constructor's result, in place of SWIG's second object.
inline PyObject* constructed(PyObject* o, void* p, swig_type_info* type) {
  auto* head = reinterpret_cast<SwigPyObject*>(o);
  head->ptr = p;
  head->ty = type;
  head->own = SWIG_POINTER_OWN;
  return o;
}
/// A copy of a C++ value as a new Python object.
template <class T>
PyObject* give(const T& value, swig_type_info* type) {
  PyTypeObject* python_type = static_cast<SwigPyClientData*>(type->clientdata)->pytype;
  auto* object = reinterpret_cast<Object<T>*>(PyObject_New(SwigPyObject, python_type));
  if (!HOST_LIKELY(object)) return nullptr;
  object->head.next = nullptr;
  object->head.swigdict = nullptr;
  object->head.weakreflist = nullptr;
  auto* made = reinterpret_cast<PyObject*>(object);
  return constructed(made, new (object->place()) T(value), type);
}
/// tp_dealloc: of what lies inside, and of what SWIG wrapped by its pointer.
template <class T>
void deallocate(PyObject* o) {
  auto* object = Object<T>::of(o);
  if (object->head.weakreflist) PyObject_ClearWeakRefs(o);
  Py_XDECREF(object->head.swigdict);
  auto* p = static_cast<T*>(object->head.ptr);
  if (p == object->place()) {
    p->~T();
  } else if (object->head.own) {
    delete p;
  }
  Py_TYPE(o)->tp_free(o);
}
template <class T>
PyObject* list(const std::vector<T>& v, swig_type_info* type) {
  return make_list(v, [&](const T& value) { return give(value, type); });
}

/// tp_iternext of a class with exhausted() and advance().
template <class T>
PyObject* next(PyObject* o) {
  try {
    T* iterated = self<T>(o);
    if (!iterated || iterated->exhausted()) return nullptr;
    return out(iterated->advance());
  } catch (const std::exception& e) {
    raise(e);
    return nullptr;
  }
}

}  // namespace host
