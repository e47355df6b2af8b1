#!/bin/sh
# Compiles and runs the consumer with what pkg-config says: pkg_config.sh PKG_CONFIG CC CXX SOURCES LIBRARIES WORK
set -eu
# shellcheck disable=SC2034 # eval uses them
pkg_config=$1 cc=$2 cxx=$3 sources=$4 libraries=$5 work=$6

cflags=$("$pkg_config" --cflags fibonacci)
libs=$("$pkg_config" --libs fibonacci)

# eval: pkg-config's words are quoted for a shell, where the path has a space
eval "\"\$cc\" -std=c11 \"\$sources/main.c\" $cflags $libs -o \"\$work/pkg_config_c\""
eval "\"\$cxx\" -std=c++17 \"\$sources/main.cpp\" $cflags $libs -o \"\$work/pkg_config_cpp\""
LD_LIBRARY_PATH=$libraries "$work/pkg_config_c"
LD_LIBRARY_PATH=$libraries "$work/pkg_config_cpp"
