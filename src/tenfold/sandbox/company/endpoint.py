"""How the planting reaches the sandbox: one boto3 client for each service and region, and the sandbox's own routes."""

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import botocore.session
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.model import OperationModel

from tenfold.aws.credentials import AccountCredentials
from tenfold.aws.wire import strip_account_from_host
from tenfold.sandbox.company.tables import GLOBAL_REGION

_SECONDS = 60
_CONFIG = Config(
    proxies={},
    inject_host_prefix=False,
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    account_id_endpoint_mode="disabled",
)  # the sandbox is on this machine: no proxy, and a failure is a failure


class Login(NamedTuple):
    """Credentials; before anybody has been made, any do. `agent` is the program that they are used with."""

    access_key_id: str = "sandbox"
    secret_access_key: str = "sandbox"  # noqa: S105 - the sandbox takes any
    session_token: str | None = None
    agent: str = ""


class Caller:
    """A client of a service that signs each call with one login.

    A client takes botocore a tenth of a second and some megabytes to make: all accounts share it.
    """

    def __init__(self, client: Any, acting: Callable[[], Any]) -> None:
        self._client, self._acting = client, acting

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """An operation, by boto3's name for it."""
        method = getattr(self._client, operation)

        def call(**parameters: Any) -> Any:
            with self._acting():
                return method(**parameters)

        return call


class Endpoint:
    """The sandbox at a URL.

    Args:
        url: the sandbox's endpoint.
        now: the time that the company is to look right at; dates are counted back from it.
    """

    def __init__(self, url: str, now: datetime) -> None:
        self.url, self.now = url, now
        self._signer, self._agent = AccountCredentials(), ""
        self._tokens = count(1)
        self._session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
        self._session.register_component("credential_provider", self._signer)
        self._session.register("before-sign.s3-control.*", strip_account_from_host)
        self._session.register("before-send", self._name_agent)
        self._session.register("provide-client-params", self._number)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, login: Login, region: str = GLOBAL_REGION) -> Any:
        """The service as somebody sees it: boto3's operations."""
        key = (service, region)
        if key not in self._clients:
            self._clients[key] = self._session.create_client(
                service, region_name=region, endpoint_url=self.url, config=_CONFIG
            )
        return Caller(self._clients[key], lambda: self._acting(login))

    def call(self, name: str, parameters: Mapping[str, Any], login: Login, region: str) -> Any:
        """The answer to `service:Operation`."""
        service, _, operation = name.partition(":")
        return getattr(self.client(service, login, region), xform_name(operation))(**parameters)

    def enter(self, role: str, login: Login, name: str = "account-setup", agent: str = "") -> Login:
        """Credentials of a session of a role; `name` is the session's."""
        answer = self.client("sts", login).assume_role(RoleArn=role, RoleSessionName=name)
        found = answer["Credentials"]
        return Login(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"], agent)

    def tell(self, route: str, facts: Mapping[str, Any]) -> Any:
        """Post facts to one of the sandbox's own routes."""
        return json.loads(self._post(f"/_sandbox/{route}", json.dumps(facts).encode()))

    def seed(self, seed: int) -> None:
        """Let moto draw its ids from a seed."""
        self._post(f"/moto-api/seed?a={seed}", None)

    def date(
        self,
        partition: str,
        account: str,
        kind: str,
        name: str,
        *,
        at: int | None = None,
        last_used: int | None = None,
        region: str = "",
    ) -> None:
        """Date something back: made, last used so many days ago; None leaves it as it is."""
        days = {"at": at, "last_used": last_used}
        times = {word: self.days_ago(day) for word, day in days.items() if day is not None}
        place = {"partition": partition, "account": account, "region": region}
        self.tell("date", {**place, "kind": kind, "id": name, **times})

    def days_ago(self, days: int) -> str:
        """That many days and an hour before now, as ISO 8601 text."""
        return (self.now - timedelta(days=days, hours=1)).isoformat()

    @contextmanager
    def _acting(self, login: Login) -> Iterator[None]:
        self._agent = login.agent
        with self._signer.acting(Credentials(*login[:3])):
            yield

    def _number(self, params: dict[str, Any], model: OperationModel, **_: Any) -> dict[str, Any]:
        """The tokens that botocore would draw from chance."""
        tokens = {name: str(UUID(int=next(self._tokens), version=4)) for name in model.idempotent_members}
        return {**tokens, **params}

    def _name_agent(self, request: AWSPreparedRequest, **_: Any) -> None:
        if self._agent:
            request.headers["User-Agent"] = self._agent

    def _post(self, path: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(f"{self.url}{path}", data=body, method="POST")  # noqa: S310 - the caller's endpoint
        with self._opener.open(request, timeout=_SECONDS) as answer:
            return bytes(answer.read())
