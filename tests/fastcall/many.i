// A module as large as many.hpp makes it, with nothing in it but fastcall.swg.
%module many

%{
#include "many.hpp"
%}

%include "fastcall.swg"

%ignore many::sum;
%ignore many::Digits;
%ignore many::Counted;
%newobject many::made_new;
%feature("compactdefaultargs") many::compact;
%feature("python:slot", "mp_subscript", functype = "binaryfunc") many::Number::__getitem__;
%feature("python:slot", "mp_ass_subscript", functype = "objobjargproc") many::Number::__setitem__;
%extend many::Number {
  int __getitem__(int i) { return $self->value + i; }
  void __setitem__(int i, int value) { $self->value = i + value; }
}

%include "many.hpp"

%include "fastcall_end.swg"
