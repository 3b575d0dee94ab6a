"""Messages of queues that are not FIFO: at least once, in any order."""

from copy import copy
from datetime import datetime
from threading import Lock

from moto.sqs.models import Message, Queue, sqs_backends

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.weather.draw import Draw
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.wire import Reply

_SHARE = 0.02
_LATER = 1  # second
_REMEMBERED = 10_000


class DoubledMessages(Habit):
    """A standard queue gives out its messages in any order, and one in fifty twice, even when it was deleted."""

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self._lock = Lock()
        self._doubled: dict[str, None] = {}

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Before a receiver looks, shuffle what is there, and put a double beside some of it."""
        del now
        if call.name == "sqs:ReceiveMessage" and (queue := _queue(call)) and not queue.fifo_queue:
            self._stir(queue)
        return ask(call, caller)

    def _stir(self, queue: Queue) -> None:
        with queue._messages_lock:  # noqa: SLF001 - the only place where moto has them all
            messages = list(queue._messages)  # noqa: SLF001 - as above
            messages.extend(self._double(message) for message in messages if self._doubles(message))
            messages.sort(key=lambda message: self.draw.share(message.id, message.approximate_receive_count))
            queue._messages = messages  # noqa: SLF001 - as above

    def _double(self, message: Message) -> Message:
        """The same message once more, a little later, with receipts of its own: deleting one leaves the other."""
        double = copy(message)
        double._old_receipt_handles = []  # noqa: SLF001 - receipts are nowhere else
        double.delay(_LATER)
        return double

    def _doubles(self, message: Message) -> bool:
        """Whether this is the first time that a message is seen that is to come twice."""
        if not message.visible or self.draw.share("twice", message.id) >= _SHARE:
            return False
        with self._lock:
            new = message.id not in self._doubled
            self._doubled[message.id] = None
            if len(self._doubled) > _REMEMBERED:
                self._doubled.pop(next(iter(self._doubled)))
        return new


def _queue(call: Call) -> Queue | None:
    *_, account, name = ["", "", *str(call.parameters.get("QueueUrl", "")).split("/")]
    return sqs_backends[account][call.region].queues.get(name) if account else None
