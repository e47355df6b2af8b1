// The Fibonacci library for every host. No host is named here: host.swg and host_end.swg are found through -I, in
// bindings/<host>/ or, where a host needs none, in bindings/_default/.
%module(directors="1", docstring="Exact Fibonacci numbers. F(0) = 0 and F(1) = 1.") fibonacci

%{
#include "fibonacci/fibonacci.hpp"
%}

%include <stdint.i>          // fixed-width integers in every host
%include <std_string.i>      // std::string by value
%include "std_values.swg"    // std::string_view and std::vector by value, without wrapper classes
%include "host.swg"          // bindings/<host>/: typemaps, features, its translation of the words below
%include "vocabulary.swg"    // a word that the host did not translate means nothing to it

%immutable;                  // nothing in the library is for writing

// What the header cannot say.
%host_class(fibonacci::Sequence, Sequence, arg1)
%host_struct(fibonacci::Term, Term)
%host_members(fibonacci::Term, index, term)
%host_bigint(fibonacci::Integer)
%host_iterable(fibonacci::Sequence, Sequence)
%host_resumable(fibonacci::Sequence)
%host_property(fibonacci::Sequence, uint64_t, position)
%host_property(fibonacci::Sequence, bool, exhausted)
%host_callback(fibonacci::Visitor visitor, void* user)
%host_director(fibonacci::Listener, fibonacci::listen)
%host_version(fibonacci::library_version)
%host_bytes(const uint8_t* bytes, size_t size)
%host_buffer(fibonacci::fill, uint64_t* out, size_t count)
%host_buffers(fibonacci::fib_each, const uint64_t* indices, uint64_t* results, size_t length)

%host_stoppable(fibonacci::Stoppable, fibonacci::Stopped)
%host_long(fibonacci::fib_recursive, arg1 > 20)
%host_long(fibonacci::fib_by, arg1 == fibonacci::Algorithm::recursive && arg2 > 20)
%host_long(fibonacci::fib_exact, arg1 > 10000)
%host_long(fibonacci::fib_decimal, arg1 > 5000)
%host_long(fibonacci::index_of, arg1->limbs().size() > 100)
%host_long(fibonacci::fill, arg2 > 100000)

%ignore fibonacci::Sequence::Sequence(const Sequence&);  // an overload would blur every host's messages
%ignore *::operator=;

%template() std::vector<uint8_t>;  // known and unwrapped: each host makes its own list
%template() std::vector<uint64_t>;
%template() std::vector<fibonacci::Term>;

%include "fibonacci/export.h"
%include "fibonacci/fibonacci.hpp"

%include "host_end.swg"      // bindings/<host>/: what needs the classes to exist
