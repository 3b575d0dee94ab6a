"""What a chore acts on: the calls of one worker in one account, and the world that they change."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

from tenfold.sandbox.company.endpoint import Endpoint, Login
from tenfold.sandbox.company.truth import PlannedChange
from tenfold.sandbox.life.world import Estate, World
from tenfold.sandbox.tables import EVENT_NAME

CONSOLE_HEADER = "X-Sandbox-Console"


class Outside(Endpoint):
    """The sandbox as it is reached from some address, with some program."""

    def __init__(self, url: str, now: datetime) -> None:
        super().__init__(url, now)
        self._headers: Mapping[str, str] = {}
        self._session.register("before-sign", self._dress)

    @contextmanager
    def dressed(self, headers: Mapping[str, str]) -> Iterator[None]:
        """Send these headers with every call."""
        self._headers = headers
        try:
            yield
        finally:
            self._headers = {}

    def _dress(self, request: AWSRequest, **_: Any) -> None:
        for name, value in self._headers.items():
            del request.headers[name]
            request.headers[name] = value


class Actor(NamedTuple):
    """Whose calls they are: the worker's name and address, the login in the account, and the worker's own one."""

    name: str
    address: str
    login: Login
    own: Login


class Stage(NamedTuple):
    """A worker at work in an account; `home` is the account of the users. `rng` decides the details."""

    outside: Outside
    actor: Actor
    estate: Estate
    world: World
    home: str
    now: datetime
    rng: random.Random

    def see(self, call: str, **parameters: Any) -> Any:
        """The answer to a `service:Operation`; an empty one when AWS refuses, which happens to everybody."""
        return self._asked(call, parameters, self.actor.login)

    def change(self, call: str, target: str, why: str, **parameters: Any) -> Any:
        """The same for a call that changes something: what succeeds goes into the truth."""
        answer = self.see(call, **parameters)
        if answer:
            self.note(call, target, why)
        return answer

    def note(self, call: str, target: str, why: str) -> None:
        """Put a change into the truth."""
        self._note(self.estate.account, call, target, why)

    def change_at_home(self, call: str, target: str, why: str, **parameters: Any) -> Any:
        """A change in the account of the users, by the worker's own login."""
        answer = self._asked(call, parameters, self.actor.own)
        if answer:
            self._note(self.home, call, target, why)
        return answer

    def see_at_home(self, call: str, **parameters: Any) -> Any:
        """The answer to the worker as the user that they are."""
        return self._asked(call, parameters, self.actor.own)

    def _note(self, account: str, call: str, target: str, why: str) -> None:
        event = EVENT_NAME.get(call, call.partition(":")[2])
        self.world.changes.append(PlannedChange(self.now, account, self.actor.name, event, target, why))

    def _asked(self, call: str, parameters: Mapping[str, Any], login: Login) -> Any:
        try:
            return self.outside.call(call, parameters, login, self.estate.region)
        except ClientError:
            return {}
