"""How a command ends: an error in words, and an exit code.

0 fine, 1 findings at or above `--fail-on`, 2 usage, 3 partial, 4 failed, 130 interrupted.
"""

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from typer import TyperException

from tenfold.model.errors import ConfigError, TenfoldError, contain
from tenfold.reports.characters import printable

FINE, FINDINGS, USAGE, PARTIAL, FAILED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def ended(command: Callable[[], int | None]) -> int:
    """Run a command to its exit code."""
    try:
        code = contain(lambda: command() or FINE, _told)
    except KeyboardInterrupt:
        code = INTERRUPTED  # as Typer has it, when the signal comes while it runs the command
    if code == INTERRUPTED:
        _say("interrupted; what was stored before is unchanged")
    return code


def leave(code: int) -> NoReturn:
    """Leave the process; after an interruption without waiting for calls that are still under way."""
    if code == INTERRUPTED:
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _told(error: Exception) -> int:
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at exit
        return FINE
    if isinstance(error, TenfoldError):
        _say(error.what, where=error.where, next_=error.next)
        return USAGE if isinstance(error, ConfigError) else FAILED
    if isinstance(error, TyperException):
        text = error.format_message()
        if text.startswith("Usage:"):
            sys.stderr.write(f"{text}\n")
        else:
            _say(text, next_="tenfold --help")
        return USAGE
    if isinstance(error, OSError) and error.strerror:
        _say(error.strerror, where=str(error.filename or ""))
        return FAILED
    if os.environ.get("TENFOLD_DEBUG"):
        raise error
    _say(f"unexpected {type(error).__name__}: {error}", next_="Run again with TENFOLD_DEBUG=1 and report the trace")
    return FAILED


def _say(what: str, *, where: str = "", next_: str = "") -> None:
    """Print an error; what AWS said in it is hostile text."""
    told = ((f"tenfold: {what}", True), (f"  where: {where}", where), (f"  next:  {next_}", next_))
    sys.stderr.write("".join(f"{printable(text)}\n" for text, there in told if there))
