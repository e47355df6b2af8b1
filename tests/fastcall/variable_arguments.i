// A function that takes any number of arguments, whose wrapper takes slices of the tuple.
%module variable_arguments

%include "fastcall.swg"

%{
static int first_of(const char* format, ...) { return *format; }
%}
int first_of(const char* format, ...);

%include "fastcall_end.swg"
