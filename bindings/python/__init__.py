"""Re-exports the native module, which lies here beside the library that it needs."""

from . import _native
from ._native import *  # noqa: F403

for _function in vars(_native).values():
    if isinstance(_function, type(len)):
        _function.__module__ = __name__  # what errors, help() and pickle show
