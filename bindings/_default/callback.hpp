/// Takes a C callback apart: its parameters, all but the last `void* user`, go to the
/// host as a tuple.
#pragma once
#include <stddef.h>

#include <tuple>
#include <utility>

namespace host {

/// Callback<bool (*)(A, B, void*)>::pass<Function> is a bool (*)(A, B, void*) that calls
/// static_cast<Function*>(user)->call<bool>(a, b), until a call has failed(): a library
/// may call again all the same, and a later success must not cover the failure.
template <class Pointer>
struct Callback;

template <class Result, class... Parameters>
struct Callback<Result (*)(Parameters...)> {
  template <class Function>
  static Result pass(Parameters... parameters) {
    return apply<Function>(std::tuple<Parameters...>(parameters...),
                           std::make_index_sequence<sizeof...(Parameters) - 1>());
  }

 private:
  template <class Function, size_t... I>
  static Result apply(std::tuple<Parameters...> all, std::index_sequence<I...>) {
    auto* function = static_cast<Function*>(std::get<sizeof...(I)>(all));
    if (function->failed()) return Result();
    return function->template call<Result>(std::get<I>(all)...);
  }
};

}  // namespace host
