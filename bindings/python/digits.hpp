/// Natural numbers between 64-bit limbs and CPython's ints, in linear time and without
/// text.
///
/// An int is an array of digits of 30 bits. It is filled behind the names of PEP 757
/// where CPython has them (3.14), behind _PyLong_New() before. Comes after Python.h.
#pragma once
#include <stdint.h>
#include <string.h>

#include <algorithm>
#include <vector>

namespace host {

static_assert(PyLong_SHIFT == 30 && sizeof(digit) == 4,
              "CPython is built with 15-bit digits");

/// Writes `count` digits of a number given by its limbs: 15 bytes are 4 digits.
inline void to_digits(const uint64_t* limbs, size_t limb_count, digit* digits,
                      size_t count) {
  size_t i = 0;
#if PY_LITTLE_ENDIAN
  const auto* bytes = reinterpret_cast<const unsigned char*>(limbs);
  const size_t size = limb_count * sizeof(uint64_t);
  for (size_t at = 0; i + 4 <= count && at + 15 <= size; at += 15, i += 4) {
    uint64_t low, high;
    memcpy(&low, bytes + at, sizeof low);
    memcpy(&high, bytes + at + 7, sizeof high);  // its bit 4 is bit 60 of the 15 bytes
    digits[i] = static_cast<digit>(low & PyLong_MASK);
    digits[i + 1] = static_cast<digit>(low >> 30 & PyLong_MASK);
    digits[i + 2] = static_cast<digit>(high >> 4 & PyLong_MASK);
    digits[i + 3] = static_cast<digit>(high >> 34 & PyLong_MASK);
  }
#endif
  for (; i < count; ++i) {
    const size_t limb = i * 30 / 64, shift = i * 30 % 64;
    uint64_t bits = limbs[limb] >> shift;
    if (shift > 34 && limb + 1 < limb_count) bits |= limbs[limb + 1] << (64 - shift);
    digits[i] = static_cast<digit>(bits & PyLong_MASK);
  }
}

/// The limbs of a number given by its digits, with no 0 at the end.
inline std::vector<uint64_t> to_limbs(const digit* digits, size_t count) {
  std::vector<uint64_t> limbs;
  limbs.reserve(count * 30 / 64 + 1);
  uint64_t limb = 0;
  int filled = 0;
  for (size_t i = 0; i < count; ++i) {
    limb |= static_cast<uint64_t>(digits[i]) << filled;
    filled += 30;
    if (filled < 64) continue;
    limbs.push_back(limb);
    filled -= 64;
    limb = digits[i] >> (30 - filled);
  }
  if (limb) limbs.push_back(limb);
  return limbs;
}

/// A new int. The last limb is not 0.
inline PyObject* int_from_limbs(const std::vector<uint64_t>& limbs) {
  if (limbs.size() <= 1) return PyLong_FromUnsignedLongLong(limbs.empty() ? 0 : limbs[0]);
  const size_t bits =
      limbs.size() * 64 - static_cast<size_t>(__builtin_clzll(limbs.back()));
  const size_t count = (bits + 29) / 30;
#if PY_VERSION_HEX >= 0x030e0000
  void* digits;
  PyLongWriter* writer = PyLongWriter_Create(0, static_cast<Py_ssize_t>(count), &digits);
  if (!writer) return nullptr;
  to_digits(limbs.data(), limbs.size(), static_cast<digit*>(digits), count);
  return PyLongWriter_Finish(writer);
#else
  PyLongObject* made = _PyLong_New(static_cast<Py_ssize_t>(count));
  if (!made) return nullptr;
#if PY_VERSION_HEX >= 0x030c0000
  to_digits(limbs.data(), limbs.size(), made->long_value.ob_digit, count);
#else
  to_digits(limbs.data(), limbs.size(), made->ob_digit, count);
#endif
  return reinterpret_cast<PyObject*>(made);
#endif
}

/// The limbs of an int that is not negative. Returns false with an exception set when
/// CPython cannot give its digits.
inline bool limbs_from_int(PyObject* o, std::vector<uint64_t>* limbs) {
#if PY_VERSION_HEX >= 0x030e0000
  PyLongExport exported;
  if (PyLong_Export(o, &exported)) return false;
  if (exported.digits) {
    const struct Exported {
      PyLongExport* digits;
      ~Exported() { PyLong_FreeExport(digits); }
    } freed{&exported};
    *limbs = to_limbs(static_cast<const digit*>(exported.digits),
                      static_cast<size_t>(exported.ndigits));
  } else {
    *limbs = {static_cast<uint64_t>(exported.value)};
  }
#elif PY_VERSION_HEX >= 0x030c0000
  const auto* number = reinterpret_cast<const PyLongObject*>(o);
  *limbs = to_limbs(number->long_value.ob_digit, number->long_value.lv_tag >> 3);
#else
  const auto* number = reinterpret_cast<const PyLongObject*>(o);
  *limbs = to_limbs(number->ob_digit, static_cast<size_t>(Py_SIZE(number)));
#endif
  return true;
}

}  // namespace host
