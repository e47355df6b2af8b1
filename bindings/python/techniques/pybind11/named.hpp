/// Arguments for pybind11 that know their name, so that a refusal can tell it, the value
/// and the limit. pybind11's own type casters do the work.
#pragma once
#include <pybind11/pybind11.h>

#include <type_traits>

#include "../capi/expected.hpp"

/// An argument of type T.
template <const auto& Name, class T>
struct Named {
  T value;
  operator T() const { return static_cast<T>(value); }
};

/// False for what pybind11 takes, but the module does not.
template <class T>
bool fits(pybind11::handle) {
  return true;
}
template <>
inline bool fits<std::string_view>(pybind11::handle source) {
  return PyUnicode_Check(source.ptr());  // no bytes
}

/// The function, its parameters named.
template <const auto&... Names, class Result, class... Parameters>
auto named(Result (*function)(Parameters...)) {
  return [function](Named<Names, Parameters>... arguments) -> Result {
    return function(static_cast<Parameters>(arguments.value)...);
  };
}

namespace pybind11::detail {

template <const auto& Argument, class T>
struct type_caster<Named<Argument, T>> {
  using Value = Named<Argument, T>;
  using Expected = python::Expected<T>;
  template <class>
  using cast_op_type = Value;
  static constexpr auto name = const_name("Annotated[") + make_caster<T>::name +
                               const_name(", '") + const_name(Argument) +
                               const_name(" must be ") + const_name(Expected::text) +
                               const_name("']");

  bool load(handle source, bool) {
    if (caster_.load(source, false) && fits<T>(source)) return true;
    // Leave to convert is for numbers; an integer would take the whole part of a Decimal.
    constexpr bool is_number = std::is_arithmetic_v<T> || std::is_enum_v<T>;
    if (is_number && (std::is_floating_point_v<T> || PyIndex_Check(source.ptr())) &&
        caster_.load(source, true))
      return true;
    Expected::refuse(Argument, Expected::text, source.ptr());
    throw error_already_set();
  }
  operator Value() { return {cast_op<T>(caster_)}; }

 private:
  make_caster<T> caster_;
};

}  // namespace pybind11::detail
