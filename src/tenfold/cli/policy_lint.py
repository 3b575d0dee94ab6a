"""`tenfold policy lint`: what is awkward or dangerous in policies."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tenfold.cli.ending import FINDINGS, FINE, PARTIAL
from tenfold.cli.options import FailOn, Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.policy_files import Document, documents, reference
from tenfold.model.finding import Severity
from tenfold.policy.actions import ActionIndex
from tenfold.policy.lint.run import FAILED, REFUSED, Oddity, lint, refused, subject
from tenfold.policy.parse import PolicyError
from tenfold.reports.characters import printable
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import SEVERITY, counted, heading, line

Linted = tuple[Document, list[Oddity]]


def run(
    files: Sequence[str], kind: str | None, form: Format, output: Path | None, fail_on: FailOn = FailOn.NEVER
) -> int:
    """Lint the policies of files; answers with the exit code.

    Raises:
        ConfigError: on a file that cannot be read, or a kind of policy that there is none of.
    """
    found = documents(files, kind)
    actions = reference()
    linted = [(one, remarks(one, actions)) for one in found]
    if form is Format.TEXT:
        write(output, lambda out: show(_page(linted), out))
    else:
        rows = [_row(one, oddity) for one, oddities in linted for oddity in oddities]
        write(output, lambda out: write_rows(rows, form, out))
    return _code([oddity for _, oddities in linted for oddity in oddities], fail_on)


def remarks(one: Document, actions: ActionIndex) -> list[Oddity]:
    """What is odd in a policy; that it cannot be read, when it cannot."""
    try:
        return lint(subject(one.document, actions, one.kind))
    except PolicyError as error:
        return [refused(error)]


def told(oddities: Sequence[Oddity]) -> Iterator[RenderableType]:
    """Oddities for a reader: how bad, what and where, then why. Nothing when there are none."""
    if not oddities:
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in oddities:
        said = Text(printable(f"{one.at}: " if one.at else ""), "bold")
        said.append(printable(one.message), "not bold")
        said.append(f"\n{printable(f'{one.title}: {one.why}')} [{one.rule}]", "not bold dim")
        table.add_row(Text(one.severity.label, SEVERITY[one.severity]), said)
    yield Padding(table, (0, 0, 0, 2))


def _code(oddities: Sequence[Oddity], fail_on: FailOn) -> int:
    if fail_on is not FailOn.NEVER and any(one.severity >= Severity[fail_on.name] for one in oddities):
        return FINDINGS
    return PARTIAL if any(one.name in (REFUSED, FAILED) for one in oddities) else FINE


def _page(linted: Sequence[Linted]) -> Iterator[RenderableType]:
    for one, oddities in linted:
        if oddities:
            yield heading(one.label)
            yield from told(oddities)
    yield ""
    yield line(_summary(linted))


def _summary(linted: Sequence[Linted]) -> str:
    levels = Counter(oddity.severity for _, oddities in linted for oddity in oddities)
    said = ", ".join(f"{levels[level]} {level.label}" for level in sorted(levels, reverse=True))
    policies = f"{len(linted):,} {'policy' if len(linted) == 1 else 'policies'}"
    return f"{policies}, {counted(levels.total(), 'remark')}" + (f": {said}" if said else "")


def _row(one: Document, oddity: Oddity) -> dict[str, Any]:
    return {
        "file": one.file,
        "policy": one.place,
        "severity": oddity.severity.label,
        "rule": oddity.rule,
        "name": oddity.name,
        "at": oddity.at,
        "message": oddity.message,
        "why": oddity.why,
        "fix": oddity.fix,
    }
