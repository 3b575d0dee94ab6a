"""`tenfold trail`: CloudTrail's files into the lake, detections on the way."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple, TextIO

import msgspec

from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import Outbox
from tenfold.cli.alerting import alerting, deliver
from tenfold.cli.ending import FINE, PARTIAL
from tenfold.cli.finding import tell
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.session import Session
from tenfold.detections.registry import detections_of
from tenfold.detections.run import Runner
from tenfold.lake.lake import Lake
from tenfold.model.clock import Clock
from tenfold.model.errors import TenfoldError
from tenfold.model.event import Event
from tenfold.reports.characters import printable
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import counted, line, spoken
from tenfold.sinks.registry import Deliver
from tenfold.store.ledger import DeadLetter, Ledger
from tenfold.trail.folder import Folder
from tenfold.trail.follow import backfill as take_all
from tenfold.trail.follow import follow as take_for_good
from tenfold.trail.ingest import Ingest, Listener, Summary
from tenfold.trail.named_source import source
from tenfold.trail.objects import Objects
from tenfold.trail.retry import dead_letters, status
from tenfold.trail.retry import replay as try_again
from tenfold.trail.source import LOCAL, Source

_PAUSE = 5.0
"""Seconds until a state that failed is tried again."""


class Pipeline(NamedTuple):
    """What takes log files in, and where incidents go."""

    lake: Lake
    ledger: Ledger
    ingest: Ingest
    outbox: Outbox


def backfill(session: Session, where: str, form: Format) -> int:
    """Take in all that lies there, once."""
    out = sys.stdout if form is Format.TEXT else sys.stderr  # JSON and CSV have standard output for themselves
    found = source(where, lambda: session.connection)
    with pipeline(session, partial(tell, out=out), remote=not isinstance(found, Folder), out=out) as pipe:
        summary = take_all(found, pipe.ingest)
        deliver(pipe.outbox)
    _show(_summary_row(summary), form, _told(summary))
    return PARTIAL if summary.dead else FINE


def follow(session: Session, wheres: Sequence[str]) -> int:
    """Take in what comes, and print each incident as it is opened, until Ctrl-C."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sources = [source(where, lambda: session.connection) for where in wheres]
    remote = not all(isinstance(found, Folder) for found in sources)
    with pipeline(session, partial(tell, out=sys.stdout), remote=remote, out=sys.stdout) as pipe:
        keep_taking(pipe, sources, session.clock, stop)
    return FINE


def keep_taking(pipe: Pipeline, sources: Sequence[Source], clock: Clock, stop: threading.Event) -> Summary:
    """Take in what comes, and send the incidents that it opens, until `stop` is set; it is when this ends."""
    sender = threading.Thread(target=_keep_sending, args=(pipe.outbox, stop), daemon=True)
    sender.start()
    try:
        return take_for_good(sources, pipe.ingest, clock, stop=stop.is_set, trouble=_complain)
    finally:
        stop.set()
        sender.join()
        deliver(pipe.outbox)


def _keep_sending(outbox: Outbox, stop: threading.Event) -> None:
    """Send until `stop` is set; a state that fails is complained of and waited for."""
    while not stop.is_set():
        try:
            outbox.run(stop)
        except TenfoldError as error:
            _complain(error, _PAUSE)
            stop.wait(_PAUSE)


def show_status(session: Session, form: Format) -> int:
    """How the trail stands; dead letters make the exit code 3."""
    with session.store() as store, session.lake(store) as lake:
        ledger = Ledger(store, session.clock)
        now, letters = status(lake, ledger, session.clock), dead_letters(ledger)
    totals = now.totals
    row = {
        "rows": now.rows,
        "records": totals.records,
        "objects": totals.objects,
        "dead_letters": sum(totals.dead.values()),
        "solved": totals.solved,
        "unheard": totals.unheard,
        "last_batch_at": totals.last_batch_at.isoformat() if totals.last_batch_at else None,
        "newest_event": totals.newest_event.isoformat() if totals.newest_event else None,
    }
    objects = ", ".join(f"{count:,} {kind}" for kind, count in totals.objects.items()) or "none"
    text = [f"{counted(now.rows, 'event')} in the lake, from objects: {objects}"]
    text += [f"newest event {totals.newest_event:%Y-%m-%d %H:%M:%S} UTC"] if totals.newest_event else []
    text += [f"nothing newer for {spoken(now.lag)}"] if now.lag else []
    text += [_letter(letter) for letter in letters]
    _show(row, form, text)
    return PARTIAL if letters else FINE


def replay(session: Session, ids: Sequence[str], form: Format) -> int:
    """Try dead letters again: all, or those named."""
    out = sys.stdout if form is Format.TEXT else sys.stderr
    with session.store() as store:
        remote = any(letter.bucket != LOCAL for letter in dead_letters(Ledger(store, session.clock), ids))
    with pipeline(session, partial(tell, out=out), remote=remote, out=out) as pipe:
        done = try_again(pipe.ingest, ids)
        deliver(pipe.outbox)
        left = dead_letters(pipe.ledger)
    row = {"tried": done.tried, "solved": done.solved, "left": len(left)}
    _show(row, form, [f"{done.tried} tried, {done.solved} solved, {len(left)} left", *map(_letter, left)])
    return PARTIAL if left else FINE


@contextmanager
def pipeline(session: Session, terminal: Deliver, *, remote: bool, out: TextIO = sys.stderr) -> Iterator[Pipeline]:
    """Lake, ledger, detections and incidents of this state.

    Every change of an incident goes to `terminal`, beside where the configuration sends it. With `remote` buckets and
    queues are read too; without it, what is left to be read there waits, and no credentials are needed. Sinks that
    write text write to `out`.
    """
    with session.store() as store, session.lake(store) as lake:
        alerts = alerting(session, store, terminal, out=out, all_here=True)
        ledger = Ledger(store, session.clock, None if remote else LOCAL)
        objects = Objects(session.connection if remote else None)
        ingest = Ingest(lake, ledger, objects, session.clock, listeners=[detector(alerts.incidents)])
        if not remote:
            ingest.catch_up()
            _tell_what_waits(Ledger(store, session.clock))
        yield Pipeline(lake, ledger, ingest, alerts.outbox)


def detector(incidents: Incidents) -> Listener:
    """A listener: events to alerts to incidents."""
    runner = Runner(detections_of("cloudtrail"))

    def listen(events: Sequence[Event]) -> None:
        incidents.take(runner.alerts(events))
        for failure in runner.failures:
            sys.stderr.write(f"tenfold: detection {failure.detection} failed: {printable(failure.reason)}\n")
        runner.failures.clear()

    return listen


def _tell_what_waits(ledger: Ledger) -> None:
    places = [*(letter.bucket for letter in ledger.letters(due=True)), *(bucket for bucket, *_ in ledger.unheard())]
    away = sum(bucket != LOCAL for bucket in places)
    if away:
        what = f"{counted(away, 'object')} in S3 of which this state still has something to read"
        sys.stderr.write(f"tenfold: {what}: left for a run that reads a bucket or a queue\n")


def _complain(error: TenfoldError, pause: float) -> None:
    sys.stderr.write(f"tenfold: {printable(str(error))}; trying again in {pause:.0f} s\n")


def _summary_row(summary: Summary) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(summary)
    return row


def _told(summary: Summary) -> list[str]:
    rate = f", {summary.events / summary.seconds:,.0f} events/s" if summary.seconds else ""
    aside = "".join(f", {count:,} {kind} set aside" for kind, count in summary.set_aside.items())
    read = f"{counted(summary.events, 'event')} in {counted(summary.objects, 'object')}"
    dead = counted(summary.dead, "dead letter")
    return [
        f"{read} ({summary.known:,} known before){aside}",
        f"{summary.added:,} added to the lake, {summary.duplicates:,} were there, {dead}",
        f"took {summary.seconds:.1f} s{rate}",
    ]


def _letter(letter: DeadLetter) -> str:
    place = f"{letter.bucket}/{letter.key}" + ("" if letter.index is None else f"[{letter.index}]")
    return f"dead letter {letter.id} ({letter.kind}): {place}: {letter.reason}. {letter.next}"


def _show(row: dict[str, Any], form: Format, text: Sequence[str]) -> None:
    if form is Format.TEXT:
        write(None, lambda out: show([line(each) for each in text], out))
    else:
        write(None, lambda out: write_rows([row], form, out))
