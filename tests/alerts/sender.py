"""A process that takes alerts in and sends what follows, until it is killed or done: `STATE URL ROUND`."""

import sys
import threading
from functools import partial

from tests.alerts.make import EVERYTHING, alert
from tests.clock import START

from tenfold.alerts.incidents import Incidents
from tenfold.alerts.outbox import Outbox
from tenfold.model.clock import SystemClock
from tenfold.model.evidence import Evidence
from tenfold.sinks.webhook import webhook
from tenfold.store.outbox import MessageState
from tenfold.store.store import Store

INCIDENTS = 12
SCALE = 600  # the minute until a sending that died is followed takes 0.1 s


def main(state: str, url: str, rounds: int) -> None:
    clock = SystemClock(SCALE, START)
    send = partial(webhook, clock=clock, url=url, secret="0123456789abcdef", allow_private=True)
    with Store.open(state, clock) as store:
        incidents = Incidents(store, clock, EVERYTHING)
        outbox = Outbox(store, clock, {"ops": send})
        stop = threading.Event()
        sending = threading.Thread(target=outbox.run, args=(stop,), daemon=True)
        sending.start()
        sys.stdout.write("started\n")
        sys.stdout.flush()
        for number in range(rounds):
            for which in range(INCIDENTS):
                incidents.take([alert(f"e-{which}-{number}", key=f"k-{which}")])
        for which in range(INCIDENTS):
            incidents.close(f"k-{which}", Evidence("run run-9"))
        while any(state is MessageState.WAITING for _, state in outbox.mail().counts):
            clock.wait(30)
        stop.set()
        sending.join()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
