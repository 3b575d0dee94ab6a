"""What was read of the trail: each version of an object once, and what could not be read, with its reason."""

import enum
import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, bindparam, func, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from tenfold.model.clock import Clock
from tenfold.store.codec import mended, packed, unpacked
from tenfold.store.schema import DEAD_LETTERS, TRAIL_BATCHES, TRAIL_OBJECTS
from tenfold.store.store import Store

Version = tuple[str, str, str]
"""Bucket, key and etag: one version of one object."""

_FIRST_RETRY, _LAST_RETRY = timedelta(minutes=1), timedelta(hours=1)
_RETRIES = 48
"""Then somebody has to ask for it."""
_AT_ONCE = 300
"""Versions in one SELECT; each takes three of SQLite's variables."""


class ObjectKind(enum.StrEnum):
    """What an object turned out to be."""

    EVENTS = "events"
    DIGEST = "digest"
    INSIGHT = "insight"
    OTHER = "other"
    DEAD = "dead"


class DeadKind(enum.StrEnum):
    """What could not be dealt with; the last two are tried again by themselves."""

    OBJECT = "object"
    RECORD = "record"
    CONFLICT = "conflict"
    TRAILING = "trailing bytes"
    MESSAGE = "message"
    VANISHED = "vanished"
    DENIED = "denied"


RETRIED = frozenset({DeadKind.VANISHED, DeadKind.DENIED})
_OPEN = DEAD_LETTERS.c.solved_at.is_(None)


class DeadLetter(msgspec.Struct, frozen=True, omit_defaults=True):
    """An input that was not dealt with, and why.

    `index` is the record's place in its object, `offset` the byte at which reading failed, `next` what to do,
    `content` the record's or message's bytes (an object's own stay where they are). `tries`, `first_at` and
    `last_at` are the ledger's.
    """

    kind: DeadKind
    reason: str
    bucket: str = ""
    key: str = ""
    etag: str = ""
    index: int | None = None
    offset: int | None = None
    next: str = ""
    content: bytes = b""
    tries: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def id(self) -> str:
        """The same for the same input, however often it fails and for whatever reason."""
        etag = "" if self.kind in RETRIED else self.etag
        content = self.content if self.kind is DeadKind.MESSAGE else b""
        named = msgspec.json.encode([self.kind, self.bucket, self.key, etag, self.index])
        return hashlib.sha256(named + content).hexdigest()[:16]


class Done(msgspec.Struct, frozen=True):
    """One version of an object that was dealt with; `heard` when the listeners have had its events."""

    bucket: str
    key: str
    etag: str
    kind: ObjectKind
    records: int = 0
    heard: bool = True

    @property
    def version(self) -> Version:
        """What it is known by."""
        return self.bucket, self.key, self.etag


class Totals(msgspec.Struct, frozen=True):
    """Counts since the beginning.

    `objects` by kind, `records` read from them (duplicates counted), open `dead` letters by kind, `solved` ones,
    objects `unheard` by the listeners; when the last batch ended, and the time of the newest event.
    """

    objects: dict[str, int]
    records: int
    dead: dict[str, int]
    solved: int
    unheard: int
    last_batch_at: datetime | None = None
    newest_event: datetime | None = None


class Ledger:
    """The trail's part of a state. Every method raises StoreError when the file or its disk fails.

    Args:
        store: the state.
        clock: dates what is written.
        bucket: the only one that can be read, None for all: what is `unheard` or `due` elsewhere is left to others.
    """

    def __init__(self, store: Store, clock: Clock, bucket: str | None = None) -> None:
        self._store, self._clock, self._bucket = store, clock, bucket

    def known(self, versions: Collection[Version]) -> set[Version]:
        """Those of `versions` that are dealt with and heard."""
        wanted, found = list(versions), set()
        columns = tuple_(TRAIL_OBJECTS.c.bucket, TRAIL_OBJECTS.c.key, TRAIL_OBJECTS.c.etag)
        with self._store.reading() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                rows = select(TRAIL_OBJECTS).where(columns.in_(some), TRAIL_OBJECTS.c.heard)
                found |= {(row.bucket, row.key, row.etag) for row in connection.execute(rows)}
        return found

    def finish(
        self, batch: str, objects: Sequence[Done], letters: Sequence[DeadLetter] = (), newest: datetime | None = None
    ) -> None:
        """Write down the end of a batch, whole or not at all.

        Open dead letters of its objects that did not come again are solved by it.

        Args:
            batch: its id.
            objects: what became of its objects.
            letters: what could not be read of them.
            newest: the time of its newest event.
        """
        now = self._clock.now()
        row = {"id": batch, "at": _text(now), "newest_event": newest and _text(newest)}
        with self._store.writing() as connection:
            connection.execute(insert(TRAIL_BATCHES).on_conflict_do_nothing(), [row])
            _put_objects(connection, batch, objects)
            _bury(connection, letters, now)
            _solve_gone(connection, objects, {letter.id for letter in letters}, now)

    def catch_up(self, batch: str, objects: Iterable[Version]) -> int:
        """Take in the objects of a commit that were not written down; how many there were. Nobody has heard them."""
        values = [
            {"bucket": bucket, "key": key, "etag": etag, "batch": batch}
            | {"kind": ObjectKind.EVENTS, "records": 0, "heard": False}
            for bucket, key, etag in objects
        ]
        if not values:
            return 0
        row = insert(TRAIL_OBJECTS).on_conflict_do_nothing().returning(TRAIL_OBJECTS.c.key)
        with self._store.writing() as connection:
            return len(connection.execute(row, values).all())

    def unheard(self) -> list[Version]:
        """Objects whose rows are in the lake and whose events no listener has had."""
        rows = select(TRAIL_OBJECTS).where(~TRAIL_OBJECTS.c.heard, *self._reached(TRAIL_OBJECTS.c.bucket))
        with self._store.reading() as connection:
            return [(row.bucket, row.key, row.etag) for row in connection.execute(rows)]

    def bury(self, letters: Sequence[DeadLetter]) -> None:
        """Keep dead letters that belong to no batch."""
        with self._store.writing() as connection:
            _bury(connection, letters, self._clock.now())

    def solve(self, ids: Collection[str]) -> None:
        """Mark dead letters as solved; they are kept."""
        with self._store.writing() as connection:
            chosen = DEAD_LETTERS.c.id.in_(list(ids)) & _OPEN
            connection.execute(update(DEAD_LETTERS).where(chosen).values(solved_at=_text(self._clock.now())))

    def letters(self, ids: Collection[str] = (), *, due: bool = False, limit: int = -1) -> list[DeadLetter]:
        """The open dead letters, oldest first: all, those with these ids, or those whose retry is due."""
        wanted: list[ColumnElement[bool]] = [_OPEN]
        if ids:
            wanted.append(DEAD_LETTERS.c.id.in_(list(ids)))
        if due:
            wanted += [DEAD_LETTERS.c.retry_at <= _text(self._clock.now()), *self._reached(DEAD_LETTERS.c.bucket)]
        order = (DEAD_LETTERS.c.first_at, DEAD_LETTERS.c.id)
        rows = select(DEAD_LETTERS.c.body).where(*wanted).order_by(*order).limit(limit)
        with self._store.reading() as connection:
            return [unpacked(body, DeadLetter) for body in connection.execute(rows).scalars()]

    def _reached(self, bucket: Column[str]) -> list[ColumnElement[bool]]:
        return [] if self._bucket is None else [bucket == self._bucket]

    def totals(self) -> Totals:
        """The counts; see Totals."""
        with self._store.reading() as connection:
            latest = select(func.max(TRAIL_BATCHES.c.at), func.max(TRAIL_BATCHES.c.newest_event))
            at, newest = connection.execute(latest).one()
            return Totals(
                objects=_counted(connection, TRAIL_OBJECTS.c.kind),
                records=connection.execute(select(func.sum(TRAIL_OBJECTS.c.records))).scalar_one() or 0,
                dead=_counted(connection, DEAD_LETTERS.c.kind, _OPEN),
                solved=sum(_counted(connection, DEAD_LETTERS.c.kind, ~_OPEN).values()),
                unheard=sum(_counted(connection, TRAIL_OBJECTS.c.kind, ~TRAIL_OBJECTS.c.heard).values()),
                last_batch_at=_moment(at),
                newest_event=_moment(newest),
            )


def _counted(connection: Connection, column: Column[str], *wanted: ColumnElement[bool]) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).where(*wanted).group_by(column).order_by(column))
    return {kind: count for kind, count in rows}  # noqa: C416 - a Row is no pair to the type checker


def _put_objects(connection: Connection, batch: str, objects: Sequence[Done]) -> None:
    if not objects:
        return
    row = insert(TRAIL_OBJECTS)
    changed = {name: row.excluded[name] for name in ("kind", "records", "heard")}
    values = [{"batch": batch, **msgspec.structs.asdict(done)} for done in objects]
    connection.execute(row.on_conflict_do_update(index_elements=["bucket", "key", "etag"], set_=changed), values)


def _bury(connection: Connection, letters: Sequence[DeadLetter], now: datetime) -> None:
    for letter in letters:
        body = connection.execute(select(DEAD_LETTERS.c.body).where(DEAD_LETTERS.c.id == letter.id)).scalar()
        before = unpacked(body, DeadLetter) if body else None
        _put_letter(connection, letter, before, now)


def _put_letter(connection: Connection, letter: DeadLetter, before: DeadLetter | None, now: datetime) -> None:
    tries, first = (before.tries + 1, before.first_at or now) if before else (1, now)
    kept = mended(msgspec.structs.replace(letter, tries=tries, first_at=first, last_at=now))
    pause = min(_FIRST_RETRY * 2 ** min(tries - 1, 10), _LAST_RETRY)
    values = {
        "kind": letter.kind,
        **{name: getattr(kept, name) for name in ("bucket", "key", "etag")},
        "first_at": _text(first),
        "retry_at": _text(now + pause) if letter.kind in RETRIED and tries < _RETRIES else None,
        "solved_at": None,
        "body": packed(kept),
    }
    row = insert(DEAD_LETTERS).values(id=letter.id, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


def _solve_gone(connection: Connection, objects: Sequence[Done], still: set[str], now: datetime) -> None:
    """A version that was read now solves its own letters, and those of the whole object, which was another then."""
    table = DEAD_LETTERS.c
    for done in objects:
        whole = table.kind.in_([*RETRIED, DeadKind.OBJECT])
        mine = (table.bucket == done.bucket) & (table.key == done.key) & (whole | (table.etag == done.etag))
        found = connection.execute(select(table.id).where(mine, _OPEN)).scalars()
        values = [{"gone": name} for name in found if name not in still]
        if values:
            solved = update(DEAD_LETTERS).where(table.id == bindparam("gone")).values(solved_at=_text(now))
            connection.execute(solved, values)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
