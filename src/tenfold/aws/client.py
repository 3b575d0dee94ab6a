"""What a collector is given: AWS, seen from one account and one region."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping

from tenfold.aws.connection import Connection
from tenfold.aws.settings import AwsSettings
from tenfold.model.arn import Arn, Scope
from tenfold.model.clock import Clock
from tenfold.model.errors import GapError
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Absent, Json


class Client:
    """AWS from one account and region. Every failure raises a GapError; there is nothing to catch.

    Args:
        connection: shared by all clients.
        scope: partition, account and region of the calls.
        memo: answers shared by all clients of the account; see `once`.
    """

    def __init__(self, connection: Connection, scope: Scope, memo: "Memo | None" = None) -> None:
        self._connection, self.scope = connection, scope
        self._memo = memo or Memo()
        self._region = scope.region or connection.region()

    def call(self, action: str, /, **parameters: Json) -> Json:
        """One answer.

        Args:
            action: `service:Operation`, service as botocore names it (`s3control:GetPublicAccessBlock`).
            parameters: as boto3 takes them.

        Raises:
            GapError: with the reason, when the call did not succeed.
        """
        return self._connection.send(self.scope.account, self._region, action, parameters, frozenset())

    def maybe(self, action: str, /, *, absent: Collection[str], **parameters: Json) -> Json | Absent:
        """One answer, or ABSENT when AWS answers with one of the error codes `absent`.

        Raises:
            GapError: with the reason, when the call failed otherwise.
        """
        return self._connection.send(self.scope.account, self._region, action, parameters, frozenset(absent))

    def pages(self, action: str, /, key: str, **parameters: Json) -> Iterator[Json]:
        """The items under `key` of all pages of a list.

        Raises:
            GapError: with the reason; items that were read before it have been handed out. Also when a page has no
                such list though AWS writes empty ones out: that is no list without items.
        """
        for page in self.whole_pages(action, **parameters):
            omitted = key not in page and self._connection.omits_empty_lists(action, self._region)
            yield from () if omitted else self.part(action, page, key)

    def part(self, action: str, answer: Mapping[str, Json], key: str) -> Json:
        """What stands under `key` in an answer to `action`.

        Raises:
            GapError: when nothing stands there, as in no answer of AWS's.
        """
        if key not in answer:
            reason = f"{action}: the answer is not AWS's: it has no {key}"
            raise GapError(Gap(GapKind.MALFORMED, reason, self.clock.now(), action), where=self.scope.account)
        return answer[key]

    def whole_pages(self, action: str, /, **parameters: Json) -> Iterator[Mapping[str, Json]]:
        """The pages of a list as they come.

        Raises:
            GapError: with the reason; also when AWS hands out the same token twice, which would never end.
        """
        return self._connection.pages(self.scope.account, self._region, action, parameters)

    def once(self, key: str, make: Callable[[], Json]) -> Json:
        """The value of `make()`, made once for the account however many facets ask for it; a failure is kept too.

        Raises:
            GapError: the one that `make` raised.
        """
        return self._memo.get(key, make)

    def in_region(self, region: str) -> "Client":
        """The same account seen from another region; an empty region is where global services answer."""
        partition, account = self.scope.partition, self.scope.account
        return Client(self._connection, Scope(partition, account, region), self._memo)

    def in_account(self, account: str) -> "Client":
        """Another account seen from the same region, with nothing remembered yet."""
        return Client(self._connection, Scope(self.scope.partition, account, self.scope.region))

    def arn(self, service: str, resource: str, *, region: str = "", account: str | None = None) -> str:
        """An ARN in this partition; `account` defaults to this account."""
        owner = self.scope.account if account is None else account
        return str(Arn(self.scope.partition, service, region, owner, resource))

    @property
    def clock(self) -> Clock:
        """The connection's clock."""
        return self._connection.clock

    @property
    def settings(self) -> AwsSettings:
        """How AWS is reached."""
        return self._connection.settings

    @property
    def home_region(self) -> str:
        """The region that calls go to which name none."""
        return self._connection.region()


class Memo:
    """Values made once, by key, for one account; safe for threads, which wait for the first to finish."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._values: dict[str, Json] = {}

    def get(self, key: str, make: Callable[[], Json]) -> Json:
        """The value, made at the first call.

        Raises:
            GapError: the one that `make` raised, at each call.
        """
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._values:
                self._values[key] = _value_or_gap(make)
            value = self._values[key]
        if isinstance(value, GapError):
            raise GapError(value.gap)
        return value


def _value_or_gap(make: Callable[[], Json]) -> Json:
    try:
        return make()
    except GapError as error:
        return error
