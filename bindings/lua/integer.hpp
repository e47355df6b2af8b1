/// Integer: integers of any size for Lua, which has none, by GMP. The limbs lie in the
/// userdata itself, so that the collector knows their size and nothing has to be
/// finalized. One metatable a Lua state, for all modules together.
#pragma once
#include <gmp.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

// Lua 5.1's names, which LuaJIT has.
#if LUA_VERSION_NUM < 502
#define lua_rawlen lua_objlen
#endif

namespace host {

/// The largest integer that a Lua number holds, with all below it, and that stands for no
/// other one.
#if LUA_VERSION_NUM >= 503
inline constexpr uint64_t largest_number = INT64_MAX;
inline void push_number(lua_State* L, int64_t v) { lua_pushinteger(L, v); }
#else
inline constexpr uint64_t largest_number = (uint64_t{1} << 53) - 1;
inline void push_number(lua_State* L, int64_t v) {
  lua_pushnumber(L, static_cast<lua_Number>(v));
}
#endif

/// Reads a Lua number that is an integer: no text, no fraction, nothing that is not
/// exact.
inline bool to_integer(lua_State* L, int i, int64_t* v) {
  if (lua_type(L, i) != LUA_TNUMBER) return false;
#if LUA_VERSION_NUM >= 503
  int exact;
  *v = lua_tointegerx(L, i, &exact);
  return exact;
#else
  const lua_Number x = lua_tonumber(L, i);
  if (!(fabs(x) <= static_cast<lua_Number>(largest_number)) || floor(x) != x)
    return false;
  *v = static_cast<int64_t>(x);
  return true;
#endif
}

/// Memory of Lua's, without what may be attached to a userdata.
inline void* new_userdata(lua_State* L, size_t size) {
#if LUA_VERSION_NUM >= 504
  return lua_newuserdatauv(L, size, 0);
#else
  return lua_newuserdata(L, size);
#endif
}

class Integer {
 public:
  /// Makes the metatable and sets `Integer`, the constructor, in the table on top of the
  /// stack.
  static void open(lua_State* L) {
    if (luaL_newmetatable(L, name)) {
      const luaL_Reg metamethods[] = {
          {"__tostring", text},
          {"__concat", concatenate},
          {"__eq", compare<equal>},
          {"__lt", compare<less>},
          {"__le", compare<less_equal>},
          {"__unm", negate},
          {"__add", binary<mpz_add>},
          {"__sub", binary<mpz_sub>},
          {"__mul", binary<mpz_mul>},
          {"__idiv",
           divide<mpz_fdiv_q>},  // towards minus infinity, as // and % do in Lua
          {"__mod", divide<mpz_fdiv_r>},
          {"__pow", power},
      };
      set(L, metamethods);
      lua_newtable(L);
      const luaL_Reg methods[] = {{"tointeger", to_lua_integer},
                                  {"tonumber", to_lua_number},
                                  {"idiv", divide<mpz_fdiv_q>}};
      set(L, methods);
      lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
    lua_pushcfunction(L, construct);
    lua_setfield(L, -2, "Integer");
  }

  /// Pushes a natural number given by its limbs, least significant first, the last not 0.
  static void push_natural(lua_State* L, const uint64_t* limbs, size_t count) {
    push(L, reinterpret_cast<const mp_limb_t*>(limbs), static_cast<mp_size_t>(count));
  }

  /// Borrows the number at index i if it is an Integer.
  static bool at(lua_State* L, int i, mpz_ptr z) {
    const auto* stored = static_cast<const Stored*>(lua_touserdata(L, i));
    if (lua_type(L, i) != LUA_TUSERDATA || !lua_getmetatable(L, i)) return false;
    luaL_getmetatable(L, name);
    const bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (same) mpz_roinit_n(z, stored->limbs(), stored->size);
    return same;
  }

 private:
  static constexpr const char* name = "host.Integer";
  static constexpr size_t largest_bits =
      size_t{1} << 33;  // 1 GiB: GMP ends the process when memory does
  static_assert(sizeof(mp_limb_t) == sizeof(uint64_t) && GMP_NAIL_BITS == 0,
                "GMP needs 64-bit limbs");

  /// The userdata: the limbs lie behind it, as many as the size says; it is negative for
  /// a negative number.
  struct Stored {
    mp_size_t size;
    const mp_limb_t* limbs() const {
      return reinterpret_cast<const mp_limb_t*>(this + 1);
    }
  };
  /// A result on its way into a userdata.
  struct Result {
    Result() { mpz_init(z); }
    ~Result() { mpz_clear(z); }
    mpz_t z;
  };

  static void push(lua_State* L, const mp_limb_t* limbs, mp_size_t size) {
    const size_t bytes = static_cast<size_t>(size < 0 ? -size : size) * sizeof(mp_limb_t);
    auto* stored = static_cast<Stored*>(new_userdata(L, sizeof(Stored) + bytes));
    stored->size = size;
    memcpy(stored + 1, limbs, bytes);
    luaL_getmetatable(L, name);
    lua_setmetatable(L, -2);
  }
  static int push(lua_State* L, const Result& result) {
    const auto size = static_cast<mp_size_t>(mpz_size(result.z));
    push(L, mpz_limbs_read(result.z), mpz_sgn(result.z) < 0 ? -size : size);
    return 1;
  }
  template <size_t N>
  static void set(lua_State* L, const luaL_Reg (&functions)[N]) {
    for (const luaL_Reg& f : functions) {
      lua_pushcfunction(L, f.func);
      lua_setfield(L, -2, f.name);
    }
  }
  /// Borrows the operand at index i; a Lua integer is replaced by an Integer.
  static void operand(lua_State* L, int i, mpz_ptr z) {
    if (at(L, i, z)) return;
    int64_t v = 0;
    if (!to_integer(L, i, &v)) {
      luaL_error(
          L, "an Integer goes with integers, got %s",
          lua_type(L, i) == LUA_TNUMBER ? lua_tostring(L, i) : luaL_typename(L, i));
    }
    const mp_limb_t magnitude =
        v < 0 ? -static_cast<mp_limb_t>(v) : static_cast<mp_limb_t>(v);
    push(L, &magnitude, v < 0 ? -1 : v > 0);
    lua_replace(L, i);
    at(L, i, z);
  }
  static void operands(lua_State* L, mpz_ptr a, mpz_ptr b) {
    operand(L, 1, a);
    operand(L, 2, b);
  }

  /// Integer(x): from an Integer, a Lua integer or decimal digits.
  static int construct(lua_State* L) {
    luaL_checkany(L, 1);
    if (lua_type(L, 1) != LUA_TSTRING) {
      mpz_t z;
      operand(L, 1, z);
      lua_settop(L, 1);
      return 1;
    }
    size_t size;
    const char* digits = lua_tolstring(L, 1, &size);
    const size_t sign = *digits == '-';
    if (size == sign || strspn(digits + sign, "0123456789") != size - sign) {
      return luaL_error(L, "Integer must be given decimal digits, got '%s'", digits);
    }
    Result result;
    mpz_set_str(result.z, digits, 10);
    return push(L, result);
  }
  static int text(lua_State* L) {
    mpz_t z;
    operand(L, 1, z);
    auto* digits = static_cast<char*>(lua_newuserdata(L, mpz_sizeinbase(z, 10) + 2));
    lua_pushstring(L, mpz_get_str(digits, 10, z));
    return 1;
  }

  /// a .. b, as with Lua's own numbers.
  static int concatenate(lua_State* L) {
    for (int i : {1, 2}) {
      mpz_t z;
      if (!at(L, i, z)) continue;
      lua_pushcfunction(L, text);
      lua_pushvalue(L, i);
      lua_call(L, 1, 1);
      lua_replace(L, i);
    }
    luaL_checkstring(L, 1);
    luaL_checkstring(L, 2);
    lua_settop(L, 2);
    lua_concat(L, 2);
    return 1;
  }

  static bool equal(int order) { return order == 0; }
  static bool less(int order) { return order < 0; }
  static bool less_equal(int order) { return order <= 0; }
  template <bool Holds(int)>
  static int compare(lua_State* L) {
    mpz_t a, b;
    operands(L, a, b);
    lua_pushboolean(L, Holds(mpz_cmp(a, b)));
    return 1;
  }
  static int negate(lua_State* L) {
    mpz_t a;
    operand(L, 1, a);
    Result result;
    mpz_neg(result.z, a);
    return push(L, result);
  }
  template <void Operation(mpz_ptr, mpz_srcptr, mpz_srcptr)>
  static int binary(lua_State* L) {
    mpz_t a, b;
    operands(L, a, b);
    if (mpz_sizeinbase(a, 2) + mpz_sizeinbase(b, 2) > largest_bits)
      return luaL_error(L, "the Integer is too large");
    Result result;
    Operation(result.z, a, b);
    return push(L, result);
  }
  template <void Operation(mpz_ptr, mpz_srcptr, mpz_srcptr)>
  static int divide(lua_State* L) {
    mpz_t a, b;
    operands(L, a, b);
    if (mpz_sgn(b) == 0) return luaL_error(L, "an Integer divided by zero");
    Result result;
    Operation(result.z, a, b);
    return push(L, result);
  }
  static int power(lua_State* L) {
    mpz_t a, b;
    operands(L, a, b);
    if (mpz_sgn(b) < 0)
      return luaL_error(L, "the exponent of an Integer must be at least 0");
    const bool one = mpz_cmpabs_ui(a, 1) <=
                     0;  // 0, 1 and -1 stay what they are, or become their square
    if (!one && mpz_cmp_ui(b, largest_bits / mpz_sizeinbase(a, 2)) > 0)
      return luaL_error(L, "the Integer is too large");
    Result result;
    mpz_pow_ui(result.z, a,
               !one              ? mpz_get_ui(b)
               : mpz_sgn(b) == 0 ? 0
               : mpz_odd_p(b)    ? 1
                                 : 2);
    return push(L, result);
  }

  /// x:tointeger(): a Lua integer, or an error when it does not fit.
  static int to_lua_integer(lua_State* L) {
    mpz_t z;
    operand(L, 1, z);
    if (mpz_cmpabs_ui(z, largest_number) > 0)
      return luaL_error(L, "the Integer does not fit a Lua integer");
    push_number(L, mpz_get_si(z));
    return 1;
  }
  /// x:tonumber(): the nearest float towards 0.
  static int to_lua_number(lua_State* L) {
    mpz_t z;
    operand(L, 1, z);
    lua_pushnumber(L, mpz_get_d(z));
    return 1;
  }
};

}  // namespace host
