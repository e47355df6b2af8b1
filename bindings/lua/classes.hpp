/// Objects, their metatables, and the module's table. SWIG's own tables are not made:
/// they show functions that read whatever they are given (`__disown`, `.get`,
/// `swig_equals`), and classes that the library does not have (`string`).
#pragma once
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "calls.hpp"
#include "protect.hpp"

namespace host {

// ---- objects

/// SWIG's header and the C++ object behind it, in one userdata. SWIG does not own it.
template <class T>
struct Object {
  swig_lua_userdata head;
  alignas(T) unsigned char body[sizeof(T)];
  T* place() { return reinterpret_cast<T*>(body); }
};

/// A class's name in Lua; that of a type without a class is C++'s.
inline const char* name_of(const swig_type_info* type) {
  const auto* wrapped = static_cast<const swig_lua_class*>(type->clientdata);
  return wrapped ? wrapped->name : type->str;
}
HOST_COLD inline void* no_object(lua_State* L, int i, const swig_type_info* type,
                                 bool destroyed, const char* name) {
  if (destroyed) {
    protect(L, 0, [=](lua_State* M) {
      luaL_where(M, 2);
      lua_pushfstring(M, "%s must be alive, got a %s that was destroyed", name,
                      name_of(type));
      lua_concat(M, 2);
      return 1;
    });
  } else {
    refuse(L, i, name, name_of(type));
  }
  return nullptr;
}
/// The userdata at index i, if it is an object of the type, destroyed or not. (A light
/// userdata has no length.)
inline swig_lua_userdata* find(lua_State* L, int i, const swig_type_info* type) {
  auto* wrapped = static_cast<swig_lua_userdata*>(lua_touserdata(L, i));
  const bool right = lua_type(L, i) == LUA_TUSERDATA &&
                     lua_rawlen(L, i) >= sizeof *wrapped && wrapped->type == type;
  return HOST_LIKELY(right) ? wrapped : nullptr;
}
/// The C++ object; null, with the error on the stack, where there is none.
inline void* object(lua_State* L, int i, const swig_type_info* type, const char* name) {
  const swig_lua_userdata* wrapped = find(L, i, type);
  if (HOST_LIKELY(wrapped && wrapped->ptr)) return wrapped->ptr;
  return no_object(L, i, type, wrapped != nullptr, name);
}
template <class Pointer>
inline bool in_object(lua_State* L, int i, Pointer* p, const swig_type_info* type,
                      const char* name) {
  *p = static_cast<Pointer>(object(L, i, type, name));
  return HOST_LIKELY(*p != nullptr);
}

// ---- metatables

/// The registry has the metatable of a class under the address of its type.
inline void push_metatable(lua_State* L, const swig_type_info* type) {
  lua_pushlightuserdata(L, const_cast<swig_type_info*>(type));
  lua_rawget(L, LUA_REGISTRYINDEX);
}
/// In place of SWIG_NewPointerObj: an object that lies elsewhere.
inline void push_pointer(lua_State* L, void* p, swig_type_info* type, int own) {
  if (!p) return lua_pushnil(L);
  auto* head =
      static_cast<swig_lua_userdata*>(new_userdata(L, sizeof(swig_lua_userdata)));
  *head = {type, own, p};
  push_metatable(L, type);
  if (lua_istable(L, -1)) {
    lua_setmetatable(L, -2);
  } else {
    lua_pop(L, 1);  // a type without a class
  }
}

inline const swig_type_info* upvalue_type(lua_State* L) {
  return static_cast<const swig_type_info*>(lua_touserdata(L, lua_upvalueindex(1)));
}
/// __index, with one look-up in the table that is the upvalue: a method is a function, an
/// attribute the address of its getter, which is given the `objects` that it belongs to:
/// one, or none for a variable of the module.
template <int objects>
inline int index(lua_State* L) {
  if (!HOST_LIKELY(lua_gettop(L) == 2)) {
    return luaL_error(L, "__index expects 2 arguments, got %d", lua_gettop(L));
  }
  lua_rawget(L, lua_upvalueindex(1));
  if (!lua_islightuserdata(L, 2)) return 1;
  const auto getter = reinterpret_cast<lua_CFunction>(lua_touserdata(L, 2));
  lua_settop(L, objects);
  return getter(L);
}
/// __newindex: the upvalue has the addresses of setters.
template <int objects>
inline int new_index(lua_State* L) {
  lua_settop(L, 3);
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  const auto setter = reinterpret_cast<lua_CFunction>(lua_touserdata(L, -1));
  if (!setter) {
    push_shown(L, 2);
    return luaL_error(L, "nothing that can be set is called %s", lua_tostring(L, -1));
  }
  lua_settop(L, 3);
  lua_remove(L, 2);
  if (objects == 0) lua_remove(L, 1);
  return setter(L);
}
inline void set_function(lua_State* L, const char* name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}
inline void set_address(lua_State* L, const char* name, lua_CFunction function) {
  lua_pushlightuserdata(L, reinterpret_cast<void*>(function));
  lua_setfield(L, -2, name);
}
/// Sets the addresses of getters in the table below the top, of setters in that on top.
/// Returns how many attributes there are.
inline int set_attributes(lua_State* L, const swig_lua_attribute* attributes) {
  int count = 0;
  for (const auto* a = attributes; a->name; ++a, ++count) {
    lua_pushvalue(L, -2);
    set_address(L, a->name, a->getmethod);
    lua_pop(L, 1);
    const bool writable = a->setmethod && a->setmethod != SWIG_Lua_set_immutable;
    if (writable) set_address(L, a->name, a->setmethod);
  }
  return count;
}
/// The same for all members of a class and its bases, methods among them.
inline int set_members(lua_State* L, const swig_lua_class* wrapped) {
  int attributes = 0;
  for (int i = 0; wrapped->bases[i]; ++i) attributes += set_members(L, wrapped->bases[i]);
  lua_pushvalue(L, -2);
  for (const auto* method = wrapped->methods; method->name; ++method) {
    if (strncmp(method->name, "__", 2) != 0) set_function(L, method->name, method->func);
  }
  lua_pop(L, 1);
  return attributes + set_attributes(L, wrapped->attributes);
}

/// __tostring, as of Lua's own userdata.
inline int show(lua_State* L) {
  const swig_type_info* type = upvalue_type(L);
  const swig_lua_userdata* wrapped = find(L, 1, type);
  if (!wrapped) return refuse(L, 1, "self", name_of(type)), lua_error(L);
  if (!wrapped->ptr) {
    lua_pushfstring(L, "%s (destroyed)", name_of(type));
  } else {
    lua_pushfstring(L, "%s: %p", name_of(type), wrapped->ptr);
  }
  return 1;
}
/// __eq: two userdata of the same C++ object.
inline int is_same(lua_State* L) {
  const swig_lua_userdata* a = find(L, 1, upvalue_type(L));
  const swig_lua_userdata* b = find(L, 2, upvalue_type(L));
  lua_pushboolean(L, a && b && a->ptr && a->ptr == b->ptr);
  return 1;
}
/// __gc, and __close, of an object that C++ has made and Lua owns.
inline int destroy(lua_State* L) {
  const swig_type_info* type = upvalue_type(L);
  swig_lua_userdata* head = find(L, 1, type);
  if (!head || !head->ptr) return 0;
  void* p = std::exchange(head->ptr, nullptr);
  const auto destructor =
      static_cast<const swig_lua_class*>(type->clientdata)->destructor;
  if (std::exchange(head->own, 0) && destructor) destructor(p);
  return 0;
}

/// Makes the metatable of a class, as far as SWIG's description goes, and pushes it.
inline void push_new_metatable(lua_State* L, swig_type_info* type) {
  const auto* wrapped = static_cast<const swig_lua_class*>(type->clientdata);
  lua_newtable(L);
  lua_pushlightuserdata(L, type);
  lua_pushvalue(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);

  lua_pushstring(L, wrapped->name);
  lua_setfield(L, -2, "__name");
  const luaL_Reg usual[] = {
      {"__tostring", show}, {"__eq", is_same}, {"__gc", destroy}, {"__close", destroy}};
  for (const luaL_Reg& f : usual) {
    lua_pushlightuserdata(L, type);
    lua_pushcclosure(L, f.func, 1);
    lua_setfield(L, -2, f.name);
  }
  lua_newtable(L);
  lua_newtable(L);
  const bool getters = set_members(L, wrapped) > 0;
  lua_pushcclosure(L, new_index<1>, 1);
  lua_setfield(L, -3, "__newindex");
  if (getters) lua_pushcclosure(L, index<1>, 1);
  lua_setfield(L, -2, "__index");
  for (const auto* f = wrapped->metatable; f && f->name; ++f)
    set_function(L, f->name, f->func);
}

// ---- what the words add

/// What a word of the interface adds to a class: static objects, found without a list, in
/// the order of the words.
class Setup {
 public:
  /// Runs all of a type, with its metatable on top of the stack, where it stays.
  static void run_all(lua_State* L, const swig_type_info* type) {
    const int metatable = lua_gettop(L);
    for (const auto step : {&Setup::run, &Setup::finish}) {
      for (const Setup* s = first_; s; s = s->next_) {
        if (strcmp(s->type_name_, type->str) == 0) (s->*step)(L, type);
        lua_settop(L, metatable);
      }
    }
  }
  /// The wrapper of the constructor, where SWIG's proxy need not stand before it.
  static lua_CFunction constructor_of(const swig_type_info* type) {
    lua_CFunction found = nullptr;
    for (const Setup* s = first_; s && !found; s = s->next_) {
      if (strcmp(s->type_name_, type->str) == 0) found = s->constructor();
    }
    return found;
  }

 protected:
  explicit Setup(const char* type_name) : type_name_(type_name) {
    *last_ = this;
    last_ = &next_;
  }
  ~Setup() = default;
  virtual void run(lua_State*, const swig_type_info*) const {}
  virtual void finish(lua_State*, const swig_type_info*) const {}  ///< after all run()
  virtual lua_CFunction constructor() const { return nullptr; }

 private:
  const char* type_name_;
  const Setup* next_ = nullptr;
  static inline const Setup* first_ = nullptr;
  static inline const Setup** last_ = &first_;
};

/// A class whose objects live in their userdata.
template <class T>
class Class : Setup {
 public:
  Class(const char* type_name, lua_CFunction constructor)
      : Setup(type_name), constructor_(constructor) {}
  static void set_header(lua_State* L, Object<T>* o, T* made) {
    o->head.type = const_cast<swig_type_info*>(known_);
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
  void run(lua_State* L, const swig_type_info* type) const override {
    known_ = type;
    set_function(L, "__gc", end);
    set_function(L, "__close", end);
  }
  /// Keeps the metatable of objects in their userdata: the class's own, but that
  /// finalizing them is left out where it would be for nothing.
  void finish(lua_State* L, const swig_type_info*) const override {
    if (std::is_trivially_destructible_v<T>) {
      const int metatable = lua_gettop(L);
      lua_newtable(L);
      for (lua_pushnil(L); lua_next(L, metatable); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, metatable + 1);
      }
      lua_pushnil(L);
      lua_setfield(L, -2, "__gc");
    }
    lua_pushlightuserdata(L, &known_);
    lua_insert(L, -2);
    lua_rawset(L, LUA_REGISTRYINDEX);
  }
  lua_CFunction constructor() const override { return constructor_; }

 private:
  /// __gc, and __close for `local x <close> =`; what comes later finds no object.
  static int end(lua_State* L) {
    auto* o = static_cast<Object<T>*>(lua_touserdata(L, 1));
    if (!o || lua_rawlen(L, 1) < sizeof o->head || o->head.type != known_) return 0;
    auto* p = static_cast<T*>(o->head.ptr);
    o->head.ptr = nullptr;
    if (!p) return 0;
    if (o->head.own) {
      delete p;  // made by C++
    } else if (lua_rawlen(L, 1) >= sizeof *o && p == o->place()) {
      p->~T();
    }
    return 0;
  }
  lua_CFunction constructor_;
  static inline const swig_type_info* known_;
};

/// What a class shows of itself: tostring() writes "Name(a=1, b=2)".
class Shown : Setup {
 public:
  enum Kind { member, property };
  /// A member is a field, a property a method; `names` may be several, with commas. A
  /// class that has members is a value: `==` compares them.
  Shown(const char* type_name, Kind kind, const char* names)
      : Setup(type_name), kind_(kind), names_(names) {}

 protected:
  void run(lua_State* L, const swig_type_info* type) const override {
    constexpr char separators[] = ", ";
    const int metatable = lua_gettop(L);
    lua_getfield(L, metatable, "__shown");
    if (lua_isnil(L, -1)) lua_newtable(L);
    const int list = lua_gettop(L);
    auto count = static_cast<int>(lua_rawlen(L, list));
    for (const char* name = names_ + strspn(names_, separators); *name;) {
      const size_t size = strcspn(name, separators);
      lua_pushlstring(L, name, size);
      lua_rawseti(L, list, ++count);
      name += size;
      name += strspn(name, separators);
    }
    lua_pushvalue(L, list);
    lua_setfield(L, metatable, "__shown");
    set_closure(L, metatable, list, type, "__tostring", show_all);
    if (kind_ == member) set_closure(L, metatable, list, type, "__eq", are_equal);
  }

 private:
  static void set_closure(lua_State* L, int metatable, int list,
                          const swig_type_info* type, const char* name,
                          lua_CFunction function) {
    lua_pushlightuserdata(L, const_cast<swig_type_info*>(type));
    lua_pushvalue(L, list);
    lua_pushcclosure(L, function, 2);
    lua_setfield(L, metatable, name);
  }
  /// Pushes what the k-th name says of the object at index i; false behind the last.
  static bool push_value(lua_State* L, int i, int k) {
    lua_rawgeti(L, lua_upvalueindex(2), k);
    if (lua_isnil(L, -1)) return lua_pop(L, 1), false;
    lua_gettable(L, i);
    if (lua_isfunction(L, -1)) {
      lua_pushvalue(L, i);
      lua_call(L, 1, 1);
    }
    return true;
  }
  static int show_all(lua_State* L) {
    const swig_lua_userdata* wrapped = find(L, 1, upvalue_type(L));
    if (!wrapped || !wrapped->ptr) return show(L);
    lua_settop(L, 1);
    lua_pushfstring(L, "%s(", name_of(upvalue_type(L)));
    for (int k = 1; push_value(L, 1, k); ++k) {
      push_shown(L, 3);
      lua_replace(L, 3);
      lua_rawgeti(L, lua_upvalueindex(2), k);
      lua_pushfstring(L, "%s%s%s=%s", lua_tostring(L, 2), k > 1 ? ", " : "",
                      lua_tostring(L, 4), lua_tostring(L, 3));
      lua_replace(L, 2);
      lua_settop(L, 2);
    }
    lua_pushstring(L, ")");
    lua_concat(L, 2);
    return 1;
  }
  static int are_equal(lua_State* L) {
    lua_settop(L, 2);
    for (int i : {1, 2}) {
      const swig_lua_userdata* wrapped = find(L, i, upvalue_type(L));
      if (!wrapped || !wrapped->ptr) return lua_pushboolean(L, false), 1;
    }
    bool equal = true;
    for (int k = 1; equal && push_value(L, 1, k) && push_value(L, 2, k); ++k) {
#if LUA_VERSION_NUM >= 502
      equal = lua_compare(L, 3, 4, LUA_OPEQ);
#else
      equal = lua_equal(L, 3, 4);
#endif
      lua_settop(L, 2);
    }
    lua_pushboolean(L, equal);
    return 1;
  }
  Kind kind_;
  const char* names_;
};

/// A class with exhausted() and advance(): a generic for over an object calls it, with a
/// state and the last value, which it does not need; no result ends it.
template <class T>
class Iterable : Setup {
 public:
  explicit Iterable(const char* type_name) : Setup(type_name) {}

 protected:
  void run(lua_State* L, const swig_type_info* type) const override {
    known_ = type;
    set_function(L, "__call", next);
  }

 private:
  using Value = decltype(std::declval<T&>().advance());
  static int next(lua_State* L) {
    T* iterated;
    if (!in_object(L, 1, &iterated, known_, "self")) return lua_error(L);
    std::optional<Value> value;
    if (!guarded(L, [&] {
          if (!iterated->exhausted()) value = iterated->advance();
        }))
      return lua_error(L);
    if (!value) return 0;
    out(L, *value);
    return 1;
  }
  static inline const swig_type_info* known_;
};

// ---- objects that are made

/// Memory for an object in a new userdata on top of the stack, without a metatable yet.
template <class T>
inline Object<T>* allocate(lua_State* L) {
  return static_cast<Object<T>*>(new_userdata(L, sizeof(Object<T>)));
}
/// Makes a C++ object in a new userdata.
template <class T, class... A>
inline bool construct(lua_State* L, A&&... arguments) {
  Object<T>* o;
  if constexpr (((std::is_arithmetic_v<std::decay_t<A>> ||
                  std::is_enum_v<std::decay_t<A>>) &&
                 ...)) {
    o = allocate<T>(L);
  } else if (protect(L, 0, [&o](lua_State* M) { return o = allocate<T>(M), 1; })) {
    // what the arguments own is alive
  } else {
    return false;
  }
  T* made;
  if (!guarded(L, [&] { made = new (o->place()) T(std::forward<A>(arguments)...); }))
    return false;
  Class<T>::set_header(L, o, made);
  return true;
}
/// Pushes a copy of a C++ value as a new userdata, or raises an error.
template <class T>
inline void out_copy(lua_State* L, const T& value) {
  Object<T>* o = allocate<T>(L);
  T* made;
  if (!guarded(L, [&] { made = new (o->place()) T(value); })) lua_error(L);
  Class<T>::set_header(L, o, made);
}
template <class T>
inline bool give_copy(lua_State* L, const T& value) {
  if constexpr (std::is_trivially_destructible_v<T>) return out_copy(L, value), true;
  return protect(L, 0, [&value](lua_State* M) { return out_copy(M, value), 1; });
}
template <class T>
bool give_copies(lua_State* L, std::vector<T>& v) {
  return give_list(L, v, out_copy<T>);
}

// ---- the module

/// Makes objects of a class that no word was said of: SWIG's proxy, the upvalue, takes
/// the place of its first argument.
inline int construct_by_proxy(lua_State* L) {
  lua_newtable(L);
  lua_insert(L, 1);
  return reinterpret_cast<lua_CFunction>(lua_touserdata(L, lua_upvalueindex(1)))(L);
}
inline void push_constructor(lua_State* L, const swig_lua_class* wrapped) {
  if (const lua_CFunction direct = Setup::constructor_of(*wrapped->type)) {
    lua_pushcfunction(L, direct);
  } else {
    lua_pushlightuserdata(L, reinterpret_cast<void*>(wrapped->constructor));
    lua_pushcclosure(L, construct_by_proxy, 1);
  }
}
/// __call of a class that is a table: the upvalue is the constructor.
inline int call_class(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  if (lua_gettop(L) == 1) {
    lua_insert(L, 1);
  } else {
    lua_replace(L, 1);  // the table that was called
  }
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}
inline void push_namespace(lua_State* L, swig_lua_namespace* described);

/// Makes a class and sets it in the table on top of the stack: its constructor, or, if
/// the class has something of its own, a table that can be called.
inline void set_class(lua_State* L, swig_lua_class* wrapped) {
  swig_type_info* type = *wrapped->type;
  if (strncmp(type->str, "std::", 5) == 0) return;  // SWIG's `string`: Lua has its own
  push_new_metatable(L, type);
  Setup::run_all(L, type);
  lua_pop(L, 1);

  const swig_lua_namespace* own = wrapped->cls_static;
  const bool has_own = own->ns_methods->name || own->ns_attributes->name ||
                       own->ns_constants->type || (own->ns_classes && *own->ns_classes);
  if (has_own) {
    push_namespace(L, wrapped->cls_static);
    if (wrapped->constructor) {
      if (!lua_getmetatable(L, -1)) lua_newtable(L);
      push_constructor(L, wrapped);
      lua_pushcclosure(L, call_class, 1);
      lua_setfield(L, -2, "__call");
      lua_setmetatable(L, -2);
    }
  } else if (wrapped->constructor) {
    push_constructor(L, wrapped);
  } else {
    return;
  }
  lua_setfield(L, -2, wrapped->name);
}
/// Pushes a table of what SWIG describes, and of nothing else.
inline void push_namespace(lua_State* L, swig_lua_namespace* described) {
  lua_newtable(L);
  SWIG_Lua_InstallConstants(L, described->ns_constants);
  for (const auto* f = described->ns_methods; f->name; ++f)
    set_function(L, f->name, f->func);
  for (auto** c = described->ns_classes; c && *c; ++c) set_class(L, *c);
  for (auto** n = described->ns_namespaces; n && *n; ++n) {
    push_namespace(L, *n);
    lua_setfield(L, -2, (*n)->name);
  }
  if (!described->ns_attributes->name) return;
  lua_newtable(L);
  lua_newtable(L);
  lua_newtable(L);
  set_attributes(L, described->ns_attributes);
  lua_pushcclosure(L, new_index<0>, 1);
  lua_setfield(L, -3, "__newindex");
  lua_pushcclosure(L, index<0>, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
}
/// In place of SWIG_Lua_namespace_register: pushes the module.
inline void open_module(lua_State* L, swig_lua_namespace* described, int) {
  push_namespace(L, described);
  Integer::open(L);
  open_calls(L);
}

}  // namespace host
