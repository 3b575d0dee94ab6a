"""`tenfold scan`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tenfold.checks.registry import chosen
from tenfold.cli.ending import FINDINGS, FINE, PARTIAL
from tenfold.cli.options import FailOn, Format
from tenfold.cli.output import write
from tenfold.cli.progress import reading
from tenfold.cli.session import Session
from tenfold.model.errors import ConfigError
from tenfold.model.finding import Severity, Status
from tenfold.model.run import Report
from tenfold.reports.registry import find
from tenfold.scan.accounts import targets
from tenfold.scan.run import scan


class Asked(NamedTuple):
    """The options of `tenfold scan`."""

    accounts: Sequence[str]
    checks: Sequence[str]
    fail_on: FailOn
    form: Format
    output: Path | None
    show_policy: bool


def run(session: Session, asked: Asked) -> int:
    """Scan, write the report, and answer with the exit code."""
    write_report = find(asked.form)
    if asked.output and not asked.output.parent.is_dir():
        raise ConfigError("the output's folder does not exist", where=str(asked.output.parent))
    report = scanned(session, asked.accounts, asked.checks)
    write(asked.output, lambda out: write_report(report, out))
    if asked.show_policy:
        sys.stderr.write(json.dumps(report.policy, indent=2) + "\n")
    return exit_code(report, asked.fail_on)


def scanned(session: Session, accounts: Sequence[str] = (), names: Sequence[str] = ()) -> Report:
    """Scan with a progress line."""
    checks, config = chosen(names), session.config
    with session.store() as store, reading("reading") as progress:
        aim = targets(session.connection, accounts or config.scan.accounts, config.parties)
        return scan(session.connection, store, aim, checks, progress=progress)


def exit_code(report: Report, fail_on: FailOn) -> int:
    """1 when an open finding is bad enough, 3 when something could not be decided, else 0."""
    if fail_on is not FailOn.NEVER:
        bar = Severity[fail_on.name]
        if any(f.status is Status.OPEN and f.severity >= bar for f in report.findings):
            return FINDINGS
    return PARTIAL if report.unread or any(f.status is Status.UNKNOWN for f in report.findings) else FINE
