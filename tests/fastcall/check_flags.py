"""Reads CPython's method tables: every call of a module is a fast one. check_flags.py MODULE..."""

from __future__ import annotations

import importlib
import sys
from ctypes import POINTER, Structure, c_char_p, c_int, c_ssize_t, c_void_p
from types import BuiltinFunctionType, MethodDescriptorType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

VARARGS, KEYWORDS, NOARGS, O, CLASS, STATIC, FASTCALL = 1, 2, 4, 8, 16, 32, 128  # noqa: E741
NAMES = {FASTCALL: "METH_FASTCALL", O: "METH_O", NOARGS: "METH_NOARGS", VARARGS: "METH_VARARGS"}
HAVE_VECTORCALL = 1 << 11
TP_VECTORCALL = 400  # bytes into a PyTypeObject of 64 bits, in every Python since 3.8
# What CPython calls fast. It specializes its calls of METH_NOARGS methods, of functions not.
OF_FUNCTIONS, OF_METHODS = {FASTCALL, O}, {FASTCALL, O, NOARGS}


class MethodDef(Structure):
    """PyMethodDef."""

    _fields_ = (("name", c_char_p), ("function", c_void_p), ("flags", c_int), ("doc", c_char_p))


class Function(Structure):
    """PyCFunctionObject."""

    _fields_ = (("count", c_ssize_t), ("type", c_void_p), ("definition", POINTER(MethodDef)))


class Method(Structure):
    """PyMethodDescrObject."""

    _fields_ = (
        ("count", c_ssize_t),
        ("type", c_void_p),
        ("of", c_void_p),
        ("name", c_void_p),
        ("qualified_name", c_void_p),
        ("definition", POINTER(MethodDef)),
    )


def flags(structure: Any, called: object) -> int:  # noqa: ANN401
    """Give how CPython calls a function or method."""
    definition = structure.from_address(id(called)).definition.contents
    assert definition.name.decode() == called.__name__  # type: ignore[attr-defined]
    return int(definition.flags)


def calls(module: Any) -> Iterator[tuple[str, int, set[int]]]:  # noqa: ANN401
    """Give each function and method with its flags and those that it may have."""
    for name, member in vars(module).items():
        if isinstance(member, BuiltinFunctionType):
            yield name, flags(Function, member), OF_FUNCTIONS
        if isinstance(member, type):
            for inner, method in vars(member).items():
                where = f"{name}.{inner}"
                if isinstance(method, MethodDescriptorType):
                    yield where, flags(Method, method), OF_METHODS
                if isinstance(method, staticmethod):
                    allowed = {each | STATIC for each in OF_METHODS}
                    yield where, flags(Function, method.__func__), allowed


def has_vectorcall(member: type) -> bool:
    """Read tp_vectorcall, which no function of Python shows."""
    return bool(c_void_p.from_address(id(member) + TP_VECTORCALL).value)


def slow_constructors(module: Any) -> Iterator[str]:  # noqa: ANN401
    """Give the classes that CPython would call with a tuple."""
    assert has_vectorcall(list)
    assert not has_vectorcall(type("Made", (), {}))
    for name, member in vars(module).items():
        if isinstance(member, type):
            metaclass: Any = type(member)
            assert metaclass.__flags__ & HAVE_VECTORCALL, name
            if not has_vectorcall(member):
                yield f"{name} has no tp_vectorcall"


def look_at(module: Any) -> bool:  # noqa: ANN401
    """Print what a module has and say whether all of it is fast."""
    found = list(calls(module))
    slow = [f"{name} has flags {has:#x}" for name, has, allowed in found if has not in allowed]
    slow += slow_constructors(module)
    kinds = [has & ~STATIC for _, has, _ in found]
    counted = ", ".join(f"{kinds.count(flag)} {name}" for flag, name in NAMES.items())
    print(f"{module.__name__}: {counted}", *slow, sep="\n", flush=True)
    return bool(found) and not slow


if __name__ == "__main__":
    results = [look_at(importlib.import_module(name)) for name in sys.argv[1:]]
    sys.exit(not results or not all(results))
