/// The module fibonacci_nanobind: the library for Python by nanobind.
///
/// As nanobind's documentation recommends for speed: no argument has a Python name, and
/// small objects are pooled.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>
#include <nanobind/trampoline.h>

#include <cstdlib>

#include "../capi/values.hpp"
#include "fibonacci/fibonacci.hpp"
#include "named.hpp"

namespace nb = nanobind;
namespace names = python::names;
using fibonacci::Listener;
using fibonacci::Sequence;
using fibonacci::Term;

template <class Item>
using Memory = nb::ndarray<Item, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <>
struct python::Expected<nb::bytes> {
  static constexpr auto& text = needed::bytes;
  static constexpr auto refuse = refuse_type;
};
template <>
struct python::Expected<nb::callable> {
  static constexpr auto& text = needed::function;
  static constexpr auto refuse = refuse_type;
};
template <>
struct python::Expected<Memory<uint64_t>> {
  static constexpr auto& text = needed::buffer;
  static constexpr auto refuse = refuse_type;
};
template <>
struct python::Expected<Memory<const uint64_t>> {
  static constexpr auto& text = needed::readable;
  static constexpr auto refuse = refuse_type;
};
template <>
struct python::Expected<Sequence&> {
  static constexpr char text[] = "a Sequence";
  static bool refuse(const char* name, const char* what, PyObject* got) {
    return nb::isinstance<Sequence>(got) ? refuse_uninitialized(name, got)
                                         : refuse_type(name, what, got);
  }
};

namespace nanobind::detail {

/// An int, as in C: the library knows which enumerators there are.
template <>
struct type_caster<fibonacci::Algorithm> {
  NB_TYPE_CASTER(fibonacci::Algorithm, const_name("int"))

  bool from_python(handle source, uint32_t flags, cleanup_list* cleanup) noexcept {
    make_caster<int> number;
    if (!number.from_python(source, flags, cleanup) || number.value < 0) return false;
    value = static_cast<fibonacci::Algorithm>(number.value);
    return true;
  }
};

/// An int of any size; nanobind has no caster for that.
template <>
struct type_caster<fibonacci::Integer> {
  NB_TYPE_CASTER(fibonacci::Integer, const_name("int"))

  bool from_python(handle source, uint32_t, cleanup_list*) noexcept {
    std::vector<uint64_t> limbs;
    if (python::in_limbs(source.ptr(), &limbs, "")) {
      value = fibonacci::Integer(std::move(limbs));
      return true;
    }
    PyErr_Clear();
    return false;
  }
  static handle from_cpp(const fibonacci::Integer& integer, rv_policy,
                         cleanup_list*) noexcept {
    return python::out_limbs(integer.limbs());
  }
};

}  // namespace nanobind::detail

namespace {

/// The method of a Sequence that had __init__().
template <class Result>
auto method(Result (Sequence::*function)()) {
  return [function](Named<names::self, Sequence&> self) -> Result {
    return (self.value.*function)();
  };
}
template <class Result>
auto method(Result (Sequence::*function)() const) {
  return [function](Named<names::self, Sequence&> self) -> Result {
    return (self.value.*function)();
  };
}

/// A Python object derived from Listener.
struct Director : Listener {
  NB_TRAMPOLINE(Listener);

  /// NB_OVERRIDE_PURE, but with None for true.
  bool on_term(uint64_t index, uint64_t term) override {
    constexpr uint64_t hash = nb::detail::str_hash("on_term");
    nb::detail::ticket ticket(nb_trampoline, "on_term", hash, true);
    return !nb_trampoline.base().attr(ticket.key)(index, term).is(nb::handle(Py_False));
  }
};

/// Calls the nb::callable behind `user`; what it raises stays set.
bool call(uint64_t index, uint64_t term, void* user) {
  try {
    return !(*static_cast<nb::callable*>(user))(index, term).is(nb::handle(Py_False));
  } catch (nb::python_error& e) {
    e.restore();
    return false;
  }
}

/// nanobind tells a wrong number of arguments by the types that came, without numbers. An
/// overload can tell the numbers, but makes each call of the function a quarter dearer:
/// only the tests ask for it.
void tell_counts(nb::module_& m) {
  for (const auto& [name, expected] : python::counts) {
    m.def(name, [name = name, expected = expected](nb::args given) {
      if (given.size() == expected) throw nb::next_overload();
      python::refuse_count(name, static_cast<Py_ssize_t>(expected),
                           static_cast<Py_ssize_t>(given.size()));
      throw nb::python_error();
    });
  }
}

}  // namespace

NB_MODULE(fibonacci_nanobind, m) {
  nb::class_<Term>(m, "Term", nb::pooled())
      .def_ro("index", &Term::index)
      .def_ro("term", &Term::term);
  nb::class_<Sequence>(m, "Sequence", nb::pooled())
      .def(nb::init<>())
      .def(nb::init<Named<names::start, uint64_t>>())
      .def("advance", method(&Sequence::advance))
      .def("peek", method(&Sequence::peek))
      .def("reset", method(&Sequence::reset))
      .def("__iter__", [](nb::handle self) { return self; })
      .def("__next__",
           [](Named<names::self, Sequence&> self) {
             if (self.value.exhausted()) throw nb::stop_iteration();
             return self.value.advance();
           })
      .def_prop_ro("position", method(&Sequence::position))
      .def_prop_ro("exhausted", method(&Sequence::exhausted));
  nb::class_<Listener, Director>(m, "Listener")
      .def(nb::init<>())
      .def("on_term", &Listener::on_term);

  m.attr("Algorithm_recursive") = static_cast<int>(fibonacci::Algorithm::recursive);
  m.attr("Algorithm_iterative") = static_cast<int>(fibonacci::Algorithm::iterative);
  m.attr("Algorithm_fast_doubling") =
      static_cast<int>(fibonacci::Algorithm::fast_doubling);
  m.attr("Algorithm_matrix") = static_cast<int>(fibonacci::Algorithm::matrix);
  m.attr("Algorithm_binet") = static_cast<int>(fibonacci::Algorithm::binet);

  m.def("noop", &fibonacci::noop);
  m.def("max_index", &fibonacci::max_index);
  m.def("fib_wrapping", named<names::n>(&fibonacci::fib_wrapping));
  m.def("fib", named<names::n>(&fibonacci::fib));
  m.def("fib_recursive", named<names::n>(&fibonacci::fib_recursive));
  m.def("fib_by", named<names::how, names::n>(&fibonacci::fib_by));
  m.def("fib_mod", named<names::n, names::m>(&fibonacci::fib_mod));
  m.def("recurrence",
        named<names::p, names::q, names::a, names::b, names::n>(&fibonacci::recurrence));
  m.def("binet", named<names::x>(&fibonacci::binet));
  m.def("is_fibonacci", named<names::x>(&fibonacci::is_fibonacci));
  m.def("fib_exact", named<names::n>(&fibonacci::fib_exact));
  m.def("index_of", named<names::x>(&fibonacci::index_of));
  m.def("fib_decimal", named<names::n>(&fibonacci::fib_decimal));
  m.def("is_word", named<names::text>(&fibonacci::is_word));
  m.def("caption", named<names::label, names::n>(&fibonacci::caption));
  m.def("word", named<names::n>(&fibonacci::word));
  m.def("terms", named<names::first, names::count>(&fibonacci::terms));
  m.def("encode", [](Named<names::numbers, const std::vector<uint64_t>&> numbers) {
    const auto code = fibonacci::encode(numbers.value);
    return nb::bytes(code.data(), code.size());
  });
  m.def("decode", [](Named<names::bytes, nb::bytes> bytes) {
    return fibonacci::decode(static_cast<const uint8_t*>(bytes.value.data()),
                             bytes.value.size());
  });
  m.def(
      "fill",
      [](Named<names::out, Memory<uint64_t>> out) {
        fibonacci::fill(out.value.data(), out.value.size());
      },
      nb::arg().noconvert());
  m.def(
      "fib_each",
      [](Named<names::indices, Memory<const uint64_t>> indices,
         Named<names::results, Memory<uint64_t>> results) {
        const size_t length = results.value.size();
        if (indices.value.size() != length) {
          python::refuse_lengths(names::indices, indices.value.size(), names::results,
                                 length);
          throw nb::python_error();
        }
        fibonacci::fib_each(indices.value.data(), results.value.data(), length);
      },
      nb::arg().noconvert(), nb::arg().noconvert());
  m.def("nearest", named<names::x>(&fibonacci::nearest));
  m.def("zeckendorf", named<names::x>(&fibonacci::zeckendorf));
  m.def("visit",
        [](Named<names::first, uint64_t> first, Named<names::count, uint64_t> count,
           Named<names::visitor, nb::callable> visitor) {
          const uint64_t calls = fibonacci::visit(first, count, call, &visitor.value);
          if (PyErr_Occurred()) throw nb::python_error();
          return calls;
        });
  m.def("listen", named<names::first, names::count, names::listener>(&fibonacci::listen));
  m.def("live_objects", &fibonacci::live_objects);
  m.def("library_version", &fibonacci::library_version);

  if (std::getenv("FIBONACCI_COUNTS")) tell_counts(m);
}
