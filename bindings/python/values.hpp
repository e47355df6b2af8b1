/// What Python expects of an object that stands for values: repr(), ==, hash(), pickle
/// and copy. Comes after host.hpp.
#pragma once
#include <string.h>

#include <string>
#include <tuple>
#include <utility>

#include "host.hpp"
#include "state.hpp"

namespace host {

/// Methods for a class that SWIG makes later, when add_all() puts them there.
class Methods {
 public:
  /// Makes an object of a class again from the items that its reduce() gave.
  using Restore = PyObject* (*)(PyTypeObject* type, PyObject* const* items, Py_ssize_t);

  /// The members of a plain value, "a,b", are for match.
  Methods(const char* type_name, PyMethodDef* methods, Restore restore,
          const char* members = nullptr)
      : restore(restore),
        type_name_(type_name),
        methods_(methods),
        members_(members),
        next_(first_) {
    first_ = this;
  }
  static bool add_all() {
    for (Methods* each = first_; each; each = each->next_) {
      if (!each->add()) return false;
    }
    return true;
  }

  /// Those of a class or of the one that it is derived from, NULL if there are none.
  static const Methods* of(PyObject* type) {
    const Methods* each = PyType_Check(type) ? first_ : nullptr;
    while (each && !PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(type), each->type))
      each = each->next_;
    return each;
  }

  swig_type_info* info = nullptr;
  PyTypeObject* type = nullptr;
  const Restore restore;
  static inline PyObject* restorer = nullptr;  // the function that reduce() names

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
  if (!is_new(o)) return false;  // now: an __index__() may have made it
  constructed(o, new (Object<T>::of(o)->place()) T(State<T>::make(made)),
              State<T>::methods.info);
  return true;
}
/// Makes the C++ object of a Python one that has none, of value_count items.
template <class T>
bool make_from(PyObject* o, PyObject* const* items) {
  return make_from<T>(o, items, std::make_index_sequence<value_count<T>>());
}

/// Puts what is given by its name behind the items that are given by their place.
template <class T>
bool take_keywords(const char* type, PyObject* keywords, PyObject** items, size_t given) {
  Py_ssize_t taken = 0;
  for (size_t i = 0; i < value_count<T>; ++i) {
    const std::string name = value_name<T>(i);
    PyObject* item = PyDict_GetItemString(keywords, name.c_str());
    const char* wrong = item && i < given     ? "got two values for"
                        : !item && i >= given ? "needs a value for"
                                              : nullptr;
    if (wrong)
      return PyErr_Format(PyExc_TypeError, "%s() %s %s", type, wrong, name.c_str());
    if (item) items[i] = item, ++taken;
  }
  return taken == PyDict_GET_SIZE(keywords) ||
         PyErr_Format(PyExc_TypeError, "%s() takes %s, got other names", type,
                      State<T>::names);
}

/// tp_init of a plain value, of its members: in their order, by their names as repr()
/// shows them, or both.
template <class T>
int init(PyObject* o, PyObject* arguments, PyObject* keywords) {
  constexpr Py_ssize_t wanted = value_count<T>;
  const char* name = Py_TYPE(o)->tp_name;
  PyObject* items[wanted];
  const bool named = keywords && PyDict_GET_SIZE(keywords);
  const Py_ssize_t count =
      SWIG_Python_UnpackTuple(arguments, name, named ? 0 : wanted, wanted, items);
  if (!count) return -1;
  if (named && !take_keywords<T>(name, keywords, items, static_cast<size_t>(count - 1)))
    return -1;
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

#if PY_VERSION_HEX < 0x030b0000
/// What object.__getstate__() of 3.11 gives.
inline Reference default_state_of(PyObject* o) {
  Reference dict(PyObject_GetAttrString(o, "__dict__"));
  if (!dict) {
    PyErr_Clear();
    Py_INCREF(Py_None);
    dict.reset(Py_None);
  }
  const Reference copyreg(PyImport_ImportModule("copyreg"));
  const Reference names(
      copyreg ? PyObject_CallMethod(copyreg.get(), "_slotnames", "O", Py_TYPE(o))
              : nullptr);
  const Reference slots(names ? PyDict_New() : nullptr);
  if (!slots) return nullptr;
  for (Py_ssize_t i = 0; names.get() != Py_None && i < PyList_GET_SIZE(names.get());
       ++i) {
    PyObject* name = PyList_GET_ITEM(names.get(), i);
    const Reference value(PyObject_GetAttr(o, name));
    if (!value) {
      if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return nullptr;
      PyErr_Clear();
    } else if (PyDict_SetItem(slots.get(), name, value.get())) {
      return nullptr;
    }
  }
  if (!PyDict_GET_SIZE(slots.get())) return dict;
  return Reference(PyTuple_Pack(2, dict.get(), slots.get()));
}
#endif
/// What an object of a derived class has besides, by its own __getstate__() or as object
/// has it since 3.11: its __dict__ and what lies in __slots__.
inline Reference state_of(PyObject* o) {
#if PY_VERSION_HEX < 0x030b0000
  const Reference own(PyObject_GetAttrString(o, "__getstate__"));
  if (!own) {
    PyErr_Clear();
    return default_state_of(o);
  }
  return Reference(python([&] { return PyObject_CallNoArgs(own.get()); }));
#else
  return Reference(
      python([&] { return PyObject_CallMethod(o, "__getstate__", nullptr); }));
#endif
}

/// __reduce__: as deque and set do, the values are for a function that makes the object
/// again, and the state is the derived class's affair.
template <class T>
PyObject* reduce(PyObject* o, PyObject*) {
  const Reference made_of = values<T>(o);
  const Reference state(made_of ? state_of(o) : nullptr);
  const Reference type(state ? PyTuple_Pack(1, Py_TYPE(o)) : nullptr);
  const Reference arguments(type ? PySequence_Concat(type.get(), made_of.get())
                                 : nullptr);
  if (!arguments) return nullptr;
  return PyTuple_Pack(3, Methods::restorer, arguments.get(), state.get());
}

template <class T>
inline PyMethodDef state_methods[] = {
    {"__reduce__", slot<reduce<T>>, METH_NOARGS,
     "__reduce__($self, /)\n--\n\nWhat pickle and copy make it again from."},
    {}};

/// An object of the class or a derived one, whose __new__() and __init__() are not asked.
template <class T>
PyObject* restored(PyTypeObject* type, PyObject* const* items, Py_ssize_t count) {
  if (count != value_count<T>) {
    PyErr_Format(PyExc_TypeError, "%s is made of %s", type->tp_name, State<T>::names);
    return nullptr;
  }
  Reference made(type->tp_alloc(type, 0));
  return made && make_from<T>(made.get(), items) ? made.release() : nullptr;
}

/// _restore(class, value, ...): the function that reduce() names.
inline PyObject* restore(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  const Methods* methods = count ? Methods::of(arguments[0]) : nullptr;
  if (!methods) {
    PyErr_SetString(PyExc_TypeError, "a class of this module must come first");
    return nullptr;
  }
  return methods->restore(reinterpret_cast<PyTypeObject*>(arguments[0]), arguments + 1,
                          count - 1);
}

inline PyMethodDef restore_method = {
    "_restore",
    reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(slot<restore>)),
    METH_FASTCALL,
    "_restore(type, /, *values)\n--\n\nMakes what pickle and copy ask for."};

/// Gives all classes their methods, and the module the function that they name.
inline bool add_methods(PyObject* module) {
  const Reference name(PyModule_GetNameObject(module));
  Reference made(name ? PyCFunction_NewEx(&restore_method, module, name.get()) : nullptr);
  if (!made || PyDict_SetItemString(PyModule_GetDict(module), "_restore", made.get()))
    return false;
  Methods::restorer = made.release();  // for as long as the classes, which are static
  return Methods::add_all();
}

}  // namespace host
