"""JSON: one array, one object a finding, one line an object."""

from typing import BinaryIO

from tenfold.model.run import Report
from tenfold.reports.objects import write_json
from tenfold.reports.registry import report
from tenfold.reports.rows import rows


@report("json")
def json_rows(report: Report, out: BinaryIO) -> None:
    """Write the findings as an array of row objects."""
    write_json(rows(report), out)
