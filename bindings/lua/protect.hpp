/// How C++ and Lua fail together. A Lua error is a longjmp, or to LuaJIT an exception
/// that is not C++'s. So neither may cross the other: a conversion that fails leaves the
/// error on the stack and returns false, and the wrapper raises it when nothing of C++ is
/// alive; what may raise a Lua error while something is alive runs in protect(), and
/// never within a try.
#pragma once
#include <string.h>

#include <string>
#include <type_traits>
#include <vector>

#include "errors.hpp"
#include "integer.hpp"

#define HOST_LIKELY(x) __builtin_expect(!!(x), 1)
#define HOST_COLD __attribute__((cold, noinline))

namespace host {

/// Calls body(L), which may raise Lua errors but throws nothing, with the `arguments`
/// values on top of the stack; they become its results, as many as it returns. False:
/// they become the error.
template <class Body>
HOST_COLD bool protect(lua_State* L, int arguments, Body body) {
  const lua_CFunction run = [](lua_State* M) {
    auto* given = static_cast<Body*>(lua_touserdata(M, 1));
    lua_remove(M, 1);
    return (*given)(M);
  };
  lua_pushcfunction(L, run);
  lua_insert(L, -1 - arguments);
  lua_pushlightuserdata(L, &body);
  lua_insert(L, -1 - arguments);
  return lua_pcall(L, arguments + 1, LUA_MULTRET, 0) == 0;
}

/// Pushes an error: the text with the place in the Lua program before it.
HOST_COLD inline void push_text(lua_State* L, const char* text) {
  protect(L, 0, [text](lua_State* M) {
    luaL_where(M, 2);  // 0 is this function, 1 the wrapper, 2 who called it
    lua_pushstring(M, text);
    lua_concat(M, 2);
    return 1;
  });
}

/// Calls body(), and report(text) for what it has thrown; every catch of this host. True
/// when nothing was thrown.
template <class Body, class Report>
inline bool attempt(Body body, Report report) {
  try {
    body();
    return true;
  } catch (const std::exception& e) {
    report(text(e, meaning(e)));
  } catch (...) {
    report(unknown_exception);
  }
  return false;
}
/// Calls body(), which raises no Lua error. False: the error for what it has thrown lies
/// on the stack.
template <class Body>
inline bool guarded(lua_State* L, Body body) {
  return attempt(body, [L](const char* text) { push_text(L, text); });
}

/// Pushes how an error shows what came in place of an argument: the value of what is a
/// value, the type of all else.
HOST_COLD inline void push_shown(lua_State* L, int i) {
  constexpr size_t most_limbs = 64;
  mpz_t z;
  if (Integer::at(L, i, z)) {
    if (mpz_size(z) <= most_limbs) {
      Integer::push_digits(L, z);
    } else {
      lua_pushfstring(L, "an Integer of %d limbs", static_cast<int>(mpz_size(z)));
    }
  } else if (lua_type(L, i) == LUA_TNUMBER) {
    lua_pushvalue(L, i);
    lua_tostring(L, -1);
  } else if (lua_type(L, i) == LUA_TSTRING) {
    lua_pushfstring(L, "'%s'", lua_tostring(L, i));
  } else if (lua_type(L, i) == LUA_TBOOLEAN) {
    lua_pushstring(L, lua_toboolean(L, i) ? "true" : "false");
  } else {
    lua_pushstring(L, luaL_typename(L, i));
  }
}

/// Pushes the error that says what an argument must be and what came instead.
HOST_COLD inline bool refuse(lua_State* L, int i, const char* name, const char* what) {
  lua_pushvalue(L, i);
  protect(L, 1, [=](lua_State* M) {
    luaL_where(M, 2);
    lua_pushfstring(M, "%s must be %s, got ", name, what);
    push_shown(M, 1);
    lua_concat(M, 3);
    return 1;
  });
  return false;
}

HOST_COLD inline bool refuse_count(lua_State* L, const char* function, int min, int max) {
  const int given = lua_gettop(L);
  const int limit = given < min ? min : max;
  const char* bound = min == max ? "" : given < min ? "at least " : "at most ";
  if (const char* colon = strrchr(function, ':')) function = colon + 1;
  protect(L, 0, [=](lua_State* M) {
    luaL_where(M, 2);
    lua_pushfstring(M, "%s expects %s%d argument%s, got %d", function, bound, limit,
                    limit == 1 ? "" : "s", given);
    lua_concat(M, 2);
    return 1;
  });
  return false;
}
/// Is the number of arguments right?
inline bool check_count(lua_State* L, const char* function, int min, int max) {
  const int given = lua_gettop(L);
  return HOST_LIKELY(given >= min && given <= max) || refuse_count(L, function, min, max);
}

/// So many bytes of a result are copied, so that its memory can be freed before Lua is
/// asked for some.
inline constexpr size_t few_bytes = 1024;

/// A short string lies in itself: nothing is lost with it.
inline const size_t short_string = std::string().capacity();
inline bool owns_nothing(const std::string& s) { return s.capacity() <= short_string; }
template <class Owner>
inline bool owns_nothing(const Owner&) {
  return false;
}

/// Apart, because its memory on the stack costs those who have no use for it.
template <class Owner, class Item, class Push>
[[gnu::noinline]] void hand_over_few(lua_State* L, Owner& owner, const Item* items,
                                     size_t size, Push push) {
  alignas(Item) unsigned char copy[few_bytes];
  if (size > 0) memcpy(copy, items, size * sizeof(Item));
  Owner().swap(owner);
  push(L, reinterpret_cast<const Item*>(copy), size);
}
/// Makes a Lua value of a result's items, by push(L, items, size), which may raise: few
/// are copied and their owner emptied before; many are pushed in protect().
template <class Owner, class Item, class Push>
inline bool hand_over(lua_State* L, Owner& owner, const Item* items, size_t size,
                      Push push) {
  static_assert(std::is_trivially_copyable_v<Item>);
  if (owns_nothing(owner)) {
    push(L, items, size);
    return true;
  }
  if (HOST_LIKELY(size <= few_bytes / sizeof(Item))) {
    hand_over_few(L, owner, items, size, push);
    return true;
  }
  return protect(L, 0, [=](lua_State* M) {
    push(M, items, size);
    return 1;
  });
}

/// Always an Integer, so that what is computed with it stays exact.
template <class T>
bool give_natural(lua_State* L, T& number) {
  const std::vector<uint64_t>& limbs = number.limbs();
  const size_t size = limbs.size();
  if (HOST_LIKELY(size <= few_bytes / sizeof(uint64_t))) {
    uint64_t copy[few_bytes / sizeof(uint64_t)];
    if (size > 0) memcpy(copy, limbs.data(), size * sizeof *copy);
    number = T();
    Integer::push_natural(L, copy, size);
    return true;
  }
  return protect(L, 0, [&limbs](lua_State* M) {
    Integer::push_natural(M, limbs.data(), limbs.size());
    return 1;
  });
}

}  // namespace host
