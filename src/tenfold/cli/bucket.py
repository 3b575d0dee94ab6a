"""`tenfold bucket list` and `tenfold bucket explain`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tenfold.buckets.exposure import BucketExposure, exposure_of, exposures, find, worst
from tenfold.cli.ending import FINE, PARTIAL
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.session import Session
from tenfold.model.errors import ConfigError
from tenfold.model.snapshot import Snapshot
from tenfold.policy.exposure import Answer, Grant, Reached
from tenfold.policy.facts import granting
from tenfold.reports.characters import printable
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import heading, line, moment

_STYLE = {Reached.YES: "bold red", Reached.NO: "green", Reached.UNDECIDED: "yellow"}


def show_all(session: Session, form: Format, output: Path | None, *, only_open: bool) -> int:
    """List the buckets of the last scan; answers with the exit code.

    Raises:
        ConfigError: when there was no scan yet, or it did not ask for buckets.
    """
    snapshot = _last(session)
    found = list(exposures(snapshot))
    shown = [one for one in found if one.is_open or not only_open]
    if form is Format.TEXT:
        write(output, lambda out: show([_table(shown, snapshot), *_missing(snapshot)], out))
    else:
        write(output, lambda out: write_rows([_row(one, snapshot) for one in shown], form, out))
        sys.stderr.writelines(f"tenfold: {text}\n" for text in _gaps(snapshot))
    return PARTIAL if _gaps(snapshot) or any(map(_is_undecided, found)) else FINE


def explain(session: Session, name: str, form: Format, output: Path | None) -> int:
    """Explain one bucket of the last scan; answers with the exit code.

    Raises:
        ConfigError: when there was no scan yet, or it saw no such bucket.
    """
    snapshot = _last(session)
    found = exposure_of(find(snapshot, name), snapshot)
    if form is Format.TEXT:
        write(output, lambda out: show([explanation(found, snapshot)], out))
    else:
        rows = [{**_identity(found, snapshot), **_grant_row(grant)} for grant in found.exposure.grants]
        write(output, lambda out: write_rows(rows or [_row(found, snapshot)], form, out))
    return PARTIAL if _is_undecided(found) else FINE


def explanation(found: BucketExposure, snapshot: Snapshot) -> RenderableType:
    """What a person reads about one bucket."""
    exposure, bucket = found.exposure, found.bucket
    parts = [
        line((bucket.name, "bold"), f"  {_account(found, snapshot)}, {bucket.scope.region or 'region unknown'}"),
        line((f"as of {moment(found.oldest_fact)}", "dim")),
        heading("Who gets in without being named"),
        *_answered("anyone on the internet", exposure.anyone),
        *_answered("any AWS account", exposure.any_account),
        line("AWS itself calls it: ", _public(exposure.aws_public), f", {exposure.aws_reason}", indent=2),
        *_guilty(found),
        heading("Everyone that it grants to"),
        _grants(exposure.grants) if exposure.grants else line("nobody", indent=2),
    ]
    notes = [*(f"undecided: {reason}" for reason in exposure.undecided), *exposure.caveats]
    return Group(*parts, *([heading("What these answers leave out")] if notes else []), *_bullets(notes))


def _last(session: Session) -> Snapshot:
    with session.store() as store:
        snapshot = store.latest_snapshot()
    if snapshot is None:
        raise ConfigError("nothing was scanned yet", where=str(session.state), next="Run: tenfold scan")
    if not any(row.kind == "s3.bucket" for row in snapshot.lists):
        raise ConfigError("the last scan did not ask for buckets", next="Run: tenfold scan --check 2")
    return snapshot


def _gaps(snapshot: Snapshot) -> list[str]:
    """The accounts whose buckets are not all here."""
    return [
        f"not all buckets of {row.scope.account} are here: {row.gap.reason if row.gap else row.status}"
        for row in snapshot.first_gaps("s3.bucket")
    ]


def _missing(snapshot: Snapshot) -> Iterator[RenderableType]:
    return (line((text, "magenta")) for text in _gaps(snapshot))


def _is_undecided(found: BucketExposure) -> bool:
    answers = (found.exposure.anyone, found.exposure.any_account)
    return any(answer.reached is Reached.UNDECIDED for answer in answers)


def _answered(who: str, answer: Answer) -> Iterator[RenderableType]:
    yield line(f"{who}: ", (answer.reached.upper(), _STYLE[answer.reached]), f"  {answer.reason}", indent=2)
    shown = answer.request()
    if shown:
        asked = f"{shown.pop('principal')} calls {shown.pop('action')} on {shown.pop('resource')}"
        with_context = ", ".join(f"{key}={value}" for key, value in shown.items())
        yield line((f"succeeds: {asked}" + (f" with {with_context}" if with_context else ""), "dim"), indent=4)


def _guilty(found: BucketExposure) -> Iterator[RenderableType]:
    answer = worst(found.exposure)
    statement = granting(found.bucket, answer.where)
    if answer.reached is Reached.NO or statement is None:
        return
    yield heading(f"What does it: {answer.where}")
    yield from (line((text, "red"), indent=2) for text in json.dumps(statement, indent=2).splitlines())


def _bullets(notes: list[str]) -> Iterator[RenderableType]:
    return (line(f"- {note}", indent=2) for note in notes)


def _public(public: bool | None) -> str:
    return {True: "public", False: "not public", None: "cannot be told"}[public]


def _grants(grants: tuple[Grant, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("who", "may", "through", "only if", "now"):
        table.add_column(column, overflow="fold")
    for grant in grants:
        who = f"{grant.who}" if grant.name == "*" else f"{grant.who} {grant.name}"
        now = Text(grant.effective.reached, style=_STYLE[grant.effective.reached])
        if grant.effective.reached is not Reached.YES:
            now.append(f"\n{printable(grant.effective.reason)}", style="dim")
        cells = (who, "\n".join(grant.actions), grant.via, "\n".join(grant.fences) or "-")
        table.add_row(*(Text(printable(cell)) for cell in cells), now)
    return table


def _table(shown: list[BucketExposure], snapshot: Snapshot) -> Table:
    title = f"{len(shown)} bucket(s), as of {moment(snapshot.taken_at)}"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left", title_style="dim")
    for column in ("bucket", "account", "strangers", "why"):
        table.add_column(column, overflow="fold")
    for found in shown:
        answer = worst(found.exposure)
        cells = (found.bucket.name, _account(found, snapshot))
        reached = Text(answer.reached, style=_STYLE[answer.reached])
        table.add_row(*(Text(printable(cell)) for cell in cells), reached, Text(printable(answer.reason)))
    return table


def _account(found: BucketExposure, snapshot: Snapshot) -> str:
    account = found.bucket.scope.account
    name = snapshot.parties.names.get(account)
    return f"{name} ({account})" if name else account


def _identity(found: BucketExposure, snapshot: Snapshot) -> dict[str, Any]:
    scope = found.bucket.scope
    return {
        "partition": scope.partition,
        "account": scope.account,
        "account_name": snapshot.parties.names.get(scope.account, ""),
        "region": scope.region,
        "arn": found.bucket.arn,
        "bucket": found.bucket.name,
        "as_of": found.oldest_fact.isoformat(),
    }


def _row(found: BucketExposure, snapshot: Snapshot) -> dict[str, Any]:
    exposure = found.exposure
    return {
        **_identity(found, snapshot),
        "anyone": exposure.anyone.reached,
        "anyone_reason": exposure.anyone.reason,
        "any_account": exposure.any_account.reached,
        "any_account_reason": exposure.any_account.reason,
        "aws_public": exposure.aws_public,
        "aws_public_reason": exposure.aws_reason,
        "through": worst(exposure).where,
        "witness": worst(exposure).request(),
        "grants": len(exposure.grants),
    }


def _grant_row(grant: Grant) -> dict[str, Any]:
    return {
        "who": grant.who,
        "name": grant.name,
        "grantee_account": grant.account,
        "actions": list(grant.actions),
        "resources": list(grant.resources),
        "through": grant.via,
        "fences": list(grant.fences),
        "effective": grant.effective.reached,
        "reason": grant.effective.reason,
        "witness": grant.effective.request(),
    }
