#!/bin/sh
# Compiles and runs the consumer with what pkg-config says: pkg_config.sh PKG_CONFIG CC CXX SOURCES WORK
set -eu
# shellcheck disable=SC2034 # eval uses them
pkg_config=$1 cc=$2 cxx=$3 sources=$4 work=$5

cflags=$("$pkg_config" --cflags fibonacci)
libs=$("$pkg_config" --libs fibonacci)
LD_LIBRARY_PATH=$("$pkg_config" --variable=libdir fibonacci)
export LD_LIBRARY_PATH

# eval: pkg-config's words are quoted for a shell, where the path has a space
eval "\"\$cc\" -std=c11 \"\$sources/main.c\" $cflags $libs -o \"\$work/pkg_config_c\""
eval "\"\$cxx\" -std=c++17 \"\$sources/main.cpp\" $cflags $libs -o \"\$work/pkg_config_cpp\""
"$work/pkg_config_c"
"$work/pkg_config_cpp"
