/// Lets wrappers that SWIG made for METH_VARARGS be called with METH_FASTCALL. Comes
/// after SWIG's Python runtime.
///
/// SWIG's wrappers want a tuple, which CPython must make and free for each call. Here a
/// trampoline, a C function with the signature of METH_FASTCALL, hands the wrapper a
/// marked pointer to the arguments on the stack instead; all wrappers read their
/// arguments through SWIG_Python_UnpackTuple, which fastcall.swg redefines to unpack(). A
/// trampoline must know its wrapper and gets no data pointer: there is one a wrapper,
/// made by a template and assigned at import.
#pragma once
#include <stdint.h>

#include <map>
#include <new>
#include <utility>

#if defined(__has_attribute)
#if __has_attribute(no_stack_protector)
#define FASTCALL_NO_STACK_PROTECTOR __attribute__((no_stack_protector))
#endif
#endif
#if !defined(FASTCALL_NO_STACK_PROTECTOR)
#define FASTCALL_NO_STACK_PROTECTOR
#endif

namespace fastcall {

/// The arguments of one call, as CPython's vectorcall has them.
struct Arguments {
  PyObject* const* items;
  Py_ssize_t count;
  /// Objects lie at even addresses: bit 0 says that this is none.
  PyObject* marked() const {
    return reinterpret_cast<PyObject*>(reinterpret_cast<uintptr_t>(this) | 1);
  }
  /// The arguments behind a marked pointer, NULL for a tuple.
  static const Arguments* behind(PyObject* o) {
    const auto address = reinterpret_cast<uintptr_t>(o);
    return address & 1 ? reinterpret_cast<const Arguments*>(address - 1) : nullptr;
  }
};

__attribute__((cold, noinline)) inline void refuse_count(const char* name, Py_ssize_t min,
                                                         Py_ssize_t max,
                                                         Py_ssize_t count) {
  const Py_ssize_t limit = count < min ? min : max;
  PyErr_Format(PyExc_TypeError, "%s expected %s%zd argument%s, got %zd", name,
               min == max    ? ""
               : count < min ? "at least "
                             : "at most ",
               limit, limit == 1 ? "" : "s", count);
}

/// Stands in for SWIG_Python_UnpackTuple: objects gets max pointers, the missing ones
/// NULL. The result is the number of arguments plus 1, or 0 with a TypeError set.
inline __attribute__((always_inline)) Py_ssize_t unpack(PyObject* arguments,
                                                        const char* name, Py_ssize_t min,
                                                        Py_ssize_t max,
                                                        PyObject** objects) {
  if (max == 0 && !arguments) return 1;  // METH_NOARGS, getters
  const Arguments* given = Arguments::behind(arguments);
  if (!given) return SWIG_Python_UnpackTuple(arguments, name, min, max, objects);
  if (__builtin_expect(given->count < min || given->count > max, 0)) {
    refuse_count(name, min, max, given->count);
    return 0;
  }
  for (Py_ssize_t i = 0; i < max; ++i) {
    objects[i] = i < given->count ? given->items[i] : nullptr;
  }
  return given->count + 1;
}

/// Stands in for SWIG_Python_CheckNoKeywords, of a constructor.
inline bool refuse_keywords(PyObject* self, PyObject* keywords) {
  if (__builtin_expect(!keywords || !PyDict_GET_SIZE(keywords), 1)) return false;
  PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments",
               Py_TYPE(self)->tp_name);
  return true;
}

/// With keywords, which a constructor of %feature("python:tp_init") may take, CPython's
/// way.
__attribute__((cold, noinline)) inline PyObject* construct_by_name(PyObject* type,
                                                                   PyObject* const* items,
                                                                   Py_ssize_t count,
                                                                   PyObject* keywords) {
  PyObject* tuple = PyTuple_New(count);
  PyObject* dict = tuple ? PyDict_New() : nullptr;
  bool made = dict;
  for (Py_ssize_t i = 0; made && i < count; ++i) {
    Py_INCREF(items[i]);
    PyTuple_SET_ITEM(tuple, i, items[i]);
  }
  for (Py_ssize_t i = 0; made && i < PyTuple_GET_SIZE(keywords); ++i)
    made = !PyDict_SetItem(dict, PyTuple_GET_ITEM(keywords, i), items[count + i]);
  PyObject* result = made ? PyType_Type.tp_call(type, tuple, dict) : nullptr;
  Py_XDECREF(tuple);
  Py_XDECREF(dict);
  return result;
}

/// tp_vectorcall of every class: the class's own SWIG constructor without a tuple. Not
/// inherited by subclasses that are made in Python; those take CPython's way.
inline PyObject* construct(PyObject* callable, PyObject* const* items,
                           size_t flagged_count, PyObject* keywords) {
  auto* type = reinterpret_cast<PyTypeObject*>(callable);
  if (keywords && PyTuple_GET_SIZE(keywords))
    return construct_by_name(callable, items, PyVectorcall_NARGS(flagged_count),
                             keywords);
  if (!type->tp_init || !type->tp_new) {
    return PyErr_Format(PyExc_TypeError, "cannot create '%s' instances", type->tp_name);
  }
  auto* object = PyObject_New(SwigPyObject, type);
  if (!object) return nullptr;
  object->ptr = nullptr;
  object->ty = nullptr;
  object->own = 0;
  object->next = nullptr;
  object->swigdict = nullptr;
  object->weakreflist = nullptr;
  auto* made = reinterpret_cast<PyObject*>(object);
  const Arguments arguments{items, PyVectorcall_NARGS(flagged_count)};
  if (type->tp_init(made, arguments.marked(), nullptr) == 0) return made;
  Py_DECREF(made);
  return nullptr;
}

/// Returns false with an ImportError set in a sub-interpreter: static types are shared,
/// as is what SWIG's runtime keeps in static variables and frees with the interpreter.
inline bool is_main_interpreter(PyObject* module) {
  const bool is_main = PyInterpreterState_Get() == PyInterpreterState_Main();
  if (!is_main)
    PyErr_Format(PyExc_ImportError, "fastcall: %s is for the main interpreter alone",
                 PyModule_GetName(module));
  return is_main;
}

/// Rewires the tables of one module. Slots is an upper bound for the trampolines that it
/// needs.
template <int Slots>
class Installer {
 public:
  /// Returns false with an ImportError set when the module is not what fastcall.swg
  /// assumes. Rewires once in a process, however often the module is imported.
  bool install(PyObject* module, PyMethodDef* functions,
               const swig_module_info* swig) try {
    for (size_t i = 0; i < swig->size; ++i) {
      if (class_of(swig->types[i]) && !is_fit(swig->types[i])) return false;
    }
    if (!redirect_functions(module, functions)) return false;
    for (size_t i = 0; i < swig->size; ++i) {
      // Not types[i]: that may be another module's, whose wrappers know of no marks.
      PyTypeObject* type = class_of(swig->type_initial[i]);
      if (!type) continue;
      keep_members(type);
      if (!redirect_methods(type)) return false;
      shorten_getters(type);
      type->tp_vectorcall = construct;
      PyType_Modified(type);
    }
    return true;
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return false;
  }

 private:
  using Trampoline = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t);

  /// Two words and no array: a stack protector would only add to every call.
  template <int I>
  FASTCALL_NO_STACK_PROTECTOR static PyObject* trampoline(PyObject* self,
                                                          PyObject* const* items,
                                                          Py_ssize_t count) {
    const Arguments arguments{items, count};
    return wrappers_[I](self, arguments.marked());
  }
  template <int... I>
  static Trampoline nth(int n, std::integer_sequence<int, I...>) {
    static constexpr Trampoline all[] = {trampoline<I>...};
    return all[n];
  }
  static bool redirect(PyMethodDef* method) {
    if (used_ == Slots) {
      PyErr_SetString(PyExc_ImportError, "fastcall: more wrappers than trampolines");
      return false;
    }
    wrappers_[used_] = method->ml_meth;
    const Trampoline to = nth(used_++, std::make_integer_sequence<int, Slots>());
    method->ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(to));
    method->ml_flags = (method->ml_flags & METH_STATIC) | METH_FASTCALL;
    return true;
  }
  static bool put(PyObject* dict, const char* name, PyObject* value) {
    const bool done = value && PyDict_SetItemString(dict, name, value) == 0;
    Py_XDECREF(value);
    return done;
  }

  /// The class of a type that SWIG wrapped, NULL where there is none. SWIG's own base
  /// class is none of the module's.
  static PyTypeObject* class_of(const swig_type_info* info) {
    const auto* data = static_cast<const SwigPyClientData*>(info->clientdata);
    return data && data->pytype != SwigPyObject_Type() ? data->pytype : nullptr;
  }
  /// A second import, after a removal from sys.modules, has put an empty dict in the
  /// place of that of a static type.
  static void keep_members(PyTypeObject* type) {
    PyObject*& members = members_[type];
    if (members && members != type->tp_dict) {
      Py_DECREF(type->tp_dict);
      type->tp_dict = members;
    }
    members = type->tp_dict;
  }

  /// CPython specializes calls of METH_FASTCALL functions, and of METH_NOARGS ones not:
  /// both are redirected.
  static bool redirect_functions(PyObject* module, PyMethodDef* function) {
    PyObject* name = PyModule_GetNameObject(module);
    bool done = name;
    for (; done && function->ml_name; ++function) {
      if (function->ml_flags != METH_VARARGS && function->ml_flags != METH_NOARGS)
        continue;
      done = redirect(function) && put(PyModule_GetDict(module), function->ml_name,
                                       PyCFunction_NewEx(function, module, name));
    }
    Py_XDECREF(name);
    return done;
  }
  /// METH_NOARGS methods stay: those CPython does specialize. So do operators, whose
  /// names belong to the slots.
  static bool redirect_methods(PyTypeObject* type) {
    for (PyMethodDef* method = type->tp_methods; method && method->ml_name; ++method) {
      if ((method->ml_flags & ~METH_STATIC) != METH_VARARGS) continue;
      const PyObject* known = PyDict_GetItemString(type->tp_dict, method->ml_name);
      if (known && Py_TYPE(known) == &PyWrapperDescr_Type) continue;
      const bool is_static = method->ml_flags & METH_STATIC;
      if (!redirect(method)) return false;
      PyObject* made =
          is_static ? make_static(type, method) : PyDescr_NewMethod(type, method);
      if (!put(type->tp_dict, method->ml_name, made)) return false;
    }
    return true;
  }
  /// Self is the class, as CPython has it: pickle asks for it.
  static PyObject* make_static(PyTypeObject* type, PyMethodDef* method) {
    auto* self = reinterpret_cast<PyObject*>(type);
    PyObject* function = PyCFunction_NewEx(method, self, nullptr);
    PyObject* made = function ? PyStaticMethod_New(function) : nullptr;
    Py_XDECREF(function);
    return made;
  }
  /// Read-only attributes: CPython calls SWIG's getter itself, not through SWIG's
  /// closure.
  static void shorten_getters(PyTypeObject* type) {
    for (PyGetSetDef* member = type->tp_getset; member && member->name; ++member) {
      const auto* closure = static_cast<const SwigPyGetSet*>(member->closure);
      if (!closure || closure->set || member->get != SwigPyBuiltin_FunpackGetterClosure)
        continue;
      member->get = reinterpret_cast<getter>(reinterpret_cast<void (*)()>(closure->get));
      member->set = nullptr;
      member->closure = nullptr;
    }
  }
  /// Methods trust CPython's check of self, which is right only where no wrapped class
  /// converts to another.
  static bool is_fit(const swig_type_info* info) {
    const char* why = nullptr;
    if (class_of(info)->tp_flags & Py_TPFLAGS_HEAPTYPE)
      why = "SWIG_NO_HEAPTYPES is not in effect for";
    if (info->cast && (info->cast->value || info->cast->next)) {
      why = "wrapped base or derived classes has";
    }
    if (why) PyErr_Format(PyExc_ImportError, "fastcall: %s %s", why, info->str);
    return !why;
  }

  static inline PyCFunction wrappers_[Slots];
  static inline int used_ = 0;
  static inline std::map<PyTypeObject*, PyObject*> members_;
};

}  // namespace fastcall
