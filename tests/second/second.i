// The second library, in the same words as the first.
%module(directors="1") second

%{
#include "second.hpp"
%}

%include <stdint.i>
%include <std_string.i>
%include "std_values.swg"
%include "host.swg"
%include "vocabulary.swg"

%immutable;

%host_class(second::Countdown, Countdown, arg1, arg2)
%host_struct(second::Division, Division)
%host_members(second::Division, quotient, remainder)
%host_bigint(second::Natural)
%host_iterable(second::Countdown, Countdown)
%host_property(second::Countdown, uint64_t, left)
%host_callback(second::Judge judge, void* user)
%host_bytes(const uint8_t* data, size_t length)
%host_buffer(second::twice, uint64_t* items, size_t length)

%ignore second::Countdown::Countdown(const Countdown&);

%template() std::vector<uint64_t>;

%include "second.hpp"

%include "host_end.swg"
