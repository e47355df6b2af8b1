// Wrapped without fastcall.swg: these wrappers want their tuple.
%module plain

%{
#include "plain.hpp"
%}
%begin %{
#define SWIG_NO_HEAPTYPES
%}

%include "plain.hpp"
