"""Shows the native module, which lies here beside the library that it needs, as its own."""

try:
    from . import _native
except ImportError as _error:  # why, in a sentence: CPython's own speaks of a circular import

    def _explain(error: ImportError) -> ImportError:
        """Say why there is no native module for this Python."""
        import os  # noqa: PLC0415 - an import that succeeds does without
        from importlib.machinery import EXTENSION_SUFFIXES  # noqa: PLC0415
        from sys import implementation, version_info  # noqa: PLC0415

        folder = os.path.dirname(__file__)  # noqa: PTH120
        if not os.path.isdir(folder):  # noqa: PTH112
            why = f"{folder} is no folder: a native module cannot be loaded from within an archive"
            return ImportError(f"{__name__} must be installed, not imported from a zip: {why}")
        files = [name for name in os.listdir(folder) if name.startswith("_native.")]  # noqa: PTH208
        if any(f"_native{suffix}" in files for suffix in EXTENSION_SUFFIXES):
            return error  # it is there, and says itself what it lacks
        running = f"{implementation.name} {version_info.major}.{version_info.minor}"
        return ImportError(
            f"{__name__} was built for another Python than this one, {running}, which looks for "
            f"_native{EXTENSION_SUFFIXES[0]}; {folder} has {', '.join(files) or 'none at all'}. "
            "Install or build it for this Python."
        )

    _explained = _explain(_error)
    if _explained is _error:
        raise
    raise _explained from _error

from ._native import *  # noqa: F403

__doc__ = _native.__doc__
if hasattr(_native, "__version__"):
    __version__ = _native.__version__
__all__ = [*(name for name in vars(_native) if name[0] != "_"), *_native.__enumerations__]  # noqa: PLE0604
_restore = _native._restore  # noqa: SLF001 - the function that pickles name

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
