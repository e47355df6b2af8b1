/// Keeps the name of an object's C++ type once per class. SWIG's Ruby runtime keeps it
/// once per object, as an instance variable: a String and a table entry each. The two
/// calls that it uses for that, and for nothing else, are replaced; the name lies in
/// rb_data_type_t.data. Comes before SWIG's runtime.
#pragma once
#include <ruby.h>
#include <string.h>

namespace host {

/// Nil for what SWIG did not make: Ruby's Random, for one, keeps something else there.
inline VALUE type_name(VALUE o) {
  constexpr char prefix[] = "C++ class ";  // of the name that SWIG gives the data's type
  if (!RTYPEDDATA_P(o)) return Qnil;
  const rb_data_type_t* type = RTYPEDDATA_TYPE(o);
  if (!type->data || strncmp(type->wrap_struct_name, prefix, sizeof prefix - 1))
    return Qnil;
  return reinterpret_cast<VALUE>(type->data);
}

}  // namespace host

#define rb_iv_set(object, name, value) ((void)(object))
#define rb_iv_get(object, name) host::type_name(object)
