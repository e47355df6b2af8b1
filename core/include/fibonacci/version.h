/** The version of the library, said here once: CMake, the wheel and the libraries
 * themselves read it. */
#ifndef FIBONACCI_VERSION_H
#define FIBONACCI_VERSION_H

#define FIB_VERSION_MAJOR 0
#define FIB_VERSION_MINOR 1
#define FIB_VERSION_PATCH 0
#define FIB_VERSION_STRING "0.1.0"

/** Changes when a program compiled against an older fibonacci.h must be compiled anew;
 * also the SOVERSION. */
#define FIB_ABI_VERSION 1

#endif
