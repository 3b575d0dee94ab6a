"""`tenfold doctor`."""

import json
import sys
from collections.abc import Sequence
from typing import BinaryIO

import msgspec
from rich import box
from rich.table import Table
from rich.text import Text

from tenfold.aws import partitions
from tenfold.checks.registry import all_checks
from tenfold.cli.ending import FAILED, FINE, PARTIAL
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.session import Session
from tenfold.doctor.examine import Health, Symptom, examine
from tenfold.reports.characters import printable
from tenfold.reports.terminal.page import show
from tenfold.scan.needs import needed_policy, wanted

_STYLE = {Health.GOOD: "green", Health.MISSING: "yellow", Health.BAD: "red"}


def run(session: Session, form: Format) -> int:
    """Examine, show, and answer with the exit code: 3 when something is missing, 4 when it is broken."""
    symptoms = examine(lambda: session.connection, session.state / "state.sqlite", session.clock, wanted(all_checks()))
    rows = [msgspec.to_builtins(symptom) for symptom in symptoms]
    write(None, lambda out: _text(symptoms, out) if form is Format.TEXT else write_rows(rows, form, out))
    worst = {symptom.health for symptom in symptoms if symptom.what != "moto"}
    return FAILED if Health.BAD in worst else PARTIAL if Health.MISSING in worst else FINE


def print_policy(session: Session) -> None:
    """Print the least-privilege policy of a whole scan as JSON; with a role, the hub's and that of each account."""
    aws = session.config.aws
    policy = needed_policy(all_checks(), aws.role or "", partitions.of_region(aws.region or ""))
    sys.stdout.write(json.dumps(policy, indent=2) + "\n")
    if aws.role:
        note = "the principal that tenfold starts as needs both: it reads its own account itself"
        sys.stderr.write(f"tenfold: {note}\n")


def _text(symptoms: Sequence[Symptom], out: BinaryIO) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("", "what", "how it is"):
        table.add_column(column, overflow="fold")
    for symptom in symptoms:
        detail = Text(printable(symptom.detail))
        if symptom.next:
            detail.append(f"\nnext: {printable(symptom.next)}", style="bold")
        table.add_row(Text(symptom.health, style=_STYLE[symptom.health]), symptom.what, detail)
    show([table], out)
