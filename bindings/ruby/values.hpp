/// What Ruby expects of an object that stands for values: inspect, ==, hash, patterns,
/// Marshal and YAML. Comes after host.hpp.
#pragma once
#include <string.h>

#include <string>
#include <tuple>
#include <utility>

#include "host.hpp"
#include "state.hpp"

namespace host {

/// The methods of both; the object itself is used by Ruby code alone, which may raise.
template <class T>
class Stateful : public Setup {
 public:
  using Setup::Setup;

 protected:
  using Values = decltype(State<T>::of(std::declval<const T&>()));
  static constexpr size_t count = std::tuple_size_v<Values>;
  static_assert(std::is_trivially_destructible_v<Values>, "a longjmp would lose it");

  static Values values_of(VALUE v) {
    T* object = nullptr;
    Values values;
    Tag tag = self(v, &object, Class<T>::type);
    if (!tag) tag = guarded([&] { values = State<T>::of(*object); });
    if (tag) rb_jump_tag(tag);
    return values;
  }
  static VALUE to_array(VALUE v) {
    return std::apply(
        [](auto... value) { return rb_ary_new_from_args(count, out(value)...); },
        values_of(v));
  }
  /// Calls back with the place and the name of each value.
  template <class Each>
  static void each_name(Each each) {
    const char* name = State<T>::names;
    for (size_t i = 0; i < count; ++i) {
      const size_t length = strcspn(name, ",");
      each(static_cast<long>(i), rb_str_new(name, static_cast<long>(length)));
      name += length;
      name += strspn(name, ", ");
    }
  }
  /// Makes the C++ object of an Array of its values.
  static VALUE restore(VALUE v, VALUE array) {
    Check_Type(array, T_ARRAY);
    if (RARRAY_LEN(array) != static_cast<long>(count)) {
      rb_raise(rb_eArgError, "wrong number of values (given %ld, expected %d)",
               RARRAY_LEN(array), static_cast<int>(count));
    }
    VALUE names[count];
    each_name([&](long i, VALUE name) { names[i] = name; });
    Values values;
    Tag tag = read(array, names, &values, std::make_index_sequence<count>());
    if (!tag) tag = guarded([&] { construct<T>(v, State<T>::make(values)); });
    if (tag) rb_jump_tag(tag);
    return v;
  }

 private:
  template <size_t... I>
  static Tag read(VALUE array, VALUE* names, Values* values, std::index_sequence<I...>) {
    Tag tag = 0;
    (void)((tag = in(rb_ary_entry(array, I), &std::get<I>(*values),
                     StringValueCStr(names[I]))) ||
           ...);
    return tag;
  }

  static VALUE inspect(VALUE v) {
    const VALUE text = rb_sprintf("#<%" PRIsVALUE, rb_obj_class(v));
    if (Object<T>::of(v)->head.data) {
      const VALUE array = to_array(v);
      each_name([&](long i, VALUE name) {
        rb_str_catf(text, "%s%" PRIsVALUE "=%" PRIsVALUE, i ? ", " : " ", name,
                    rb_inspect(rb_ary_entry(array, i)));
      });
    } else {
      rb_str_cat_cstr(text, " not initialized");
    }
    return rb_str_cat_cstr(text, ">");
  }
  /// The values, and the instance variables of a class derived in Ruby.
  static VALUE marshal_dump(VALUE v) {
    const VALUE variables = rb_hash_new();
    const VALUE names = rb_obj_instance_variables(v);
    for (long i = 0; i < RARRAY_LEN(names); ++i) {
      const VALUE name = rb_ary_entry(names, i);
      rb_hash_aset(variables, name, rb_ivar_get(v, rb_sym2id(name)));
    }
    return rb_ary_new_from_args(2, to_array(v), variables);
  }
  static VALUE marshal_load(VALUE v, VALUE state) {
    Check_Type(state, T_ARRAY);
    restore(v, rb_ary_entry(state, 0));
    const VALUE variables = rb_ary_entry(state, 1);
    Check_Type(variables, T_HASH);
    rb_hash_foreach(variables, set_variable, v);
    return v;
  }
  static int set_variable(VALUE name, VALUE value, VALUE v) {
    rb_funcall(v, rb_intern("instance_variable_set"), 2, name, value);
    return ST_CONTINUE;
  }
  /// For YAML: the same under their names.
  static VALUE encode_with(VALUE v, VALUE coder) {
    const VALUE state = marshal_dump(v);
    each_name([&](long i, VALUE name) {
      rb_funcall(coder, rb_intern("[]="), 2, name,
                 rb_ary_entry(rb_ary_entry(state, 0), i));
    });
    rb_hash_foreach(rb_ary_entry(state, 1), add_variable, coder);
    return Qnil;
  }
  static int add_variable(VALUE name, VALUE value, VALUE coder) {
    rb_funcall(coder, rb_intern("[]="), 2, rb_sym2str(name), value);
    return ST_CONTINUE;
  }
  static VALUE init_with(VALUE v, VALUE coder) {
    const VALUE map = rb_obj_dup(rb_funcall(coder, rb_intern("map"), 0));
    Check_Type(map, T_HASH);
    const VALUE array = rb_ary_new();
    each_name([&](long, VALUE name) { rb_ary_push(array, rb_hash_delete(map, name)); });
    restore(v, array);
    rb_hash_foreach(map, set_variable, v);
    return v;
  }

 protected:
  void run(swig_type_info* type, VALUE) const override {
    const VALUE klass = class_of(type)->klass;
    rb_define_method(klass, "inspect", inspect, 0);
    rb_define_method(klass, "to_s", inspect, 0);
    rb_define_method(klass, "marshal_dump", marshal_dump, 0);
    rb_define_method(klass, "marshal_load", marshal_load, 1);
    rb_define_method(klass, "encode_with", encode_with, 1);
    rb_define_method(klass, "init_with", init_with, 1);
  }
};

/// A plain value also has new(), of its members in their order, dup, ==, hash and the
/// methods of a pattern.
template <class T>
class Value : public Stateful<T> {
 public:
  using Stateful<T>::Stateful;

 protected:
  using Base = Stateful<T>;

  static VALUE initialize(int argc, VALUE* argv, VALUE v) {
    rb_check_arity(argc, Base::count, Base::count);
    return Base::restore(v, rb_ary_new_from_values(argc, argv));
  }
  static VALUE equals(VALUE v, VALUE other) {
    if (v == other) return Qtrue;
    if (!RTEST(rb_obj_is_kind_of(other, class_of(Class<T>::type)->klass))) return Qfalse;
    return Base::values_of(v) == Base::values_of(other) ? Qtrue : Qfalse;
  }
  static VALUE is_eql(VALUE v, VALUE other) {
    return rb_obj_class(v) == rb_obj_class(other) ? equals(v, other) : Qfalse;
  }
  static VALUE hash(VALUE v) { return rb_hash(Base::to_array(v)); }
  static VALUE to_h(VALUE v) {
    const VALUE array = Base::to_array(v);
    const VALUE result = rb_hash_new();
    Base::each_name([&](long i, VALUE name) {
      rb_hash_aset(result, rb_str_intern(name), rb_ary_entry(array, i));
    });
    return result;
  }
  static VALUE deconstruct_keys(VALUE v, VALUE) { return to_h(v); }

  void run(swig_type_info* type, VALUE module) const override {
    Base::run(type, module);
    const VALUE klass = class_of(type)->klass;
    rb_define_alloc_func(klass, Class<T>::allocate);
    rb_define_method(klass, "initialize", initialize, -1);
    rb_define_method(klass, "initialize_copy", copy<T>, 1);
    rb_define_method(klass, "==", equals, 1);
    rb_define_method(klass, "eql?", is_eql, 1);
    rb_define_method(klass, "hash", hash, 0);
    rb_define_method(klass, "to_h", to_h, 0);
    rb_define_method(klass, "deconstruct", Base::to_array, 0);
    rb_define_method(klass, "deconstruct_keys", deconstruct_keys, 1);
  }
};

}  // namespace host
