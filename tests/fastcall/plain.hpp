/// A class that two modules know: one wraps it without fastcall.swg, one with it uses it.
#pragma once

struct Plain {
  int two(int a, int b) { return a + b; }
};
