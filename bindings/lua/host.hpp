/// Conversions between C++ and Lua values, called by the typemaps of host.swg. Comes
/// after SWIG's Lua runtime. A Lua error is a longjmp: it is raised only where no C++
/// object with a destructor is alive.
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
#include "errors.hpp"
#include "integer.hpp"

#define HOST_LIKELY(x) __builtin_expect(!!(x), 1)
#define HOST_COLD __attribute__((cold, noinline))

namespace host {

// ---- errors

/// Pushes the text for a C++ exception, with the place in the Lua program.
HOST_COLD inline void push_error(lua_State* L, const std::exception& e) {
  luaL_where(L, 1);
  lua_pushstring(L, text(e, meaning(e)));
  lua_concat(L, 2);
}

/// Says what the argument must be and what came instead: the value of what is a value,
/// the type of all else. (SWIG's
/// __tostring reads whatever table has it.)
HOST_COLD inline void refuse(lua_State* L, int i, const char* name, const char* what) {
  mpz_t z;
  const int type = lua_type(L, i);
  const bool is_value = type == LUA_TNUMBER || type == LUA_TBOOLEAN ||
                        type == LUA_TSTRING || Integer::at(L, i, z);
  const char* shown = luaL_typename(L, i);
  if (is_value) {
    lua_getglobal(L, "tostring");
    lua_pushvalue(L, i);
    lua_call(L, 1, 1);
    shown = lua_tostring(L, -1);
  }
  luaL_error(L, type == LUA_TSTRING ? "%s must be %s, got '%s'" : "%s must be %s, got %s",
             name, what, shown);
}

/// SWIG's check of the number of arguments.
inline void check_count(lua_State* L, const char* function, int min, int max) {
  const int given = lua_gettop(L);
  if (HOST_LIKELY(given >= min && given <= max)) return;
  const int limit = given < min ? min : max;
  if (const char* colon = strrchr(function, ':')) function = colon + 1;
  luaL_error(L, "%s expects %s%d argument%s, got %d", function,
             min == max    ? ""
             : given < min ? "at least "
                           : "at most ",
             limit, limit == 1 ? "" : "s", given);
}

// ---- numbers

/// An Integer, or a Lua number that is an integer, of 64 bits without sign.
HOST_COLD inline uint64_t in_any(lua_State* L, int i, const char* name,
                                 const char* what) {
  mpz_t z;
  if (!Integer::at(L, i, z) || mpz_sgn(z) < 0 || mpz_size(z) > 1)
    refuse(L, i, name, what);
  return mpz_get_ui(z);
}
inline void in(lua_State* L, int i, uint64_t* n, const char* name) {
  int64_t v;
  const bool small = HOST_LIKELY(to_integer(L, i, &v) && v >= 0);
  *n = small ? static_cast<uint64_t>(v) : in_any(L, i, name, needed::integer);
}
inline void in(lua_State* L, int i, double* x, const char* name) {
  mpz_t z;
  if (HOST_LIKELY(lua_type(L, i) == LUA_TNUMBER)) {
    *x = lua_tonumber(L, i);
  } else if (Integer::at(L, i, z)) {
    *x = mpz_get_d(z);
  } else {
    refuse(L, i, name, needed::number);
  }
}
/// Any enumerator's number; the library knows which there are.
template <class Enum>
std::enable_if_t<std::is_enum_v<Enum>> in(lua_State* L, int i, Enum* e,
                                          const char* name) {
  int64_t v;
  if (!to_integer(L, i, &v) || v < 0 || v > INT_MAX)
    refuse(L, i, name, needed::enumerator);
  *e = static_cast<Enum>(v);
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
/// Always an Integer, so that what is computed with it stays exact.
inline void out_natural(lua_State* L, const std::vector<uint64_t>& limbs) {
  Integer::push_natural(L, limbs.data(), limbs.size());
}

// ---- text, bytes, lists

/// Borrows the string; a number is no text.
inline std::string_view borrow(lua_State* L, int i, const char* name, const char* what) {
  if (!HOST_LIKELY(lua_type(L, i) == LUA_TSTRING)) refuse(L, i, name, what);
  size_t size;
  const char* text = lua_tolstring(L, i, &size);
  return {text, size};
}
inline void in(lua_State* L, int i, std::string_view* text, const char* name) {
  *text = borrow(L, i, name, needed::string);
}
inline void bytes(lua_State* L, int i, uint8_t** data, size_t* size, const char* name) {
  const std::string_view text = borrow(L, i, name, needed::bytes);
  *data = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  *size = text.size();
}
inline void out(lua_State* L, const std::string& s) {
  lua_pushlstring(L, s.data(), s.size());
}
inline void out(lua_State* L, const std::vector<uint8_t>& v) {
  lua_pushlstring(L, reinterpret_cast<const char*>(v.data()), v.size());
}
template <class Vector, class Push>
void push_list(lua_State* L, const Vector& v, Push push) {
  lua_createtable(L, static_cast<int>(v.size()), 0);
  for (size_t i = 0; i < v.size(); ++i) {
    push(v[i]);
    lua_rawseti(L, -2, static_cast<int>(i + 1));
  }
}
inline void out(lua_State* L, const std::vector<uint64_t>& v) {
  push_list(L, v, [L](uint64_t n) { out(L, n); });
}

/// An argument that C++ takes by reference, made on the wrapper's stack; a longjmp does
/// not destroy it, free() does.
template <class T>
class Held {
 public:
  void free() { value_.reset(); }
  T* list(lua_State* L, int i, const char* name) {
    if (lua_type(L, i) != LUA_TTABLE) refuse(L, i, name, needed::list);
    const size_t size = lua_rawlen(L, i);
    T& numbers = value_.emplace();
    numbers.reserve(size);
    for (size_t k = 1; k <= size; ++k) {
      lua_rawgeti(L, i, static_cast<int>(k));
      int64_t v;
      const bool small = HOST_LIKELY(to_integer(L, -1, &v) && v >= 0);
      numbers.push_back(small ? static_cast<uint64_t>(v) : in_item(L, k, name));
      lua_pop(L, 1);
    }
    return &numbers;
  }
  T* natural(lua_State* L, int i, const char* name) {
    mpz_t z;
    int64_t v;
    if (to_integer(L, i, &v) && v >= 0) {
      return &value_.emplace(std::vector<uint64_t>{static_cast<uint64_t>(v)});
    }
    if (!Integer::at(L, i, z) || mpz_sgn(z) < 0) refuse(L, i, name, needed::natural);
    const mp_limb_t* limbs = mpz_limbs_read(z);
    return &value_.emplace(std::vector<uint64_t>(limbs, limbs + mpz_size(z)));
  }

 private:
  HOST_COLD uint64_t in_item(lua_State* L, size_t k, const char* name) {
    mpz_t z;
    const int top = lua_gettop(L);
    if (Integer::at(L, top, z) && mpz_sgn(z) >= 0 && mpz_size(z) <= 1)
      return mpz_get_ui(z);
    free();  // refuse() does not come back
    char item_name[64];
    snprintf(item_name, sizeof item_name, "%s[%zu]", name, k);
    return in_any(L, top, item_name, needed::integer);
  }
  std::optional<T> value_;
};

// ---- callbacks

/// A Lua function behind a C callback: an error and false stop; the error goes on
/// unchanged when the C function has returned.
class Function {
 public:
  void borrow(lua_State* L, int i, const char* name) {
    if (!HOST_LIKELY(lua_isfunction(L, i))) refuse(L, i, name, needed::function);
    state_ = L;
    index_ = i;
  }
  template <class Result, class... A>
  Result call(A... arguments) {
    static_assert(std::is_same_v<Result, bool>,
                  "a callback that returns something else needs its conversion here");
    lua_pushvalue(state_, index_);
    (out(state_, arguments), ...);
    failed_ = lua_pcall(state_, sizeof...(A), 1, 0) != 0;
    if (failed_) return false;  // the error stays on the stack
    const bool stop = lua_isboolean(state_, -1) && !lua_toboolean(state_, -1);
    lua_pop(state_, 1);
    return !stop;
  }
  bool failed() const { return failed_; }
  /// Uncovers the error, which lies below the results that the wrapper has pushed since.
  bool failed(int results) const {
    if (HOST_LIKELY(!failed_)) return false;
    lua_pop(state_, results);
    return true;
  }

 private:
  lua_State* state_ = nullptr;
  int index_ = 0;
  bool failed_ = false;
};

// ---- objects

/// SWIG's header and the C++ object behind it, in one userdata. SWIG does not own it: its
/// __gc leaves it alone.
template <class T>
struct Object {
  swig_lua_userdata head;
  alignas(T) unsigned char body[sizeof(T)];
  T* place() { return reinterpret_cast<T*>(body); }
};

HOST_COLD inline void* no_object(lua_State* L, int i, const swig_type_info* type,
                                 const swig_lua_userdata* destroyed, const char* name) {
  const char* class_name = static_cast<swig_lua_class*>(type->clientdata)->name;
  if (destroyed) {
    luaL_error(L, "%s must be alive, got a %s that was destroyed", name, class_name);
  }
  refuse(L, i, name, class_name);
  return nullptr;
}
/// The C++ object behind a userdata of the type; there is none after __gc. (A light
/// userdata has no length.) SWIG's own look reads whatever userdata it gets, and takes
/// nil for NULL.
inline void* object(lua_State* L, int i, const swig_type_info* type, const char* name) {
  const auto* wrapped = static_cast<const swig_lua_userdata*>(lua_touserdata(L, i));
  if (HOST_LIKELY(lua_type(L, i) == LUA_TUSERDATA &&
                  lua_rawlen(L, i) >= sizeof *wrapped && wrapped->type == type)) {
    if (HOST_LIKELY(wrapped->ptr)) return wrapped->ptr;
    return no_object(L, i, type, wrapped, name);
  }
  return no_object(L, i, type, nullptr, name);
}

/// What is to be done for a class once its tables exist: static objects, which run_all()
/// finds without a list.
class Setup {
 public:
  explicit Setup(const char* type_name) : type_name_(type_name), next_(first_) {
    first_ = this;
  }
  /// With the module's table on top of the stack, where it stays.
  static void run_all(lua_State* L, swig_module_info* module) {
    const int module_table = lua_gettop(L);
    for (const Setup* s = first_; s; s = s->next_) {
      swig_type_info* type = SWIG_TypeQueryModule(module, module, s->type_name_);
      SWIG_Lua_get_class_metatable(
          L, static_cast<swig_lua_class*>(type->clientdata)->fqname);
      s->run(L, type, module_table, lua_gettop(L));
      lua_settop(L, module_table);
    }
  }

 protected:
  ~Setup() = default;
  virtual void run(lua_State* L, swig_type_info* type, int module,
                   int metatable) const = 0;

 private:
  const char* type_name_;
  const Setup* next_;
  static inline const Setup* first_ = nullptr;
};

/// Sets the pairs of the table at `from` in the table at `to`, each value as `change`
/// leaves it.
template <class Change>
void copy_pairs(lua_State* L, int from, int to, Change change) {
  for (lua_pushnil(L); lua_next(L, from); lua_pop(L, 1)) {
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    change();
    lua_rawset(L, to);
  }
}
/// __index with one look-up, where SWIG does four: a method is a function, an attribute
/// the address of its getter.
inline int index(lua_State* L) {
  lua_rawget(L, lua_upvalueindex(1));  // Lua calls it with the object and the key
  if (!lua_islightuserdata(L, 2)) return 1;
  const auto getter = reinterpret_cast<lua_CFunction>(lua_touserdata(L, 2));
  lua_settop(L, 1);
  return getter(L);
}
/// Pushes what __index of a class is to be: its methods, or a function that also knows
/// its attributes.
inline void push_index(lua_State* L, int metatable) {
  lua_newtable(L);
  const int members = lua_gettop(L);
  bool attributes = false;
  lua_getfield(L, metatable, ".get");
  copy_pairs(L, members + 1, members, [&] {
    const lua_CFunction getter = lua_tocfunction(L, -1);
    lua_pop(L, 1);
    lua_pushlightuserdata(L, reinterpret_cast<void*>(getter));
    attributes = true;
  });
  lua_getfield(L, metatable, ".fn");
  copy_pairs(L, members + 2, members, [] {});
  lua_settop(L, members);
  if (attributes) lua_pushcclosure(L, index, 1);
}

/// A class whose objects live in their userdata. It must have no wrapped base class:
/// run() leaves SWIG's look-up then.
template <class T>
class Class : Setup {
 public:
  Class(const char* type_name, lua_CFunction constructor)
      : Setup(type_name), constructor_(constructor) {}
  static void set_header(lua_State* L, Object<T>* o, T* made) {
    o->head.type = known_;
    o->head.own = 0;
    o->head.ptr = made;
#if LUA_VERSION_NUM >= 502
    lua_rawgetp(L, LUA_REGISTRYINDEX, &known_);  // registry[&known_] is the metatable
#else
    lua_pushlightuserdata(L, &known_);
    lua_rawget(L, LUA_REGISTRYINDEX);
#endif
    lua_setmetatable(L, -2);
  }

 protected:
  void run(lua_State* L, swig_type_info* type, int module, int metatable) const override {
    known_ = type;
    const auto* swig_class_info = static_cast<swig_lua_class*>(type->clientdata);
    if (constructor_) {  // SWIG's is a table with __call, which calls a proxy, which
                         // calls this
      lua_pushcfunction(L, constructor_);
      lua_setfield(L, module, swig_class_info->name);
    }
    if (!swig_class_info->bases[0]) {
      push_index(L, metatable);
      lua_setfield(L, metatable, "__index");
    }
    for (const char* name : {"__gc", "__close"}) {
      lua_pushcfunction(L, collect);
      lua_setfield(L, metatable, name);
    }
    if (std::is_trivially_destructible_v<T>) {  // finalizing what lies in its userdata
                                                // would be for nothing
      lua_newtable(L);
      copy_pairs(L, metatable, metatable + 1, [] {});
      lua_pushnil(L);
      lua_setfield(L, -2, "__gc");
    }
    lua_pushlightuserdata(L, &known_);
    lua_insert(L, -2);
    lua_rawset(L, LUA_REGISTRYINDEX);
  }

 private:
  /// __gc, and __close for `local x <close> =`; what comes later finds no object.
  static int collect(lua_State* L) {
    auto* o = static_cast<Object<T>*>(lua_touserdata(L, 1));
    if (!o || lua_rawlen(L, 1) < sizeof o->head || o->head.type != known_) return 0;
    auto* p = static_cast<T*>(o->head.ptr);
    o->head.ptr = nullptr;
    if (!p) return 0;
    if (o->head.own) {
      delete p;  // made by SWIG from a pointer
    } else if (lua_rawlen(L, 1) >= sizeof *o && p == o->place()) {
      p->~T();
    }
    return 0;
  }
  lua_CFunction constructor_;
  static inline swig_type_info* known_;
};

/// Makes a C++ object in a new userdata. The constructor may throw: the userdata has no
/// metatable yet.
template <class T, class... A>
T* construct(lua_State* L, A&&... arguments) {
  auto* o = static_cast<Object<T>*>(new_userdata(L, sizeof(Object<T>)));
  T* made = new (o->place()) T(std::forward<A>(arguments)...);
  Class<T>::set_header(L, o, made);
  return made;
}
/// A copy of a C++ value as a new userdata.
template <class T>
void give(lua_State* L, const T& value) {
  construct<T>(L, value);
}
template <class T>
void list(lua_State* L, const std::vector<T>& v) {
  push_list(L, v, [L](const T& value) { give(L, value); });
}

/// A parameter that Lua passes and nobody reads; and how many results were pushed.
struct Unused {};
struct Results {
  int count;
};
/// One step of a generic for over a class with exhausted() and advance(): no result ends
/// it.
template <class T>
Results next(lua_State* L, T* iterated) {
  if (iterated->exhausted()) return {0};
  out(L, iterated->advance());
  return {1};
}

}  // namespace host
