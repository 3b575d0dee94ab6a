"""From deliveries to the lake: fetch, decode, commit, let the listeners hear, write down, acknowledge.

In this order, so that a process that ends anywhere loses nothing: what was not acknowledged comes again, and adds
nothing twice.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import islice

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tenfold.lake.batch import Batch, Committed, Conflict, ObjectRef
from tenfold.lake.lake import Lake
from tenfold.lake.schema import CLOUDTRAIL
from tenfold.model.clock import Clock
from tenfold.model.errors import contain
from tenfold.model.event import Event
from tenfold.store.ledger import DeadKind, DeadLetter, Done, Ledger, ObjectKind, Version
from tenfold.trail import reading
from tenfold.trail.decode import Decoded, dead, decode
from tenfold.trail.event import events
from tenfold.trail.keys import kind_of
from tenfold.trail.limits import MIB
from tenfold.trail.objects import Fetched, Objects
from tenfold.trail.source import Delivery, Named, Source
from tenfold.trail.split import Bytes

Listener = Callable[[Sequence[Event]], None]
"""Is given every event, some more than once; raises only when it must be given them again."""

_FETCHERS = 8
_HEARD_AT_ONCE = 1000
_UNSIZED = MIB


class Bounds(msgspec.Struct, frozen=True):
    """When a batch is full (bytes of its rows, its age), and how much is fetched at once (objects, stored bytes)."""

    rows: int = 50 * MIB
    age: timedelta = timedelta(seconds=2)
    objects: int = 32
    stored: int = 32 * MIB


class Summary(msgspec.Struct):
    """What was done so far.

    `objects` read, `known` ones passed over, `events` in those read, of them `added` to the lake and `duplicates`;
    `dead` letters written, objects `set_aside` by kind, `batches`, and the `newest` event's time.
    """

    objects: int = 0
    known: int = 0
    events: int = 0
    added: int = 0
    duplicates: int = 0
    dead: int = 0
    set_aside: dict[str, int] = {}
    batches: int = 0
    seconds: float = 0.0
    newest: datetime | None = None


class _Pending(msgspec.Struct):
    """What was read and is not committed yet."""

    since: datetime
    done: list[Done] = []
    read: list[tuple[Done, Decoded]] = []
    letters: list[DeadLetter] = []
    receipts: list[str] = []
    size: int = 0

    def events(self) -> Iterator[Event]:
        """Of all objects, each read when it is asked for."""
        return (event for _, decoded in self.read for event in events(decoded))

    def conflicting(self, conflicts: Sequence[Conflict]) -> Iterator[DeadLetter]:
        """A dead letter with the record for each row that the lake did not take."""
        wanted = {(one.object_bucket, one.object_key, one.record_index): one.event_id for one in conflicts}
        for done, decoded in self.read if wanted else ():
            for index, record in zip(decoded.rows["record_index"].to_pylist(), decoded.records, strict=True):
                if event_id := wanted.get((done.bucket, done.key, index)):
                    yield _conflict(event_id, done, index, record)


class Ingest:
    """Takes what sources deliver into one lake and one ledger.

    Args:
        lake: is committed to.
        ledger: knows what was dealt with.
        objects: reads them.
        clock: dates batches and tells their age.
        listeners: are given every event after its commit.
        progress: is called with the counts after each batch.
        bounds: of a batch.
    """

    def __init__(
        self,
        lake: Lake,
        ledger: Ledger,
        objects: Objects,
        clock: Clock,
        *,
        listeners: Sequence[Listener] = (),
        progress: Callable[[Summary], None] = lambda _: None,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    ) -> None:
        self._lake, self._ledger, self._objects, self._clock = lake, ledger, objects, clock
        self._listeners, self._progress, self._bounds = listeners, progress, bounds
        self._pending = _Pending(clock.now())
        self._again, self._started = False, clock.now()
        self._reading = reading.Reading(lake.root.with_name(f"{lake.root.name}-reading"))
        self._deaths: dict[Version, int] = {}
        self.replaced: set[Version] = set()
        self.summary = Summary()

    @property
    def ledger(self) -> Ledger:
        """What was dealt with."""
        return self._ledger

    def catch_up(self) -> Sequence[Named]:
        """Write down what a process that ended did not: what it committed, and what it was reading.

        Returns:
            The objects that nobody has heard.
        """
        for batch, objects in self._lake.committed_batches():
            self._ledger.catch_up(batch, [(one.bucket, one.key, one.etag) for one in objects])
        left = self._reading.left()
        known = self._ledger.known(left)
        self._ledger.bury([reading.letter(version) for version in left if version not in known])
        self._deaths = reading.deaths(self._ledger.letters())
        return [Named(*version) for version in self._ledger.unheard()]

    def take(self, source: Source, *, again: bool = False) -> None:
        """Take all that the source has now. Afterwards `replaced` holds the versions of it that are not there any more.

        Args:
            source: what it does not see acknowledged when this raises is given back to it.
            again: read objects that the ledger knows, too.

        Raises:
            TenfoldError: the lake, the state, the endpoint or a listener fails; nothing is lost.
        """
        self._pending, self._again, self.replaced = _Pending(self._clock.now()), again, set()
        pool = ThreadPoolExecutor(_FETCHERS, "fetch")
        try:
            for window in _windows(source.deliveries(), self._bounds):
                self._read(window, source, pool)
                if self._clock.now() - self._pending.since >= self._bounds.age:
                    self._flush(source)
            self._flush(source)
        finally:
            self._reading.end()
            pool.shutdown(wait=False, cancel_futures=True)  # who stops us does not wait for what S3 still has to say
            source.give_back()

    def _read(self, window: Sequence[Delivery], source: Source, pool: ThreadPoolExecutor) -> None:
        fetched = self._fetched([named for delivery in window for named in delivery.objects], pool)
        for delivery in window:
            for named in delivery.objects:
                self._handle(named, fetched.pop(named, None))
            self._pending.letters += delivery.letters
            self._pending.receipts += filter(None, [delivery.receipt])
            if self._pending.size >= self._bounds.rows:
                self._flush(source)

    def _fetched(
        self, objects: Sequence[Named], pool: ThreadPoolExecutor
    ) -> dict[Named, Fetched | DeadLetter | ObjectKind]:
        """What is not dealt with yet: its bytes, why it cannot be had, or what it is by its key alone."""
        known = self._known([named.version for named in objects])
        unknown = [named for named in dict.fromkeys(objects) if named.version not in known]
        kinds = {named: kind_of(named.key) for named in unknown}
        logs = [named for named, kind in kinds.items() if kind is ObjectKind.EVENTS]
        return {**kinds, **dict(zip(logs, pool.map(self._objects.fetch, logs), strict=True))}

    def _known(self, versions: Sequence[Version]) -> set[Version]:
        """Those that are done, or in the batch that is being made."""
        mine = {done.version for done in self._pending.done} & {*versions}
        return mine if self._again else mine | self._ledger.known(versions)

    def _handle(self, named: Named, found: Fetched | DeadLetter | ObjectKind | None) -> None:
        if isinstance(found, Fetched) and named.etag and found.etag != named.etag:
            self.replaced.add(named.version)
        match found:
            case None:
                self.summary.known += 1
            case ObjectKind():
                self._put(Done(*named.version, found))
            case DeadLetter(kind=DeadKind.OBJECT):
                self._put(Done(*named.version, ObjectKind.DEAD), dead(found))
            case DeadLetter():
                self._pending.letters.append(found)
            case Fetched() if found.etag != named.etag and self._known([found.version]):
                self.summary.known += 1
            case Fetched():
                decoded = self._decoded(found)
                self._put(Done(*found.version, decoded.kind, len(decoded.records)), decoded)

    def _decoded(self, found: Fetched) -> Decoded:
        if self._deaths.get(found.version, 0) >= reading.GIVEN_UP and not self._again:
            return dead(reading.letter(found.version))
        with self._reading.of(found.version):
            return contain(lambda: decode(found.data, found, self._objects.limits), _Undecoded(found))

    def _put(self, done: Done, decoded: Decoded | None = None) -> None:
        pending = self._pending
        pending.done.append(done)
        if decoded:
            pending.read.append((done, decoded))
            pending.letters += decoded.dead
            pending.size += decoded.rows.nbytes

    def _flush(self, source: Source) -> None:
        """Commit what is pending, have it heard, write it down, acknowledge it."""
        pending, self._pending = self._pending, _Pending(self._clock.now())
        if not (pending.done or pending.letters or pending.receipts):
            return
        now = self._clock.now()
        batch = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:16]}"
        rows = pa.concat_tables([CLOUDTRAIL.empty_table(), *(decoded.rows for _, decoded in pending.read)])
        committed = self._commit(batch, rows, pending.done)
        letters = [*pending.letters, *pending.conflicting(committed.conflicts)]
        self._tell(pending)
        newest = _newest(rows["event_time"], now)
        self._ledger.finish(batch, pending.done, letters, newest)
        source.acknowledge(pending.receipts)
        self._count(pending, committed, letters, newest)

    def _commit(self, batch: str, rows: pa.Table, done: Sequence[Done]) -> Committed:
        """Commit, in several parts when one large object holds more than a batch should."""
        objects = tuple(ObjectRef(*one.version, one.records) for one in done if one.kind is ObjectKind.EVENTS)
        step = max(1, len(rows) * self._bounds.rows // max(1, rows.nbytes))
        added, duplicates, conflicts = 0, 0, list[Conflict]()
        for start in range(0, len(rows), step):
            found = self._lake.commit(Batch(f"{batch}-{start}", rows.slice(start, step), objects))
            added += found.added
            duplicates += found.duplicates
            conflicts += found.conflicts
        return Committed(batch, added, duplicates, tuple(conflicts))

    def _tell(self, pending: _Pending) -> None:
        found = pending.events() if self._listeners else iter(())
        while some := list(islice(found, _HEARD_AT_ONCE)):
            for listener in self._listeners:
                listener(some)

    def _count(
        self, pending: _Pending, committed: Committed, letters: Sequence[DeadLetter], newest: datetime | None
    ) -> None:
        summary = self.summary
        for done in pending.done:
            if done.kind in (ObjectKind.DIGEST, ObjectKind.INSIGHT, ObjectKind.OTHER):
                summary.set_aside[done.kind] = summary.set_aside.get(done.kind, 0) + 1
            else:
                summary.objects += 1
                summary.events += done.records
        summary.added += committed.added
        summary.duplicates += committed.duplicates
        summary.dead += len(letters)
        summary.batches += 1
        summary.newest = max(filter(None, (summary.newest, newest)), default=None)
        summary.seconds = (self._clock.now() - self._started).total_seconds()
        self._progress(summary)


def _newest(times: pa.ChunkedArray, now: datetime) -> datetime | None:
    """The latest time that has come already: one record of a far year must not look like news for ever."""
    found: datetime | None = pc.max(times.filter(pc.less_equal(times, pa.scalar(now, times.type)))).as_py()
    return found


def _conflict(event_id: str, done: Done, index: int, record: Bytes) -> DeadLetter:
    return DeadLetter(
        DeadKind.CONFLICT,
        f"another record with the eventID {event_id} and another content came before",
        *done.version,
        index=index,
        next="Compare the two: the one that came first is in the lake. CloudTrail gives each record an id of its own.",
        content=bytes(record),
    )


class _Undecoded:
    """What stands for an object on which decoding itself failed."""

    def __init__(self, fetched: Fetched) -> None:
        self._fetched = fetched

    def __call__(self, error: Exception) -> Decoded:
        reason = f"decoding failed: {type(error).__name__}: {error}"
        one = self._fetched
        return dead(DeadLetter(DeadKind.OBJECT, reason, *one.version, next="Please report this; then replay."))


def _windows(deliveries: Iterator[Delivery], bounds: Bounds) -> Iterator[list[Delivery]]:
    """The deliveries, some at a time: no more than may be fetched at once."""
    window: list[Delivery] = []
    count = stored = 0
    for delivery in deliveries:
        window.append(delivery)
        count += max(1, len(delivery.objects))
        stored += sum(named.size if named.size >= 0 else _UNSIZED for named in delivery.objects)
        if count >= bounds.objects or stored >= bounds.stored:
            yield window
            window, count, stored = [], 0, 0
    if window:
        yield window
