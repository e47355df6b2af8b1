/// The module fibonacci_pybind11: the library for Python by pybind11.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdlib>

#include "../capi/signals.hpp"
#include "../capi/values.hpp"
#include "fibonacci/fibonacci.hpp"
#include "named.hpp"

namespace py = pybind11;
namespace names = python::names;
using fibonacci::Listener;
using fibonacci::Sequence;
using fibonacci::Term;

/// Contiguous memory of a Python object.
template <class Item>
struct Memory {
  Item* data;
  size_t size;
  py::buffer_info info;  // holds it
};

template <>
struct python::Expected<py::bytes> {
  static constexpr auto& text = needed::bytes;
  static constexpr auto refuse = refuse_type;
};
template <>
struct python::Expected<py::function> {
  static constexpr auto& text = needed::function;
  static constexpr auto refuse = refuse_type;
};
template <>
struct python::Expected<const Memory<uint64_t>&> {
  static constexpr auto& text = needed::buffer;
  static constexpr auto refuse = refuse_memory;
};
template <>
struct python::Expected<const Memory<const uint64_t>&> {
  static constexpr auto& text = needed::readable;
  static constexpr auto refuse = refuse_memory;
};
template <>
struct python::Expected<Sequence&> {
  static constexpr char text[] = "a Sequence";
  static bool refuse(const char* name, const char* what, PyObject* got) {
    return py::isinstance<Sequence>(got) ? refuse_uninitialized(name, got)
                                         : refuse_type(name, what, got);
  }
};

/// Had it __init__()? pybind11 would make room for the object, and read what lies there.
template <>
inline bool fits<Sequence&>(py::handle self) {
  return reinterpret_cast<py::detail::instance*>(self.ptr())
      ->get_value_and_holder()
      .holder_constructed();
}

namespace pybind11::detail {

/// An int, as in C: the library knows which enumerators there are.
template <>
struct type_caster<fibonacci::Algorithm> {
  PYBIND11_TYPE_CASTER(fibonacci::Algorithm, const_name("int"));

  bool load(handle source, bool convert) {
    make_caster<int> number;
    if (!number.load(source, convert) || cast_op<int>(number) < 0) return false;
    value = static_cast<fibonacci::Algorithm>(cast_op<int>(number));
    return true;
  }
};

/// An int of any size; pybind11 has no caster for that.
template <>
struct type_caster<fibonacci::Integer> {
  PYBIND11_TYPE_CASTER(fibonacci::Integer, const_name("int"));

  bool load(handle source, bool) {
    std::vector<uint64_t> limbs;
    if (python::in_limbs(source.ptr(), &limbs, "")) {
      value = fibonacci::Integer(std::move(limbs));
      return true;
    }
    PyErr_Clear();
    return false;
  }
  static handle cast(const fibonacci::Integer& integer, return_value_policy, handle) {
    return python::out_limbs(integer.limbs());
  }
};

template <class Item>
struct type_caster<Memory<Item>> {
  PYBIND11_TYPE_CASTER(Memory<Item>, const_name("Buffer"));

  bool load(handle source, bool) {
    if (!isinstance<buffer>(source)) return false;
    try {
      const auto memory = reinterpret_borrow<buffer>(source);
      value.info = memory.request(!std::is_const_v<Item>);
    } catch (const error_already_set&) {  // it is read-only
      return false;
    }
    const buffer_info& info = value.info;
    if (info.ndim != 1 || !info.template item_type_is_equivalent_to<uint64_t>() ||
        info.strides[0] != info.itemsize)
      return false;
    value.data = static_cast<Item*>(info.ptr);
    value.size = static_cast<size_t>(info.size);
    return true;
  }
};

}  // namespace pybind11::detail

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

/// __init__() that ignores a second call, as pybind11 does, even one out of an argument's
/// __index__(), which pybind11's own takes for the first: it would free the object twice.
constexpr auto begin = [](py::detail::value_and_holder& self,
                          Named<names::start, uint64_t> start) {
  if (!self.holder_constructed()) self.value_ptr() = new Sequence(start);
};

template <class Item>
void need_aligned(const char* name, const Memory<Item>& memory) {
  if (!python::aligned(name, memory.data, memory.size)) throw py::error_already_set();
}

/// A Python object derived from Listener.
struct Director : Listener {
  /// PYBIND11_OVERRIDE_PURE, but with None for true.
  bool on_term(uint64_t index, uint64_t term) override {
    const py::function own =
        py::get_override(static_cast<const Listener*>(this), "on_term");
    if (!own) py::pybind11_fail("on_term() must be overridden");
    return python::or_wait_for_the_end(
        [&] { return python::goes_on(own(index, term).ptr()); });
  }
};

/// Calls the py::function behind `user`; what it raises stays set. Then it is not called
/// again: a library may go on all the same.
bool call(uint64_t index, uint64_t term, void* user) {
  if (PyErr_Occurred()) return false;
  try {
    return python::or_wait_for_the_end([&] {
      return python::goes_on((*static_cast<py::function*>(user))(index, term).ptr());
    });
  } catch (py::error_already_set& e) {
    e.restore();
    return false;
  }
}

/// pybind11 tells a wrong number of arguments by the values that came, without numbers.
/// An overload can tell the numbers, but makes each call of the function dearer: only the
/// tests ask for it.
void tell_counts(py::module_& m) {
  for (const auto& [name, expected] : python::counts) {
    m.def(name, [name = name, expected = expected](const py::args& given) {
      python::refuse_count(name, static_cast<Py_ssize_t>(expected),
                           static_cast<Py_ssize_t>(given.size()));
      throw py::error_already_set();
    });
  }
}

}  // namespace

PYBIND11_MODULE(fibonacci_pybind11, m) {
  py::class_<Term>(m, "Term")
      .def_readonly("index", &Term::index)
      .def_readonly("term", &Term::term);
  py::class_<Sequence>(m, "Sequence")
      .def(py::init<>())
      .def("__init__", begin, py::detail::is_new_style_constructor())
      .def("advance", method(&Sequence::advance))
      .def("peek", method(&Sequence::peek))
      .def("reset", method(&Sequence::reset))
      .def("__iter__", [](py::object self) { return self; })
      .def("__next__",
           [](Named<names::self, Sequence&> self) {
             if (self.value.exhausted()) throw py::stop_iteration();
             return self.value.advance();
           })
      .def_property_readonly("position", method(&Sequence::position))
      .def_property_readonly("exhausted", method(&Sequence::exhausted));
  py::class_<Listener, Director>(m, "Listener")
      .def(py::init<>())
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
    return python::interruptible<py::error_already_set>(
        n.value >= python::long_recursion, [&] { return fibonacci::fib_recursive(n); });
  });
  m.def("fib_by", [](Named<names::how, fibonacci::Algorithm> how,
                     Named<names::n, uint64_t> n) {
    return python::interruptible<py::error_already_set>(
        n.value >= python::long_recursion, [&] { return fibonacci::fib_by(how, n); });
  });
  m.def("fib_mod", named<names::n, names::m>(&fibonacci::fib_mod));
  m.def("recurrence",
        named<names::p, names::q, names::a, names::b, names::n>(&fibonacci::recurrence));
  m.def("binet", named<names::x>(&fibonacci::binet));
  m.def("is_fibonacci", named<names::x>(&fibonacci::is_fibonacci));
  m.def("fib_exact", [](Named<names::n, uint64_t> n) {
    return python::interruptible<py::error_already_set>(
        n.value >= python::long_exact, [&] { return fibonacci::fib_exact(n); });
  });
  m.def("index_of", [](Named<names::x, const fibonacci::Integer&> x) {
    return python::interruptible<py::error_already_set>(
        x.value.limbs().size() >= python::long_limbs,
        [&] { return fibonacci::index_of(x); });
  });
  m.def("fib_decimal", [](Named<names::n, uint64_t> n) {
    return python::interruptible<py::error_already_set>(
        n.value >= python::long_exact, [&] { return fibonacci::fib_decimal(n); });
  });
  m.def("is_word", named<names::text>(&fibonacci::is_word));
  m.def("caption", [](Named<names::label, std::string_view> label,
                      Named<names::n, uint64_t> n) {
    return python::interruptible<py::error_already_set>(
        n.value >= python::long_exact, [&] { return fibonacci::caption(label, n); });
  });
  m.def("word", named<names::n>(&fibonacci::word));
  m.def("terms", named<names::first, names::count>(&fibonacci::terms));
  m.def("encode", [](Named<names::numbers, const std::vector<uint64_t>&> numbers) {
    const auto code = fibonacci::encode(numbers.value);
    auto* made = PyBytes_FromStringAndSize(reinterpret_cast<const char*>(code.data()),
                                           static_cast<Py_ssize_t>(code.size()));
    if (!made) throw py::error_already_set();  // py::bytes() would tell of another error
    return py::reinterpret_steal<py::bytes>(made);
  });
  m.def("decode", [](Named<names::bytes, py::bytes> bytes) {
    const auto code = static_cast<std::string_view>(bytes.value);
    return fibonacci::decode(reinterpret_cast<const uint8_t*>(code.data()), code.size());
  });
  m.def("fill", [](Named<names::out, const Memory<uint64_t>&> out) {
    need_aligned(names::out, out.value);
    fibonacci::fill(out.value.data, out.value.size);
  });
  m.def("fib_each", [](Named<names::indices, const Memory<const uint64_t>&> indices,
                       Named<names::results, const Memory<uint64_t>&> results) {
    need_aligned(names::indices, indices.value);
    need_aligned(names::results, results.value);
    const size_t length = results.value.size;
    if (indices.value.size != length) {
      python::refuse_lengths(names::indices, indices.value.size, names::results, length);
      throw py::error_already_set();
    }
    fibonacci::fib_each(indices.value.data, results.value.data, length);
  });
  m.def("nearest", named<names::x>(&fibonacci::nearest));
  m.def("zeckendorf", named<names::x>(&fibonacci::zeckendorf));
  m.def("visit",
        [](Named<names::first, uint64_t> first, Named<names::count, uint64_t> count,
           Named<names::visitor, py::function> visitor) {
          const uint64_t calls = fibonacci::visit(first, count, call, &visitor.value);
          if (PyErr_Occurred()) throw py::error_already_set();
          return calls;
        });
  m.def("listen", named<names::first, names::count, names::listener>(&fibonacci::listen));
  m.def("live_objects", &fibonacci::live_objects);
  m.def("library_version", &fibonacci::library_version);

  if (std::getenv("FIBONACCI_COUNTS")) tell_counts(m);
}
