"""The bytes of one object to rows of the lake, and what of it could not be read."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from operator import attrgetter
from typing import Protocol

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tenfold.lake.schema import CLOUDTRAIL
from tenfold.model.errors import InputError
from tenfold.model.resource import Json
from tenfold.store.ledger import DeadKind, DeadLetter, ObjectKind
from tenfold.trail.fields import (
    FLAGS,
    TEXTS,
    WITH_COLUMN,
    Addendum,
    Attributes,
    Fields,
    Identity,
    Session,
    addendum,
    body,
    flag,
    identity,
    typed,
)
from tenfold.trail.gunzip import too_large, unpacked
from tenfold.trail.limits import LIMITS, Limits
from tenfold.trail.split import Bytes, DigestError, records

_CHUNK = 4000
"""Records typed together; the structs of a whole file would take several times its size."""
_LETTERS = 1000
_INSIGHT = "Insight"
_KEPT = 2**18
"""Bytes of a record that its dead letter keeps: the most that a trail delivers of one."""


class Origin(Protocol):
    """Where bytes come from."""

    @property
    def bucket(self) -> str:
        """The bucket, `file` for a local file."""

    @property
    def key(self) -> str:
        """The key, or the absolute path."""

    @property
    def etag(self) -> str:
        """The version."""


class Decoded(msgspec.Struct, frozen=True):
    """What an object holds.

    `rows` of the schema CLOUDTRAIL; `records` the bytes of each row's record, in the same order; `dead` what could
    not be read.
    """

    kind: ObjectKind
    rows: pa.Table
    records: Sequence[Bytes] = ()
    dead: tuple[DeadLetter, ...] = ()


def decode(data: bytes, origin: Origin, limits: Limits = LIMITS) -> Decoded:
    """Read an object: gzip or plain, whatever it holds. Never raises for what the bytes say."""
    try:
        text = unpacked(data, limits)
        decoded = _typed(records(text.data, limits.records), origin, limits)
    except DigestError:
        return Decoded(ObjectKind.DIGEST, CLOUDTRAIL.empty_table())
    except InputError as error:
        return dead(_letter(DeadKind.OBJECT, error, origin))
    if not text.trailing:
        return decoded
    reason = f"{text.trailing} bytes stand after the end of the gzip stream: CloudTrail writes none"
    next_ = "Somebody may have changed the object. Compare it with the digest of its hour."
    extra = _letter(DeadKind.TRAILING, InputError(reason, offset=len(data) - text.trailing, next=next_), origin)
    return msgspec.structs.replace(decoded, dead=(*decoded.dead, extra))


def dead(letter: DeadLetter) -> Decoded:
    """An object of which nothing was read."""
    return Decoded(ObjectKind.DEAD, CLOUDTRAIL.empty_table(), dead=(letter,))


def _typed(split: Sequence[Bytes], origin: Origin, limits: Limits) -> Decoded:
    tables, kept, letters = [CLOUDTRAIL.empty_table()], list[Bytes](), list[DeadLetter]()
    for start in range(0, len(split), _CHUNK):
        chunk = _Chunk(split[start : start + _CHUNK], start, origin, limits)
        tables.append(chunk.rows())
        kept += chunk.records
        letters += chunk.letters[: _LETTERS - len(letters)]
    rows, bad = pa.concat_tables(tables), len(split) - len(kept)
    if bad and not kept:
        first = letters[0]
        reason = first.reason if bad == 1 else f"{first.reason}; and so are all {bad} records"
        return dead(_letter(DeadKind.OBJECT, InputError(reason, next=first.next), origin))
    return _seen_as(Decoded(ObjectKind.EVENTS, rows, kept, tuple(_bounded(letters, bad, origin))))


def _seen_as(decoded: Decoded) -> Decoded:
    """Set aside when all its records are of Insights: those tell of a rate of calls, and are no calls themselves."""
    if not decoded.records or pc.any(pc.not_equal(decoded.rows["event_category"].fill_null(""), _INSIGHT)).as_py():
        return decoded
    return Decoded(ObjectKind.INSIGHT, CLOUDTRAIL.empty_table(), dead=decoded.dead)


def _bounded(letters: list[DeadLetter], bad: int, origin: Origin) -> list[DeadLetter]:
    """The letters of one object, so many that somebody may read them; a replay reads the object whole in any case."""
    if bad <= _LETTERS:
        return letters
    rest = InputError(f"{bad - _LETTERS} more records of this object cannot be read", next=letters[0].next)
    return [*letters, _letter(DeadKind.RECORD, rest, origin)]


def _letter(kind: DeadKind, error: InputError, origin: Origin, index: int | None = None, of: Bytes = b"") -> DeadLetter:
    return DeadLetter(
        kind=kind,
        reason=error.what,
        bucket=origin.bucket,
        key=origin.key,
        etag=origin.etag,
        index=index,
        offset=error.offset,
        next=error.next,
        content=bytes(of)[:_KEPT],
    )


class _Chunk:
    """Some records of an object, typed."""

    def __init__(self, split: Sequence[Bytes], start: int, origin: Origin, limits: Limits) -> None:
        self._origin = origin
        self._fields: list[Fields] = []
        self._other: list[str | None] = []
        self._indexes: list[int] = []
        self.records: list[Bytes] = []
        self.letters: list[DeadLetter] = []
        for index, record in enumerate(split, start):
            try:
                self._take(record, index, limits)
            except InputError as error:
                self.letters.append(_letter(DeadKind.RECORD, error, origin, index, record))

    def _take(self, record: Bytes, index: int, limits: Limits) -> None:
        if memoryview(record).nbytes > limits.record:
            raise too_large("in one record", limits.record)
        fields, rest = typed(record)
        fields.event_id = fields.event_id or f"sha256:{sha256(record).hexdigest()}"
        self._fields.append(fields)
        self._other.append(_object(rest))
        self._indexes.append(index)
        self.records.append(record)

    def rows(self) -> pa.Table:
        """Of the schema CLOUDTRAIL."""
        columns = dict(self._columns())
        arrays = [pa.array(columns[field.name], field.type) for field in CLOUDTRAIL]
        return pa.Table.from_arrays(arrays, schema=CLOUDTRAIL)

    def _columns(self) -> Iterator[tuple[str, Sequence[Json]]]:
        count = len(self._fields)
        yield "event_time", self._each("event_time")
        for name in TEXTS:
            yield name, self._each(name)
        for name in FLAGS:
            yield name, [flag(value) for value in self._each(name)]
        for name in WITH_COLUMN:
            yield name, [body(value) for value in self._each(name)]
        yield from _of_identities([identity(fields.user_identity) for fields in self._fields])
        yield from _of_addenda([addendum(fields.addendum) for fields in self._fields])
        yield "other", self._other
        yield "object_bucket", [self._origin.bucket] * count
        yield "object_key", [self._origin.key] * count
        yield "record_index", self._indexes

    def _each(self, name: str) -> list[Json]:
        return list(map(attrgetter(name), self._fields))


def _object(members: dict[str, str]) -> str | None:
    """The JSON object of these members; None when there are none."""
    texts = (f"{msgspec.json.encode(name).decode()}:{text}" for name, text in members.items())
    return "{" + ",".join(texts) + "}" if members else None


def _of_identities(identities: Sequence[Identity]) -> Iterator[tuple[str, Sequence[Json]]]:
    for name in ("type", "principal_id", "arn", "account_id", "access_key_id", "user_name", "invoked_by"):
        yield f"user_identity_{name}", [getattr(identity, name) for identity in identities]
    sessions = [identity.session_context or Session() for identity in identities]
    yield "session_issuer_arn", [session.session_issuer and session.session_issuer.arn for session in sessions]
    yield "session_source_identity", [session.source_identity for session in sessions]
    attributes = [session.attributes or Attributes() for session in sessions]
    yield "session_mfa_authenticated", [flag(one.mfa_authenticated) for one in attributes]


def _of_addenda(addenda: Sequence[Addendum]) -> Iterator[tuple[str, Sequence[Json]]]:
    yield "original_event_id", [addendum.original for addendum in addenda]
    yield "addendum_reason", [addendum.reason for addendum in addenda]
