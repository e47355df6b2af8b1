/** FIB_API marks what the shared library shows; everything else is hidden
 * (-fvisibility=hidden). */
#ifndef FIBONACCI_EXPORT_H
#define FIBONACCI_EXPORT_H

#if defined(SWIG)
#define FIB_API
#else
#define FIB_API __attribute__((visibility("default")))
#endif

#endif
