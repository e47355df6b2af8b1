// SWIG's XML language has no library of its own; the interface needs only that the type is known.
namespace std {
class string;
}
