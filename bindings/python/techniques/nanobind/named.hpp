/// Arguments for nanobind that know their name, so that a refusal can tell it, the value
/// and the limit. nanobind's own type casters do the work; what is added costs nothing
/// that can be measured.
#pragma once
#include <nanobind/nanobind.h>

#include <new>
#include <type_traits>

#include "../capi/expected.hpp"

/// An argument of type T.
template <const auto& Name, class T>
struct Named {
  T value;
  operator T() const { return static_cast<T>(value); }
};

/// The function, its parameters named.
template <const auto&... Names, class Result, class... Parameters>
auto named(Result (*function)(Parameters...)) {
  return [function](Named<Names, Parameters>... arguments) -> Result {
    return function(static_cast<Parameters>(arguments.value)...);
  };
}

namespace nanobind::detail {

template <const auto& Argument, class T>
struct type_caster<Named<Argument, T>> {
  using Value = Named<Argument, T>;
  using Expected = python::Expected<T>;
  template <class>
  using Cast = Value;
  // nanobind refuses None and a wrong number of arguments before it asks any caster, and
  // then shows this.
  static constexpr auto Name = const_name("Annotated[") + make_caster<T>::Name +
                               const_name(", '") + const_name(Argument) +
                               const_name(" must be ") + const_name(Expected::text) +
                               const_name("']");

  bool from_python(handle source, uint32_t flags, cleanup_list* cleanup) noexcept {
    if (NB_LIKELY(caster_.from_python(source, flags, cleanup))) return true;
    refused_ = source;
    // Not a word while nanobind may try other overloads and conversions; self has none.
    return std::string_view(Argument) == python::names::self ||
           flags & static_cast<uint32_t>(cast_flags::convert);
  }
  template <class>
  bool can_cast() const noexcept {
    return true;
  }
  operator Value() {
    if (NB_UNLIKELY(refused_.is_valid())) {
      if constexpr (std::is_same_v<T, const std::vector<uint64_t>&>) {
        if (caster_.no_memory) throw std::bad_alloc();
      }
      Expected::refuse(Argument, Expected::text, refused_.ptr());
      throw python_error();
    }
    return {caster_.operator cast_t<T>()};
  }

 private:
  make_caster<T> caster_;
  handle refused_;
};

}  // namespace nanobind::detail
