/// How a module and its classes look from outside: docstrings, signatures, and nothing of
/// SWIG's own. Comes after SWIG's Python runtime and docstrings.hpp, which describe.py
/// writes.
#pragma once
#include <string>

#include "values.hpp"

namespace host {

/// Sets what __doc__ and __text_signature__ are read from: the text lives as long as the
/// process.
inline bool document(PyObject* o, const char* text) {
  if (PyCFunction_Check(o)) {
    reinterpret_cast<PyCFunctionObject*>(o)->m_ml->ml_doc = text;
  } else if (Py_IS_TYPE(o, &PyMethodDescr_Type)) {
    reinterpret_cast<PyMethodDescrObject*>(o)->d_method->ml_doc = text;
  } else if (Py_IS_TYPE(o, &PyGetSetDescr_Type)) {
    reinterpret_cast<PyGetSetDescrObject*>(o)->d_getset->doc = text;
  } else if (PyType_Check(o)) {
    auto* type = reinterpret_cast<PyTypeObject*>(o);
    type->tp_doc = text;
    const Reference shown(PyObject_GetAttrString(o, "__doc__"));  // without the signature
    return shown && PyDict_SetItemString(type->tp_dict, "__doc__", shown.get()) == 0;
  }
  return true;
}

/// Sets all docstrings. A name that the module lacks is passed over: the interface may
/// leave out for Python what it describes.
inline bool document_all(PyObject* module) {
  for (const Docstring& docstring : docstrings) {
    const std::string name = docstring.name;
    if (name.empty()) {
      if (PyModule_SetDocString(module, docstring.text)) return false;
      continue;
    }
    const size_t dot = name.find('.');
    PyObject* o =
        PyDict_GetItemString(PyModule_GetDict(module), name.substr(0, dot).c_str());
    if (o && dot != std::string::npos) {
      PyObject* members = reinterpret_cast<PyTypeObject*>(o)->tp_dict;
      o = PyDict_GetItemString(members, name.c_str() + dot + 1);
    }
    if (o && !document(o, docstring.text)) return false;
  }
  // For __init__.py, which makes their classes.
  const Reference texts(PyDict_New());
  for (const Docstring* each = enumerations; texts && each->name; ++each) {
    const Reference text(PyUnicode_FromString(each->text));
    if (!text || PyDict_SetItemString(texts.get(), each->name, text.get())) return false;
  }
  PyObject* dict = PyModule_GetDict(module);
  return texts && PyDict_SetItemString(dict, "__enumerations__", texts.get()) == 0;
}

inline void remove(PyObject* dict, const char* name) {
  if (PyDict_DelItemString(dict, name)) PyErr_Clear();
}
/// SWIG's metaclass is for static variables; without it a class goes with ABC and others
/// that have one.
inline bool needs_metaclass(const PyTypeObject* type) {
  PyObject *name, *member;
  for (Py_ssize_t at = 0; PyDict_Next(type->tp_dict, &at, &name, &member);) {
    if (Py_IS_TYPE(member, SwigPyStaticVar_Type())) return true;
  }
  return false;
}
/// Removes what SWIG puts on classes for its own use in Python, and its code in C++ does
/// not look for: the pointer as a number, ownership, chains.
inline void hide_internals(PyObject* module, const swig_module_info* swig) {
  PyTypeObject* base = SwigPyObject_Type();
  const unaryfunc pointer = base->tp_as_number->nb_int;
  for (const char* name : {"acquire", "append", "disown", "next", "own", "__int__"})
    remove(base->tp_dict, name);
  base->tp_as_number->nb_int = nullptr;
  PyType_Modified(base);
  for (size_t i = 0; i < swig->size; ++i) {
    // Not types[i]: that may be another module's.
    const auto* data = static_cast<SwigPyClientData*>(swig->type_initial[i]->clientdata);
    PyTypeObject* type = data ? data->pytype : nullptr;
    if (!type || type == base || !(type->tp_flags & Py_TPFLAGS_READY)) continue;
    for (const char* name : {"this", "thisown", "__dict__", "__disown__"})
      remove(type->tp_dict, name);
    if (type->tp_as_number && type->tp_as_number->nb_int == pointer)
      type->tp_as_number->nb_int = nullptr;
    const char* dot = strrchr(type->tp_name, '.');
    const std::string disown = std::string("disown_") + (dot ? dot + 1 : type->tp_name);
    remove(PyModule_GetDict(module), disown.c_str());
    if (!needs_metaclass(type)) Py_SET_TYPE(type, &PyType_Type);
    PyType_Modified(type);
  }
  remove(PyModule_GetDict(module), "__all__");  // names what is removed; see __init__.py
}

/// What is left to do once SWIG has made the classes.
inline bool present(PyObject* module, const swig_module_info* swig) {
  hide_internals(module, swig);
  return add_methods(module) && document_all(module);
}

}  // namespace host
