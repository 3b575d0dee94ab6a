"""Asking the Linux kernel directly: C functions that Python does not wrap."""

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CAPABILITY_VERSION_3 = 0x20080522


def syscall(number: int, *arguments: object) -> int:
    """What a system call answers; pointers go as ctypes objects.

    Raises:
        OSError: with the kernel's errno.
    """
    # Without a type each integer would go as a C int, and the upper half of its register as it was.
    words = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    _LIBC.syscall.restype = ctypes.c_long
    answer = int(_LIBC.syscall(ctypes.c_long(number), *words))
    if answer < 0:
        number_of_error = ctypes.get_errno()
        raise OSError(number_of_error, os.strerror(number_of_error))
    return answer


def die_with_parent(signal: int) -> None:
    """Have the kernel send this process a signal when the thread that started it ends."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def gain_no_privileges() -> None:
    """Give up, for good, what set-user-id programs would grant; Landlock and seccomp ask for this first."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities(capset: int) -> None:
    """Give up all of root's special powers; `capset` is the call's number."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    syscall(capset, ctypes.byref(header), ctypes.byref(none))


def _prctl(option: int, value: int) -> None:
    words = [ctypes.c_ulong(word) for word in (value, 0, 0, 0)]
    if _LIBC.prctl(option, *words) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
