// A function with two arguments: every option that changes how it reads them can be tried on it.
%module two

%include "fastcall.swg"

%inline %{
int two(int a, int b) { return a + b; }
%}

%include "fastcall_end.swg"
