// The main program of the tests, which Catch2 3 brings as a library.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
