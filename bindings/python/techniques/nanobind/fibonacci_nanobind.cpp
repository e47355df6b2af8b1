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

#include "../capi/signals.hpp"
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
  static constexpr auto refuse = refuse_memory;
};
template <>
struct python::Expected<Memory<const uint64_t>> {
  static constexpr auto& text = needed::readable;
  static constexpr auto refuse = refuse_memory;
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

/// A list. nanobind's own caster must not throw, but asks for memory; and it reads the
/// items where they lie, while an item's __index__() may take the list apart.
template <>
struct type_caster<std::vector<uint64_t>> : list_caster<std::vector<uint64_t>, uint64_t> {
  bool from_python(handle source, uint32_t flags, cleanup_list* cleanup) noexcept {
    const python::Reference items = unchanging(source.ptr());
    const bool has_room =
        items && python::guarded([&] {
          value.reserve(static_cast<size_t>(PySequence_Fast_GET_SIZE(items.get())));
          return true;
        });
    if (NB_LIKELY(has_room)) return list_caster::from_python(items.get(), flags, cleanup);
    no_memory = PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_MemoryError);
    PyErr_Clear();
    return false;
  }
  bool no_memory = false;

 private:
  /// A list of nothing but ints, or a tuple; NULL for what is no sequence.
  static python::Reference unchanging(PyObject* source) {
    const bool is_list = PyList_CheckExact(source);
    bool ints = is_list;
    for (Py_ssize_t i = 0; ints && i < PyList_GET_SIZE(source); ++i)
      ints = PyLong_CheckExact(PyList_GET_ITEM(source, i));
    if (ints) {
      Py_INCREF(source);
      return python::Reference(source);
    }
    const bool is_text = PyUnicode_Check(source) || PyBytes_Check(source);
    if (is_text || !PySequence_Check(source)) return nullptr;
    return python::Reference(PySequence_Tuple(source));
  }
};

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
    // Nothing may be thrown here; the refusal asks once more for what is wrong.
    std::vector<uint64_t> limbs;
    const bool taken = python::in_limbs_guarded(source.ptr(), &limbs, "");
    if (taken) value = fibonacci::Integer(std::move(limbs));
    PyErr_Clear();
    return taken;
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

/// nanobind refuses a second __init__(), but not one out of an argument's __index__().
constexpr auto begin = [](nb::pointer_and_handle<Sequence> self,
                          Named<names::start, uint64_t> start) {
  if (!nb::inst_ready(self.h)) new (self.p) Sequence(start);
};

template <class Item>
void need_aligned(const char* name, const Memory<Item>& memory) {
  if (!python::aligned(name, memory.data(), memory.size())) throw nb::python_error();
}

/// A Python object derived from Listener.
struct Director : Listener {
  NB_TRAMPOLINE(Listener);

  /// NB_OVERRIDE_PURE, but with None for true.
  bool on_term(uint64_t index, uint64_t term) override {
    constexpr uint64_t hash = nb::detail::str_hash("on_term");
    nb::detail::ticket ticket(nb_trampoline, "on_term", hash, true);
    return python::or_wait_for_the_end([&] {
      return python::goes_on(nb_trampoline.base().attr(ticket.key)(index, term).ptr());
    });
  }
};

/// Calls the nb::callable behind `user`; what it raises stays set. Then it is not called
/// again: a library may go on all the same.
bool call(uint64_t index, uint64_t term, void* user) {
  if (PyErr_Occurred()) return false;
  try {
    return python::or_wait_for_the_end([&] {
      return python::goes_on((*static_cast<nb::callable*>(user))(index, term).ptr());
    });
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
      .def("__init__", begin)
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
  m.def("fib_recursive", [](Named<names::n, uint64_t> n) {
    return python::interruptible<nb::python_error>(
        n.value >= python::long_recursion, [&] { return fibonacci::fib_recursive(n); });
  });
  m.def("fib_by", [](Named<names::how, fibonacci::Algorithm> how,
                     Named<names::n, uint64_t> n) {
    return python::interruptible<nb::python_error>(
        n.value >= python::long_recursion, [&] { return fibonacci::fib_by(how, n); });
  });
  m.def("fib_mod", named<names::n, names::m>(&fibonacci::fib_mod));
  m.def("recurrence",
        named<names::p, names::q, names::a, names::b, names::n>(&fibonacci::recurrence));
  m.def("binet", named<names::x>(&fibonacci::binet));
  m.def("is_fibonacci", named<names::x>(&fibonacci::is_fibonacci));
  m.def("fib_exact", [](Named<names::n, uint64_t> n) {
    return python::interruptible<nb::python_error>(
        n.value >= python::long_exact, [&] { return fibonacci::fib_exact(n); });
  });
  m.def("index_of", [](Named<names::x, const fibonacci::Integer&> x) {
    return python::interruptible<nb::python_error>(
        x.value.limbs().size() >= python::long_limbs,
        [&] { return fibonacci::index_of(x); });
  });
  m.def("fib_decimal", [](Named<names::n, uint64_t> n) {
    return python::interruptible<nb::python_error>(
        n.value >= python::long_exact, [&] { return fibonacci::fib_decimal(n); });
  });
  m.def("is_word", named<names::text>(&fibonacci::is_word));
  m.def("caption", [](Named<names::label, std::string_view> label,
                      Named<names::n, uint64_t> n) {
    return python::interruptible<nb::python_error>(
        n.value >= python::long_exact, [&] { return fibonacci::caption(label, n); });
  });
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
        need_aligned(names::out, out.value);
        fibonacci::fill(out.value.data(), out.value.size());
      },
      nb::arg().noconvert());
  m.def(
      "fib_each",
      [](Named<names::indices, Memory<const uint64_t>> indices,
         Named<names::results, Memory<uint64_t>> results) {
        need_aligned(names::indices, indices.value);
        need_aligned(names::results, results.value);
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
