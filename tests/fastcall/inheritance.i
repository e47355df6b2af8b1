// A wrapped class that converts to another one.
%module inheritance

%include "fastcall.swg"

%inline %{
struct Base { int value = 1; };
struct Derived : Base { int two(int a, int b) { return a + b; } };
%}

%include "fastcall_end.swg"
