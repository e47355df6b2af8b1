/// What an object that stands for values consists of, for the words %host_members and
/// %host_resumable: the hosts show, compare and save objects by it.
#pragma once
#include <tuple>

namespace host {

/// What an object of T is known by and made again from, specialized by the words: names,
/// "a, b"; of(object), a tuple of their values; make(tuple), an object that equals it.
template <class T>
struct State;

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
  static constexpr char names[] = "start, position";
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

}  // namespace host
