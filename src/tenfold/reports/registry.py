"""Which formats there are."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import BinaryIO

from tenfold.model.errors import ConfigError
from tenfold.model.run import Report

Write = Callable[[Report, BinaryIO], None]
"""Writes a report to a binary stream and leaves the stream open."""

_FORMATS: dict[str, Write] = {}


def report(name: str) -> Callable[[Write], Write]:
    """Make a function the writer of the format `name`.

    Raises:
        ValueError: when another function has the name.
    """

    def register(write: Write) -> Write:
        if name in _FORMATS:
            msg = f"two report formats are named {name}: {_FORMATS[name].__module__}, {write.__module__}"
            raise ValueError(msg)
        _FORMATS[name] = write
        return write

    return register


def find(name: str) -> Write:
    """The writer of a format.

    Raises:
        ConfigError: when there is none of that name; tells which there are.
    """
    known = _walked()
    if name not in known:
        raise ConfigError(f"there is no report format {name!r}", next=f"Choose one of {', '.join(sorted(known))}.")
    return known[name]


def names() -> list[str]:
    """The names of all formats, sorted."""
    return sorted(_walked())


@cache
def _walked() -> dict[str, Write]:
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        importlib.import_module(f"tenfold.reports.{module.name}")
    return _FORMATS
