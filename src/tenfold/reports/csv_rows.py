"""CSV: one line a finding, the fields of the JSON rows; `evidence` and `gap` as JSON inside their cells."""

from typing import BinaryIO

from tenfold.model.run import Report
from tenfold.reports.objects import write_csv
from tenfold.reports.registry import report
from tenfold.reports.rows import FIELDS, rows


@report("csv")
def csv_rows(report: Report, out: BinaryIO) -> None:
    """Write the findings as CSV with a header, in UTF-8."""
    write_csv(FIELDS, rows(report), out)
