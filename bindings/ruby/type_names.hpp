/// Keeps the name of an object's C++ type once a class. SWIG's Ruby runtime keeps it once
/// an object, as an instance variable: a String and a table entry each. The two calls
/// that it uses for that, and for nothing else, are replaced; the name lies in
/// rb_data_type_t.data. Comes before SWIG's runtime.
#pragma once
#include <ruby.h>

namespace host {

inline VALUE type_name(VALUE o) {
  const void* name = RTYPEDDATA_P(o) ? RTYPEDDATA_TYPE(o)->data : nullptr;
  return name ? reinterpret_cast<VALUE>(name) : Qnil;
}

}  // namespace host

#define rb_iv_set(object, name, value) ((void)(object))
#define rb_iv_get(object, name) host::type_name(object)
