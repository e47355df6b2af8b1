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
#include "guard.hpp"
#include "stoppable.hpp"

namespace host {

/// Gives a reference up, which may run code of Python.
inline void release(PyObject* o) {
  python([o] { Py_DECREF(o); });
}
/// Owns a reference.
struct Release {
  void operator()(PyObject* o) const { release(o); }
};
using Reference = std::unique_ptr<PyObject, Release>;

// ---- errors

/// Takes the exception that is set; NULL if there is none.
inline Reference take_error() {
#if PY_VERSION_HEX >= 0x030c0000
  return Reference(PyErr_GetRaisedException());
#else
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  if (!type) return nullptr;
  PyErr_NormalizeException(&type, &value, &trace);
  if (trace) PyException_SetTraceback(value, trace);
  Py_XDECREF(trace);
  Py_DECREF(type);
  return Reference(value);
#endif
}
inline void set_error(Reference error) {
#if PY_VERSION_HEX >= 0x030c0000
  PyErr_SetRaisedException(error.release());
#else
  PyObject* value = error.release();
  Py_INCREF(Py_TYPE(value));
  PyErr_Restore(reinterpret_cast<PyObject*>(Py_TYPE(value)), value,
                PyException_GetTraceback(value));
#endif
}

/// Says what the argument must be and what came instead. An exception that is set becomes
/// the cause. A repr() that fails does not hide the refusal: the type's name stands for
/// it, and its exception is the context. What is no Exception, as KeyboardInterrupt, and
/// the lack of memory pass on.
HOST_COLD inline bool refuse(PyObject* type, const char* name, const char* what,
                             PyObject* got) {
  Reference cause = take_error(), context;
  const Reference shown(python([&] { return PyObject_Repr(got); }));
  if (shown) {
    PyErr_Format(type, "%s must be %s, got %.100U", name, what, shown.get());
  } else {
    const bool passes = !PyErr_ExceptionMatches(PyExc_Exception) ||
                        PyErr_ExceptionMatches(PyExc_MemoryError);
    if (passes) return false;
    context = take_error();
    if (PyLong_CheckExact(got)) context.reset();  // beyond 4300 digits it has no repr
    PyErr_Format(type, "%s must be %s, got an object of type %s", name, what,
                 Py_TYPE(got)->tp_name);
  }
  if (!cause && !context) return false;
  Reference refusal = take_error();
  if (context) PyException_SetContext(refusal.get(), context.release());
  if (cause) PyException_SetCause(refusal.get(), cause.release());
  set_error(std::move(refusal));
  return false;
}
/// Whether the exception that is set came from code of Python, not from CPython itself.
inline bool raised_in_python() {
  Reference error = take_error();
  const Reference trace(PyException_GetTraceback(error.get()));
  set_error(std::move(error));
  return trace != nullptr;
}

// ---- numbers

/// The int behind an object: itself, or what __index__ gives (NumPy's integers). float,
/// str, None are TypeErrors; what __index__ raises passes on.
HOST_COLD inline Reference index(PyObject* o, const char* name, const char* what) {
  if (!PyIndex_Check(o)) return refuse(PyExc_TypeError, name, what, o), nullptr;
  return Reference(python([&] { return PyNumber_Index(o); }));
}

/// Any other int, and what has __index__.
__attribute__((noinline)) inline bool in_any(PyObject* o, uint64_t* v, const char* name) {
  static_assert(sizeof(unsigned long) == sizeof(uint64_t));
  const Reference number(PyLong_Check(o) ? nullptr
                                         : index(o, name, needed::integer).release());
  if (!number && !PyLong_Check(o)) return false;
  *v = PyLong_AsUnsignedLong(number ? number.get() : o);
  if (HOST_LIKELY(*v != UINT64_MAX || !PyErr_Occurred())) return true;
  PyErr_Clear();
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
/// Says why there is no float; what __float__ or __index__ raises passes on.
HOST_COLD inline bool refuse_float(PyObject* o, const char* name) {
  const PyNumberMethods* methods = Py_TYPE(o)->tp_as_number;
  const bool is_number = methods && (methods->nb_float || methods->nb_index);
  const bool is_int =
      PyLong_Check(o) && methods->nb_float == PyLong_Type.tp_as_number->nb_float;
  if (is_number && !is_int) return false;
  PyErr_Clear();
  return refuse(is_int ? PyExc_OverflowError : PyExc_TypeError, name, needed::number, o);
}
inline bool in(PyObject* o, double* v, const char* name) {
  *v = python([&] { return PyFloat_AsDouble(o); });
  return HOST_LIKELY(*v != -1.0 || !PyErr_Occurred()) || refuse_float(o, name);
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
  if (n == -1) PyErr_Clear();
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
  return limbs_from_int(number.get(), v);
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
/// A list or tuple of what an iterable gives; what the iterating raises passes on.
inline Reference iterate(PyObject* o, const char* name) {
  if (PyList_CheckExact(o) || PyTuple_CheckExact(o)) return Py_INCREF(o), Reference(o);
  const bool text = PyUnicode_Check(o) || PyBytes_Check(o);  // sequences, but of what?
  if (text || !(Py_TYPE(o)->tp_iter || PySequence_Check(o)))
    return refuse(PyExc_TypeError, name, needed::list, o), nullptr;
  return Reference(python([&] { return PySequence_List(o); }));
}
inline bool list(PyObject* o, std::vector<uint64_t>* v, const char* name) {
  const Reference items = iterate(o, name);
  if (!items) return false;
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
    if (view_.obj) python([this] { PyBuffer_Release(&view_); });
  }
  bool bytes(PyObject* o, uint8_t** data, size_t* size, const char* name) {
    if (!take(o, PyBUF_SIMPLE)) return refuse_memory(o, name, needed::bytes);
    *data = static_cast<uint8_t*>(view_.buf);
    *size = static_cast<size_t>(view_.len);
    return true;
  }
  /// Contiguous items of uint64; others are refused, not taken by their bits.
  bool items(PyObject* o, uint64_t** data, const char* name, bool writable) {
    const char* what = writable ? needed::buffer : needed::readable;
    const int flags = PyBUF_ND | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
    if (!take(o, flags)) return refuse_memory(o, name, what);
    const char* format = view_.format ? view_.format : "B";
    if (*format == '@' || *format == '=' || *format == native_order) ++format;
    const bool right =
        view_.itemsize == 8 && (*format == 'L' || *format == 'Q') && !format[1];
    if (!HOST_LIKELY(right)) return refuse(PyExc_TypeError, name, what, o);
    if (!HOST_LIKELY(is_aligned())) return refuse_unaligned(name);
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
  bool take(PyObject* o, int flags) {
    return python([&] { return PyObject_GetBuffer(o, &view_, flags); }) == 0;
  }
  /// An owner of memory says by an exception that it has none of this kind, which is the
  /// cause then; what a __buffer__() of Python raises, and any other, passes on.
  HOST_COLD static bool refuse_memory(PyObject* o, const char* name, const char* what) {
    const bool says_no = PyErr_ExceptionMatches(PyExc_BufferError) ||
                         PyErr_ExceptionMatches(PyExc_ValueError);
    if (PyObject_CheckBuffer(o)) {
      if (!says_no || raised_in_python()) return false;
    } else {
      PyErr_Clear();
    }
    return refuse(PyExc_TypeError, name, what, o);
  }
  /// C++ reads and writes whole items, and only where they may lie. (The address of
  /// nothing is anywhere.)
  bool is_aligned() const {
    return HOST_LIKELY(reinterpret_cast<uintptr_t>(view_.buf) % alignof(uint64_t) == 0) ||
           view_.len == 0;
  }
  HOST_COLD bool refuse_unaligned(const char* name) const {
    PyErr_Format(PyExc_TypeError,
                 "%s must be aligned memory: its address, %p, is no multiple of %zu",
                 name, view_.buf, alignof(uint64_t));
    return false;
  }

  static constexpr char native_order = PY_LITTLE_ENDIAN ? '<' : '>';
  Py_buffer view_;  // with an object when it was taken
  const char* name_ = "";
};

// ---- callbacks

/// NumPy's False stops as well as Python's; None, 0 and all others do not. A bool whose
/// __bool__ raises stops with its error set.
HOST_COLD inline bool goes_on_after_any(PyObject* result) {
  const std::string_view type = Py_TYPE(result)->tp_name;
  const bool is_numpy_bool = type == "numpy.bool" || type == "numpy.bool_";
  return !is_numpy_bool || PyObject_IsTrue(result) == 1;
}
/// Whether the library goes on after a callback's result.
inline bool goes_on(PyObject* result) {
  if (HOST_LIKELY(result == Py_True || result == Py_None)) return true;
  return result != Py_False && goes_on_after_any(result);
}

/// A callable behind a C callback: only an exception and False stop; the exception stays
/// set.
class Function {
 public:
  /// After an exception it is not called again.
  bool failed() const { return failed_; }
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
    PyObject* result = made ? python([&] {
      return PyObject_Vectorcall(callable_, items + 1,
                                 count | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
    })
                            : nullptr;
    for (size_t i = 1; i <= count; ++i) Py_XDECREF(items[i]);
    if (!HOST_LIKELY(result)) return failed_ = true, false;
    const bool more = goes_on(result);
    release(result);
    if (!more) failed_ = PyErr_Occurred();
    return more;
  }

 private:
  PyObject* callable_ = nullptr;
  bool failed_ = false;
};

/// Calls a method that overrides one of C++. SWIG's code throws host::Raised when it has
/// raised, or an earlier one has and the library went on.
template <class Call>
PyObject* call_method(Call call) {
  return PyErr_Occurred() ? nullptr : python(call);
}

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

/// What is no value looks and compares like any object of Python's: SWIG's own functions
/// show a pointer and compare pointers, which are NULL before __init__().
inline PyObject* plain_repr(PyObject* o) { return PyBaseObject_Type.tp_repr(o); }
inline PyObject* compare_identity(PyObject*, PyObject*, int) { Py_RETURN_NOTIMPLEMENTED; }

/// The constructor's action: makes the object in its place. A second __init__() assigns.
/// (It looks after the conversions: an __index__() may have been the first.)
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
/// The self of a constructor whose object C++ may be calling already: it has one only.
inline bool is_new(PyObject* o) {
  if (HOST_LIKELY(!reinterpret_cast<SwigPyObject*>(o)->ptr)) return true;
  PyErr_Format(PyExc_TypeError, "%s was made before", Py_TYPE(o)->tp_name);
  return false;
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
  if constexpr (!std::is_nothrow_copy_constructible_v<T>) {
    object->head.ptr = nullptr;  // for the destruction when the copying fails
    Reference held(made);
    constructed(made, new (object->place()) T(value), type);
    return held.release();
  }
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

/// tp_iternext, behind host::slot, of a class with exhausted() and advance().
template <class T>
PyObject* next(PyObject* o) {
  T* iterated = self<T>(o);
  if (!iterated || iterated->exhausted()) return nullptr;
  return out(iterated->advance());
}

}  // namespace host
