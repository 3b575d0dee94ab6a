"""An SQS queue of notices that log files were written."""

import re
import threading
from collections.abc import Iterator, Sequence
from typing import Final

from tenfold.aws.connection import Connection
from tenfold.model.errors import ConfigError, EndpointError, GapError, InputError, TenfoldError
from tenfold.model.gap import GapKind
from tenfold.model.resource import Json
from tenfold.store.ledger import DeadKind, DeadLetter
from tenfold.trail.notices import named
from tenfold.trail.source import Delivery

_REGION = re.compile(r"^https://sqs\.([a-z0-9-]+)\.")
_NO_QUEUE = re.compile("NonExistentQueue|QueueDoesNotExist|InvalidAddress")
_PASSING = frozenset({GapKind.ENDPOINT, GapKind.FAILED, GapKind.THROTTLED, GapKind.MALFORMED})
_AT_ONCE: Final = 10
"""Messages in one call, as SQS has it."""
_CALLS: Final = 20
"""In one round; other sources have their turn then."""


class Queue:
    """Takes messages, keeps them invisible to others while they are worked on, deletes them when acknowledged.

    Args:
        connection: its account owns the queue or may receive from it.
        url: of the queue.
        wait: seconds that a call waits for the first message.
        visibility: seconds that a message is ours before it must be asked for again, which is done at every third.
    """

    every = 0.0

    def __init__(self, connection: Connection, url: str, *, wait: int = 5, visibility: int = 120) -> None:
        self._connection, self._url, self._wait, self._visibility = connection, url, wait, visibility
        region = _REGION.match(url)
        self._region = region[1] if region else connection.region()
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._stopped: threading.Event | None = None

    def deliveries(self) -> Iterator[Delivery]:
        """One for each message, until the queue is empty or some hundreds came.

        Raises:
            ConfigError: the queue does not exist, or may not be read.
            EndpointError: SQS does not answer.
        """
        for call in range(_CALLS):
            messages = self._received(0 if call else self._wait)
            yield from [_delivery(message) for message in messages]
            if not messages:
                return

    def acknowledge(self, receipts: Sequence[str]) -> None:
        """Delete the messages. One that cannot be deleted comes again, and is then found in the ledger."""
        with self._lock:
            self._held -= {*receipts}
        self._in_tens("sqs:DeleteMessageBatch", receipts)

    def give_back(self) -> None:
        """Let others have what was not acknowledged, at once."""
        with self._lock:
            held, self._held = self._held, set()
            if self._stopped:
                self._stopped.set()
                self._stopped = None
        try:
            self._in_tens("sqs:ChangeMessageVisibilityBatch", sorted(held), VisibilityTimeout=0)
        except TenfoldError:
            return  # it will be theirs when its time is over

    def _received(self, wait: int) -> list[Json]:
        try:
            answer = self._call(
                "sqs:ReceiveMessage",
                MaxNumberOfMessages=_AT_ONCE,
                WaitTimeSeconds=wait,
                VisibilityTimeout=self._visibility,
            )
        except GapError as error:
            raise _unreadable(error, self._url) from error
        messages: list[Json] = answer.get("Messages") or []
        with self._lock:
            self._held |= {message["ReceiptHandle"] for message in messages}
            if self._held and not self._stopped:
                self._stopped = threading.Event()
                threading.Thread(target=self._keep, args=(self._stopped,), name="queue", daemon=True).start()
        return messages

    def _keep(self, stopped: threading.Event) -> None:
        """Ask for more time for what is being worked on. SQS counts real seconds, whatever clock we live by."""
        while not stopped.wait(self._visibility / 3):
            with self._lock:
                held = sorted(self._held)
            try:
                self._in_tens("sqs:ChangeMessageVisibilityBatch", held, VisibilityTimeout=self._visibility)
            except TenfoldError:
                continue  # the message may come again meanwhile: work is repeated, nothing else

    def _in_tens(self, action: str, receipts: Sequence[str], **each: int) -> None:
        for start in range(0, len(receipts), _AT_ONCE):
            some = receipts[start : start + _AT_ONCE]
            self._call(action, Entries=[{"Id": str(i), "ReceiptHandle": it, **each} for i, it in enumerate(some)])

    def _call(self, action: str, **parameters: Json) -> Json:
        account = self._connection.identity().account
        whole = {"QueueUrl": self._url, **parameters}
        return self._connection.send(account, self._region, action, whole, frozenset())


def _unreadable(error: GapError, url: str) -> TenfoldError:
    what = f"the queue cannot be read: {error.what}"
    if error.gap.kind in _PASSING and not _NO_QUEUE.search(error.what):
        return EndpointError(what, where=url, next="Check the queue's URL, --endpoint-url and the network.")
    return ConfigError(what, where=url, next="Check the queue's URL, and that sqs:ReceiveMessage is allowed.")


def _delivery(message: Json) -> Delivery:
    body, receipt = message.get("Body", ""), message["ReceiptHandle"]
    try:
        return Delivery(tuple(named(body)), receipt=receipt)
    except InputError as error:
        return Delivery(letters=(unread(body, error, message.get("MessageId", "")),), receipt=receipt)


def unread(body: str | bytes, error: InputError, message: str) -> DeadLetter:
    """The dead letter of a message that is no notice; its text is kept, for the queue forgets it."""
    content = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    return DeadLetter(DeadKind.MESSAGE, error.what, key=message, next=error.next, content=content)
