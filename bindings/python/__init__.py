"""Shows the native module, which lies here beside the library that it needs, as its own."""

from . import _native
from ._native import *  # noqa: F403

__doc__ = _native.__doc__
if hasattr(_native, "__version__"):
    __version__ = _native.__version__
__all__ = [*(name for name in vars(_native) if name[0] != "_"), *_native.__enumerations__]  # noqa: PLE0604

for _function in vars(_native).values():
    if isinstance(_function, type(len)):
        _function.__module__ = __name__  # what errors, help() and pickle show


def __getattr__(name: str) -> object:
    """Make an enumeration's class when it is first asked for: importing enum takes a while."""
    if name not in _native.__enumerations__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from enum import IntEnum  # noqa: PLC0415 - see above

    prefix = f"{name}_"
    constants = vars(_native).items()
    members = {key[len(prefix) :]: n for key, n in constants if key.startswith(prefix)}
    made = IntEnum(name, members, module=__name__)  # type: ignore[misc]
    made.__doc__ = _native.__enumerations__[name]
    return globals().setdefault(name, made)


def __dir__() -> list[str]:
    """Give the public names and the usual ones."""
    return [*__all__, *(name for name in globals() if name[:2] == "__")]
