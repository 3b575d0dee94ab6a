"""CSV: one line a finding, the fields of the JSON rows; `evidence` and `gap` as JSON inside their cells."""

import csv
import json
from typing import BinaryIO

from tenfold.model.run import Report
from tenfold.reports.characters import utf8
from tenfold.reports.registry import report
from tenfold.reports.rows import FIELDS, rows

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet may run."""


@report("csv")
def csv_rows(report: Report, out: BinaryIO) -> None:
    """Write the findings as CSV with a header, in UTF-8."""
    with utf8(out) as text:
        table = csv.writer(text)
        table.writerow(FIELDS)
        table.writerows([_cell(value) for value in row.values()] for row in rows(report))


def _cell(value: object) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
