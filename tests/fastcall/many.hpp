/// Hundreds of functions, and classes with calls of every shape, to be wrapped and
/// called.
#pragma once

namespace many {

// Each result tells how many arguments arrived, which, in which order, and in which
// function.
#define MANY_SUM(...) many::sum({__VA_ARGS__})
struct Digits {
  int values[9];
};
inline int sum(const Digits& digits) {
  int total = 0;
  for (const int value : digits.values) total = 3 * total + value;
  return total;
}

#define MANY_FUNCTIONS(K)                                                           \
  inline int f0_##K() { return MANY_SUM(K); }                                       \
  inline int f1_##K(int a) { return MANY_SUM(K, a); }                               \
  inline int f2_##K(int a, int b) { return MANY_SUM(K, a, b); }                     \
  inline int f3_##K(int a, int b, int c) { return MANY_SUM(K, a, b, c); }           \
  inline int f4_##K(int a, int b, int c, int d) { return MANY_SUM(K, a, b, c, d); } \
  inline int f5_##K(int a, int b, int c, int d, int e) {                            \
    return MANY_SUM(K, a, b, c, d, e);                                              \
  }                                                                                 \
  inline int f6_##K(int a, int b, int c, int d, int e, int f) {                     \
    return MANY_SUM(K, a, b, c, d, e, f);                                           \
  }                                                                                 \
  inline int f7_##K(int a, int b, int c, int d, int e, int f, int g) {              \
    return MANY_SUM(K, a, b, c, d, e, f, g);                                        \
  }                                                                                 \
  inline int f8_##K(int a, int b, int c, int d, int e, int f, int g, int h) {       \
    return MANY_SUM(K, a, b, c, d, e, f, g, h);                                     \
  }
#define MANY_FUNCTIONS_TEN(T) \
  MANY_FUNCTIONS(T##0)        \
  MANY_FUNCTIONS(T##1)        \
  MANY_FUNCTIONS(T##2)        \
  MANY_FUNCTIONS(T##3)        \
  MANY_FUNCTIONS(T##4)        \
  MANY_FUNCTIONS(T##5)        \
  MANY_FUNCTIONS(T##6)        \
  MANY_FUNCTIONS(T##7)        \
  MANY_FUNCTIONS(T##8)        \
  MANY_FUNCTIONS(T##9)
MANY_FUNCTIONS_TEN(1)
MANY_FUNCTIONS_TEN(2)
MANY_FUNCTIONS_TEN(3)
MANY_FUNCTIONS_TEN(4)

inline int live = 0;         // C++ objects
inline int level = 3;        // for writing
inline const int limit = 7;  // not for writing

struct Counted {
  Counted() { ++live; }
  Counted(const Counted&) { ++live; }
  ~Counted() { --live; }
};
#define MANY_CLASS(NAME, PARAMETERS, ...)                                              \
  class NAME {                                                                         \
   public:                                                                             \
    NAME PARAMETERS : value(MANY_SUM(__VA_ARGS__)), first(value) {}                    \
    int value;                                                                         \
    const int first;                                                                   \
    inline static int shared = 5;                                                      \
    int m0() { return MANY_SUM(value); }                                               \
    int m1(int a) { return MANY_SUM(value, a); }                                       \
    int m2(int a, int b) { return MANY_SUM(value, a, b); }                             \
    int m3(int a, int b, int c) { return MANY_SUM(value, a, b, c); }                   \
    int m4(int a, int b, int c, int d) { return MANY_SUM(value, a, b, c, d); }         \
    static int s0() { return MANY_SUM(shared); }                                       \
    static int s1(int a) { return MANY_SUM(shared, a); }                               \
    static int s2(int a, int b) { return MANY_SUM(shared, a, b); }                     \
    static int s3(int a, int b, int c) { return MANY_SUM(shared, a, b, c); }           \
    static int s4(int a, int b, int c, int d) { return MANY_SUM(shared, a, b, c, d); } \
                                                                                       \
   private:                                                                            \
    Counted counted_;                                                                  \
  };
MANY_CLASS(C0, (), 0)
MANY_CLASS(C1, (int a), 1, a)
MANY_CLASS(C2, (int a, int b), 2, a, b)
MANY_CLASS(C3, (int a, int b, int c), 3, a, b, c)
MANY_CLASS(C4, (int a, int b, int c, int d), 4, a, b, c, d)

// Overloads and default arguments: of functions, methods, static methods and
// constructors.
inline int over() { return 0; }
inline int over(int a) { return MANY_SUM(1, a); }
inline int over(int a, int b) { return MANY_SUM(2, a, b); }
inline int over(const char* text) { return MANY_SUM(3, text[0]); }
inline int over(const C1& c, int a) { return MANY_SUM(4, c.value, a); }
inline int defaults(int a, int b = 5, int c = 7) { return MANY_SUM(a, b, c); }
inline int compact(int a, int b = 5, int c = 7) { return MANY_SUM(a, b, c); }
class Over {
 public:
  Over() : value(0) {}
  explicit Over(int a, int b = 5) : value(MANY_SUM(a, b)) {}
  explicit Over(const char* text) : value(text[0]) {}
  int value;
  int over(int a) { return MANY_SUM(1, a); }
  int over(int a, int b) { return MANY_SUM(2, a, b); }
  int over(const char* text) { return MANY_SUM(3, text[0]); }
  int defaults(int a, int b = 5) { return MANY_SUM(value, a, b); }
  static int pick(int a) { return MANY_SUM(1, a); }
  static int pick(int a, int b) { return MANY_SUM(2, a, b); }
};

// Objects in and out, operators, and a class that nobody can make.
inline int value_of(const C2& c, int a) { return MANY_SUM(c.value, a); }
inline C2 made(int a, int b) { return C2(a, b); }
inline C2* made_new(int a, int b) { return new C2(a, b); }
class Number {
 public:
  explicit Number(int value) : value(value) {}
  int value;
  Number operator+(const Number& other) const { return Number(value + other.value); }
  bool operator==(const Number& other) const { return value == other.value; }
  int operator()(int a, int b) const { return MANY_SUM(value, a, b); }
};
class Unmade {
 public:
  int two(int a, int b) { return a + b; }

 private:
  Unmade() = default;
  friend Unmade& unmade();
};
inline Unmade& unmade() {
  static Unmade it;
  return it;
}

}  // namespace many
