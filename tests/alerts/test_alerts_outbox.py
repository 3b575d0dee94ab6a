import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from tests.alerts.make import EVERYTHING, KEY, Ears, alert
from tests.clock import START, ManualClock
from tests.sinks.listener import listening

from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import ATTEMPTS, Outbox
from tenfold.alerts.routing import Route, Routing
from tenfold.model.clock import Clock, SystemClock
from tenfold.model.errors import StoreError
from tenfold.model.evidence import Evidence
from tenfold.sinks.notice import Notice
from tenfold.sinks.registry import bind
from tenfold.store.outbox import MessageState
from tenfold.store.store import Store

WAITS = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]


def test_listener_that_fails_twice_gets_the_same_delivery_again(
    store: Store, clock: ManualClock, incidents: Incidents
) -> None:
    with listening(500, 503) as listener:
        settings = {"url": listener.url, "secret": "0123456789abcdef", "allow_private": True}
        outbox = Outbox(store, clock, {"ops": bind("webhook", settings, {Clock: clock})})
        incidents.take([alert("e-1")])
        assert outbox.deliver() == 0
        (message,) = outbox.mail().retried
        assert (message.attempts, message.reason) == (1, "127.0.0.1 answered 500: not today\\x1b[2J" + "x" * 187)
        clock.wait(59)
        assert outbox.deliver() == 0
        assert len(listener.posts) == 1
        clock.wait(1)
        assert outbox.deliver() == 0
        clock.wait(120)
        assert outbox.deliver() == 1
    assert len(listener.posts) == 3
    assert len({post.headers["X-Tenfold-Delivery"] for post in listener.posts}) == 1
    assert outbox.mail().counts == {("ops", MessageState.DELIVERED): 1}


def test_waits_grow_and_the_end_is_not_silent(
    incidents: Incidents, outbox: Outbox, ears: Ears, clock: ManualClock
) -> None:
    ears.refuse = ATTEMPTS
    incidents.take([alert("e-1")])
    waits, before = [], clock.now()
    for _ in range(8 * 60):
        asked = len(ears.asked)
        outbox.deliver()
        if len(ears.asked) > asked:
            waits.append(int((clock.now() - before).total_seconds() // 60))
            before = clock.now()
        clock.wait(60)
    assert waits[1:] == WAITS
    mail = outbox.mail()
    assert [(m.incident, m.reason, m.attempts) for m in mail.stuck] == [(KEY, "busy", ATTEMPTS)]
    assert mail.counts == {("ops", MessageState.STUCK): 1}
    assert outbox.release() == 1
    assert outbox.deliver() == 1
    assert len(set(ears.asked)) == 1


def test_order_of_an_incident_is_kept_and_others_go_on(
    incidents: Incidents, outbox: Outbox, ears: Ears, clock: ManualClock
) -> None:
    ears.refuse = 1
    incidents.take([alert("e-1", key="a")])
    outbox.deliver()
    incidents.close("a", Evidence("run run-2"))
    incidents.take([alert("e-2", key="b")])
    outbox.deliver()
    assert ears.said(lambda n: (n.incident.key, n.change)) == [("b", "opened")]
    clock.wait(60)
    outbox.deliver()
    assert ears.said(lambda n: (n.incident.key, n.change))[1:] == [("a", "opened"), ("a", "closed")]


def test_stuck_message_does_not_hold_up_what_comes_after(
    incidents: Incidents, store: Store, clock: ManualClock
) -> None:
    ears = Ears(refuse=1)
    outbox = Outbox(store, clock, {"ops": ears}, attempts=1)
    incidents.take([alert("e-1")])
    incidents.close(KEY, Evidence("run run-2"))
    outbox.deliver()
    outbox.deliver()
    assert ears.said() == ["closed"]
    assert len(outbox.mail().stuck) == 1


def test_sink_that_the_configuration_lost_is_told(incidents: Incidents, store: Store, clock: ManualClock) -> None:
    incidents.take([alert("e-1")])
    outbox = Outbox(store, clock, {})
    outbox.deliver()
    assert outbox.mail().retried[0].reason == "the configuration has no sink 'ops'"


def test_reason_of_a_library_is_not_kept_for_it_may_hold_the_url(
    incidents: Incidents, store: Store, clock: ManualClock
) -> None:
    def broken(_: Notice) -> None:
        raise ValueError("cannot post to https://hooks.example/s3cr3t")

    outbox = Outbox(store, clock, {"ops": broken})
    incidents.take([alert("e-1")])
    outbox.deliver()
    assert outbox.mail().retried[0].reason == "ValueError"


def test_message_and_incident_are_written_together_or_not_at_all(
    incidents: Incidents, store: Store, outbox: Outbox
) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    with pytest.raises(StoreError, match="no room") as refused:
        incidents.take([alert("e-1")])
    assert isinstance(refused.value.__cause__, IntegrityError)
    assert incidents.all() == []
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    assert len(incidents.take([alert("e-1")])) == 1
    assert outbox.deliver() == 1


def test_two_that_send_at_once_send_each_message_once(store: Store, clock: ManualClock) -> None:
    incidents, ears = Incidents(store, clock, EVERYTHING), Ears()
    incidents.take([alert(f"e-{n}", key=f"k-{n}") for n in range(60)])
    outboxes = [Outbox(store, clock, {"ops": ears}) for _ in range(3)]
    threads = [threading.Thread(target=outbox.deliver) for outbox in outboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Counter(ears.asked).values()) == {1}
    assert len(ears.asked) == 60


def test_sink_that_hangs_holds_up_no_other_one(store: Store) -> None:
    clock, hung, ears, stop = SystemClock(), threading.Event(), Ears(), threading.Event()
    routing = Routing(routes=(Route(("hangs", "works")),))

    def hangs(_: Notice) -> None:
        hung.wait(30)

    incidents = Incidents(store, clock, routing)
    outbox = Outbox(store, clock, {"hangs": hangs, "works": ears})
    sending = threading.Thread(target=outbox.run, args=(stop,))
    sending.start()
    try:
        for number in range(3):
            begin = time.monotonic()
            incidents.take([alert(f"e-{number}", key=f"k-{number}")])
            while len(ears.heard) <= number and time.monotonic() - begin < 10:
                time.sleep(0.01)
            assert len(ears.heard) == number + 1
            assert time.monotonic() - begin < 5
    finally:
        hung.set()
        stop.set()
        sending.join()


def test_delivered_messages_are_forgotten_after_a_season(
    incidents: Incidents, outbox: Outbox, clock: ManualClock
) -> None:
    incidents.take([alert("e-1", key="a")])
    outbox.deliver()
    clock.wait(timedelta(days=91).total_seconds())
    incidents.take([alert("e-2", key="b")])
    outbox.deliver()
    assert outbox.mail().counts == {("ops", MessageState.DELIVERED): 1}
    assert clock.now() > START
