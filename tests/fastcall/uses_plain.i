// Wrapped with fastcall.swg, beside a class of a module that is wrapped without.
%module uses_plain

%{
#include "plain.hpp"
%}

%include "fastcall.swg"

%import "plain.i"
%inline %{
int of_plain(Plain& plain, int a, int b) { return plain.two(a, b); }
%}

%include "fastcall_end.swg"
