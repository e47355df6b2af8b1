// Classes that SWIG makes at run time, although fastcall.swg asks for static ones.
%module heap_types

%include "fastcall.swg"
%begin %{
#undef SWIG_NO_HEAPTYPES
%}

%inline %{
struct Class { int two(int a, int b) { return a + b; } };
%}

%include "fastcall_end.swg"
