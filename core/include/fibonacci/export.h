/** FIB_API marks what the shared library shows; everything else is hidden
 * (-fvisibility=hidden). With FIB_STATIC the library is a part of what it is linked
 * into, and nothing of it is shown. */
#ifndef FIBONACCI_EXPORT_H
#define FIBONACCI_EXPORT_H

#if defined(SWIG) || defined(FIB_STATIC)
#define FIB_API
#else
#define FIB_API __attribute__((visibility("default")))
#endif

#endif
