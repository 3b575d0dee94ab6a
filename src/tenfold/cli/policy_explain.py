"""`tenfold policy explain`: policies in plain words."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tenfold.cli.ending import FINE, PARTIAL
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.policy_files import Document, documents, reference
from tenfold.cli.policy_lint import told
from tenfold.policy.actions import ActionIndex
from tenfold.policy.describe import Description, described
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.run import Oddity, lint, refused, subject
from tenfold.policy.lint.subject import Subject
from tenfold.policy.parse import PolicyError
from tenfold.policy.public import aws_public
from tenfold.reports.characters import printable
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import heading, line

_VERBS = {"allows": "green", "denies": "red", "leaves room for": "cyan"}
_LABELS = {True: ("public", "bold red"), False: ("not public", "green"), None: ("cannot be told", "magenta")}
_NOTHING = Description("", "", (), (), (), ())
Explained = tuple[Document, Subject, list[Oddity]] | tuple[Document, PolicyError, list[Oddity]]


def run(files: Sequence[str], kind: str | None, form: Format, output: Path | None) -> int:
    """Explain the policies of files; answers with the exit code.

    Raises:
        ConfigError: on a file that cannot be read, or a kind of policy that there is none of.
    """
    found = documents(files, kind)
    actions = reference()
    explained = [_explained(one, actions) for one in found]
    if form is Format.TEXT:
        write(output, lambda out: show((part for one in explained for part in _page(one, actions)), out))
    else:
        rows = [row for one in explained for row in _rows(one, actions)]
        write(output, lambda out: write_rows(rows, form, out))
    return PARTIAL if any(isinstance(asked, PolicyError) for _, asked, _ in explained) else FINE


def _explained(one: Document, actions: ActionIndex) -> Explained:
    try:
        asked = subject(one.document, actions, one.kind)
    except PolicyError as error:
        return one, error, [refused(error)]
    return one, asked, lint(asked)


def _page(one: Explained, actions: ActionIndex) -> Iterator[RenderableType]:
    document, asked, oddities = one
    if isinstance(asked, PolicyError):
        yield heading(document.label)
        yield from told(oddities)
        return
    yield heading(document.label)
    guessed = "" if document.kind else " by its looks (--type says otherwise)"
    yield line((f"of kind {asked.kind}{guessed}, version {asked.policy.version}", "dim"))
    for statement in asked.statements:
        yield from _statement(described(statement, asked.policy, asked.kind, actions))
        yield from told(_of(oddities, statement.index))
    others = _of_document(oddities, asked)
    yield from [""] if others else []
    yield from told(others)
    if asked.kind in (Kind.BUCKET, Kind.ACCESS_POINT):
        verdict = aws_public(asked.policy, access_point=asked.kind is Kind.ACCESS_POINT)
        yield ""
        yield line("AWS calls it: ", _LABELS[verdict.public], f", {verdict.reason}")


def _of(oddities: Sequence[Oddity], index: int) -> list[Oddity]:
    """Those that lie in a statement."""
    place = f"Statement[{index}]"
    return [one for one in oddities if one.at == place or one.at.startswith(f"{place}.")]


def _of_document(oddities: Sequence[Oddity], asked: Subject) -> list[Oddity]:
    """Those that lie in no statement."""
    inside = [one for statement in asked.statements for one in _of(oddities, statement.index)]
    return [one for one in oddities if one not in inside]


def _statement(said: Description) -> Iterator[RenderableType]:
    yield ""
    yield line((said.label, "bold"), " ", (said.verb, _VERBS[said.verb]))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    parts = (("who", said.who), ("to", said.actions), ("on", said.resources), ("only if", said.only_if))
    for name, lines in parts:
        if lines:
            table.add_row(name, Text("\n".join(map(printable, lines))))
    yield Padding(table, (0, 0, 0, 2))


def _rows(one: Explained, actions: ActionIndex) -> Iterator[dict[str, Any]]:
    """A row a statement, and one for what is odd outside of them."""
    document, asked, oddities = one
    if isinstance(asked, PolicyError):
        yield _row(document, "", _NOTHING, oddities)
        return
    for statement in asked.statements:
        said = described(statement, asked.policy, asked.kind, actions)
        yield _row(document, asked.kind, said, _of(oddities, statement.index))
    others = _of_document(oddities, asked)
    if others:
        yield _row(document, asked.kind, _NOTHING, others)


def _row(document: Document, kind: str, said: Description, oddities: Sequence[Oddity]) -> dict[str, Any]:
    return {
        "file": document.file,
        "policy": document.place,
        "kind": str(kind),
        "statement": said.label,
        "verb": said.verb,
        "who": list(said.who),
        "actions": list(said.actions),
        "resources": list(said.resources),
        "only_if": list(said.only_if),
        "oddities": [f"{one.severity.label} {one.at}: {one.message} ({one.rule})" for one in oddities],
    }
