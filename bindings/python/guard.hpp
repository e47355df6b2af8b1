/// What stands between C++ and the interpreter: every C++ exception becomes Python's, a
/// long call gives the lock back and can be stopped, and a thread that CPython ends is
/// not unwound through C++. Comes after Python.h.
#pragma once
#include <cxxabi.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <type_traits>

#include "errors.hpp"

#define HOST_LIKELY(x) __builtin_expect(!!(x), 1)
#define HOST_COLD __attribute__((cold, noinline))
#define HOST_INLINE inline __attribute__((always_inline))

namespace host {

// ---- the lock

/// Waits for the end of the process.
[[noreturn]] HOST_COLD inline void stay() {
  for (;;) pause();
}

/// Runs what may wait for the lock, as all code of Python does. While a program ends,
/// CPython before 3.14 ends a daemon thread there, by unwinding its stack; destructors
/// must not run without the lock. So the thread stays, as it does in 3.14.
template <class Call>
HOST_INLINE auto python(Call call) {
#ifdef __GLIBCXX__
  try {
    return call();
  } catch (abi::__forced_unwind&) {
    stay();
  }
#else
  return call();
#endif
}

/// Lets Python's other threads run while it lives; the call meanwhile asks it now and
/// then whether to stop.
class Unlocked {
 public:
  Unlocked() : state_(PyEval_SaveThread()), asked_(Clock::now()) {}
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;
  ~Unlocked() { lock(); }
  /// Whether the handler of a signal has raised, as that of Ctrl-C does.
  static bool is_stopped(void* user) { return static_cast<Unlocked*>(user)->ask(); }
  bool stopped() const { return stopped_; }

 private:
  using Clock = std::chrono::steady_clock;
  void lock() {
    python([this] { PyEval_RestoreThread(state_); });
  }
  /// Python's handlers need the lock: they are run every 50 ms, not oftener.
  bool ask() {
    if (stopped_ || Clock::now() - asked_ < std::chrono::milliseconds(50))
      return stopped_;
    lock();
    stopped_ = python([] { return PyErr_CheckSignals(); }) != 0;
    state_ = PyEval_SaveThread();
    asked_ = Clock::now();
    return stopped_;
  }

  PyThreadState* state_;
  Clock::time_point asked_;
  bool stopped_ = false;
};

// ---- exceptions

/// A Python exception that is set and passes through C++.
struct Raised : std::exception {};

inline PyObject* error_class(Error error) {
  switch (error) {
    case Error::argument:
      return PyExc_ValueError;
    case Error::overflow:
      return PyExc_OverflowError;
    case Error::range:
      return PyExc_IndexError;
    case Error::memory:
      return PyExc_MemoryError;
    case Error::bug:
      break;
  }
  return PyExc_RuntimeError;
}
/// Sets the Python exception for a C++ one; one that is set already, as by a callback or
/// a signal, stays as it is.
HOST_COLD inline void raise(const std::exception& e) {
  if (PyErr_Occurred()) return;
  const Error error = meaning(e);
  PyErr_SetString(error_class(error), text(e, error));
}
/// The same for what is no std::exception, while it is handled.
HOST_COLD inline void raise_unknown() {
#ifdef __GLIBCXX__
  try {
    throw;
  } catch (abi::__forced_unwind&) {
    throw;  // the thread ends, by no doing of CPython's: see python()
  } catch (...) {
  }
#endif
  if (!PyErr_Occurred()) PyErr_SetString(PyExc_RuntimeError, unknown_exception);
}
/// The one ladder, behind every try: Python's exception is set, and then. (Thrown anew,
/// to be told apart in a function, an exception would cost half as much again.)
#define HOST_CATCH(...)             \
  catch (const std::exception& e) { \
    host::raise(e);                 \
    __VA_ARGS__;                    \
  }                                 \
  catch (...) {                     \
    host::raise_unknown();          \
    __VA_ARGS__;                    \
  }

/// Begins a function that is part of the one that it stands in.
#define HOST_INLINED [&]() __attribute__((always_inline))

/// Runs C++; after an exception the result is that of a failure, false or NULL.
template <class Body>
HOST_INLINE auto guarded(Body body) -> decltype(body()) {
  try {
    return body();
  }
  HOST_CATCH(return {})
}
/// The same for an expression, as the typemaps have it.
#define HOST_GUARDED(...) host::guarded(HOST_INLINED { return __VA_ARGS__; })

/// Runs a call, without the lock if that pays: it costs as much as a short call.
/// Stoppable is what lets the library ask whether to stop.
template <class Stoppable, class Call>
HOST_INLINE void unlocked(bool pays, Call call) {
  if (!pays) return call();
  bool stopped;
  {
    Unlocked meanwhile;
    Stoppable stoppable(Unlocked::is_stopped, &meanwhile);
    call();
    stopped = meanwhile.stopped();
  }
  if (stopped) throw Raised();  // though the library has not noticed
}

/// A function as CPython may call it, in a slot or a table of methods.
template <auto F>
struct Slot;
template <class Result, class... A, Result (*F)(A...)>
struct Slot<F> {
  static Result call(A... arguments) {
    try {
      return F(arguments...);
    }
    HOST_CATCH(return failure())
  }

 private:
  static constexpr Result failure() {
    if constexpr (std::is_pointer_v<Result>)
      return nullptr;
    else
      return -1;
  }
};
template <auto F>
constexpr auto slot = &Slot<F>::call;

}  // namespace host
