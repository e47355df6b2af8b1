/// What Python expects of an object that stands for values: repr(), ==, hash(), pickle
/// and copy. Comes after host.hpp.
#pragma once
#include <string.h>

#include <string>
#include <tuple>
#include <utility>

#include "host.hpp"

namespace host {

/// What an object of T is known by and made again from, specialized by the words: names,
/// "a,b"; of(object), a tuple of their values; make(tuple), an object that equals it.
template <class T>
struct State;

/// Methods for a class that SWIG makes later, when add_all() puts them there.
class Methods {
 public:
  /// The members of a plain value, "a,b", are for match.
  Methods(const char* type_name, PyMethodDef* methods, const char* members = nullptr)
      : type_name_(type_name), methods_(methods), members_(members), next_(first_) {
    first_ = this;
  }
  static bool add_all() {
    for (Methods* each = first_; each; each = each->next_) {
      if (!each->add()) return false;
    }
    return true;
  }

  swig_type_info* info = nullptr;
  PyTypeObject* type = nullptr;

 private:
  bool add() {
    info = SWIG_TypeQuery(type_name_);
    type = static_cast<SwigPyClientData*>(info->clientdata)->pytype;
    for (PyMethodDef* method = methods_; method->ml_name; ++method) {
      const Reference made(PyDescr_NewMethod(type, method));
      if (!made || PyDict_SetItemString(type->tp_dict, method->ml_name, made.get()))
        return false;
    }
    if (!members_) return true;
    const Reference text(PyUnicode_FromString(members_));
    const Reference separator(PyUnicode_FromString(","));
    const Reference list(
        text && separator ? PyUnicode_Split(text.get(), separator.get(), -1) : nullptr);
    const Reference names(list ? PyList_AsTuple(list.get()) : nullptr);
    PyType_Modified(type);
    return names && !PyDict_SetItemString(type->tp_dict, "__match_args__", names.get());
  }

  const char* type_name_;
  PyMethodDef* methods_;
  const char* members_;
  Methods* next_;
  static inline Methods* first_ = nullptr;
};

/// State of an aggregate; the word adds names and of().
template <class T>
struct MembersState {
  template <class Tuple>
  static T make(const Tuple& values) {
    return std::apply([](const auto&... value) { return T{value...}; }, values);
  }
};

/// State of a class with T(start), reset(), position() and advance().
template <class T>
struct ResumableState {
  static constexpr char names[] = "start,position";
  static auto of(const T& object) {
    T origin(object);
    origin.reset();
    return std::make_tuple(origin.position(), object.position());
  }
  template <class Tuple>
  static T make(const Tuple& values) {
    T object(std::get<0>(values));
    while (object.position() != std::get<1>(values)) object.advance();
    return object;
  }
};

template <class T>
using Values = decltype(State<T>::of(std::declval<const T&>()));
template <class T>
constexpr size_t value_count = std::tuple_size_v<Values<T>>;

/// The name of a value.
template <class T>
std::string value_name(size_t i) {
  const char* begin = State<T>::names;
  for (; i > 0; --i) begin = strchr(begin, ',') + 1;
  begin += strspn(begin, " ");
  return std::string(begin, strcspn(begin, ","));
}

/// The values as a tuple of Python.
template <class T>
Reference values(PyObject* o) {
  const T* object = self<T>(o);
  if (!object) return nullptr;
  return std::apply(
      [](const auto&... value) {
        Reference tuple(PyTuple_New(sizeof...(value)));
        Py_ssize_t i = 0;
        for (PyObject* item : {out(value)...}) {
          if (tuple && item) {
            PyTuple_SET_ITEM(tuple.get(), i++, item);
          } else {
            tuple.reset();
            Py_XDECREF(item);
          }
        }
        return tuple;
      },
      State<T>::of(*object));
}

template <class T, size_t... I>
bool make_from(PyObject* o, PyObject* const* items, std::index_sequence<I...>) {
  Values<T> made;
  if (!(in(items[I], &std::get<I>(made), value_name<T>(I).c_str()) && ...)) return false;
  try {
    constructed(o, new (Object<T>::of(o)->place()) T(State<T>::make(made)),
                State<T>::methods.info);
  } catch (const std::exception& e) {
    raise(e);
    return false;
  }
  return true;
}
/// Makes the C++ object of a Python one that has none, of value_count items.
template <class T>
bool make_from(PyObject* o, PyObject* const* items) {
  if (Object<T>::of(o)->head.ptr) {
    PyErr_Format(PyExc_TypeError, "%s was made before", Py_TYPE(o)->tp_name);
    return false;
  }
  return make_from<T>(o, items, std::make_index_sequence<value_count<T>>());
}

/// tp_init of a plain value, of its members in their order.
template <class T>
int init(PyObject* o, PyObject* arguments, PyObject* keywords) {
  constexpr Py_ssize_t wanted = value_count<T>;
  const char* name = Py_TYPE(o)->tp_name;
  PyObject* items[wanted];
  if (keywords && PyDict_GET_SIZE(keywords)) {
    PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
    return -1;
  }
  if (!SWIG_Python_UnpackTuple(arguments, name, wanted, wanted, items)) return -1;
  return make_from<T>(o, items) ? 0 : -1;
}

/// tp_repr: Type(name=value, ...)
template <class T>
PyObject* repr(PyObject* o) {
  if (!Object<T>::of(o)->head.ptr) return PyBaseObject_Type.tp_repr(o);
  const Reference tuple = values<T>(o);
  if (!tuple) return nullptr;
  const char* dot = strrchr(Py_TYPE(o)->tp_name, '.');
  Reference text(PyUnicode_FromFormat("%s(", dot ? dot + 1 : Py_TYPE(o)->tp_name));
  for (size_t i = 0; text && i < value_count<T>; ++i) {
    text.reset(PyUnicode_FromFormat(
        "%U%s%s=%R", text.get(), i ? ", " : "", value_name<T>(i).c_str(),
        PyTuple_GET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i))));
  }
  return text ? PyUnicode_FromFormat("%U)", text.get()) : nullptr;
}

/// tp_hash of a plain value: equal ones have the same.
template <class T>
Py_hash_t hash(PyObject* o) {
  const Reference tuple = values<T>(o);
  return tuple ? PyObject_Hash(tuple.get()) : -1;
}

/// tp_richcompare of a plain value: == and != by the members.
template <class T>
PyObject* compare(PyObject* a, PyObject* b, int operation) {
  PyTypeObject* type = State<T>::methods.type;
  const bool comparable = PyObject_TypeCheck(a, type) && PyObject_TypeCheck(b, type);
  if (!comparable || (operation != Py_EQ && operation != Py_NE)) Py_RETURN_NOTIMPLEMENTED;
  const T *left = self<T>(a), *right = self<T>(b);
  if (!left || !right) return nullptr;
  const bool equal = State<T>::of(*left) == State<T>::of(*right);
  return out(equal == (operation == Py_EQ));
}

/// __reduce__: a new object of the class, and the state for it: the values, and what a
/// class derived in Python has in its __dict__.
template <class T>
PyObject* reduce(PyObject* o, PyObject*) {
  Reference tuple = values<T>(o);
  const Reference copyreg(tuple ? PyImport_ImportModule("copyreg") : nullptr);
  if (!copyreg) return nullptr;
  const Reference make(PyObject_GetAttrString(copyreg.get(), "__newobj__"));
  Reference dict(PyObject_GetAttrString(o, "__dict__"));
  if (!dict) PyErr_Clear();
  if (!make) return nullptr;
  return Py_BuildValue("O(O)(OO)", make.get(), Py_TYPE(o), tuple.get(),
                       dict ? dict.get() : Py_None);
}

/// __setstate__: what reduce() gave.
template <class T>
PyObject* set_state(PyObject* o, PyObject* state) {
  PyObject* tuple = nullptr;
  if (PyTuple_Check(state) && PyTuple_GET_SIZE(state) == 2)
    tuple = PyTuple_GET_ITEM(state, 0);
  if (!tuple || !PyTuple_Check(tuple) ||
      static_cast<size_t>(PyTuple_GET_SIZE(tuple)) != value_count<T>) {
    return PyErr_Format(PyExc_TypeError, "%R is no state of %s", state,
                        Py_TYPE(o)->tp_name);
  }
  if (!make_from<T>(o, PySequence_Fast_ITEMS(tuple))) return nullptr;
  if (PyTuple_GET_ITEM(state, 1) != Py_None) {
    const Reference dict(PyObject_GetAttrString(o, "__dict__"));
    if (!dict || PyDict_Update(dict.get(), PyTuple_GET_ITEM(state, 1))) return nullptr;
  }
  Py_RETURN_NONE;
}

template <class T>
inline PyMethodDef state_methods[] = {
    {"__reduce__", reduce<T>, METH_NOARGS,
     "__reduce__($self, /)\n--\n\nWhat pickle and copy make it again from."},
    {"__setstate__", set_state<T>, METH_O,
     "__setstate__($self, state, /)\n--\n\nTakes what __reduce__() gave."},
    {}};

}  // namespace host
