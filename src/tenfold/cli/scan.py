"""`tenfold scan`."""

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from tenfold.checks.registry import Check, chosen
from tenfold.cli.alerting import Alerting, alerting, deliver, told
from tenfold.cli.ending import FINDINGS, FINE, PARTIAL
from tenfold.cli.finding import tell
from tenfold.cli.options import FailOn, Format
from tenfold.cli.output import write
from tenfold.cli.progress import reading
from tenfold.cli.session import Session
from tenfold.model.errors import ConfigError
from tenfold.model.finding import Severity, Status
from tenfold.model.run import Report
from tenfold.reports.registry import find
from tenfold.reports.terminal.style import counted
from tenfold.scan.accounts import targets
from tenfold.scan.run import scan
from tenfold.store.store import Store


class Asked(NamedTuple):
    """The options of `tenfold scan`."""

    accounts: Sequence[str]
    checks: Sequence[str]
    fail_on: FailOn
    form: Format
    output: Path | None
    show_policy: bool


def run(session: Session, asked: Asked) -> int:
    """Scan, open and close incidents, write the report, tell people, and answer with the exit code."""
    write_report = find(asked.form)
    if asked.output and not asked.output.parent.is_dir():
        raise ConfigError("the output's folder does not exist", where=str(asked.output.parent))
    checks = chosen(asked.checks)
    with session.store() as store:
        out = sys.stdout if asked.form is Format.TEXT else sys.stderr
        alerts = alerting(session, store, partial(tell, out=sys.stderr), out=out)
        found = _scanned(session, store, asked.accounts, checks)
        changed = _taken(session, alerts, found)
        report = replace(found, findings=tuple(map(alerts.acceptances.in_force().judged, found.findings)))
        write(asked.output, lambda out: write_report(report, out))
        if asked.form is Format.TEXT:
            sys.stdout.write(f"{changed}\n")
        deliver(alerts.outbox)
    if asked.show_policy:
        sys.stderr.write(json.dumps(report.policy, indent=2) + "\n")
    return exit_code(report, asked.fail_on)


def scanned(session: Session, accounts: Sequence[str] = (), names: Sequence[str] = ()) -> Report:
    """Scan with a progress line, and tell nobody."""
    checks = chosen(names)
    with session.store() as store:
        return _scanned(session, store, accounts, checks)


def exit_code(report: Report, fail_on: FailOn) -> int:
    """1 when an open finding is bad enough, 3 when something could not be decided, else 0."""
    if fail_on is not FailOn.NEVER:
        bar = Severity[fail_on.name]
        if any(f.status is Status.OPEN and f.severity >= bar for f in report.findings):
            return FINDINGS
    missed = any(cause.decides for cause in report.unread)
    return PARTIAL if missed or any(f.status is Status.UNKNOWN for f in report.findings) else FINE


def _scanned(session: Session, store: Store, accounts: Sequence[str], checks: Sequence[Check]) -> Report:
    config = session.config
    with reading("reading") as progress:
        aim = targets(session.connection, accounts or config.scan.accounts, config.parties)
        return scan(session.connection, store, aim, checks, progress=progress)


def _taken(session: Session, alerts: Alerting, report: Report) -> str:
    """Let the incidents follow the findings, and the acceptances that hold now; what became of that, in a line."""
    at_least = Severity[session.config.alerts.findings.upper()]
    taken = alerts.incidents.take_findings(report.findings, report.run, at_least)
    line = f"{told([*taken, *alerts.incidents.review()])}, {len(alerts.incidents.all()):,} open"
    in_force = alerts.acceptances.in_force()
    accepted = sum(in_force.judged(each).status is Status.ACCEPTED for each in report.findings)
    return f"{line}; {counted(accepted, 'finding')} accepted" if accepted else line
