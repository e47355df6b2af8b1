/// The module for Lua 5.4 and LuaJIT as one writes it by hand: what SWIG's is measured
/// against. A Lua error is a longjmp: it is raised only where no C++ object with a
/// destructor is alive (protect.hpp).
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <lua.hpp>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "calls.hpp"
#include "errors.hpp"
#include "fibonacci/fibonacci.hpp"
#include "integer.hpp"
#include "protect.hpp"

#define LIKELY(x) HOST_LIKELY(x)
#define COLD HOST_COLD

namespace {

using fibonacci::Sequence;
using fibonacci::Term;
using host::Integer;
namespace needed = host::needed;

// ---- errors

/// The call's result; what it throws becomes a Lua error when the handler has ended.
template <class Call>
auto guarded(lua_State* L, Call call) {
  decltype(call()) result;
  if (!host::guarded(L, [&] { result = call(); })) lua_error(L);
  return result;
}
/// The same for a call that can run long, which Ctrl-C and hooks then stop.
template <class Call>
auto guarded_long(lua_State* L, bool runs_long, Call call) {
  decltype(call()) result;
  const bool done =
      host::LongCall<fibonacci::Stoppable>(L, runs_long).run([&] { result = call(); });
  if (!done) lua_error(L);
  return result;
}

/// Says what the argument must be and what came instead.
[[noreturn]] COLD void refuse(lua_State* L, int i, const char* name, const char* what) {
  if (lua_gettop(L) < i) lua_settop(L, i);  // what was not given is shown as nil
  host::refuse(L, i, name, what);
  lua_error(L);
  __builtin_unreachable();
}

COLD void refuse_count(lua_State* L, const char* function, int expected,
                       const char* or_fewer) {
  luaL_error(L, "%s expects %d%s argument%s, got %d", function, expected, or_fewer,
             expected == 1 ? "" : "s", lua_gettop(L));
}
inline void expect(lua_State* L, const char* function, int count) {
  if (!LIKELY(lua_gettop(L) == count)) refuse_count(L, function, count, "");
}

// ---- arguments

COLD uint64_t to_u64_from_any(lua_State* L, int i, const char* name) {
  mpz_t z;
  if (!Integer::at(L, i, z) || mpz_sgn(z) < 0 || mpz_size(z) > 1)
    refuse(L, i, name, needed::integer);
  return mpz_get_ui(z);
}
/// A Lua number that is an integer, or an Integer.
inline uint64_t to_u64(lua_State* L, int i, const char* name) {
  int64_t v;
  if (LIKELY(host::to_integer(L, i, &v) && v >= 0)) return static_cast<uint64_t>(v);
  return to_u64_from_any(L, i, name);
}

inline double to_double(lua_State* L, int i, const char* name) {
  if (LIKELY(lua_type(L, i) == LUA_TNUMBER)) return lua_tonumber(L, i);
  mpz_t z;
  if (!Integer::at(L, i, z)) refuse(L, i, name, needed::number);
  return Integer::to_double(z);
}

/// Any enumerator's number; the library knows which there are.
fibonacci::Algorithm to_algorithm(lua_State* L, int i, const char* name) {
  int64_t v;
  if (!LIKELY(host::to_integer(L, i, &v) && v >= 0 && v <= INT_MAX))
    refuse(L, i, name, needed::enumerator);
  return static_cast<fibonacci::Algorithm>(v);
}

/// Borrows the string; a number is no text.
inline std::string_view to_text(lua_State* L, int i, const char* name,
                                const char* what = needed::string) {
  if (!LIKELY(lua_type(L, i) == LUA_TSTRING)) refuse(L, i, name, what);
  size_t size;
  const char* text = lua_tolstring(L, i, &size);
  return {text, size};
}

/// Borrows the limbs of a natural number of any size; a Lua number's lies in `small`.
std::pair<const uint64_t*, size_t> to_limbs(lua_State* L, int i, uint64_t* small,
                                            const char* name) {
  int64_t v;
  if (host::to_integer(L, i, &v) && v >= 0) {
    *small = static_cast<uint64_t>(v);
    return {small, 1};
  }
  mpz_t z;
  if (!Integer::at(L, i, z) || mpz_sgn(z) < 0) refuse(L, i, name, needed::natural);
  return {reinterpret_cast<const uint64_t*>(mpz_limbs_read(z)), mpz_size(z)};
}

/// The items of a table, read once, in memory that survives a longjmp.
class Items {
 public:
  Items(lua_State* L, int i, const char* name) {
    if (!LIKELY(lua_type(L, i) == LUA_TTABLE)) refuse(L, i, name, needed::list);
    size_ = lua_rawlen(L, i);
    if (size_ > sizeof few_ / sizeof *few_)
      items_ = static_cast<uint64_t*>(lua_newuserdata(L, size_ * sizeof *items_));
    // The keys come in their order, 1 to the length; where they do not, there may be
    // more behind a hole.
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, i); lua_pop(L, 1)) {
      int64_t key;
      const bool next = host::to_integer(L, -2, &key) && key == count_of(count) + 1;
      if (!LIKELY(next && count < size_)) {
        read_mixed(L, i, name);
        return;
      }
      items_[count] = item(L, count + 1, name);
      ++count;
    }
    if (!LIKELY(count == size_)) read_mixed(L, i, name);
  }
  const uint64_t* begin() const { return items_; }
  const uint64_t* end() const { return items_ + size_; }

 private:
  static int64_t count_of(size_t count) { return static_cast<int64_t>(count); }
  COLD void read_mixed(lua_State* L, int i, const char* name) {
    for (size_t k = 0; k < size_; ++k) {
      lua_rawgeti(L, i, static_cast<int>(k + 1));
      items_[k] = item(L, k + 1, name);
      lua_pop(L, 1);
    }
    size_t numbers = 0;
    for (lua_pushnil(L); lua_next(L, i); lua_pop(L, 1)) {
      numbers += lua_type(L, -2) == LUA_TNUMBER;
    }
    lua_pushnil(L);
    if (numbers != size_) item_from_any(L, size_ + 1, name);
  }
  static uint64_t item(lua_State* L, size_t number, const char* name) {
    int64_t v;
    const bool small = LIKELY(host::to_integer(L, -1, &v) && v >= 0);
    return small ? static_cast<uint64_t>(v) : item_from_any(L, number, name);
  }
  COLD static uint64_t item_from_any(lua_State* L, size_t number, const char* name) {
    char item_name[64];  // not a std::string: refuse() does not come back
    snprintf(item_name, sizeof item_name, "%s[%zu]", name, number);
    return to_u64_from_any(L, lua_gettop(L), item_name);
  }
  uint64_t few_[32];
  uint64_t* items_ = few_;
  size_t size_;
};

// ---- results: each pushes one value and returns their number

/// A Lua number as far as it is exact, above that an Integer.
inline int push(lua_State* L, uint64_t n) {
  if (LIKELY(n <= host::largest_number)) {
    host::push_number(L, static_cast<int64_t>(n));
  } else {
    Integer::push_natural(L, &n, 1);
  }
  return 1;
}
inline int push(lua_State* L, bool b) { return lua_pushboolean(L, b), 1; }
inline int push(lua_State* L, double x) { return lua_pushnumber(L, x), 1; }
/// How the items of a result that owns memory are pushed, as one value.
void push_items(lua_State* L, const char* text, size_t size) {
  lua_pushlstring(L, text, size);
}
void push_items(lua_State* L, const uint8_t* bytes, size_t size) {
  lua_pushlstring(L, reinterpret_cast<const char*>(bytes), size);
}
template <class Item>
void push_list(lua_State* L, const Item* items, size_t size,
               int push_item(lua_State*, Item)) {
  lua_createtable(L, static_cast<int>(size), 0);
  for (size_t k = 0; k < size; ++k) {
    push_item(L, items[k]);
    lua_rawseti(L, -2, static_cast<int>(k + 1));
  }
}
void push_items(lua_State* L, const uint64_t* numbers, size_t size) {
  push_list(L, numbers, size, push);
}
/// Makes a result that owns memory and pushes it. When that fails, the error is raised
/// after the memory is freed.
template <class Make, class Push>
int push_made(lua_State* L, Make make, Push push_all) {
  bool pushed;
  {
    decltype(make()) result;
    pushed = host::guarded(L, [&] { result = make(); }) &&
             host::hand_over(L, result, result.data(), result.size(), push_all);
  }
  return LIKELY(pushed) ? 1 : lua_error(L);
}
template <class Make>
int push_made(lua_State* L, Make make) {
  return push_made(L, make, [](lua_State* M, const auto* items, size_t size) {
    push_items(M, items, size);
  });
}

// ---- objects: a mark and the C++ object behind it, in one userdata

/// The mark is an address of this module, which no other userdata holds: what an object
/// is tells one comparison, where luaL_checkudata() looks its metatable up by name.
template <class T>
struct Block {
  const char* mark;
  T object;
};
constexpr char term_mark[] = "Term", sequence_mark[] = "Sequence",
               destroyed_mark[] = "destroyed Sequence";

/// The block of a full userdata with such a mark: only that has an address *and* a
/// length.
template <class T>
inline Block<T>* find(lua_State* L, int i, const char* mark) {
  auto* block = static_cast<Block<T>*>(lua_touserdata(L, i));
  const bool right = block && lua_rawlen(L, i) >= sizeof *block && block->mark == mark;
  return right ? block : nullptr;
}

/// What makes objects of a class has its metatable as the upvalue.
inline int set_metatable(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  return lua_setmetatable(L, -2), 1;
}
template <class T>
inline Block<T>* new_block(lua_State* L) {
#if LUA_VERSION_NUM >= 504
  return static_cast<Block<T>*>(lua_newuserdatauv(L, sizeof(Block<T>), 0));
#else
  return static_cast<Block<T>*>(lua_newuserdata(L, sizeof(Block<T>)));
#endif
}

// ---- Term: needs no end, so the metatable has no __gc

int push_term(lua_State* L, Term term) {
  new (new_block<Term>(L)) Block<Term>{term_mark, term};
  return set_metatable(L);
}
/// __index: the two fields, and nil.
int term_field(lua_State* L) {
  const auto* block = find<Term>(L, 1, term_mark);
  if (!LIKELY(block)) refuse(L, 1, "self", "Term");
  size_t size;
  const char* field = lua_tolstring(L, 2, &size);
  const std::string_view name = field ? std::string_view(field, size) : "";
  if (name == "index") return push(L, block->object.index);
  if (name == "term") return push(L, block->object.term);
  return 0;
}
int term_equal(lua_State* L) {
  const auto* a = find<Term>(L, 1, term_mark);
  const auto* b = find<Term>(L, 2, term_mark);
  return push(L, a && b && a->object.index == b->object.index &&
                     a->object.term == b->object.term);
}

// ---- Sequence: once __gc was called, the mark says so

[[noreturn]] COLD void refuse_self(lua_State* L) {
  if (!find<Sequence>(L, 1, destroyed_mark)) refuse(L, 1, "self", "Sequence");
  luaL_error(L, "self must be alive, got a Sequence that was destroyed");
  __builtin_unreachable();
}
inline Sequence& sequence(lua_State* L) {
  auto* block = find<Sequence>(L, 1, sequence_mark);
  if (!LIKELY(block)) refuse_self(L);
  return block->object;
}
int sequence_new(lua_State* L) {
  const int given = lua_gettop(L);
  if (!LIKELY(given <= 1)) refuse_count(L, "Sequence", 1, " or fewer");
  const uint64_t start = given ? to_u64(L, 1, "start") : 0;
  auto* block = new_block<Sequence>(L);  // without __gc until there is an object
  guarded(L, [=] { return new (&block->object) Sequence(start); });
  block->mark = sequence_mark;
  return set_metatable(L);
}
/// __gc and __close; what comes later finds no object.
int sequence_end(lua_State* L) {
  auto* block = find<Sequence>(L, 1, sequence_mark);
  if (!LIKELY(block)) return 0;
  block->object.~Sequence();
  block->mark = destroyed_mark;
  return 0;
}
/// __call: a step of the generic for, which also passes a state and the last value. They
/// are not needed.
int sequence_step(lua_State* L) {
  Sequence& s = sequence(L);
  return s.exhausted() ? 0 : push(L, guarded(L, [&] { return s.advance(); }));
}
int sequence_advance(lua_State* L) {
  expect(L, "advance", 1);
  Sequence& s = sequence(L);
  return push(L, guarded(L, [&] { return s.advance(); }));
}
int sequence_peek(lua_State* L) {
  expect(L, "peek", 1);
  const Sequence& s = sequence(L);
  return push(L, guarded(L, [&] { return s.peek(); }));
}
int sequence_reset(lua_State* L) {
  expect(L, "reset", 1);
  sequence(L).reset();
  return 0;
}
int sequence_position(lua_State* L) {
  expect(L, "position", 1);
  return push(L, sequence(L).position());
}
int sequence_exhausted(lua_State* L) {
  expect(L, "exhausted", 1);
  return push(L, sequence(L).exhausted());
}

// ---- functions of numbers

int noop(lua_State* L) {
  expect(L, "noop", 0);
  fibonacci::noop();
  return 0;
}
int max_index(lua_State* L) {
  expect(L, "max_index", 0);
  return push(L, fibonacci::max_index());
}
int fib_wrapping(lua_State* L) {
  expect(L, "fib_wrapping", 1);
  return push(L, fibonacci::fib_wrapping(to_u64(L, 1, "n")));
}
int fib(lua_State* L) {
  expect(L, "fib", 1);
  const uint64_t n = to_u64(L, 1, "n");
  return push(L, guarded(L, [=] { return fibonacci::fib(n); }));
}
int fib_recursive(lua_State* L) {
  expect(L, "fib_recursive", 1);
  const uint64_t n = to_u64(L, 1, "n");
  return push(L, guarded_long(L, n > 20, [=] { return fibonacci::fib_recursive(n); }));
}
int fib_by(lua_State* L) {
  expect(L, "fib_by", 2);
  const fibonacci::Algorithm how = to_algorithm(L, 1, "how");
  const uint64_t n = to_u64(L, 2, "n");
  const bool runs_long = how == fibonacci::Algorithm::recursive && n > 20;
  return push(L, guarded_long(L, runs_long, [=] { return fibonacci::fib_by(how, n); }));
}
int fib_mod(lua_State* L) {
  expect(L, "fib_mod", 2);
  const uint64_t n = to_u64(L, 1, "n");
  const uint64_t m = to_u64(L, 2, "m");
  return push(L, guarded(L, [=] { return fibonacci::fib_mod(n, m); }));
}
int recurrence(lua_State* L) {
  expect(L, "recurrence", 5);
  const uint64_t p = to_u64(L, 1, "p");
  const uint64_t q = to_u64(L, 2, "q");
  const uint64_t a = to_u64(L, 3, "a");
  const uint64_t b = to_u64(L, 4, "b");
  const uint64_t n = to_u64(L, 5, "n");
  return push(L, fibonacci::recurrence(p, q, a, b, n));
}
int binet(lua_State* L) {
  expect(L, "binet", 1);
  return push(L, fibonacci::binet(to_double(L, 1, "x")));
}
int is_fibonacci(lua_State* L) {
  expect(L, "is_fibonacci", 1);
  return push(L, fibonacci::is_fibonacci(to_u64(L, 1, "x")));
}
int live_objects(lua_State* L) {
  expect(L, "live_objects", 0);
  return push(L, fibonacci::live_objects());
}

// ---- functions of big numbers

int fib_exact(lua_State* L) {
  expect(L, "fib_exact", 1);
  const uint64_t n = to_u64(L, 1, "n");
  bool pushed;
  {
    fibonacci::Integer exact;
    host::LongCall<fibonacci::Stoppable> running(L, n > 10000);
    pushed = running.run([&] { exact = fibonacci::fib_exact(n); }) &&
             host::give_natural(L, exact);
  }
  return LIKELY(pushed) ? 1 : lua_error(L);
}
int index_of(lua_State* L) {
  expect(L, "index_of", 1);
  uint64_t small;
  const auto [limbs, size] = to_limbs(L, 1, &small, "x");
  const uint64_t *begin = limbs, *end = limbs + size;
  return push(
      L, guarded_long(L, size > 100, [=] {
        return fibonacci::index_of(fibonacci::Integer(std::vector<uint64_t>(begin, end)));
      }));
}
int fib_decimal(lua_State* L) {
  expect(L, "fib_decimal", 1);
  const uint64_t n = to_u64(L, 1, "n");
  return push_made(L, [=] { return fibonacci::fib_decimal(n); });
}

// ---- functions of text, lists and structs

int is_word(lua_State* L) {
  expect(L, "is_word", 1);
  return push(L, fibonacci::is_word(to_text(L, 1, "text")));
}
int caption(lua_State* L) {
  expect(L, "caption", 2);
  const std::string_view label = to_text(L, 1, "label");
  const uint64_t n = to_u64(L, 2, "n");
  return push_made(L, [=] { return fibonacci::caption(label, n); });
}
int word(lua_State* L) {
  expect(L, "word", 1);
  const uint64_t n = to_u64(L, 1, "n");
  return push_made(L, [=] { return fibonacci::word(n); });
}
int library_version(lua_State* L) {
  expect(L, "library_version", 0);
  return push_made(L, [] { return fibonacci::library_version(); });
}
int terms(lua_State* L) {
  expect(L, "terms", 2);
  const uint64_t first = to_u64(L, 1, "first");
  const uint64_t count = to_u64(L, 2, "count");
  return push_made(L, [=] { return fibonacci::terms(first, count); });
}
int encode(lua_State* L) {
  expect(L, "encode", 1);
  const Items numbers(L, 1, "numbers");
  return push_made(L, [&] {
    return fibonacci::encode(std::vector<uint64_t>(numbers.begin(), numbers.end()));
  });
}
int decode(lua_State* L) {
  expect(L, "decode", 1);
  const std::string_view bytes = to_text(L, 1, "bytes", needed::bytes);
  return push_made(L, [=] {
    return fibonacci::decode(reinterpret_cast<const uint8_t*>(bytes.data()),
                             bytes.size());
  });
}
int nearest(lua_State* L) {
  expect(L, "nearest", 1);
  return push_term(L, fibonacci::nearest(to_u64(L, 1, "x")));
}
int zeckendorf(lua_State* L) {
  expect(L, "zeckendorf", 1);
  const uint64_t x = to_u64(L, 1, "x");
  return push_made(
      L, [=] { return fibonacci::zeckendorf(x); },
      [](lua_State* M, const Term* parts, size_t size) {
        push_list(M, parts, size, push_term);
      });
}

// ---- a callback

/// A Lua function on the stack, and the message handler, once it was needed; what the
/// function raised lies on top.
struct Function {
  lua_State* L;
  int index;
  int handler;
  bool failed;
};
/// An error and false stop; every other result goes on.
bool call_function(uint64_t index, uint64_t term, void* user) {
  auto* function = static_cast<Function*>(user);
  lua_State* L = function->L;
  if (function->failed) return false;
  if (!function->handler) {
    host::push_traceback_handler(L);
    function->handler = lua_gettop(L);
  }
  lua_pushvalue(L, function->index);
  push(L, index);
  if (LIKELY(term <= host::largest_number)) {
    push(L, term);
  } else {
    function->failed = !host::protect(L, 0, [=](lua_State* M) { return push(M, term); });
  }
  const host::Nested nested;
  function->failed = function->failed || !nested.is_allowed(L) ||
                     lua_pcall(L, 2, 1, function->handler) != 0;
  if (!LIKELY(!function->failed)) return false;
  const bool stop = lua_isboolean(L, -1) && !lua_toboolean(L, -1);
  lua_pop(L, 1);
  return !stop;
}
int visit(lua_State* L) {
  expect(L, "visit", 3);
  const uint64_t first = to_u64(L, 1, "first");
  const uint64_t count = to_u64(L, 2, "count");
  if (!LIKELY(lua_isfunction(L, 3)) && !host::is_callable(L, 3))
    refuse(L, 3, "visitor", needed::function);
  Function function = {L, 3, 0, false};
  const uint64_t calls = guarded(
      L, [&] { return fibonacci::visit(first, count, call_function, &function); });
  return LIKELY(!function.failed) ? push(L, calls) : lua_error(L);
}

// ---- the module

/// Sets functions in the table on top, with the value at `upvalue` as theirs if it is not
/// 0.
template <size_t N>
void set(lua_State* L, const luaL_Reg (&functions)[N], int upvalue = 0) {
  for (const luaL_Reg& f : functions) {
    if (upvalue) lua_pushvalue(L, upvalue);
    lua_pushcclosure(L, f.func, upvalue != 0);
    lua_setfield(L, -2, f.name);
  }
}
/// Pushes an empty metatable; Lua 5.4's tostring shows the name.
int new_metatable(lua_State* L, const char* name) {
  lua_newtable(L);
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  return lua_gettop(L);
}

constexpr luaL_Reg functions[] = {{"noop", noop},
                                  {"max_index", max_index},
                                  {"fib_wrapping", fib_wrapping},
                                  {"fib", fib},
                                  {"fib_recursive", fib_recursive},
                                  {"fib_by", fib_by},
                                  {"fib_mod", fib_mod},
                                  {"recurrence", recurrence},
                                  {"binet", binet},
                                  {"is_fibonacci", is_fibonacci},
                                  {"fib_exact", fib_exact},
                                  {"index_of", index_of},
                                  {"fib_decimal", fib_decimal},
                                  {"is_word", is_word},
                                  {"caption", caption},
                                  {"word", word},
                                  {"terms", terms},
                                  {"encode", encode},
                                  {"decode", decode},
                                  {"visit", visit},
                                  {"live_objects", live_objects},
                                  {"library_version", library_version}};
constexpr luaL_Reg term_makers[] = {{"nearest", nearest}, {"zeckendorf", zeckendorf}};
constexpr luaL_Reg sequence_makers[] = {{"Sequence", sequence_new}};

constexpr luaL_Reg term_metamethods[] = {{"__index", term_field}, {"__eq", term_equal}};
constexpr luaL_Reg sequence_metamethods[] = {
    {"__gc", sequence_end}, {"__close", sequence_end}, {"__call", sequence_step}};
constexpr luaL_Reg sequence_methods[] = {{"advance", sequence_advance},
                                         {"peek", sequence_peek},
                                         {"reset", sequence_reset},
                                         {"position", sequence_position},
                                         {"exhausted", sequence_exhausted}};

constexpr const char* algorithms[] = {"Algorithm_recursive", "Algorithm_iterative",
                                      "Algorithm_fast_doubling", "Algorithm_matrix",
                                      "Algorithm_binet"};

}  // namespace

extern "C" __attribute__((visibility("default"))) int luaopen_fibonacci_capi(
    lua_State* L) {
  const int term = new_metatable(L, "Term");
  set(L, term_metamethods);

  const int sequence = new_metatable(L, "Sequence");
  set(L, sequence_metamethods);
  lua_newtable(L);
  set(L, sequence_methods);
  lua_setfield(L, sequence, "__index");

  lua_newtable(L);
  set(L, functions);
  set(L, term_makers, term);
  set(L, sequence_makers, sequence);
  Integer::open(L);
  host::open_calls(L);
  lua_Integer number = 0;
  for (const char* name : algorithms) {
    lua_pushinteger(L, number++);
    lua_setfield(L, -2, name);
  }
  return 1;
}
