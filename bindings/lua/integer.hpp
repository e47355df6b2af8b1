/// Integer: integers of any size for Lua, which has none, by GMP. The limbs lie in the
/// userdata itself, so that the collector knows their size and nothing has to be
/// finalized. One metatable per Lua state, for all modules together.
///
/// Nothing here owns memory when an error is raised: results are computed in the userdata
/// that is returned, and what GMP needs besides is asked for first.
#pragma once
#include <gmp.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

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
          {"__add", arithmetic<Add>},
          {"__sub", arithmetic<Subtract>},
          {"__mul", arithmetic<Multiply>},
          {"__div", divide},
          {"__idiv", arithmetic<FloorDivide>},
          {"__mod", arithmetic<Modulo>},
          {"__pow", arithmetic<Power>},
      };
      set(L, metamethods);
      lua_newtable(L);
      const luaL_Reg methods[] = {{"tointeger", to_lua_integer},
                                  {"tonumber", to_lua_number},
                                  {"idiv", arithmetic<FloorDivide>}};
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

  /// Borrows the number at index i if it is an Integer. (Its metatable alone proves
  /// nothing: debug.setmetatable gives it to every userdata.)
  static bool at(lua_State* L, int i, mpz_ptr z) {
    const auto* stored = static_cast<const Stored*>(lua_touserdata(L, i));
    if (lua_type(L, i) != LUA_TUSERDATA || !lua_getmetatable(L, i)) return false;
    luaL_getmetatable(L, name);
    const bool same = lua_rawequal(L, -1, -2) && fits(stored, lua_rawlen(L, i));
    lua_pop(L, 2);
    if (same) mpz_roinit_n(z, stored->limbs(), stored->size);
    return same;
  }

  /// The double nearest to the number; of two that are equally near, the even one.
  static double to_double(mpz_srcptr z) {
    const double magnitude = rounded(z, 0, false);
    return mpz_sgn(z) < 0 ? -magnitude : magnitude;
  }

  /// Pushes the decimal digits.
  static void push_digits(lua_State* L, mpz_srcptr z) {
    auto* digits = static_cast<char*>(new_userdata(L, mpz_sizeinbase(z, 10) + 2));
    ask_for(L, 9 * bytes_of(z));
    lua_pushstring(L, mpz_get_str(digits, 10, z));
    lua_remove(L, -2);
  }

 private:
  static constexpr const char* name = "host.Integer";
  static constexpr size_t largest_bits = size_t{1} << 33;  // 1 GiB
  static_assert(sizeof(mp_limb_t) == sizeof(uint64_t) && GMP_NAIL_BITS == 0,
                "GMP needs 64-bit limbs");

  // ---- memory

  /// The userdata: the limbs lie behind it, as many as the size says, but at least one,
  /// which GMP may read of a 0. The size is negative for a negative number.
  struct Stored {
    mp_size_t size;
    const mp_limb_t* limbs() const {
      return reinterpret_cast<const mp_limb_t*>(this + 1);
    }
    mp_limb_t* limbs() { return reinterpret_cast<mp_limb_t*>(this + 1); }
  };
  /// Does a userdata of so many bytes hold as many limbs as it says?
  static bool fits(const Stored* stored, size_t bytes) {
    if (bytes < sizeof(Stored) + sizeof(mp_limb_t)) return false;
    const auto room =
        static_cast<mp_size_t>((bytes - sizeof(Stored)) / sizeof(mp_limb_t));
    return stored->size <= room && stored->size >= -room;
  }
  static Stored* new_stored(lua_State* L, size_t limbs) {
    const size_t room = std::max<size_t>(limbs, 1);
    auto* stored =
        static_cast<Stored*>(new_userdata(L, sizeof(Stored) + room * sizeof(mp_limb_t)));
    stored->size = 0;
    stored->limbs()[0] = 0;
    return stored;
  }
  static void become_integer(lua_State* L) {
    luaL_getmetatable(L, name);
    lua_setmetatable(L, -2);
  }
  static void push(lua_State* L, const mp_limb_t* limbs, mp_size_t size) {
    const auto count = static_cast<size_t>(size < 0 ? -size : size);
    Stored* stored = new_stored(L, count);
    stored->size = size;
    if (count > 0) memcpy(stored->limbs(), limbs, count * sizeof(mp_limb_t));
    become_integer(L);
  }

  /// A result, which GMP writes into the userdata on top of the stack.
  class Result {
   public:
    /// `limbs`: as many as GMP's function asks for, so that it never reallocates.
    Result(lua_State* L, size_t limbs) : stored_(new_stored(L, limbs)), limbs_(limbs) {
      z_->_mp_alloc = static_cast<int>(limbs);
      z_->_mp_size = 0;
      z_->_mp_d = stored_->limbs();
    }
    mpz_ptr get() { return z_; }
    int finish(lua_State* L) {
      const size_t used = mpz_size(z_);
      if (used < limbs_ / 2) {  // the rest would be kept as long as the number is
        push(L, z_->_mp_d, z_->_mp_size);
      } else {
        stored_->size = z_->_mp_size;
        become_integer(L);
      }
      return 1;
    }

   private:
    Stored* stored_;
    size_t limbs_;
    mpz_t z_;
  };

  /// GMP ends the process when it gets no memory: what it will need for its work is asked
  /// for first, when all else is allocated. Small numbers need none of the heap.
  static void ask_for(lua_State* L, size_t bytes) {
    if (bytes < 4096) return;
    static const auto physical = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) *
                                 static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void* volatile trial = bytes < physical ? malloc(bytes) : nullptr;
    if (!trial) luaL_error(L, "not enough memory");
    free(trial);
  }
  static size_t bytes_of(mpz_srcptr z) { return mpz_size(z) * sizeof(mp_limb_t); }
  static void need_bits(lua_State* L, size_t bits) {
    if (bits > largest_bits) luaL_error(L, "the Integer is too large");
  }

  template <size_t N>
  static void set(lua_State* L, const luaL_Reg (&functions)[N]) {
    for (const luaL_Reg& f : functions) {
      lua_pushcfunction(L, f.func);
      lua_setfield(L, -2, f.name);
    }
  }

  // ---- operands

  /// What an operator is given: an Integer, an integer of Lua's, or a float.
  class Operand {
   public:
    Operand(lua_State* L, int i) {
      int64_t v;
      if (at(L, i, z)) {
        exact = true;
      } else if (is_integer(L, i) && to_integer(L, i, &v)) {
        limb_ = v < 0 ? -static_cast<mp_limb_t>(v) : static_cast<mp_limb_t>(v);
        mpz_roinit_n(z, &limb_, v < 0 ? -1 : v > 0);
        exact = true;
      } else if (lua_type(L, i) == LUA_TNUMBER) {
        float_ = lua_tonumber(L, i);
        exact = false;
      } else {
        luaL_error(L, "an Integer goes with numbers, got %s", luaL_typename(L, i));
      }
    }
    Operand(const Operand&) = delete;
    Operand& operator=(const Operand&) = delete;
    double as_double() const { return exact ? to_double(z) : float_; }

    bool exact;  ///< an integer, which is z
    mpz_t z;

   private:
    /// Lua 5.4 tells integers from floats; of LuaJIT's numbers, those are integers that
    /// are whole and exact.
    static bool is_integer(lua_State* L, int i) {
#if LUA_VERSION_NUM >= 503
      return lua_isinteger(L, i);
#else
      return lua_type(L, i) == LUA_TNUMBER;
#endif
    }
    mp_limb_t limb_;
    double float_;
  };

  // ---- arithmetic: with a float in it as Lua's own, else exact
  //
  // `prepare` refuses what cannot be, and tells what the work needs: the result's limbs
  // at most, and the bytes that GMP allocates besides, measured and rounded up.

  struct Need {
    size_t limbs, bytes;
  };

  struct Add {
    static Need prepare(lua_State*, mpz_srcptr a, mpz_srcptr b) {
      return {std::max(mpz_size(a), mpz_size(b)) + 1, 0};
    }
    static void exact(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) { mpz_add(r, a, b); }
    static double inexact(double x, double y) { return x + y; }
  };
  struct Subtract {
    static Need prepare(lua_State* L, mpz_srcptr a, mpz_srcptr b) {
      return Add::prepare(L, a, b);
    }
    static void exact(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) { mpz_sub(r, a, b); }
    static double inexact(double x, double y) { return x - y; }
  };
  struct Multiply {
    static Need prepare(lua_State* L, mpz_srcptr a, mpz_srcptr b) {
      need_bits(L, mpz_sizeinbase(a, 2) + mpz_sizeinbase(b, 2));
      return {mpz_size(a) + mpz_size(b), 4 * (bytes_of(a) + bytes_of(b))};
    }
    static void exact(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) { mpz_mul(r, a, b); }
    static double inexact(double x, double y) { return x * y; }
  };
  /// Towards minus infinity, as Lua's // and %.
  struct FloorDivide {
    static Need prepare(lua_State* L, mpz_srcptr a, mpz_srcptr b) {
      need_divisor(L, b);
      const size_t size_a = mpz_size(a), size_b = mpz_size(b);
      return {size_a < size_b ? 1 : size_a - size_b + 2, 4 * (bytes_of(a) + bytes_of(b))};
    }
    static void exact(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) { mpz_fdiv_q(r, a, b); }
    static double inexact(double x, double y) { return floor(x / y); }
  };
  struct Modulo {
    static Need prepare(lua_State* L, mpz_srcptr a, mpz_srcptr b) {
      need_divisor(L, b);
      return {mpz_size(b) + 1, 4 * (bytes_of(a) + bytes_of(b))};
    }
    static void exact(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) { mpz_fdiv_r(r, a, b); }
    static double inexact(double x, double y) {
#if LUA_VERSION_NUM >= 503
      const double rest = fmod(x, y);
      return (rest > 0 ? y < 0 : rest < 0 && y != rest) ? rest + y : rest;
#else
      return x - floor(x / y) * y;
#endif
    }
  };
  static void need_divisor(lua_State* L, mpz_srcptr b) {
    if (mpz_sgn(b) == 0) luaL_error(L, "an Integer divided by zero");
  }
  struct Power {
    static Need prepare(lua_State* L, mpz_srcptr a, mpz_srcptr b) {
      if (mpz_sgn(b) < 0) {
        luaL_error(L, "the exponent of an Integer must be at least 0");
      }
      if (is_unit(a)) return {4, 0};
      const size_t bits = mpz_sizeinbase(a, 2);
      if (mpz_cmp_ui(b, largest_bits / bits) > 0) need_bits(L, SIZE_MAX);
      const size_t limbs = bits * mpz_get_ui(b) / GMP_NUMB_BITS + 16;
      return {limbs, 6 * limbs * sizeof(mp_limb_t)};
    }
    static void exact(mpz_ptr r, mpz_srcptr a, mpz_srcptr b) {
      const unsigned long small = mpz_sgn(b) == 0 ? 0 : mpz_odd_p(b) ? 1 : 2;
      mpz_pow_ui(r, a, is_unit(a) ? small : mpz_get_ui(b));
    }
    static double inexact(double x, double y) { return pow(x, y); }

   private:
    /// 0, 1 and -1 stay what they are, or become their square, whatever the exponent.
    static bool is_unit(mpz_srcptr a) { return mpz_cmpabs_ui(a, 1) <= 0; }
  };

  template <class Operation>
  static int arithmetic(lua_State* L) {
    lua_settop(L, 2);
    const Operand a(L, 1), b(L, 2);
    if (!a.exact || !b.exact) {
      lua_pushnumber(L, Operation::inexact(a.as_double(), b.as_double()));
      return 1;
    }
    const Need need = Operation::prepare(L, a.z, b.z);
    Result result(L, need.limbs);
    ask_for(L, need.bytes);
    Operation::exact(result.get(), a.z, b.z);
    return result.finish(L);
  }
  static int negate(lua_State* L) {
    lua_settop(L, 1);
    const Operand a(L, 1);
    if (!a.exact) return lua_pushnumber(L, -a.as_double()), 1;
    const auto size = static_cast<mp_size_t>(mpz_size(a.z));
    push(L, mpz_limbs_read(a.z), mpz_sgn(a.z) < 0 ? size : -size);
    return 1;
  }

  // ---- floats

  /// The double nearest to |z| * 2^exponent, or to a little more; of two that are equally
  /// near, the even one.
  static double rounded(mpz_srcptr z, int64_t exponent, bool more) {
    if (mpz_sgn(z) == 0) return 0;
    const size_t bits = mpz_sizeinbase(z, 2);
    const mp_limb_t* last = mpz_limbs_read(z) + mpz_size(z) - 1;
    const int empty = __builtin_clzll(*last);
    uint64_t lead = *last << empty;  // the first 64 bits
    if (empty && mpz_size(z) > 1) lead |= last[-1] >> (64 - empty);
    more = more || (bits > 64 && mpz_scan1(z, 0) < bits - 64);

    const int64_t top = static_cast<int64_t>(bits) + exponent;  // it lies below 2^top
    if (top > 1024) return HUGE_VAL;
    const int64_t precision = std::min<int64_t>(53, top + 1074);  // fewer near 0
    if (precision < 0) return 0;
    const int dropped = static_cast<int>(64 - precision);
    uint64_t kept = dropped < 64 ? lead >> dropped : 0;
    const uint64_t rest = dropped < 64 ? lead << (64 - dropped) : lead;
    constexpr uint64_t half = uint64_t{1} << 63;
    if (rest > half || (rest == half && (more || kept & 1))) ++kept;
    return ldexp(static_cast<double>(kept), static_cast<int>(top - precision));
  }

  /// a / b as the nearest double. Of a so many limbs are divided that the quotient has 64
  /// bits or more; what is left over only says on which side of a tie it lies.
  static double quotient(lua_State* L, mpz_srcptr a, mpz_srcptr b) {
    if (mpz_sgn(a) == 0 || mpz_sgn(b) == 0) {
      return static_cast<double>(mpz_sgn(a)) / static_cast<double>(mpz_sgn(b));
    }
    const size_t size_a = mpz_size(a), size_b = mpz_size(b), size = size_b + 2;
    auto* rest =
        static_cast<mp_limb_t*>(new_userdata(L, (size_b + size) * sizeof(mp_limb_t)));
    ask_for(L, 4 * size * sizeof(mp_limb_t));
    mp_limb_t* dividend = rest + size_b;
    const size_t taken = std::min(size_a, size);
    memset(dividend, 0, (size - taken) * sizeof(mp_limb_t));
    memcpy(dividend + size - taken, mpz_limbs_read(a) + size_a - taken,
           taken * sizeof(mp_limb_t));
    bool more = size_a > size && mpz_scan1(a, 0) < (size_a - size) * GMP_NUMB_BITS;

    mp_limb_t limbs[3];
    mpn_tdiv_qr(limbs, rest, 0, dividend, static_cast<mp_size_t>(size), mpz_limbs_read(b),
                static_cast<mp_size_t>(size_b));
    for (size_t i = 0; i < size_b && !more; ++i) more = rest[i] != 0;
    mpz_t z;
    mpz_roinit_n(z, limbs, 3);
    const double magnitude = rounded(
        z, (static_cast<int64_t>(size_a) - static_cast<int64_t>(size)) * GMP_NUMB_BITS,
        more);
    return (mpz_sgn(a) < 0) != (mpz_sgn(b) < 0) ? -magnitude : magnitude;
  }
  static int divide(lua_State* L) {
    lua_settop(L, 2);
    const Operand a(L, 1), b(L, 2);
    lua_pushnumber(
        L, a.exact && b.exact ? quotient(L, a.z, b.z) : a.as_double() / b.as_double());
    return 1;
  }

  // ---- comparison: exact, also with a float

  static bool equal(int order) { return order == 0; }
  static bool less(int order) { return order < 0; }
  static bool less_equal(int order) { return order <= 0; }
  template <bool Holds(int)>
  static int compare(lua_State* L) {
    lua_settop(L, 2);
    const Operand a(L, 1), b(L, 2);
    const bool ordered =
        (a.exact || !isnan(a.as_double())) && (b.exact || !isnan(b.as_double()));
    lua_pushboolean(L, ordered && Holds(order(a, b)));
    return 1;
  }
  static int order(const Operand& a, const Operand& b) {
    if (a.exact && b.exact) return mpz_cmp(a.z, b.z);
    if (a.exact) return mpz_cmp_d(a.z, b.as_double());
    if (b.exact) return -mpz_cmp_d(b.z, a.as_double());
    const double x = a.as_double(), y = b.as_double();
    return (x > y) - (x < y);
  }

  // ---- there and back

  /// Integer(x): from an Integer, an integer of Lua's or decimal digits.
  static int construct(lua_State* L) {
    const int given = lua_gettop(L);
    if (given != 1) return luaL_error(L, "Integer expects 1 argument, got %d", given);
    mpz_t z;
    if (at(L, 1, z)) return 1;
    int64_t v;
    if (to_integer(L, 1, &v)) {
      const mp_limb_t magnitude =
          v < 0 ? -static_cast<mp_limb_t>(v) : static_cast<mp_limb_t>(v);
      push(L, &magnitude, v < 0 ? -1 : v > 0);
      return 1;
    }
    constexpr const char* needed = "Integer must be given decimal digits or an integer";
    if (lua_type(L, 1) == LUA_TNUMBER) {
      return luaL_error(L, "%s, got %s", needed, lua_tostring(L, 1));
    }
    if (lua_type(L, 1) != LUA_TSTRING) {
      return luaL_error(L, "%s, got %s", needed, luaL_typename(L, 1));
    }
    size_t size;
    const char* digits = lua_tolstring(L, 1, &size);
    const size_t sign = *digits == '-';
    if (size == sign || strspn(digits + sign, "0123456789") != size - sign) {
      return luaL_error(L, "%s, got '%s'", needed, digits);
    }
    need_bits(L, size / 3);           // a digit has 3.3 bits
    Result result(L, size / 19 + 4);  // a limb has 19.3 of them
    ask_for(L, 10 * size / 19 * sizeof(mp_limb_t));
    mpz_set_str(result.get(), digits, 10);
    return result.finish(L);
  }
  static int text(lua_State* L) {
    const Operand a(L, 1);
    if (a.exact) {
      push_digits(L, a.z);
    } else {
      lua_pushnumber(L, a.as_double());
      lua_tostring(L, -1);
    }
    return 1;
  }

  /// a .. b, as with Lua's own numbers.
  static int concatenate(lua_State* L) {
    lua_settop(L, 2);
    for (int i : {1, 2}) {
      mpz_t z;
      if (at(L, i, z)) {
        push_digits(L, z);
        lua_replace(L, i);
      } else if (!lua_isstring(L, i)) {
        luaL_error(L, "attempt to concatenate a %s value", luaL_typename(L, i));
      }
    }
    lua_settop(L, 2);
    lua_concat(L, 2);
    return 1;
  }

  /// Borrows what a method was called on.
  static void self(lua_State* L, mpz_ptr z) {
    if (!at(L, 1, z)) luaL_error(L, "self must be Integer, got %s", luaL_typename(L, 1));
  }
  /// x:tointeger(): a Lua integer, or an error when it does not fit.
  static int to_lua_integer(lua_State* L) {
    mpz_t z;
    self(L, z);
    const bool fits = largest_number == INT64_MAX ? mpz_fits_slong_p(z)
                                                  : mpz_cmpabs_ui(z, largest_number) <= 0;
    if (!fits) return luaL_error(L, "the Integer does not fit a Lua integer");
    push_number(L, mpz_get_si(z));
    return 1;
  }
  /// x:tonumber(): the nearest float.
  static int to_lua_number(lua_State* L) {
    mpz_t z;
    self(L, z);
    lua_pushnumber(L, to_double(z));
    return 1;
  }
};

}  // namespace host
