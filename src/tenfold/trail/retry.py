"""Dead letters, tried again."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

import msgspec
import pyarrow.parquet as pq

from tenfold.lake.lake import Lake
from tenfold.model.clock import Clock
from tenfold.model.errors import InputError
from tenfold.store.ledger import DeadKind, DeadLetter, Ledger, Totals
from tenfold.trail.ingest import Ingest, Summary
from tenfold.trail.notices import named
from tenfold.trail.queue import unread
from tenfold.trail.source import Listed, Named

_OF_A_VERSION = frozenset({DeadKind.RECORD, DeadKind.CONFLICT, DeadKind.TRAILING})
"""What is solved when the object was written over: the version that it is about cannot be read any more."""


class Replayed(msgspec.Struct, frozen=True):
    """How many dead letters were tried, how many of them are solved now, and what came of their objects."""

    tried: int
    solved: int
    summary: Summary


class TrailStatus(msgspec.Struct, frozen=True):
    """The counts of the ledger, the rows in the lake, and for how long nothing newer has been seen."""

    totals: Totals
    rows: int
    lag: timedelta | None


def dead_letters(ledger: Ledger, ids: Collection[str] = ()) -> list[DeadLetter]:
    """The open dead letters, oldest first; those with these ids, when given."""
    return ledger.letters(ids)


def replay(ingest: Ingest, ids: Collection[str] = ()) -> Replayed:
    """Try open dead letters again: all, or those with these ids. What can be read now is solved.

    Raises:
        TenfoldError: the lake, the state or the endpoint fails; the letters stay open.
    """
    letters = ingest.ledger.letters(ids)
    again(ingest, letters)
    still = {letter.id for letter in ingest.ledger.letters([letter.id for letter in letters])} if letters else set()
    return Replayed(len(letters), len({letter.id for letter in letters} - still), ingest.summary)


def again(ingest: Ingest, letters: Sequence[DeadLetter]) -> None:
    """Read again what these dead letters are about; a message is understood anew from the text that was kept.

    Raises:
        TenfoldError: the lake, the state or the endpoint fails; the letters stay open.
    """
    if not letters:
        return
    messages = [letter for letter in letters if letter.kind is DeadKind.MESSAGE]
    understood = {letter.id: _understood(letter) for letter in messages}
    ingest.ledger.bury([found for found in understood.values() if isinstance(found, DeadLetter)])
    objects = dict.fromkeys(Named(one.bucket, one.key, one.etag) for one in letters if one.kind is not DeadKind.MESSAGE)
    ingest.take(Listed([*objects, *_objects(understood.values())]), again=True)
    gone = [
        one.id for one in letters if one.kind in _OF_A_VERSION and (one.bucket, one.key, one.etag) in ingest.replaced
    ]
    ingest.ledger.solve([*gone, *(name for name, found in understood.items() if not isinstance(found, DeadLetter))])


def _understood(letter: DeadLetter) -> list[Named] | DeadLetter:
    try:
        return named(letter.content)
    except InputError as error:
        return unread(letter.content, error, letter.key)


def _objects(understood: Collection[list[Named] | DeadLetter]) -> Iterator[Named]:
    for found in understood:
        yield from () if isinstance(found, DeadLetter) else found


def status(lake: Lake, ledger: Ledger, clock: Clock) -> TrailStatus:
    """How the trail stands."""
    totals = ledger.totals()
    rows = sum(pq.read_metadata(file).num_rows for file in lake.data_files())
    return TrailStatus(totals, rows, clock.now() - totals.newest_event if totals.newest_event else None)
