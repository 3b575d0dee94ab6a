"""Where results go: the terminal or a file; a file is complete or it is not there."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from tenfold.cli.options import Format
from tenfold.model.errors import ConfigError
from tenfold.reports.objects import write_csv, write_json


@contextmanager
def opened(path: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that takes its name only when it is written whole.

    Raises:
        ConfigError: when the file cannot be written.
    """
    if path is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = path if path.exists() and not path.is_file() else path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        if part is not path:
            part.replace(path)
    except OSError as error:
        if part is not path:
            with suppress(OSError):
                part.unlink()
        raise ConfigError(f"cannot write the output: {error.strerror}", where=str(path)) from error


def write(path: Path | None, writer: Callable[[BinaryIO], None]) -> None:
    """Let `writer` write to the terminal or the file.

    Raises:
        ConfigError: when the file cannot be written.
    """
    with opened(path) as out:
        writer(out)


def write_rows(rows: Sequence[Mapping[str, Any]], form: Format, out: BinaryIO) -> None:
    """Write row objects as JSON or CSV; the first row's fields are the columns."""
    if form is Format.JSON:
        write_json(rows, out)
    else:
        write_csv(list(rows[0]) if rows else [], rows, out)
