/// The Ruby extension as one writes it by hand: what SWIG's is measured against. A Ruby
/// exception is a longjmp: it is raised only where no C++ object with a destructor is
/// alive (the copy of a result, when Ruby has no memory for it, excepted).
#include <limits.h>
#include <ruby.h>
#include <ruby/encoding.h>
#include <ruby/memory_view.h>
#include <stdio.h>

#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "errors.hpp"
#include "fibonacci/fibonacci.hpp"

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define COLD __attribute__((cold, noinline))

namespace {

using fibonacci::Sequence;
using fibonacci::Term;
namespace needed = host::needed;

VALUE sequence_class, term_class, listener_class;
ID id_call, id_on_term;
int utf8_index;

constexpr int limbs_of_64_bits =
    INTEGER_PACK_LSWORD_FIRST | INTEGER_PACK_NATIVE_BYTE_ORDER;

// ---- errors

/// The Ruby exception for a C++ one.
COLD VALUE exception_for(const std::exception& e) {
  VALUE type = rb_eRuntimeError;
  switch (host::meaning(e)) {
    case host::Error::argument:
      type = rb_eArgError;
      break;
    case host::Error::overflow:
      type = rb_eRangeError;
      break;
    case host::Error::range:
      type = rb_eIndexError;
      break;
    case host::Error::memory:
      type = rb_eNoMemError;
      break;
    case host::Error::bug:
      break;
  }
  return rb_exc_new_cstr(type, host::text(e, host::meaning(e)));
}

/// The call's result; a C++ exception is raised in Ruby when its handler has ended.
template <class Call>
auto guarded(Call call) {
  VALUE raised;
  try {
    return call();
  } catch (const std::exception& e) {
    raised = exception_for(e);
  } catch (...) {
    raised = rb_exc_new_cstr(rb_eRuntimeError, host::unknown_exception);
  }
  rb_exc_raise(raised);
}

/// Says what the argument must be and what came instead; a BasicObject cannot be shown.
[[noreturn]] COLD void refuse(VALUE type, const char* name, const char* what, VALUE got) {
  VALUE shown = rb_respond_to(got, rb_intern("inspect"))
                    ? rb_inspect(got)
                    : rb_sprintf("#<%" PRIsVALUE ">", rb_obj_class(got));
  if (RSTRING_LEN(shown) > 100)
    shown = rb_str_cat_cstr(rb_str_substr(shown, 0, 100), "...");
  rb_raise(type, "%s must be %s, got %" PRIsVALUE, name, what, shown);
}

// ---- arguments

COLD uint64_t to_u64_from_any(VALUE v, const char* name, const char* what) {
  if (!RB_INTEGER_TYPE_P(v)) refuse(rb_eTypeError, name, what, v);
  uint64_t n;
  const int sign = rb_integer_pack(v, &n, 1, sizeof n, 0, limbs_of_64_bits);
  if (sign < 0 || sign > 1) refuse(rb_eRangeError, name, what, v);
  return n;
}
inline uint64_t to_u64(VALUE v, const char* name) {
  if (LIKELY(FIXNUM_P(v) && FIX2LONG(v) >= 0)) return static_cast<uint64_t>(FIX2LONG(v));
  return to_u64_from_any(v, name, needed::integer);
}

inline double to_double(VALUE v, const char* name) {
  if (LIKELY(RB_FLOAT_TYPE_P(v))) return RFLOAT_VALUE(v);
  if (!LIKELY(RB_INTEGER_TYPE_P(v))) refuse(rb_eTypeError, name, needed::number, v);
  return NUM2DBL(v);
}

/// Any enumerator's number; the library knows which there are.
fibonacci::Algorithm to_algorithm(VALUE v, const char* name) {
  if (LIKELY(FIXNUM_P(v) && FIX2LONG(v) >= 0 && FIX2LONG(v) <= INT_MAX))
    return static_cast<fibonacci::Algorithm>(FIX2LONG(v));
  to_u64_from_any(v, name, needed::enumerator);
  refuse(rb_eRangeError, name, needed::enumerator, v);
}

/// Borrows the String's bytes.
inline std::string_view to_bytes(VALUE v, const char* name,
                                 const char* what = needed::bytes) {
  if (!LIKELY(RB_TYPE_P(v, T_STRING))) refuse(rb_eTypeError, name, what, v);
  return {RSTRING_PTR(v), static_cast<size_t>(RSTRING_LEN(v))};
}
/// Text of another encoding becomes UTF-8; binary data is none, ASCII excepted.
COLD VALUE to_utf8(VALUE v, const char* name) {
  if (!RB_TYPE_P(v, T_STRING)) refuse(rb_eTypeError, name, needed::string, v);
  const int coderange = rb_enc_str_coderange(v);
  if (coderange == ENC_CODERANGE_7BIT) return v;
  if (coderange == ENC_CODERANGE_BROKEN)
    refuse(rb_eArgError, name, "text that is valid in its encoding", v);
  const int encoding = rb_enc_get_index(v);
  if (encoding == rb_ascii8bit_encindex())
    refuse(rb_eArgError, name, "text of a known encoding, not binary data", v);
  if (encoding == utf8_index) return v;
  return rb_str_encode(v, rb_enc_from_encoding(rb_utf8_encoding()), 0, Qnil);
}
/// Borrows the bytes of the String, or of one in UTF-8 that takes its place.
inline std::string_view to_text(VALUE* v, const char* name) {
  const bool known =
      RB_TYPE_P(*v, T_STRING) && (ENC_CODERANGE(*v) == ENC_CODERANGE_7BIT ||
                                  (ENC_CODERANGE(*v) == ENC_CODERANGE_VALID &&
                                   RB_ENCODING_GET_INLINED(*v) == utf8_index));
  if (!LIKELY(known)) *v = to_utf8(*v, name);
  return to_bytes(*v, name);
}

COLD uint64_t to_item_from_any(VALUE v, long i, const char* name) {
  char item_name[64];  // not a std::string: refuse() does not come back
  snprintf(item_name, sizeof item_name, "%s[%ld]", name, i);
  return to_u64_from_any(v, item_name, needed::integer);
}
inline uint64_t to_item(VALUE v, long i, const char* name) {
  if (LIKELY(FIXNUM_P(v) && FIX2LONG(v) >= 0)) return static_cast<uint64_t>(FIX2LONG(v));
  return to_item_from_any(v, i, name);
}

// ---- results

inline VALUE from(uint64_t n) { return ULL2NUM(n); }
inline VALUE from(bool b) { return b ? Qtrue : Qfalse; }
inline VALUE from(double x) { return DBL2NUM(x); }
inline VALUE from(const std::string& text) {
  return rb_utf8_str_new(text.data(), static_cast<long>(text.size()));
}
VALUE from(const std::vector<uint64_t>& v) {
  const VALUE list = rb_ary_new_capa(static_cast<long>(v.size()));
  for (const uint64_t n : v) rb_ary_push(list, from(n));
  return list;
}

// ---- functions of numbers

VALUE noop(VALUE) {
  fibonacci::noop();
  return Qnil;
}
VALUE max_index(VALUE) { return from(fibonacci::max_index()); }
VALUE fib_wrapping(VALUE, VALUE n) {
  return from(fibonacci::fib_wrapping(to_u64(n, "n")));
}
VALUE fib(VALUE, VALUE n) {
  const uint64_t index = to_u64(n, "n");
  return from(guarded([=] { return fibonacci::fib(index); }));
}
VALUE fib_recursive(VALUE, VALUE n) {
  const uint64_t index = to_u64(n, "n");
  return from(guarded([=] { return fibonacci::fib_recursive(index); }));
}
VALUE fib_by(VALUE, VALUE how, VALUE n) {
  const fibonacci::Algorithm algorithm = to_algorithm(how, "how");
  const uint64_t index = to_u64(n, "n");
  return from(guarded([=] { return fibonacci::fib_by(algorithm, index); }));
}
VALUE fib_mod(VALUE, VALUE n, VALUE m) {
  const uint64_t index = to_u64(n, "n");
  const uint64_t modulus = to_u64(m, "m");
  return from(guarded([=] { return fibonacci::fib_mod(index, modulus); }));
}
VALUE recurrence(VALUE, VALUE p, VALUE q, VALUE a, VALUE b, VALUE n) {
  const uint64_t by_last = to_u64(p, "p");
  const uint64_t by_one_before = to_u64(q, "q");
  const uint64_t x0 = to_u64(a, "a");
  const uint64_t x1 = to_u64(b, "b");
  const uint64_t index = to_u64(n, "n");
  return from(fibonacci::recurrence(by_last, by_one_before, x0, x1, index));
}
VALUE binet(VALUE, VALUE x) { return from(fibonacci::binet(to_double(x, "x"))); }
VALUE is_fibonacci(VALUE, VALUE x) {
  return from(fibonacci::is_fibonacci(to_u64(x, "x")));
}
VALUE live_objects(VALUE) { return from(fibonacci::live_objects()); }

// ---- functions of big numbers

VALUE fib_exact(VALUE, VALUE n) {
  const uint64_t index = to_u64(n, "n");
  const auto exact = guarded([=] { return fibonacci::fib_exact(index); });
  return rb_integer_unpack(exact.limbs().data(), exact.limbs().size(), sizeof(uint64_t),
                           0, limbs_of_64_bits);
}
VALUE index_of(VALUE, VALUE x) {
  if (!RB_INTEGER_TYPE_P(x)) refuse(rb_eTypeError, "x", needed::natural, x);
  const bool negative = FIXNUM_P(x) ? FIX2LONG(x) < 0 : RBIGNUM_NEGATIVE_P(x);
  if (negative) refuse(rb_eRangeError, "x", needed::natural, x);
  const size_t size = rb_absint_numwords(x, 64, nullptr);
  return from(guarded([=] {
    std::vector<uint64_t> limbs(size);
    if (size > 0)
      rb_integer_pack(x, limbs.data(), size, sizeof(uint64_t), 0, limbs_of_64_bits);
    return fibonacci::index_of(fibonacci::Integer(std::move(limbs)));
  }));
}
VALUE fib_decimal(VALUE, VALUE n) {
  const uint64_t index = to_u64(n, "n");
  return from(guarded([=] { return fibonacci::fib_decimal(index); }));
}

// ---- functions of text, bytes and lists

VALUE is_word(VALUE, VALUE text) {
  const bool result = fibonacci::is_word(to_text(&text, "text"));
  RB_GC_GUARD(text);
  return from(result);
}
VALUE caption(VALUE, VALUE label, VALUE n) {
  const std::string_view text = to_text(&label, "label");
  const uint64_t index = to_u64(n, "n");
  const VALUE result = from(guarded([=] { return fibonacci::caption(text, index); }));
  RB_GC_GUARD(label);
  return result;
}
VALUE word(VALUE, VALUE n) {
  const uint64_t index = to_u64(n, "n");
  return from(guarded([=] { return fibonacci::word(index); }));
}
VALUE library_version(VALUE) {
  return from(guarded([] { return fibonacci::library_version(); }));
}
VALUE terms(VALUE, VALUE first, VALUE count) {
  const uint64_t begin = to_u64(first, "first");
  const uint64_t size = to_u64(count, "count");
  return from(guarded([=] { return fibonacci::terms(begin, size); }));
}
VALUE encode(VALUE, VALUE numbers) {
  if (!LIKELY(RB_TYPE_P(numbers, T_ARRAY)))
    refuse(rb_eTypeError, "numbers", needed::list, numbers);
  const long size = RARRAY_LEN(numbers);
  VALUE holder;  // of memory that survives a longjmp: the collector has it
  uint64_t* items = ALLOCV_N(uint64_t, holder, size);
  for (long i = 0; i < size; ++i)
    items[i] = to_item(RARRAY_AREF(numbers, i), i, "numbers");
  const auto coded = guarded(
      [=] { return fibonacci::encode(std::vector<uint64_t>(items, items + size)); });
  ALLOCV_END(holder);
  return rb_str_new(reinterpret_cast<const char*>(coded.data()),
                    static_cast<long>(coded.size()));
}
VALUE decode(VALUE, VALUE bytes) {
  const std::string_view coded = to_bytes(bytes, "bytes");
  return from(guarded([=] {
    return fibonacci::decode(reinterpret_cast<const uint8_t*>(coded.data()),
                             coded.size());
  }));
}

// ---- memory

/// 64-bit unsigned items: the bytes of a String, or what offers a MemoryView of them.
struct Memory {
  uint64_t* items;
  size_t count;
  rb_memory_view_t view;
  bool viewed;
  VALUE copy;
};
bool is_aligned(const Memory& memory) {
  return reinterpret_cast<uintptr_t>(memory.items) % alignof(uint64_t) == 0;
}
/// Borrows the memory until release(); false when it is not such, or does not lie as
/// items must that are written. A String of which it is read is copied then.
bool borrow(VALUE v, bool writable, Memory* memory) {
  memory->viewed = false;
  memory->copy = Qnil;
  if (RB_TYPE_P(v, T_STRING)) {
    if (RSTRING_LEN(v) % sizeof(uint64_t) || (writable && OBJ_FROZEN(v))) return false;
    if (writable) rb_str_modify(v);
    memory->items = reinterpret_cast<uint64_t*>(RSTRING_PTR(v));
    memory->count = static_cast<size_t>(RSTRING_LEN(v)) / sizeof(uint64_t);
    if (LIKELY(is_aligned(*memory))) return true;
    if (writable) return false;
    memory->copy = rb_str_new(RSTRING_PTR(v), RSTRING_LEN(v));
    memory->items = reinterpret_cast<uint64_t*>(RSTRING_PTR(memory->copy));
    return true;
  }
  const int flags = RUBY_MEMORY_VIEW_FORMAT | (writable ? RUBY_MEMORY_VIEW_WRITABLE : 0);
  if (!rb_memory_view_available_p(v) || !rb_memory_view_get(v, &memory->view, flags))
    return false;
  const std::string_view format = memory->view.format ? memory->view.format : "";
  if (format != "Q" && format != "L!" && format != "J") {
    rb_memory_view_release(&memory->view);
    return false;
  }
  memory->items = static_cast<uint64_t*>(memory->view.data);
  memory->count = static_cast<size_t>(memory->view.byte_size) / sizeof(uint64_t);
  memory->viewed = is_aligned(*memory);
  if (!memory->viewed) rb_memory_view_release(&memory->view);
  return memory->viewed;
}
void release(Memory* memory) {
  if (memory->viewed) rb_memory_view_release(&memory->view);
}

VALUE fill(VALUE, VALUE out) {
  Memory memory;
  if (!LIKELY(borrow(out, true, &memory)))
    refuse(rb_eTypeError, "out", needed::buffer, out);
  fibonacci::fill(memory.items, memory.count);
  release(&memory);
  return Qnil;
}
VALUE fib_each(VALUE, VALUE indices, VALUE results) {
  Memory input, output;
  if (!LIKELY(borrow(indices, false, &input)))
    refuse(rb_eTypeError, "indices", needed::readable, indices);
  if (!LIKELY(borrow(results, true, &output))) {
    release(&input);
    refuse(rb_eTypeError, "results", needed::buffer, results);
  }
  VALUE raised = Qnil;
  try {
    if (input.count != output.count)
      throw std::invalid_argument(
          host::lengths_differ("indices", input.count, "results", output.count));
    fibonacci::fib_each(input.items, output.items, input.count);
  } catch (const std::exception& e) {
    raised = exception_for(e);
  } catch (...) {
    raised = rb_exc_new_cstr(rb_eRuntimeError, host::unknown_exception);
  }
  RB_GC_GUARD(input.copy);
  release(&output);
  release(&input);
  if (!LIKELY(NIL_P(raised))) rb_exc_raise(raised);
  return Qnil;
}

// ---- callbacks

/// What is called with each term, and what came of it: the tag of a non-local exit, which
/// goes on when the library's frames have returned.
struct Callback {
  VALUE (*call)(const Callback& self, const VALUE* arguments);
  VALUE receiver;
  uint64_t index, term;
  int tag;

  /// An exception, break, throw and false stop; every other result goes on.
  bool operator()(uint64_t term_index, uint64_t value) {
    if (!LIKELY(!tag)) return false;
    index = term_index;
    term = value;
    const VALUE result = rb_protect(invoke, reinterpret_cast<VALUE>(this), &tag);
    return !tag && result != Qfalse;
  }
  void go_on() const {
    if (!LIKELY(!tag)) rb_jump_tag(tag);
  }

 private:
  static VALUE invoke(VALUE p) {
    const auto* self = reinterpret_cast<const Callback*>(p);
    const VALUE arguments[] = {from(self->index), from(self->term)};
    return self->call(*self, arguments);
  }
};
VALUE yield(const Callback&, const VALUE* arguments) {
  return rb_yield_values2(2, arguments);
}
VALUE call_object(const Callback& self, const VALUE* arguments) {
  return rb_funcallv(self.receiver, id_call, 2, arguments);
}
VALUE call_on_term(const Callback& self, const VALUE* arguments) {
  return rb_funcallv(self.receiver, id_on_term, 2, arguments);
}

/// visit(first, count) { |index, term| } or visit(first, count, callable).
VALUE visit(int argc, VALUE* argv, VALUE) {
  rb_check_arity(argc, 2, 3);
  const uint64_t first = to_u64(argv[0], "first");
  const uint64_t count = to_u64(argv[1], "count");
  Callback visitor = {yield, Qnil, 0, 0, 0};
  if (argc == 3) {
    visitor.call = call_object;
    visitor.receiver = argv[2];
    if (!rb_respond_to(argv[2], id_call))
      refuse(rb_eTypeError, "visitor", "a block or respond to call", argv[2]);
  } else if (!LIKELY(rb_block_given_p())) {
    rb_raise(rb_eArgError,
             "wrong number of arguments (given 2, expected 3): visitor must be a block "
             "or an argument");
  }
  const uint64_t calls = guarded([&] {
    return fibonacci::visit(
        first, count,
        [](uint64_t index, uint64_t term, void* user) {
          return (*static_cast<Callback*>(user))(index, term);
        },
        &visitor);
  });
  visitor.go_on();
  return from(calls);
}

/// The C++ side of a Ruby Listener, for one call: the Ruby object has no other state.
class Forwarder : public fibonacci::Listener {
 public:
  explicit Forwarder(Callback* callback) : callback_(callback) {}
  bool on_term(uint64_t index, uint64_t term) override {
    return (*callback_)(index, term);
  }

 private:
  Callback* callback_;
};
VALUE listen(VALUE, VALUE first, VALUE count, VALUE listener) {
  const uint64_t begin = to_u64(first, "first");
  const uint64_t size = to_u64(count, "count");
  if (!LIKELY(RTEST(rb_obj_is_kind_of(listener, listener_class))))
    refuse(rb_eTypeError, "listener", rb_class2name(listener_class), listener);
  Callback callback = {call_on_term, listener, 0, 0, 0};
  const uint64_t calls = guarded([&] {
    Forwarder forwarder(&callback);
    return fibonacci::listen(begin, size, forwarder);
  });
  callback.go_on();
  return from(calls);
}
VALUE listener_on_term(VALUE self, VALUE, VALUE) {
  rb_raise(rb_eNotImpError, "%s#on_term must be overridden", rb_obj_classname(self));
}

// ---- objects

/// The block of an object: one comparison, and what rb_check_typeddata() raises.
template <class Block>
inline Block* block_of(VALUE v, const rb_data_type_t* type) {
  if (LIKELY(RTYPEDDATA_P(v) && RTYPEDDATA_TYPE(v) == type))
    return static_cast<Block*>(RTYPEDDATA_DATA(v));
  return static_cast<Block*>(rb_check_typeddata(v, type));
}

// ---- Term: lies in the block that Ruby frees

const rb_data_type_t term_type = {"fibonacci::Term",
                                  {nullptr, RUBY_DEFAULT_FREE, nullptr, nullptr, {}},
                                  nullptr,
                                  nullptr,
                                  RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_WB_PROTECTED};

VALUE from(const Term& term) {
  const VALUE v = rb_data_typed_object_zalloc(term_class, sizeof term, &term_type);
  new (RTYPEDDATA_DATA(v)) Term(term);
  return v;
}
inline const Term& term_of(VALUE self) { return *block_of<Term>(self, &term_type); }
VALUE term_index(VALUE self) { return from(term_of(self).index); }
VALUE term_term(VALUE self) { return from(term_of(self).term); }
VALUE term_equal(VALUE self, VALUE other) {
  if (!rb_typeddata_is_kind_of(other, &term_type)) return Qfalse;
  const Term &a = term_of(self), &b = term_of(other);
  return from(a.index == b.index && a.term == b.term);
}
VALUE term_hash(VALUE self) {
  return rb_hash(rb_ary_new_from_args(2, term_index(self), term_term(self)));
}

VALUE nearest(VALUE, VALUE x) { return from(fibonacci::nearest(to_u64(x, "x"))); }
VALUE zeckendorf(VALUE, VALUE x) {
  const uint64_t number = to_u64(x, "x");
  const auto parts = guarded([=] { return fibonacci::zeckendorf(number); });
  const VALUE list = rb_ary_new_capa(static_cast<long>(parts.size()));
  for (const Term& part : parts) rb_ary_push(list, from(part));
  return list;
}

// ---- Sequence: an optional in the block, empty until initialize

using Holder = std::optional<Sequence>;

void sequence_free(void* p) {
  static_cast<Holder*>(p)->~Holder();
  ruby_xfree(p);
}
size_t sequence_size(const void*) { return sizeof(Holder); }
const rb_data_type_t sequence_type = {
    "fibonacci::Sequence",
    {nullptr, sequence_free, sequence_size, nullptr, {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_WB_PROTECTED};

VALUE sequence_allocate(VALUE klass) {
  const VALUE v = rb_data_typed_object_zalloc(klass, sizeof(Holder), &sequence_type);
  new (RTYPEDDATA_DATA(v)) Holder();
  return v;
}
[[noreturn]] COLD void refuse_uninitialized(const char* name) {
  rb_raise(rb_eArgError, "%s must be initialized: %s#initialize was not called", name,
           rb_class2name(sequence_class));
}
inline Holder& holder_of(VALUE v) { return *block_of<Holder>(v, &sequence_type); }
inline Sequence& sequence_of(VALUE self) {
  Holder& holder = holder_of(self);
  if (!LIKELY(holder.has_value())) refuse_uninitialized("self");
  return *holder;
}

VALUE sequence_initialize(int argc, VALUE* argv, VALUE self) {
  rb_check_arity(argc, 0, 1);
  const uint64_t start = argc ? to_u64(argv[0], "start") : 0;
  rb_check_frozen(self);
  Holder& holder = holder_of(self);
  if (!LIKELY(!holder))
    rb_raise(rb_eTypeError, "already initialized %" PRIsVALUE, rb_obj_class(self));
  guarded([&] { holder.emplace(start); });
  return self;
}
VALUE sequence_initialize_copy(VALUE self, VALUE original) {
  if (self == original) return self;
  rb_check_frozen(self);
  if (!rb_typeddata_is_kind_of(original, &sequence_type))
    refuse(rb_eTypeError, "original", rb_class2name(sequence_class), original);
  if (!holder_of(original)) refuse_uninitialized("original");
  holder_of(self) = holder_of(original);
  return self;
}
VALUE sequence_advance(VALUE self) {
  rb_check_frozen(self);
  Sequence& sequence = sequence_of(self);
  return from(guarded([&] { return sequence.advance(); }));
}
VALUE sequence_peek(VALUE self) {
  const Sequence& sequence = sequence_of(self);
  return from(guarded([&] { return sequence.peek(); }));
}
VALUE sequence_reset(VALUE self) {
  rb_check_frozen(self);
  sequence_of(self).reset();
  return Qnil;
}
VALUE sequence_position(VALUE self) { return from(sequence_of(self).position()); }
VALUE sequence_exhausted(VALUE self) { return from(sequence_of(self).exhausted()); }
VALUE sequence_each(VALUE self) {
  RETURN_ENUMERATOR(self, 0, nullptr);
  const Sequence& original = sequence_of(self);
  const VALUE copy = sequence_allocate(sequence_class);  // an Enumerator may never end
  holder_of(copy) = original;
  Sequence& rest = *holder_of(copy);
  while (!rest.exhausted()) rb_yield(from(rest.advance()));
  holder_of(copy).reset();
  return self;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void Init_fibonacci_capi() {
  utf8_index = rb_utf8_encindex();
  id_call = rb_intern("call");
  id_on_term = rb_intern("on_term");
  const VALUE module = rb_define_module("FibonacciCapi");

  rb_define_module_function(module, "noop", noop, 0);
  rb_define_module_function(module, "max_index", max_index, 0);
  rb_define_module_function(module, "fib_wrapping", fib_wrapping, 1);
  rb_define_module_function(module, "fib", fib, 1);
  rb_define_module_function(module, "fib_recursive", fib_recursive, 1);
  rb_define_module_function(module, "fib_by", fib_by, 2);
  rb_define_module_function(module, "fib_mod", fib_mod, 2);
  rb_define_module_function(module, "recurrence", recurrence, 5);
  rb_define_module_function(module, "binet", binet, 1);
  rb_define_module_function(module, "is_fibonacci", is_fibonacci, 1);
  rb_define_module_function(module, "live_objects", live_objects, 0);
  rb_define_module_function(module, "fib_exact", fib_exact, 1);
  rb_define_module_function(module, "index_of", index_of, 1);
  rb_define_module_function(module, "fib_decimal", fib_decimal, 1);
  rb_define_module_function(module, "is_word", is_word, 1);
  rb_define_module_function(module, "caption", caption, 2);
  rb_define_module_function(module, "word", word, 1);
  rb_define_module_function(module, "library_version", library_version, 0);
  rb_define_module_function(module, "terms", terms, 2);
  rb_define_module_function(module, "encode", encode, 1);
  rb_define_module_function(module, "decode", decode, 1);
  rb_define_module_function(module, "fill", fill, 1);
  rb_define_module_function(module, "fib_each", fib_each, 2);
  rb_define_module_function(module, "visit", visit, -1);
  rb_define_module_function(module, "listen", listen, 3);
  rb_define_module_function(module, "nearest", nearest, 1);
  rb_define_module_function(module, "zeckendorf", zeckendorf, 1);

  const char* const algorithms[] = {"Algorithm_recursive", "Algorithm_iterative",
                                    "Algorithm_fast_doubling", "Algorithm_matrix",
                                    "Algorithm_binet"};
  long number = 0;
  for (const char* name : algorithms) rb_define_const(module, name, LONG2FIX(number++));

  term_class = rb_define_class_under(module, "Term", rb_cObject);
  rb_undef_alloc_func(term_class);
  rb_define_method(term_class, "index", term_index, 0);
  rb_define_method(term_class, "term", term_term, 0);
  rb_define_method(term_class, "==", term_equal, 1);
  rb_define_method(term_class, "eql?", term_equal, 1);
  rb_define_method(term_class, "hash", term_hash, 0);

  sequence_class = rb_define_class_under(module, "Sequence", rb_cObject);
  rb_include_module(sequence_class, rb_mEnumerable);
  rb_define_alloc_func(sequence_class, sequence_allocate);
  rb_define_method(sequence_class, "initialize", sequence_initialize, -1);
  rb_define_method(sequence_class, "initialize_copy", sequence_initialize_copy, 1);
  rb_define_method(sequence_class, "advance", sequence_advance, 0);
  rb_define_method(sequence_class, "peek", sequence_peek, 0);
  rb_define_method(sequence_class, "reset", sequence_reset, 0);
  rb_define_method(sequence_class, "position", sequence_position, 0);
  rb_define_method(sequence_class, "exhausted", sequence_exhausted, 0);
  rb_define_method(sequence_class, "each", sequence_each, 0);

  listener_class = rb_define_class_under(module, "Listener", rb_cObject);
  rb_define_method(listener_class, "on_term", listener_on_term, 2);
}
