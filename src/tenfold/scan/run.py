"""One scan from end to end: read what the checks need, ask them, remember, report."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tenfold import __version__
from tenfold.aws.connection import Connection
from tenfold.aws.least_privilege import policy_document
from tenfold.checks.registry import Check
from tenfold.checks.run import run as ask_checks
from tenfold.inventory.collect import Progress, collect
from tenfold.model.finding import Finding, Status, Verdict
from tenfold.model.run import Report, Run
from tenfold.model.snapshot import Snapshot
from tenfold.scan.accounts import Targets, unlisted_accounts, with_canonical_ids
from tenfold.scan.coverage import oldest_fact, unread
from tenfold.scan.needs import ORGANIZATION, aside, wanted
from tenfold.scan.scoreboard import scoreboard
from tenfold.store.store import Store


def scan(
    connection: Connection,
    store: Store,
    targets: Targets,
    checks: Sequence[Check],
    *,
    progress: Progress | None = None,
) -> Report:
    """Scan the accounts and remember the result.

    Args:
        connection: how to call AWS.
        store: where findings are remembered; one scan at a time holds its lease.
        targets: the accounts, and whose are whose.
        checks: what to ask.
        progress: told of each step.

    Raises:
        StoreError: when another scan holds the lease, or the state cannot be written; it is then as it was before.
    """
    with store.lease("scan"):
        started = connection.clock.now()
        read = collect(connection, targets.accounts, wanted(checks), parties=targets.parties, progress=progress)
        snapshot = with_canonical_ids(_with_organization(connection, targets, read, progress))
        verdicts = ask_checks(checks, snapshot)
        run = _run(connection, targets.accounts, snapshot, started)
        delta, current, resolved = store.save(
            run,
            snapshot,
            verdicts,
            {check.id for check in checks},
            {old: check.id for check in checks for old in check.aliases},
        )
    return Report(
        run=run,
        scores=scoreboard(checks, verdicts),
        findings=_of_run(current, run, checks),
        resolved=resolved,
        lists=snapshot.lists,
        unread=unread(snapshot, aside(checks)),
        vanished=snapshot.vanished,
        delta=delta,
        counts=_counts(snapshot, verdicts),
        oldest_fact=oldest_fact(snapshot),
        policy=policy_document(f"{c.service}:{c.operation}" for c in run.calls),
        account_names=snapshot.parties.names,
    )


def _with_organization(connection: Connection, targets: Targets, read: Snapshot, progress: Progress | None) -> Snapshot:
    """The snapshot with the organisation's accounts as our own account sees them; with a gap where it should."""
    lists = read.lists + unlisted_accounts(connection, targets.parties)
    if not targets.listed:
        return msgspec.structs.replace(read, lists=lists)
    seen = collect(connection, [connection.identity().account], ORGANIZATION, progress=progress)
    return msgspec.structs.replace(read, resources=read.resources + seen.resources, lists=lists + seen.lists)


def _run(connection: Connection, accounts: Sequence[str], snapshot: Snapshot, started: datetime) -> Run:
    return Run(
        id=f"{started:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        version=__version__,
        started_at=started,
        ended_at=connection.clock.now(),
        accounts=tuple(accounts),
        regions=tuple(sorted({row.scope.region for row in snapshot.lists if row.scope.region})),
        calls=connection.ledger.calls(),
    )


def _of_run(findings: Iterable[Finding], run: Run, checks: Sequence[Check]) -> tuple[Finding, ...]:
    """The findings of the accounts and checks that this run looked at, worst first."""
    ids = {check.id for check in checks}
    mine = (f for f in findings if f.check in ids and f.scope.account in run.accounts)
    return tuple(sorted(mine, key=lambda f: (f.status is not Status.OPEN, f.risk, -f.severity, f.check, f.arn, f.key)))


def _counts(snapshot: Snapshot, verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Resources by kind, and how many answers there are."""
    counts: dict[str, int] = {}
    for resource in snapshot.resources:
        counts[resource.kind] = counts.get(resource.kind, 0) + 1
    return {**dict(sorted(counts.items())), "answers": len(verdicts)}
