"""How a command ends: an error in words, and an exit code.

0 fine, 1 findings at or above `--fail-on`, 2 usage, 3 partial, 4 failed, 130 interrupted.
"""

import os
import sys
from collections.abc import Callable

from tenfold.model.errors import ConfigError, TenfoldError, contain

FINE, FINDINGS, USAGE, PARTIAL, FAILED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def ended(command: Callable[[], int | None]) -> int:
    """Run a command to its exit code."""
    try:
        return contain(lambda: command() or FINE, _told)
    except KeyboardInterrupt:
        _say("interrupted; what was stored before is unchanged")
        return INTERRUPTED


def _told(error: Exception) -> int:
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at exit
        return FINE
    if isinstance(error, TenfoldError):
        _say(
            error.what
            + (f"\n  where: {error.where}" if error.where else "")
            + (f"\n  next:  {error.next}" if error.next else "")
        )
        return USAGE if isinstance(error, ConfigError) else FAILED
    if hasattr(error, "format_message"):  # Typer's usage errors
        _say(f"{error.format_message()}\n  next:  tenfold --help")
        return USAGE
    if os.environ.get("TENFOLD_DEBUG"):
        raise error
    _say(f"unexpected {type(error).__name__}: {error}\n  next:  run again with TENFOLD_DEBUG=1 and report the trace")
    return FAILED


def _say(text: str) -> None:
    sys.stderr.write(f"tenfold: {text}\n")
