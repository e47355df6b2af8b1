/// Conversions between C++ and Ruby values, called by the typemaps of host.swg. Comes
/// after SWIG's Ruby runtime. A Ruby exception is a longjmp: it is raised only where no
/// C++ object with a destructor is alive.
#pragma once
#include <limits.h>
#include <ruby.h>
#include <ruby/encoding.h>
#include <ruby/memory_view.h>
#include <ruby/thread.h>

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "callback.hpp"
#include "errors.hpp"

#define HOST_LIKELY(x) __builtin_expect(!!(x), 1)
#define HOST_COLD __attribute__((cold, noinline))

namespace host {

// ---- errors

/// A Ruby exception on its way through C++.
struct Raised : std::exception {
  /// What leaves a method by throw or break is none: that cannot cross C++.
  explicit Raised(VALUE e)
      : exception(RTEST(rb_obj_is_kind_of(e, rb_eException))
                      ? e
                      : rb_exc_new_cstr(
                            rb_eRuntimeError,
                            "throw or break cannot leave a method called by C++")) {}
  VALUE exception;
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
/// The Ruby exception for a C++ one, for the caller to raise when its handler has ended.
HOST_COLD inline VALUE error(const std::exception& e) {
  if (const auto* raised = dynamic_cast<const Raised*>(&e)) return raised->exception;
  const Error error = meaning(e);
  return rb_exc_new_cstr(error_class(error), text(e, error));
}

/// Says what the argument must be and what came instead.
[[noreturn]] HOST_COLD inline void refuse(VALUE type, const char* name, const char* what,
                                          VALUE got) {
  VALUE shown = rb_inspect(got);
  if (RSTRING_LEN(shown) > 100)
    shown = rb_str_cat_cstr(rb_str_subseq(shown, 0, 100), "...");
  rb_raise(type, "%s must be %s, got %" PRIsVALUE, name, what, shown);
}

/// Runs the action without Ruby's lock if that pays. No exception leaves it unlocked, and
/// an interrupt waits: it would be a longjmp past what the arguments own.
template <class Action>
void unlocked(bool pays, Action action) {
  if (!pays) return action();
  struct Run {
    Action& action;
    bool ran;
    std::exception_ptr thrown;
    static void* run(void* p) {
      auto* self = static_cast<Run*>(p);
      self->ran = true;
      try {
        self->action();
      } catch (...) {
        self->thrown = std::current_exception();
      }
      return nullptr;
    }
  } run{action, false, nullptr};
  rb_nogvl(Run::run, &run, nullptr, nullptr, RB_NOGVL_INTR_FAIL);
  if (!run.ran) return action();  // an interrupt was waiting already
  if (run.thrown) std::rethrow_exception(run.thrown);
}

// ---- numbers

/// Reads an Integer of 64 bits without sign.
inline bool fits(VALUE v, uint64_t* n) {
  if (!RB_INTEGER_TYPE_P(v)) return false;
  const int sign = rb_integer_pack(
      v, n, 1, sizeof *n, 0, INTEGER_PACK_LSWORD_FIRST | INTEGER_PACK_NATIVE_BYTE_ORDER);
  return sign == 0 || sign == 1;
}
HOST_COLD inline uint64_t in_any(VALUE v, const char* name, const char* what) {
  if (!RB_INTEGER_TYPE_P(v)) refuse(rb_eTypeError, name, what, v);
  uint64_t n;
  if (!fits(v, &n)) refuse(rb_eRangeError, name, what, v);
  return n;
}
inline void in(VALUE v, uint64_t* n, const char* name) {
  const bool small = HOST_LIKELY(FIXNUM_P(v) && FIX2LONG(v) >= 0);
  *n = small ? static_cast<uint64_t>(FIX2LONG(v)) : in_any(v, name, needed::integer);
}
inline void in(VALUE v, double* x, const char* name) {
  if (!HOST_LIKELY(RB_FLOAT_TYPE_P(v) || RB_INTEGER_TYPE_P(v)))
    refuse(rb_eTypeError, name, needed::number, v);
  *x = NUM2DBL(v);
}
/// Any enumerator's number; the library knows which there are.
template <class Enum>
std::enable_if_t<std::is_enum_v<Enum>> in(VALUE v, Enum* e, const char* name) {
  const bool small = HOST_LIKELY(FIXNUM_P(v) && FIX2LONG(v) >= 0);
  const uint64_t n =
      small ? static_cast<uint64_t>(FIX2LONG(v)) : in_any(v, name, needed::enumerator);
  if (n > INT_MAX) refuse(rb_eRangeError, name, needed::enumerator, v);
  *e = static_cast<Enum>(n);
}
inline VALUE out(uint64_t n) { return ULL2NUM(n); }
inline VALUE out(bool b) { return b ? Qtrue : Qfalse; }
inline VALUE out(double x) { return DBL2NUM(x); }
inline VALUE out_natural(const std::vector<uint64_t>& limbs) {
  return rb_integer_unpack(limbs.data(), limbs.size(), sizeof(uint64_t), 0,
                           INTEGER_PACK_LSWORD_FIRST | INTEGER_PACK_NATIVE_BYTE_ORDER);
}

// ---- text, bytes, lists

inline std::string_view borrow(VALUE v, const char* name, const char* what) {
  if (!HOST_LIKELY(RB_TYPE_P(v, T_STRING))) refuse(rb_eTypeError, name, what, v);
  return {RSTRING_PTR(v), static_cast<size_t>(RSTRING_LEN(v))};
}
/// Borrows the String's bytes.
inline void in(VALUE v, std::string_view* text, const char* name) {
  *text = borrow(v, name, needed::string);
}
inline void bytes(VALUE v, uint8_t** data, size_t* size, const char* name) {
  const std::string_view text = borrow(v, name, needed::bytes);
  *data = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  *size = text.size();
}
inline VALUE out(const std::string& s) {
  return rb_utf8_str_new(s.data(), static_cast<long>(s.size()));
}
inline VALUE out(const std::vector<uint8_t>& v) {
  return rb_str_new(reinterpret_cast<const char*>(v.data()), static_cast<long>(v.size()));
}
template <class Vector, class Make>
VALUE make_list(const Vector& v, Make make) {
  VALUE list = rb_ary_new_capa(static_cast<long>(v.size()));
  for (const auto& x : v) rb_ary_push(list, make(x));
  return list;
}
inline VALUE out(const std::vector<uint64_t>& v) {
  return make_list(v, [](uint64_t n) { return out(n); });
}

/// An argument that C++ takes by reference, made on the wrapper's stack; a longjmp does
/// not destroy it, free() does.
template <class T>
class Held {
 public:
  void free() { value_.reset(); }
  T* list(VALUE v, const char* name) {
    if (!RB_TYPE_P(v, T_ARRAY)) refuse(rb_eTypeError, name, needed::list, v);
    T& numbers = value_.emplace();
    numbers.reserve(static_cast<size_t>(RARRAY_LEN(v)));
    for (long i = 0; i < RARRAY_LEN(v); ++i) {
      const VALUE item = RARRAY_AREF(v, i);
      const bool small = HOST_LIKELY(FIXNUM_P(item) && FIX2LONG(item) >= 0);
      numbers.push_back(small ? static_cast<uint64_t>(FIX2LONG(item))
                              : in_item(item, i, name));
    }
    return &numbers;
  }
  T* natural(VALUE v, const char* name) {
    if (!RB_INTEGER_TYPE_P(v)) refuse(rb_eTypeError, name, needed::natural, v);
    const bool negative = FIXNUM_P(v) ? FIX2LONG(v) < 0 : !rb_big_sign(v);
    if (negative) refuse(rb_eRangeError, name, needed::natural, v);
    std::vector<uint64_t> limbs(rb_absint_numwords(v, 64, nullptr));
    rb_integer_pack(v, limbs.data(), limbs.size(), sizeof(uint64_t), 0,
                    INTEGER_PACK_LSWORD_FIRST | INTEGER_PACK_NATIVE_BYTE_ORDER);
    return &value_.emplace(std::move(limbs));
  }

 private:
  HOST_COLD uint64_t in_item(VALUE v, long i, const char* name) {
    uint64_t n;
    if (fits(v, &n)) return n;
    free();  // refuse() does not come back
    char item_name[64];
    snprintf(item_name, sizeof item_name, "%s[%ld]", name, i);
    return in_any(v, item_name, needed::integer);
  }
  std::optional<T> value_;
};

// ---- memory

/// 64-bit unsigned items: the bytes of a String, or what offers a MemoryView of such
/// items. free() releases it.
class Memory {
 public:
  /// Refuses memory that is not as long as `other`.
  void items(VALUE v, uint64_t** data, const char* name, bool writable,
             Memory* other = nullptr) {
    const char* what = writable ? needed::buffer : needed::readable;
    name_ = name;
    if (RB_TYPE_P(v, T_STRING)) {
      if (RSTRING_LEN(v) % sizeof(uint64_t) || (writable && OBJ_FROZEN(v)))
        refuse_after(other, name, what, v);
      if (writable) {
        rb_str_modify(v);
        locked_ = rb_str_locktmp(v);  // another thread must not move the bytes meanwhile
      }
      *data = reinterpret_cast<uint64_t*>(RSTRING_PTR(v));
      count_ = static_cast<size_t>(RSTRING_LEN(v)) / sizeof(uint64_t);
    } else {
      const int flags =
          RUBY_MEMORY_VIEW_FORMAT | (writable ? RUBY_MEMORY_VIEW_WRITABLE : 0);
      taken_ = rb_memory_view_available_p(v) && rb_memory_view_get(v, &view_, flags);
      const std::string_view format = taken_ && view_.format ? view_.format : "";
      if (format != "Q" && format != "L!" && format != "J")
        refuse_after(other, name, what, v);
      *data = static_cast<uint64_t*>(view_.data);
      count_ = static_cast<size_t>(view_.byte_size) / sizeof(uint64_t);
    }
    if (other && other->count_ != count_) {
      const size_t other_count = other->count_;
      refuse_lengths(other, other->name_, other_count);
    }
  }
  size_t count() const { return count_; }
  void free() {
    if (taken_) rb_memory_view_release(&view_);
    taken_ = false;
    if (locked_) rb_str_unlocktmp(locked_);
    locked_ = 0;
  }

 private:
  [[noreturn]] HOST_COLD void refuse_after(Memory* other, const char* name,
                                           const char* what, VALUE v) {
    free();
    if (other) other->free();
    refuse(rb_eTypeError, name, what, v);
  }
  [[noreturn]] HOST_COLD void refuse_lengths(Memory* other, const char* other_name,
                                             size_t other_count) {
    const size_t count = count_;
    free();
    other->free();
    VALUE message;
    {
      const std::string text = lengths_differ(other_name, other_count, name_, count);
      message = rb_str_new(text.data(), static_cast<long>(text.size()));
    }
    rb_exc_raise(rb_exc_new_str(rb_eArgError, message));
  }
  rb_memory_view_t view_;  // set when taken_
  bool taken_ = false;
  VALUE locked_ = 0;
  size_t count_ = 0;
  const char* name_ = "";
};

// ---- callbacks

/// A block, or an object that responds to call, behind a C callback: an exception (or
/// break) and false stop; the exception goes on when the C function has returned.
class Function {
 public:
  void take(VALUE v, const char* name) {
    if (!rb_respond_to(v, rb_intern("call")))
      refuse(rb_eTypeError, name, "a block or respond to call", v);
    callable_ = v;
  }
  void need(const char* name, int given, int position) const {
    if (HOST_LIKELY(callable_ != Qundef || rb_block_given_p())) return;
    rb_raise(rb_eArgError,
             "wrong number of arguments (given %d, expected %d): %s must be a block or "
             "an argument",
             given, position, name);
  }
  template <class Result, class... A>
  Result call(A... arguments) {
    static_assert(std::is_same_v<Result, bool>,
                  "a callback that returns something else needs its conversion here");
    const VALUE values[] = {callable_, out(arguments)...};
    const Call call{callable_, static_cast<int>(sizeof...(A)), values + 1};
    const VALUE result = rb_protect(invoke, reinterpret_cast<VALUE>(&call), &state_);
    return !state_ && result != Qfalse;
  }
  bool failed() const { return state_ != 0; }
  void rethrow() const {
    if (!HOST_LIKELY(!state_)) rb_jump_tag(state_);
  }

 private:
  struct Call {
    VALUE callable;
    int count;
    const VALUE* values;
  };
  static VALUE invoke(VALUE p) {
    const auto* call = reinterpret_cast<const Call*>(p);
    return call->callable == Qundef ? rb_yield_values2(call->count, call->values)
                                    : rb_funcallv(call->callable, rb_intern("call"),
                                                  call->count, call->values);
  }
  VALUE callable_ = Qundef;
  int state_ = 0;
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
};
inline swig_class* class_of(const swig_type_info* type) {
  return static_cast<swig_class*>(type->clientdata);
}

/// The C++ object behind an argument of the type; there is none before initialize.
inline void* object(VALUE v, swig_type_info* type, const char* name) {
  void* p = nullptr;
  if (HOST_LIKELY(!NIL_P(v) && SWIG_IsOK(SWIG_ConvertPtr(v, &p, type, 0)) && p)) return p;
  const VALUE expected = class_of(type)->klass;
  VALUE class_name = rb_class_name(expected);
  if (RTEST(rb_obj_is_kind_of(v, expected))) {
    rb_raise(rb_eArgError, "%s must be initialized: %s#initialize was not called", name,
             StringValueCStr(class_name));
  }
  refuse(rb_eTypeError, name, StringValueCStr(class_name), v);
}
/// What is to be done for a class once Ruby knows it: static objects, which run_all()
/// finds without a list.
class Setup {
 public:
  explicit Setup(const char* type_name) : type_name_(type_name), next_(first_) {
    first_ = this;
  }
  static void run_all() {
    for (const Setup* s = first_; s; s = s->next_) s->run(SWIG_TypeQuery(s->type_name_));
  }

 protected:
  ~Setup() = default;
  virtual void run(swig_type_info* type) const = 0;

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

 protected:
  void run(swig_type_info* type) const override {
    const rb_data_type_t& swig = class_of(type)->cext_type;
    data_type = swig;
    data_type.parent = &swig;
    data_type.flags |= RUBY_TYPED_WB_PROTECTED;
    data_type.function.dmark = nullptr;
    if (std::is_trivially_destructible_v<T>) data_type.function.dfree = RUBY_DEFAULT_FREE;
  }
};
/// The C++ object of a method's self, which Ruby has checked to be an object of a class
/// that has the method: one comparison for what allocate() made.
template <class T>
T* self(VALUE v, swig_type_info* type) {
  if (HOST_LIKELY(RTYPEDDATA_P(v) && RTYPEDDATA_TYPE(v) == &Class<T>::data_type)) {
    void* p = static_cast<swig_ruby_wrapped_object*>(RTYPEDDATA_GET_DATA(v))->data;
    if (HOST_LIKELY(p)) return static_cast<T*>(p);
  }
  return static_cast<T*>(object(v, type, "self"));
}

/// Makes the object in its place.
template <class T, class... A>
T* construct_new(VALUE v, A... arguments) {
  Object<T>* o = Object<T>::of(v);
  o->head.data = new (o->place()) T(arguments...);
  o->head.dfree = std::is_trivially_destructible_v<T> ? nullptr : Object<T>::destroy;
  return o->place();
}
/// The constructor's action. A second initialize assigns.
template <class T, class... A>
T* construct(VALUE v, A... arguments) {
  Object<T>* o = Object<T>::of(v);
  if (HOST_LIKELY(!o->head.data)) return construct_new<T>(v, arguments...);
  return &(*o->place() = T(arguments...));
}
/// A copy of a C++ value as a new Ruby object.
template <class T>
VALUE give(const T& value, swig_type_info* type) {
  const VALUE v = Class<T>::allocate(class_of(type)->klass);
  construct_new<T>(v, value);
  return v;
}
template <class T>
VALUE list(const std::vector<T>& v, swig_type_info* type) {
  return make_list(v, [&](const T& value) { return give(value, type); });
}

/// A class with a constructor: new, and dup and clone by C++'s copy.
template <class T>
struct Constructible : Class<T> {
  using Class<T>::Class;

 protected:
  static VALUE copy(VALUE v, VALUE original) {
    if (v == original) return v;
    const auto* source = static_cast<T*>(object(original, known_type_, "original"));
    return construct<T>(v, *source), v;
  }
  void run(swig_type_info* type) const override {
    Class<T>::run(type);
    known_type_ = type;
    rb_define_alloc_func(class_of(type)->klass, Class<T>::allocate);
    rb_define_method(class_of(type)->klass, "initialize_copy", copy, 1);
  }
  static inline swig_type_info* known_type_;
};

/// each, and with it Enumerable, for a class with exhausted() and advance(): an
/// Enumerator without a block.
template <class T>
struct Iterable : Setup {
  using Setup::Setup;

 protected:
  static VALUE each(VALUE v) {
    if (!rb_block_given_p())
      return rb_enumeratorize(v, ID2SYM(rb_intern("each")), 0, nullptr);
    auto* iterated = self<T>(v, known_);
    VALUE raised = Qnil;
    try {
      while (!iterated->exhausted()) rb_yield(out(iterated->advance()));
    } catch (const std::exception& e) {
      raised = error(e);
    }
    if (!NIL_P(raised)) rb_exc_raise(raised);
    return v;
  }
  void run(swig_type_info* type) const override {
    known_ = type;
    rb_define_method(class_of(type)->klass, "each", each, 0);
    rb_include_module(class_of(type)->klass, rb_mEnumerable);
  }
  static inline swig_type_info* known_;
};

/// The names that type_names.hpp reads.
inline void set_type_names(const swig_module_info* module) {
  for (size_t i = 0; i < module->size; ++i) {
    if (!module->types[i]->clientdata) continue;
    const VALUE name = rb_str_freeze(rb_str_new_cstr(module->types[i]->name));
    rb_gc_register_mark_object(name);
    class_of(module->types[i])->cext_type.data = reinterpret_cast<void*>(name);
  }
}

}  // namespace host
