"""Row objects as JSON and as CSV: what every command's `--format json` and `--format csv` write."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from tenfold.reports.characters import printable, utf8

Object = Mapping[str, Any]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet may run."""


def write_json(rows: Iterable[Object], out: BinaryIO) -> None:
    """Write an array of row objects, one line an object.

    Everything outside ASCII is escaped: what AWS says may hold characters that act on a terminal, or half
    characters that UTF-8 cannot write.
    """
    objects = ",\n".join(json.dumps(row) for row in rows)
    out.write(f"[\n{objects}\n]\n".encode("ascii") if objects else b"[]\n")


def write_csv(fields: Sequence[str], rows: Iterable[Object], out: BinaryIO) -> None:
    """Write rows as CSV with a header, in UTF-8; what is no text goes as JSON inside its cell.

    Characters that act on a terminal or cannot be seen are escaped: a CSV is looked at as well as loaded.
    """
    with utf8(out) as text:
        table = csv.writer(text)
        table.writerow(fields)
        table.writerows([_cell(row.get(field)) for field in fields] for row in rows)


def _cell(value: object) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
    shown = printable(text)
    return f"'{shown}" if text.startswith(_FORMULA) else shown
