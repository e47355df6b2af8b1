// What another SWIG would read.
%module other_swig

#undef SWIG_VERSION
#define SWIG_VERSION 0x040502

%include "fastcall.swg"
