"""The state of one tenfold: what it found, and what it knew then."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from tenfold.model.clock import Clock
from tenfold.model.finding import Finding, Status, Verdict
from tenfold.model.run import Delta, Run
from tenfold.model.snapshot import Snapshot
from tenfold.store import findings, runs, snapshots
from tenfold.store.codec import mended
from tenfold.store.database import connected, migrate, writing
from tenfold.store.failures import failing_clearly
from tenfold.store.lease import held
from tenfold.store.place import prepared
from tenfold.store.reconcile import reconcile

CURRENT = (Status.OPEN, Status.UNKNOWN)


class Store:
    """One state file, open. Every method raises StoreError when the file or its disk fails."""

    def __init__(self, engine: Engine, path: Path, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self.path = path

    @classmethod
    def open(cls, where: Path | str, clock: Clock) -> Self:
        """Open the state at a path (or SQLite URL), made and brought to this version's layout when it must be.

        Raises:
            StoreError: a newer tenfold's state, another program's file, a network file system, a place that
                cannot be written.
        """
        path = prepared(where)
        engine = connected(path)
        with failing_clearly(path), ExitStack() as failed:
            failed.callback(engine.dispose)
            migrate(engine, path)
            failed.pop_all()
        return cls(engine, path, clock)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the state, for a block."""
        with failing_clearly(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the one right to write, for a block: all of it is kept, or nothing when it raises."""
        with failing_clearly(self.path), writing(self._engine) as connection:
            yield connection

    def lease(self, name: str) -> AbstractContextManager[None]:
        """Hold `name` on this state for a block: one process at a time, given back however the holder ends.

        Raises:
            StoreError: on entry, when it is held; says by which process and since when.
        """
        return held(self.path.with_name(f"{self.path.name}.{name}.lock"), name, self._clock.now())

    def save(
        self,
        run: Run,
        snapshot: Snapshot,
        verdicts: Sequence[Verdict],
        checks: Collection[str],
        aliases: Mapping[str, str] | None = None,
    ) -> tuple[Delta, tuple[Finding, ...], tuple[Finding, ...]]:
        """Store a run, its snapshot and what its verdicts make of the findings: all of it or nothing.

        Args:
            run: not saved before.
            snapshot: what the run read; the last `snapshots.KEPT` are kept.
            verdicts: the answers of the checks, clean ones too.
            checks: ids of the checks that ran.
            aliases: ids that checks had before, to the ids they have now: their findings keep their history.

        Returns:
            What changed; all findings that are open or unknown now, of whichever run; those resolved now.
            Both by key.
        """
        rows = snapshots.rows_of(snapshot.resources)
        answers = [mended(verdict) for verdict in verdicts]
        with failing_clearly(self.path), writing(self._engine) as connection:
            before = runs.newest(connection, 1)
            findings.rename(connection, aliases or {})
            snapshots.add(connection, runs.add(connection, mended(run)), snapshot, rows)
            stored = findings.read(connection, findings.of_checks({*checks, *(answer.check for answer in answers)}))
            outcome = reconcile(stored, answers, checks, snapshot, self._clock.now())
            findings.put(connection, outcome.changed)
            current = findings.read(connection, findings.in_status(CURRENT))
        delta = Delta(
            previous=before[0].id if before else None,
            appeared=outcome.appeared,
            resolved=tuple(finding.key for finding in outcome.resolved),
            became_unknown=outcome.became_unknown,
        )
        return delta, current, outcome.resolved

    def findings(
        self, statuses: Collection[Status] = CURRENT, check: str | None = None, arn: str | None = None
    ) -> list[Finding]:
        """The findings in these statuses, of one check or about one resource when given, by key."""
        wanted = [findings.in_status(statuses)]
        if check is not None:
            wanted.append(findings.of_checks([check]))
        if arn is not None:
            wanted.append(findings.of_arn(arn))
        with failing_clearly(self.path), self._engine.connect() as connection:
            return list(findings.read(connection, *wanted))

    def runs(self, limit: int) -> list[Run]:
        """The last `limit` runs, newest first."""
        with failing_clearly(self.path), self._engine.connect() as connection:
            return runs.newest(connection, limit)

    def latest_run(self) -> Run | None:
        """The newest run; None before the first."""
        return next(iter(self.runs(1)), None)

    def latest_snapshot(self) -> Snapshot | None:
        """The newest snapshot, equal to what was saved; None before the first."""
        with failing_clearly(self.path), self._engine.connect() as connection:
            return snapshots.newest(connection)
