"""Landlock: the kernel's own fence around what a process may do with files.

Source: the kernel's documentation, userspace-api/landlock, and include/uapi/linux/landlock.h.
"""

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tenfold.confinement.kernel import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all processors
_ASK_VERSION = 1
_PATH_BENEATH = 1

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3

_RIGHTS = ((1, 13), (2, 14), (3, 15), (5, 16))
"""From which version on how many rights over files there are; all are fenced, and two are given back."""

_NETWORK_FROM, _SCOPES_FROM = 4, 6
_TCP = 0b11
"""Binding to and connecting to TCP ports."""
_SCOPES = 0b11
"""Abstract sockets of, and signals to, processes outside the fence."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Landlock's version in this kernel, from 1.

    Raises:
        OSError: ENOSYS when the kernel does not have it, EOPNOTSUPP when it was not switched on at boot.
    """
    return syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)


def restrict(readable: Iterable[Path]) -> None:
    """Leave this thread, and the threads it starts, nothing of all files but reading what lies at or beneath these.

    Asks for `gain_no_privileges` first. Names, sizes and times of other files stay visible: Landlock does not hide
    them.

    Raises:
        OSError: when the kernel refuses.
    """
    ruleset = _ruleset(version())
    try:
        for path in readable:
            with suppress(FileNotFoundError):
                _allow(ruleset, path)
        syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _ruleset(version: int) -> int:
    rights = max(count for since, count in _RIGHTS if since <= version)
    asked = _Ruleset(
        files=(1 << rights) - 1,
        network=_TCP if version >= _NETWORK_FROM else 0,
        scopes=_SCOPES if version >= _SCOPES_FROM else 0,
    )
    # An older kernel takes a longer structure as long as what it does not know is zero.
    return syscall(_CREATE_RULESET, ctypes.byref(asked), ctypes.sizeof(asked), 0)


def _allow(ruleset: int, path: Path) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _Beneath(allowed=_READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE, parent=place)
        syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)
