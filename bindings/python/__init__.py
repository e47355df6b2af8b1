"""The native module, as a package: what users import lies beside the libraries it needs."""

from ._native import *  # noqa: F403
