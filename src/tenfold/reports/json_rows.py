"""JSON: one array, one object a finding, one line an object."""

import json
from typing import BinaryIO

from tenfold.model.run import Report
from tenfold.reports.registry import report
from tenfold.reports.rows import rows


@report("json")
def json_rows(report: Report, out: BinaryIO) -> None:
    """Write the findings as an array of row objects.

    Everything outside ASCII is escaped: what AWS says may hold characters that act on a terminal, or half
    characters that UTF-8 cannot write.
    """
    objects = ",\n".join(json.dumps(row) for row in rows(report))
    out.write(f"[\n{objects}\n]\n".encode("ascii") if objects else b"[]\n")
