#!/bin/sh
# Compiles and runs the consumer with what pkg-config says: pkg_config.sh PKG_CONFIG CC CXX SOURCES WORK
set -eu
pkg_config=$1 cc=$2 cxx=$3 sources=$4 work=$5

cflags=$("$pkg_config" --cflags fibonacci)
libs=$("$pkg_config" --libs fibonacci)
LD_LIBRARY_PATH=$("$pkg_config" --variable=libdir fibonacci)
export LD_LIBRARY_PATH

# shellcheck disable=SC2086 # they are lists of words
"$cc" -std=c11 "$sources/main.c" $cflags $libs -o "$work/pkg_config_c"
# shellcheck disable=SC2086
"$cxx" -std=c++17 "$sources/main.cpp" $cflags $libs -o "$work/pkg_config_cpp"
"$work/pkg_config_c"
"$work/pkg_config_cpp"
