/// Conversions between C++ and Lua values, called by the typemaps of host.swg. Comes
/// after SWIG's Lua runtime. in() and its like return false with the error on the stack;
/// out() may raise a Lua error: it is called when nothing of C++ is alive (protect.hpp).
#pragma once
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "callback.hpp"
#include "calls.hpp"
#include "errors.hpp"
#include "integer.hpp"
#include "protect.hpp"
#include "stoppable.hpp"

namespace host {

// ---- numbers

/// An Integer, or a Lua number that is an integer, of 64 bits without sign.
HOST_COLD inline bool in_any(lua_State* L, int i, uint64_t* n, const char* name) {
  mpz_t z;
  if (!Integer::at(L, i, z) || mpz_sgn(z) < 0 || mpz_size(z) > 1)
    return refuse(L, i, name, needed::integer);
  *n = mpz_get_ui(z);
  return true;
}
/// Always inline: left to itself, the compiler calls it where a function has many
/// arguments.
[[gnu::always_inline]] inline bool in(lua_State* L, int i, uint64_t* n,
                                      const char* name) {
  int64_t v;
  if (!HOST_LIKELY(to_integer(L, i, &v) && v >= 0)) return in_any(L, i, n, name);
  *n = static_cast<uint64_t>(v);
  return true;
}
inline bool in(lua_State* L, int i, double* x, const char* name) {
  mpz_t z;
  if (HOST_LIKELY(lua_type(L, i) == LUA_TNUMBER)) {
    *x = lua_tonumber(L, i);
  } else if (Integer::at(L, i, z)) {
    *x = Integer::to_double(z);
  } else {
    return refuse(L, i, name, needed::number);
  }
  return true;
}
/// Any enumerator's number; the library knows which there are.
template <class Enum>
std::enable_if_t<std::is_enum_v<Enum>, bool> in(lua_State* L, int i, Enum* e,
                                                const char* name) {
  int64_t v;
  if (!to_integer(L, i, &v) || v < 0 || v > INT_MAX)
    return refuse(L, i, name, needed::enumerator);
  *e = static_cast<Enum>(v);
  return true;
}
/// A Lua number as far as it is exact, above that an Integer: never a rounded float.
inline void out(lua_State* L, uint64_t n) {
  if (HOST_LIKELY(n <= largest_number)) {
    push_number(L, static_cast<int64_t>(n));
  } else {
    Integer::push_natural(L, &n, 1);
  }
}
inline void out(lua_State* L, bool b) { lua_pushboolean(L, b); }
inline void out(lua_State* L, double x) { lua_pushnumber(L, x); }

/// Can out() of the value raise an error?
inline bool can_raise(uint64_t n) { return n > largest_number; }
inline bool can_raise(bool) { return false; }
inline bool can_raise(double) { return false; }

// ---- text, bytes, lists

/// Borrows the string; a number is no text.
inline bool borrow(lua_State* L, int i, std::string_view* text, const char* name,
                   const char* what) {
  if (!HOST_LIKELY(lua_type(L, i) == LUA_TSTRING)) return refuse(L, i, name, what);
  size_t size;
  const char* data = lua_tolstring(L, i, &size);
  *text = std::string_view(data, size);
  return true;
}
inline bool in(lua_State* L, int i, std::string_view* text, const char* name) {
  return borrow(L, i, text, name, needed::string);
}
inline bool bytes(lua_State* L, int i, uint8_t** data, size_t* size, const char* name) {
  std::string_view text;
  if (!borrow(L, i, &text, name, needed::bytes)) return false;
  *data = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  *size = text.size();
  return true;
}

/// Reads the item on top of the stack.
template <class T>
HOST_COLD bool in_any_item(lua_State* L, size_t number, T* item, const char* list_name) {
  char name[64];
  snprintf(name, sizeof name, "%s[%zu]", list_name, number);
  return in(L, lua_gettop(L), item, name);
}
template <class T>
inline bool in_item(lua_State* L, size_t number, T* item, const char* list_name) {
  if constexpr (std::is_same_v<T, uint64_t>) {
    int64_t v;
    if (HOST_LIKELY(to_integer(L, -1, &v) && v >= 0)) {
      *item = static_cast<uint64_t>(v);
      return true;
    }
  }
  return in_any_item(L, number, item, list_name);
}
/// Reads a table whose keys do not come in their order. A length is where a nil comes
/// next: behind a hole there may be more.
template <class T>
HOST_COLD bool in_mixed_list(lua_State* L, int i, const char* name, size_t size,
                             T* items) {
  for (size_t k = 1; k <= size; ++k) {
    lua_rawgeti(L, i, static_cast<int>(k));
    if (!in_item(L, k, &items[k - 1], name)) return false;
    lua_pop(L, 1);
  }
  size_t numbers = 0;
  for (lua_pushnil(L); lua_next(L, i); lua_pop(L, 1)) {
    numbers += lua_type(L, -2) == LUA_TNUMBER;
  }
  if (numbers == size) return true;
  T hole;
  lua_pushnil(L);
  return in_any_item(L, size + 1, &hole, name);
}
/// Does the table hold all that a Lua program sees in it? Not if its metatable, which is
/// on top of the stack and comes off it, sets the length or adds an item behind the last.
/// False: the error lies on the stack.
HOST_COLD inline bool holds_its_items(lua_State* L, int i, const char* name) {
  const Nested nested;
  if (!nested.is_allowed(L)) return false;
  lua_pop(L, 1);
  lua_pushvalue(L, i);
  const bool asked = protect(L, 1, [](lua_State* M) {
    bool own = !luaL_getmetafield(M, 1, "__len");
    lua_pushinteger(M, static_cast<lua_Integer>(lua_rawlen(M, 1) + 1));
    lua_gettable(M, 1);
    own = own && lua_isnil(M, -1);
    lua_pushboolean(M, own);
    return 1;
  });
  if (!asked) return false;
  const bool own = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return own || refuse(L, i, name, "a table that holds all its items itself");
}
/// Reads a table from 1 on, which must have no holes.
template <class T>
bool in_list(lua_State* L, int i, const char* name, std::vector<T>* list) {
  if (lua_type(L, i) != LUA_TTABLE) return refuse(L, i, name, needed::list);
  if (lua_getmetatable(L, i) && !holds_its_items(L, i, name)) return false;
  const size_t size = lua_rawlen(L, i);
  if (!guarded(L, [=] { list->resize(size); })) return false;
  size_t count = 0;
  for (lua_pushnil(L); lua_next(L, i); lua_pop(L, 1)) {
    int64_t key;
    const bool next = to_integer(L, -2, &key) && static_cast<size_t>(key) == count + 1;
    if (!HOST_LIKELY(next && count < size)) {
      lua_pop(L, 2);
      return in_mixed_list(L, i, name, size, list->data());
    }
    if (!in_item(L, count + 1, &(*list)[count], name)) return false;
    ++count;
  }
  return HOST_LIKELY(count == size) || in_mixed_list(L, i, name, size, list->data());
}

/// An argument that C++ takes by reference, made in the wrapper.
template <class T>
class Held {
 public:
  T* get() { return &*value_; }
  void free() { value_.reset(); }
  bool list(lua_State* L, int i, const char* name) {
    return in_list(L, i, name, &value_.emplace());
  }
  bool natural(lua_State* L, int i, const char* name) {
    mpz_t z;
    int64_t v;
    uint64_t small;
    const uint64_t* limbs = &small;
    size_t size = 1;
    if (to_integer(L, i, &v) && v >= 0) {
      small = static_cast<uint64_t>(v);
    } else if (Integer::at(L, i, z) && mpz_sgn(z) >= 0) {
      limbs = reinterpret_cast<const uint64_t*>(mpz_limbs_read(z));
      size = mpz_size(z);
    } else {
      return refuse(L, i, name, needed::natural);
    }
    return guarded(L,
                   [=] { value_.emplace(std::vector<uint64_t>(limbs, limbs + size)); });
  }

 private:
  std::optional<T> value_;
};

// ---- results that own memory: false with the error on the stack

inline bool give(lua_State* L, std::string& s) {
  const auto push = [](lua_State* M, const char* text, size_t size) {
    lua_pushlstring(M, text, size);
  };
  return hand_over(L, s, s.data(), s.size(), push);
}
inline bool give(lua_State* L, std::vector<uint8_t>& v) {
  return hand_over(L, v, v.data(), v.size(),
                   [](lua_State* M, const uint8_t* data, size_t size) {
                     lua_pushlstring(M, reinterpret_cast<const char*>(data), size);
                   });
}
/// A table of the items, each pushed by push(L, item), which may raise.
template <class T, class Push>
bool give_list(lua_State* L, std::vector<T>& v, Push push) {
  return hand_over(L, v, v.data(), v.size(),
                   [push](lua_State* M, const T* items, size_t size) {
                     lua_createtable(M, static_cast<int>(size), 0);
                     for (size_t k = 0; k < size; ++k) {
                       push(M, items[k]);
                       lua_rawseti(M, -2, static_cast<int>(k + 1));
                     }
                   });
}
inline bool give(lua_State* L, std::vector<uint64_t>& v) {
  return give_list(L, v, [](lua_State* M, uint64_t n) { out(M, n); });
}
// ---- callbacks

/// A Lua function, or what can be called like one, behind a C callback: an error and
/// false stop; the error goes on when the C function has returned.
class Function {
 public:
  bool borrow(lua_State* L, int i, const char* name) {
    if (!HOST_LIKELY(lua_isfunction(L, i)) && !is_callable(L, i))
      return refuse(L, i, name, needed::function);
    state_ = L;
    index_ = i;
    return true;
  }
  template <class Result, class... A>
  Result call(A... arguments) {
    static_assert(std::is_same_v<Result, bool>,
                  "a callback that returns something else needs its conversion here");
    if (!handler_) {
      push_traceback_handler(state_);
      handler_ = lua_gettop(state_);
    }
    lua_pushvalue(state_, index_);
    if (HOST_LIKELY(!(can_raise(arguments) || ...))) {
      (out(state_, arguments), ...);
    } else {
      failed_ = !protect(state_, 0, [=](lua_State* M) {
        (out(M, arguments), ...);
        return static_cast<int>(sizeof...(A));
      });
    }
    const Nested nested;
    failed_ = failed_ || !nested.is_allowed(state_) ||
              lua_pcall(state_, sizeof...(A), 1, handler_) != 0;
    if (failed_) return false;  // the error stays on top of the stack
    const bool stop = lua_isboolean(state_, -1) && !lua_toboolean(state_, -1);
    lua_pop(state_, 1);
    return !stop;
  }
  bool failed() const { return failed_; }

 private:
  lua_State* state_ = nullptr;
  int index_ = 0;
  int handler_ = 0;
  bool failed_ = false;
};

}  // namespace host

#include "classes.hpp"
