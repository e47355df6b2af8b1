/// Conversions between C++ and Ruby values, called by the typemaps of host.swg. Comes
/// after SWIG's Ruby runtime.
///
/// A Ruby exception is a longjmp, which destroys no C++ object. So what may fail gives a
/// Tag, the wrapper frees what its arguments own, and only then goes the exception on.
/// Ruby's own code (inspect, respond_to?, a block) runs under protect(). Where nothing is
/// owned yet, or no more than a small result, Ruby itself may raise: it is out of memory.
#pragma once
#include <limits.h>
#include <ruby.h>
#include <ruby/encoding.h>
#include <ruby/memory_view.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "callback.hpp"
#include "errors.hpp"
#include "stoppable.hpp"

#define HOST_LIKELY(x) __builtin_expect(!!(x), 1)
#define HOST_COLD __attribute__((cold, noinline))

/// The ladder behind every try: what C++ threw becomes a Ruby exception under way.
#define HOST_CATCH(result)                                             \
  catch (const std::exception& e) {                                    \
    result = host::failure(e);                                         \
  }                                                                    \
  catch (const host::Raised& raised) {                                 \
    result = raised.tag;                                               \
  }                                                                    \
  catch (...) {                                                        \
    result = host::failure(host::Error::bug, host::unknown_exception); \
  }

namespace host {

// ---- errors

/// How Ruby leaves a frame: 0 for not at all, or what rb_protect() said and rb_jump_tag()
/// takes, for an exception, break, throw or the end of the thread. What is on its way is
/// kept by Ruby itself meanwhile.
using Tag = int;

/// Runs what may leave by a Ruby exception.
template <class Action>
Tag protect(Action&& action) {
  const auto run = [](VALUE p) {
    (*reinterpret_cast<std::remove_reference_t<Action>*>(p))();
    return Qnil;
  };
  Tag tag = 0;
  rb_protect(run, reinterpret_cast<VALUE>(&action), &tag);
  return tag;
}

/// A Tag on its way through the library. It is no std::exception, which the library might
/// take for one of its own.
struct Raised {
  Tag tag;
};

inline VALUE error_class(Error error) {
  switch (error) {
    case Error::argument:
      return rb_eArgError;
    case Error::overflow:
      return rb_eRangeError;
    case Error::range:
      return rb_eIndexError;
    case Error::memory:
      return rb_eNoMemError;
    case Error::bug:
      break;
  }
  return rb_eRuntimeError;
}
HOST_COLD inline Tag failure(Error error, const char* text) {
  return protect([=] {
    rb_exc_raise(rb_exc_new_str(error_class(error), rb_utf8_str_new_cstr(text)));
  });
}
HOST_COLD inline Tag failure(const std::exception& e) {
  const Error error = meaning(e);
  return failure(error, text(e, error));
}

/// Runs C++ that may throw.
template <class Action>
Tag guarded(Action&& action) {
  Tag tag = 0;
  try {
    action();
  }
  HOST_CATCH(tag)
  return tag;
}

/// Stands for the result of a wrapper that has none.
struct NoResult {};
/// Destroys what a wrapper's local variable owns, which a longjmp would leave behind.
template <class T>
void destroy(T& value) {
  value.~T();
}

/// What inspect says of the object, or its class where there is no inspect: a BasicObject
/// has none.
HOST_COLD inline VALUE inspected(VALUE v) {
  if (rb_respond_to(v, rb_intern("inspect"))) return rb_inspect(v);
  return rb_sprintf("#<%" PRIsVALUE ">", rb_obj_class(v));
}
/// Raises: that an argument must be something, and what came instead.
[[noreturn]] HOST_COLD inline void raise_refusal(VALUE type, const char* name,
                                                 const char* what, VALUE got) {
  constexpr long shown_length = 100;
  VALUE shown = inspected(got);
  if (RSTRING_LEN(shown) > shown_length)
    shown = rb_str_cat_cstr(rb_str_substr(shown, 0, shown_length), "...");
  rb_raise(type, "%s must be %s, got %" PRIsVALUE, name, what, shown);
}
/// The same as a failure.
HOST_COLD inline Tag refuse(VALUE type, const char* name, const char* what, VALUE got) {
  return protect([=] { raise_refusal(type, name, what, got); });
}

// ---- long calls

/// A call that runs without Ruby's lock. The library asks stop() now and then: it runs
/// what waits for this thread, the handler of a signal, Thread#raise or Thread#kill, and
/// ends the call when that leaves it.
template <class Stoppable, class Action>
class Unlocked {
 public:
  explicit Unlocked(Action& action) : action_(action) {}
  /// @throws Raised when the call was ended, what the action throws
  void run() {
    Tag tag = 0;
    do {
      tag = protect(
          [this] { rb_nogvl(without_lock, this, nullptr, nullptr, RB_NOGVL_INTR_FAIL); });
      if (!tag && !ran_) tag = protect(rb_thread_check_ints);  // one was waiting already
    } while (!tag && !ran_);
    if (tag || tag_) throw Raised{tag ? tag : tag_};
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  static void* without_lock(void* p) {
    auto* self = static_cast<Unlocked*>(p);
    self->ran_ = true;
    try {
      Stoppable stoppable(stop, self);
      self->action_();
    } catch (...) {
      self->thrown_ = std::current_exception();
    }
    if (!self->lock_taken_) return nullptr;
    self->thrown_ = nullptr;
    rb_jump_tag(self->tag_);  // past rb_nogvl(), which would take the lock a second time
  }
  /// Looks at the thread's own flag, which needs no lock. A function given to rb_nogvl()
  /// would have to be called by another thread of Ruby's, and there may be none.
  static bool stop(void* p) {
    auto* self = static_cast<Unlocked*>(p);
    if (self->tag_) return true;
    if (!rb_thread_interrupted(self->thread_)) return false;
    const Tag tag = protect([p] { rb_thread_call_with_gvl(check, p); });
    if (tag) self->tag_ = tag, self->lock_taken_ = true;
    return self->tag_ != 0;
  }
  /// With the lock. What comes while it is given up again is raised by Ruby there, and
  /// the lock stays taken: so nothing may be left waiting here.
  static void* check(void* p) {
    auto* self = static_cast<Unlocked*>(p);
    do {
      if (const Tag tag = protect(rb_thread_check_ints)) self->tag_ = tag;
    } while (rb_thread_interrupted(self->thread_));
    return nullptr;
  }
  Action& action_;
  const VALUE thread_ = rb_thread_current();
  bool ran_ = false;
  bool lock_taken_ = false;
  Tag tag_ = 0;
  std::exception_ptr thrown_;
};

/// Apart, because its memory on the stack costs the calls that keep the lock.
template <class Stoppable, class Action>
HOST_COLD void run_unlocked(Action& action) {
  Unlocked<Stoppable, Action>(action).run();
}
/// Runs the action without Ruby's lock if that pays.
template <class Stoppable, class Action>
void unlocked(bool pays, Action action) {
  if (!pays) return action();
  run_unlocked<Stoppable>(action);
}

/// What a rare path found, in registers: a wrapper's variable whose address no function
/// takes stays in one, and costs no guard of the stack.
template <class T>
struct Converted {
  T value;
  Tag tag;
};

// ---- numbers

/// Reads an Integer of 64 bits without sign.
inline bool fits(VALUE v, uint64_t* n) {
  if (!RB_INTEGER_TYPE_P(v)) return false;
  const int sign = rb_integer_pack(
      v, n, 1, sizeof *n, 0, INTEGER_PACK_LSWORD_FIRST | INTEGER_PACK_NATIVE_BYTE_ORDER);
  return sign == 0 || sign == 1;
}
HOST_COLD inline Converted<uint64_t> in_any(VALUE v, const char* name, const char* what) {
  uint64_t n = 0;
  if (!RB_INTEGER_TYPE_P(v)) return {n, refuse(rb_eTypeError, name, what, v)};
  const Tag tag = fits(v, &n) ? 0 : refuse(rb_eRangeError, name, what, v);
  return {n, tag};
}
inline bool is_small(VALUE v) { return HOST_LIKELY(FIXNUM_P(v) && FIX2LONG(v) >= 0); }
inline Tag in(VALUE v, uint64_t* n, const char* name) {
  if (!is_small(v)) {
    const auto [value, tag] = in_any(v, name, needed::integer);
    *n = value;
    return tag;
  }
  *n = static_cast<uint64_t>(FIX2LONG(v));
  return 0;
}
/// An Integer too large for a double is infinite; Ruby warns of it, by a method that can
/// be overridden.
HOST_COLD inline Converted<double> double_of_any(VALUE v, const char* name) {
  double x = 0;
  if (!RB_INTEGER_TYPE_P(v)) return {x, refuse(rb_eTypeError, name, needed::number, v)};
  const Tag tag = protect([&] { x = NUM2DBL(v); });
  return {x, tag};
}
inline Tag in(VALUE v, double* x, const char* name) {
  if (!HOST_LIKELY(RB_FLOAT_TYPE_P(v))) {
    const auto [value, tag] = double_of_any(v, name);
    *x = value;
    return tag;
  }
  *x = RFLOAT_VALUE(v);
  return 0;
}
/// Any enumerator's number; the library knows which there are.
template <class Enum>
std::enable_if_t<std::is_enum_v<Enum>, Tag> in(VALUE v, Enum* e, const char* name) {
  uint64_t n;
  if (is_small(v)) {
    n = static_cast<uint64_t>(FIX2LONG(v));
  } else {
    const auto [value, tag] = in_any(v, name, needed::enumerator);
    if (tag) return tag;
    n = value;
  }
  if (!HOST_LIKELY(n <= INT_MAX))
    return refuse(rb_eRangeError, name, needed::enumerator, v);
  *e = static_cast<Enum>(n);
  return 0;
}
inline VALUE out(uint64_t n) { return ULL2NUM(n); }
inline VALUE out(bool b) { return b ? Qtrue : Qfalse; }
inline VALUE out(double x) { return DBL2NUM(x); }

template <class Make>
HOST_COLD Tag make_protected(Make make) {
  return protect(make);
}
/// Makes a result of so many bytes. The protection costs as much as a small one: when
/// Ruby has no memory for that, its exception leaves the C++ value behind.
template <class Make>
Tag make(size_t bytes, Make make) {
  constexpr size_t small = 65536;
  if (!HOST_LIKELY(bytes <= small)) return make_protected(make);
  make();
  return 0;
}
template <class Natural>
Tag out_natural(const Natural& natural, VALUE* result) {
  const std::vector<uint64_t>* limbs = nullptr;
  if (const Tag tag = guarded([&] { limbs = &natural.limbs(); })) return tag;
  return make(limbs->size() * sizeof(uint64_t), [&] {
    *result =
        rb_integer_unpack(limbs->data(), limbs->size(), sizeof(uint64_t), 0,
                          INTEGER_PACK_LSWORD_FIRST | INTEGER_PACK_NATIVE_BYTE_ORDER);
  });
}

// ---- text, bytes, lists

inline std::string_view bytes_of(VALUE string) {
  return {RSTRING_PTR(string), static_cast<size_t>(RSTRING_LEN(string))};
}
inline bool is_utf8(VALUE string) {
  static const int utf8 = rb_utf8_encindex();
  return RB_ENCODING_GET_INLINED(string) == utf8;
}
/// Text of another encoding becomes a String in UTF-8. Bytes of which Ruby does not know
/// what they mean are no text, except for ASCII's own.
HOST_COLD inline Converted<VALUE> text_of_any(VALUE v, const char* name) {
  if (!RB_TYPE_P(v, T_STRING)) return {v, refuse(rb_eTypeError, name, needed::string, v)};
  const int coderange = rb_enc_str_coderange(v);
  if (coderange == ENC_CODERANGE_7BIT) return {v, 0};
  if (coderange == ENC_CODERANGE_BROKEN)
    return {v, refuse(rb_eArgError, name, "text that is valid in its encoding", v)};
  if (rb_enc_get_index(v) == rb_ascii8bit_encindex())
    return {v,
            refuse(rb_eArgError, name, "text of a known encoding, not binary data", v)};
  if (is_utf8(v)) return {v, 0};
  VALUE text = v;
  const Tag tag = protect([&] {
    text = rb_str_encode(v, rb_enc_from_encoding(rb_utf8_encoding()), 0, Qnil);
  });
  return {text, tag};
}
/// Borrows the bytes of the String, or of another one in UTF-8. `kept` becomes the one of
/// the two, for the wrapper to keep() until C++ has returned. It has no place among the
/// arguments: they may belong to an object, an Enumerator's do, which the collector
/// believes to be unchanged.
inline Tag in(VALUE v, VALUE* kept, std::string_view* text, const char* name) {
  const bool known =
      RB_TYPE_P(v, T_STRING) && (ENC_CODERANGE(v) == ENC_CODERANGE_7BIT ||
                                 (ENC_CODERANGE(v) == ENC_CODERANGE_VALID && is_utf8(v)));
  *kept = v;
  if (!HOST_LIKELY(known)) {
    const auto [value, tag] = text_of_any(v, name);
    if (tag) return tag;
    *kept = value;
  }
  *text = bytes_of(*kept);
  return 0;
}
/// What RB_GC_GUARD does, without an address of the variable, which costs a guard of the
/// stack: up to here a register or the stack holds the object, where the collector looks.
inline void keep(VALUE v) { __asm__ volatile("" : : "r"(v)); }
inline Tag bytes(VALUE v, uint8_t** data, size_t* size, const char* name) {
  if (!HOST_LIKELY(RB_TYPE_P(v, T_STRING)))
    return refuse(rb_eTypeError, name, needed::bytes, v);
  const std::string_view text = bytes_of(v);
  *data = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  *size = text.size();
  return 0;
}
inline Tag out(const std::string& s, VALUE* result) {
  return make(s.size(),
              [&] { *result = rb_utf8_str_new(s.data(), static_cast<long>(s.size())); });
}
inline Tag out(const std::vector<uint8_t>& v, VALUE* result) {
  return make(v.size(), [&] {
    *result =
        rb_str_new(reinterpret_cast<const char*>(v.data()), static_cast<long>(v.size()));
  });
}
template <class Vector, class Item>
Tag make_list(const Vector& v, VALUE* result, Item item) {
  return make(v.size() * sizeof(v[0]), [&] {
    const VALUE list = rb_ary_new_capa(static_cast<long>(v.size()));
    for (const auto& x : v) rb_ary_push(list, item(x));
    *result = list;
  });
}
inline Tag out(const std::vector<uint64_t>& v, VALUE* result) {
  return make_list(v, result, [](uint64_t n) { return out(n); });
}

/// An argument that C++ takes by reference, made on the wrapper's stack; a longjmp does
/// not destroy it, free() does.
template <class T>
class Held {
 public:
  void free() { value_.reset(); }
  Tag list(VALUE v, T** list, const char* name) {
    if (!RB_TYPE_P(v, T_ARRAY)) return refuse(rb_eTypeError, name, needed::list, v);
    Tag tag = 0;
    const Tag thrown = guarded([&] {
      T& numbers = value_.emplace();
      numbers.reserve(static_cast<size_t>(RARRAY_LEN(v)));
      for (long i = 0; i < RARRAY_LEN(v); ++i) {
        const VALUE item = RARRAY_AREF(v, i);
        uint64_t n = static_cast<uint64_t>(FIX2LONG(item));
        if (!is_small(item) && !HOST_LIKELY(fits(item, &n))) {
          tag = refuse_item(item, i, name);
          return;
        }
        numbers.push_back(n);
      }
      *list = &numbers;
    });
    return thrown ? thrown : tag;
  }
  Tag natural(VALUE v, T** natural, const char* name) {
    if (!RB_INTEGER_TYPE_P(v)) return refuse(rb_eTypeError, name, needed::natural, v);
    const bool negative = FIXNUM_P(v) ? FIX2LONG(v) < 0 : !rb_big_sign(v);
    if (negative) return refuse(rb_eRangeError, name, needed::natural, v);
    return guarded([&] {
      std::vector<uint64_t> limbs(rb_absint_numwords(v, 64, nullptr));
      if (!limbs.empty())  // of 0
        rb_integer_pack(v, limbs.data(), limbs.size(), sizeof(uint64_t), 0,
                        INTEGER_PACK_LSWORD_FIRST | INTEGER_PACK_NATIVE_BYTE_ORDER);
      *natural = &value_.emplace(std::move(limbs));
    });
  }

 private:
  HOST_COLD Tag refuse_item(VALUE v, long i, const char* name) {
    char item_name[64];
    snprintf(item_name, sizeof item_name, "%s[%ld]", name, i);
    return in_any(v, item_name, needed::integer).tag;
  }
  std::optional<T> value_;
};

// ---- memory

/// 64-bit unsigned items: the bytes of a String, or what offers a MemoryView of such
/// items. free() releases it.
class Memory {
 public:
  /// Memory that is only read and does not lie as such items must is read as a copy.
  Tag readable(VALUE v, uint64_t** data, const char* name) {
    name_ = name;
    Tag tag = 0;
    if (HOST_LIKELY(RB_TYPE_P(v, T_STRING))) {
      if (!HOST_LIKELY(holds_items(v))) tag = refuse_type(name, needed::readable, v);
    } else {
      tag = view(v, 0, name, needed::readable);
    }
    if (!HOST_LIKELY(!tag)) return tag;
    take(v);
    if (!HOST_LIKELY(is_aligned())) {
      tag = guarded([this] {
        copy_.resize(count_);
        memcpy(copy_.data(), data_, count_ * sizeof(uint64_t));
        data_ = copy_.data();
      });
    }
    *data = data_;
    return tag;
  }
  /// `first`: no argument before it owns anything, so that Ruby may raise.
  Tag writable(VALUE v, uint64_t** data, const char* name, bool first) {
    name_ = name;
    Tag tag = 0;
    if (HOST_LIKELY(RB_TYPE_P(v, T_STRING))) {
      if (!HOST_LIKELY(holds_items(v) && !OBJ_FROZEN(v)))
        return refuse_type(name, needed::buffer, v);
      const auto lock = [=] {
        rb_str_modify(v);
        rb_str_locktmp(v);  // another thread must not move the bytes meanwhile
      };
      if (HOST_LIKELY(first)) {
        lock();
      } else {
        tag = protect(lock);
      }
      if (!tag) locked_ = v;
    } else {
      tag = view(v, RUBY_MEMORY_VIEW_WRITABLE, name, needed::buffer);
    }
    if (!HOST_LIKELY(!tag)) return tag;
    take(v);
    *data = data_;
    return HOST_LIKELY(is_aligned()) ? 0 : refuse_type(name, needed::buffer, v);
  }
  Tag writable(VALUE v, uint64_t** data, const char* name, const Memory& input) {
    const Tag tag = writable(v, data, name, !input.owns());
    if (!HOST_LIKELY(!tag) || HOST_LIKELY(count_ == input.count_)) return tag;
    return refuse_lengths(input);
  }
  size_t count() const { return count_; }
  void free() {
    if (viewed_) rb_memory_view_release(&view_);
    viewed_ = false;
    if (locked_) rb_str_unlocktmp(locked_);
    locked_ = 0;
    if (!HOST_LIKELY(copy_.empty())) std::vector<uint64_t>().swap(copy_);
  }

 private:
  static bool holds_items(VALUE string) {
    return RSTRING_LEN(string) % static_cast<long>(sizeof(uint64_t)) == 0;
  }
  bool is_aligned() const {
    return reinterpret_cast<uintptr_t>(data_) % alignof(uint64_t) == 0 || count_ == 0;
  }
  bool owns() const { return viewed_ || !copy_.empty(); }
  void take(VALUE v) {
    data_ = reinterpret_cast<uint64_t*>(viewed_ ? static_cast<char*>(view_.data)
                                                : RSTRING_PTR(v));
    const auto size = viewed_ ? view_.byte_size : static_cast<ssize_t>(RSTRING_LEN(v));
    count_ = static_cast<size_t>(size) / sizeof(uint64_t);
  }
  HOST_COLD Tag refuse_type(const char* name, const char* what, VALUE v) {
    return refuse(rb_eTypeError, name, what, v);
  }
  HOST_COLD Tag view(VALUE v, int flags, const char* name, const char* what) {
    const Tag tag = protect([&] {
      viewed_ = rb_memory_view_available_p(v) &&
                rb_memory_view_get(v, &view_, flags | RUBY_MEMORY_VIEW_FORMAT);
    });
    if (tag) return tag;
    const std::string_view format = viewed_ && view_.format ? view_.format : "";
    const bool right = format == "Q" || format == "L!" || format == "J";
    return right ? 0 : refuse_type(name, what, v);
  }
  HOST_COLD Tag refuse_lengths(const Memory& input) {
    Tag tag = 0;
    const Tag thrown = guarded([&] {
      const std::string text = lengths_differ(input.name_, input.count_, name_, count_);
      tag = failure(Error::argument, text.c_str());
    });
    return thrown ? thrown : tag;
  }
  rb_memory_view_t view_;  // set when viewed_
  bool viewed_ = false;
  VALUE locked_ = 0;
  uint64_t* data_ = nullptr;
  size_t count_ = 0;
  std::vector<uint64_t> copy_;
  const char* name_ = "";
};

// ---- callbacks

/// A block, or an object that responds to call, behind a C callback: what leaves it (an
/// exception, break, throw, the end of the thread) and false stop; the former goes on
/// when the C function has returned.
class Function {
 public:
  Tag take(VALUE v, const char* name) {
    callable_ = v;
    if (HOST_LIKELY(RTEST(rb_obj_is_proc(v)))) return 0;
    return protect([=] {
      if (!rb_respond_to(v, rb_intern("call")))
        raise_refusal(rb_eTypeError, name, "a block or respond to call", v);
    });
  }
  Tag need(const char* name, int given, int position) const {
    if (HOST_LIKELY(callable_ != Qundef || rb_block_given_p())) return 0;
    return protect([=] {
      rb_raise(rb_eArgError,
               "wrong number of arguments (given %d, expected %d): %s must be a block or "
               "an argument",
               given, position, name);
    });
  }
  template <class Result, class... A>
  Result call(A... arguments) {
    static_assert(std::is_same_v<Result, bool>,
                  "a callback that returns something else needs its conversion here");
    Call<A...> call{callable_, {arguments...}};
    const VALUE result =
        rb_protect(Call<A...>::invoke, reinterpret_cast<VALUE>(&call), &tag_);
    return !tag_ && result != Qfalse;
  }
  bool failed() const { return tag_ != 0; }
  Tag tag() const { return tag_; }

 private:
  template <class... A>
  struct Call {
    VALUE callable;
    std::tuple<A...> arguments;

    static VALUE invoke(VALUE p) {
      const auto* call = reinterpret_cast<const Call*>(p);
      return std::apply([call](A... a) { return run(call->callable, {out(a)...}); },
                        call->arguments);
    }
    static VALUE run(VALUE callable, const VALUE (&values)[sizeof...(A)]) {
      constexpr int count = sizeof...(A);
      return callable == Qundef ? rb_yield_values2(count, values)
                                : rb_funcallv(callable, rb_intern("call"), count, values);
    }
  };
  VALUE callable_ = Qundef;
  Tag tag_ = 0;
};

// ---- objects

/// SWIG's header and the C++ object behind it, in one block.
template <class T>
struct Object {
  swig_ruby_wrapped_object head;
  alignas(T) unsigned char body[sizeof(T)];
  T* place() { return reinterpret_cast<T*>(body); }
  static Object* of(VALUE v) { return static_cast<Object*>(RTYPEDDATA_GET_DATA(v)); }
  static void destroy(void* p) { static_cast<T*>(p)->~T(); }
  /// Destroys the C++ object before the collector does.
  static void clear(VALUE v) {
    Object* o = of(v);
    o->head = swig_ruby_wrapped_object();
    destroy(o->place());
  }
};
inline swig_class* class_of(const swig_type_info* type) {
  return static_cast<swig_class*>(type->clientdata);
}

HOST_COLD inline Tag refuse_object(VALUE v, swig_type_info* type, const char* name) {
  if (!type->clientdata) {
    return protect([=] {
      const char* type_name = SWIG_TypePrettyName(type);  // std::vector< double > *
      rb_raise(rb_eTypeError, "%s must be %.*swhich nothing in Ruby is", name,
               static_cast<int>(strcspn(type_name, "*&")), type_name);
    });
  }
  return protect([=] {
    const VALUE expected = class_of(type)->klass;
    VALUE class_name = rb_class_name(expected);
    if (RTEST(rb_obj_is_kind_of(v, expected))) {
      rb_raise(rb_eArgError, "%s must be initialized: %s#initialize was not called", name,
               StringValueCStr(class_name));
    }
    raise_refusal(rb_eTypeError, name, StringValueCStr(class_name), v);
  });
}
/// The C++ object behind an argument of the type; there is none before initialize.
template <class T>
Tag object(VALUE v, T** object, swig_type_info* type, const char* name) {
  const bool wrapped = RB_TYPE_P(v, T_DATA) && RTYPEDDATA_P(v) && !NIL_P(type_name(v));
  void* p = nullptr;
  if (HOST_LIKELY(wrapped && SWIG_IsOK(SWIG_ConvertPtr(v, &p, type, 0)) && p)) {
    *object = static_cast<T*>(p);
    return 0;
  }
  return refuse_object(v, type, name);
}

/// What is to be done for a class once Ruby knows it: static objects, which run_all()
/// finds without a list.
class Setup {
 public:
  explicit Setup(const char* type_name) : type_name_(type_name), next_(first_) {
    first_ = this;
  }
  static void run_all(VALUE module) {
    for (const Setup* s = first_; s; s = s->next_)
      s->run(SWIG_TypeQuery(s->type_name_), module);
  }

 protected:
  ~Setup() = default;
  virtual void run(swig_type_info* type, VALUE module) const = 0;

 private:
  const char* type_name_;
  const Setup* next_;
  static inline const Setup* first_ = nullptr;
};

/// A class whose objects are made by give() alone. They have a data type of their own,
/// derived from SWIG's: it holds no Ruby object, and needs no function to free it where
/// C++ needs no destructor.
template <class T>
struct Class : Setup {
  using Setup::Setup;
  static VALUE allocate(VALUE klass) {
    return rb_data_typed_object_zalloc(klass, sizeof(Object<T>), &data_type);
  }
  static inline rb_data_type_t data_type;
  static inline swig_type_info* type;

 protected:
  void run(swig_type_info* known, VALUE) const override {
    type = known;
    const rb_data_type_t& swig = class_of(type)->cext_type;
    data_type = swig;
    data_type.parent = &swig;
    data_type.flags |= RUBY_TYPED_WB_PROTECTED;
    data_type.function.dmark = nullptr;
    if (std::is_trivially_destructible_v<T>) data_type.function.dfree = RUBY_DEFAULT_FREE;
  }
};
template <class T>
HOST_COLD Converted<T*> self_of_any(VALUE v, swig_type_info* type) {
  T* found = nullptr;
  const Tag tag = object(v, &found, type, "self");
  return {found, tag};
}
/// The C++ object of a method's self, which Ruby has checked to be an object of a class
/// that has the method: one comparison for what allocate() made.
template <class T>
Tag self(VALUE v, T** found, swig_type_info* type) {
  if (HOST_LIKELY(RTYPEDDATA_P(v) && RTYPEDDATA_TYPE(v) == &Class<T>::data_type)) {
    void* p = static_cast<swig_ruby_wrapped_object*>(RTYPEDDATA_GET_DATA(v))->data;
    if (HOST_LIKELY(p)) {
      *found = static_cast<T*>(p);
      return 0;
    }
  }
  const auto [value, tag] = self_of_any<T>(v, type);
  *found = value;
  return tag;
}
HOST_COLD inline Tag refuse_frozen(VALUE v) {
  return protect([=] { rb_error_frozen_object(v); });
}
/// SWIG's name of a function that reads a member.
constexpr bool is_getter(std::string_view name) {
  constexpr std::string_view end = "_get";
  return name.size() > end.size() && name.substr(name.size() - end.size()) == end;
}
/// The same of a method that may change the object, as all do that are not const.
template <bool getter, class T>
Tag changeable_self(VALUE v, T** found, swig_type_info* type) {
  if (!getter && !HOST_LIKELY(!RB_OBJ_FROZEN_RAW(v))) return refuse_frozen(v);
  return self(v, found, type);
}

HOST_COLD inline Tag refuse_second(VALUE v) {
  return protect([=] {
    rb_raise(rb_eTypeError, "already initialized %" PRIsVALUE, rb_obj_class(v));
  });
}
/// Before initialize of an object that SWIG makes: a second one would lose the first.
inline Tag uninitialized(VALUE v) {
  const auto* head = static_cast<swig_ruby_wrapped_object*>(RTYPEDDATA_GET_DATA(v));
  return HOST_LIKELY(!head->data) ? 0 : refuse_second(v);
}

/// Makes the object in its place.
template <class T, class... A>
T* construct_new(VALUE v, A&&... arguments) {
  Object<T>* o = Object<T>::of(v);
  o->head.data = new (o->place()) T(std::forward<A>(arguments)...);
  o->head.dfree = std::is_trivially_destructible_v<T> ? nullptr : Object<T>::destroy;
  return o->place();
}
/// The constructor's action.
/// @throws Raised for a second initialize
template <class T, class... A>
T* construct(VALUE v, A&&... arguments) {
  if (!HOST_LIKELY(!RB_OBJ_FROZEN_RAW(v))) throw Raised{refuse_frozen(v)};
  if (!HOST_LIKELY(!Object<T>::of(v)->head.data)) throw Raised{refuse_second(v)};
  return construct_new<T>(v, std::forward<A>(arguments)...);
}

/// Runs what copies objects of T into Ruby's; where a copy can throw, nothing that it
/// does leaves it otherwise than by a Tag.
template <class T, class Copying>
Tag copied(Copying copying) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    return copying();
  } else {
    Tag tag = 0, thrown = 0;
    const Tag raised = protect([&] { thrown = guarded([&] { tag = copying(); }); });
    return raised ? raised : thrown ? thrown : tag;
  }
}
template <class T>
VALUE new_copy(const T& value, swig_type_info* type) {
  const VALUE v = Class<T>::allocate(class_of(type)->klass);
  construct_new<T>(v, value);
  return v;
}
/// A copy of a C++ value as a new Ruby object.
template <class T>
Tag give(const T& value, VALUE* result, swig_type_info* type) {
  return copied<T>([&] {
    *result = new_copy(value, type);
    return 0;
  });
}
template <class T>
Tag list(const std::vector<T>& v, VALUE* result, swig_type_info* type) {
  return copied<T>([&] {
    return make_list(v, result, [&](const T& value) { return new_copy(value, type); });
  });
}

/// initialize_copy, for dup and clone.
template <class T>
VALUE copy(VALUE v, VALUE original) {
  if (v == original) return v;
  rb_check_frozen(v);
  T* source = nullptr;
  Tag tag = object(original, &source, Class<T>::type, "original");
  if (!tag) {
    tag = guarded([&] {
      Object<T>* o = Object<T>::of(v);
      o->head.data ? *o->place() = *source : *construct_new<T>(v, *source);
    });
  }
  if (tag) rb_jump_tag(tag);
  return v;
}

/// A class with a constructor: new, and dup and clone by C++'s copy.
template <class T>
struct Constructible : Class<T> {
  using Class<T>::Class;

 protected:
  void run(swig_type_info* type, VALUE module) const override {
    Class<T>::run(type, module);
    rb_define_alloc_func(class_of(type)->klass, Class<T>::allocate);
    rb_define_method(class_of(type)->klass, "initialize_copy", copy<T>, 1);
  }
};

/// each, and with it Enumerable, for a class with exhausted() and advance(): over a copy,
/// so that it can be asked again; an Enumerator without a block.
template <class T>
struct Iterable : Setup {
  using Setup::Setup;

 protected:
  using Item = decltype(std::declval<T&>().advance());
  static_assert(std::is_copy_constructible_v<T>, "each needs a copy");
  static_assert(std::is_arithmetic_v<Item>, "another item must be destroyed after break");

  static VALUE each(VALUE v) {
    if (!rb_block_given_p())
      return rb_enumeratorize(v, ID2SYM(rb_intern("each")), 0, nullptr);
    T* original = nullptr;
    VALUE copy = Qnil;  // Ruby's: an Enumerator's each may never be left
    Tag tag = self(v, &original, Class<T>::type);
    if (!tag) tag = give(*original, &copy, Class<T>::type);
    if (tag) rb_jump_tag(tag);
    T* rest = Object<T>::of(copy)->place();
    Item item{};
    while (next(rest, &item)) rb_yield(out(item));
    Object<T>::clear(copy);
    return v;
  }
  static bool next(T* rest, Item* item) {
    Tag tag = 0;
    try {
      if (rest->exhausted()) return false;
      *item = rest->advance();
    }
    HOST_CATCH(tag)
    if (tag) rb_jump_tag(tag);
    return true;
  }
  void run(swig_type_info* type, VALUE) const override {
    rb_define_method(class_of(type)->klass, "each", each, 0);
    rb_include_module(class_of(type)->klass, rb_mEnumerable);
  }
};

// ---- classes overridden in Ruby

/// A class with a director, which keeps the Ruby object: that must not move. SWIG's
/// function that would part the two is hidden.
template <class T>
struct Overridable : Setup {
  using Setup::Setup;

 protected:
  static void mark(void* p) {
    const auto* director = dynamic_cast<const Swig::Director*>(static_cast<T*>(p));
    if (director) rb_gc_mark(director->swig_get_self());
  }
  void run(swig_type_info* type, VALUE module) const override {
    class_of(type)->mark = mark;
    const char* path = rb_class2name(class_of(type)->klass);
    const char* colon = strrchr(path, ':');
    const std::string name = std::string("disown_") + (colon ? colon + 1 : path);
    rb_remove_method(module, name.c_str());
    rb_remove_method(rb_singleton_class(module), name.c_str());
  }
};
/// Arguments of an overridden method.
/// @throws Raised
template <class T>
VALUE pass(T value) {
  if constexpr (std::is_same_v<T, uint64_t>) {
    if (HOST_LIKELY(POSFIXABLE(value))) return LONG2FIX(static_cast<long>(value));
  }
  VALUE v = Qnil;
  if (const Tag tag = protect([&] { v = out(value); })) throw Raised{tag};
  return v;
}
/// What a director calls in place of rb_protect(), as it does where there is a feature
/// director:except: what leaves the overridden method goes
/// on through the library, and past SWIG's code that would take $! for it, which is
/// another error in a rescue, and leave the array of arguments behind.
/// @throws Raised
inline VALUE call_overridden(VALUE (*body)(VALUE), VALUE arguments, int* status) {
  const VALUE result = rb_protect(body, arguments, status);
  if (HOST_LIKELY(!*status)) return result;
  delete[] reinterpret_cast<Swig::body_args*>(arguments)->argv;
  throw Raised{*status};
}

// ---- the module

[[noreturn]] inline VALUE refuse_copy(VALUE v, VALUE) {
  rb_raise(rb_eTypeError, "can't copy %" PRIsVALUE, rb_obj_class(v));
}
[[noreturn]] inline VALUE refuse_dump(VALUE v, VALUE) {
  rb_raise(rb_eTypeError, "can't dump %" PRIsVALUE, rb_obj_class(v));
}
/// The names that type_names.hpp reads.
inline void set_type_names(const swig_module_info* swig) {
  for (size_t i = 0; i < swig->size; ++i) {
    if (!swig->types[i]->clientdata) continue;
    const VALUE name = rb_str_freeze(rb_str_new_cstr(swig->types[i]->name));
    rb_gc_register_mark_object(name);
    class_of(swig->types[i])->cext_type.data = reinterpret_cast<void*>(name);
  }
}
/// What no word says of a class is refused: a copy or a YAML object would have no C++
/// one.
inline void refuse_the_rest(const swig_module_info* swig) {
  const auto lacks = [](VALUE klass, const char* question, const char* method) {
    return !RTEST(
        rb_funcall(klass, rb_intern(question), 2, ID2SYM(rb_intern(method)), Qfalse));
  };
  for (size_t i = 0; i < swig->size; ++i) {
    if (!swig->types[i]->clientdata) continue;
    const VALUE klass = class_of(swig->types[i])->klass;
    if (lacks(klass, "private_method_defined?", "initialize_copy"))
      rb_define_method(klass, "initialize_copy", refuse_copy, 1);
    if (lacks(klass, "method_defined?", "encode_with"))
      rb_define_method(klass, "encode_with", refuse_dump, 1);
  }
}
/// Takes SWIG's own constants away, which nobody needs, unless another module of SWIG's
/// was there first.
inline void hide_constants(const swig_module_info* swig) {
  const VALUE names = rb_mod_constants(0, nullptr, _mSWIG);
  long own = 1;  // Pointer
  for (size_t i = 0; i < swig->size; ++i) {
    const VALUE name = rb_sprintf("TYPE%s", swig->types[i]->name);
    own += RTEST(rb_ary_includes(names, rb_str_intern(name)));
  }
  rb_const_remove(rb_cObject, rb_intern("swig_runtime_data"));
  if (own == RARRAY_LEN(names)) rb_const_remove(rb_cObject, rb_intern("SWIG"));
}
inline void finish(const swig_module_info* swig, VALUE module) {
  set_type_names(swig);
  Setup::run_all(module);
  refuse_the_rest(swig);
  hide_constants(swig);
}
template <class Version>
void define_version(VALUE module, Version version) {
  VALUE text = Qnil;
  Tag tag = 0;
  const Tag thrown = guarded([&] { tag = out(version(), &text); });
  if (thrown || tag) rb_jump_tag(thrown ? thrown : tag);
  rb_define_const(module, "VERSION", rb_str_freeze(text));
}

}  // namespace host

static host::NoResult result;
#define rb_protect host::call_overridden
