"""How the planting reaches the sandbox: boto3 clients by account, and the sandbox's own routes."""

import json
import urllib.request
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import boto3
import botocore.session
from botocore.config import Config

from tenfold.aws.wire import strip_account_from_host
from tenfold.sandbox.company.tables import GLOBAL_REGION

_SECONDS = 60
_CONFIG = Config(
    proxies={}, inject_host_prefix=False, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
)  # the sandbox is on this machine: no proxy, and a failure is a failure


class Login(NamedTuple):
    """Credentials; before anybody has been made, any do."""

    access_key_id: str = "sandbox"
    secret_access_key: str = "sandbox"  # noqa: S105 - the sandbox takes any
    session_token: str | None = None


class Endpoint:
    """The sandbox at a URL; clients are made once for an account and service.

    Args:
        url: the sandbox's endpoint.
        now: the time that the company is to look right at; dates are counted back from it.
    """

    def __init__(self, url: str, now: datetime) -> None:
        self.url, self.now = url, now
        no_profile = {"profile": (None, None, None, None)}
        self._session = boto3.Session(botocore_session=botocore.session.Session(session_vars=no_profile))
        self._session.events.register("before-sign.s3-control.*", strip_account_from_host)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._clients: dict[tuple[str, str, Login], Any] = {}

    def client(self, service: str, login: Login, region: str = GLOBAL_REGION) -> Any:
        """A boto3 client."""
        key = (service, region, login)
        if key not in self._clients:
            self._clients[key] = self._session.client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=login.access_key_id,
                aws_secret_access_key=login.secret_access_key,
                aws_session_token=login.session_token,
                config=_CONFIG,
            )
        return self._clients[key]

    def enter(self, role: str, login: Login) -> Login:
        """Credentials of a session of a role."""
        answer = self.client("sts", login).assume_role(RoleArn=role, RoleSessionName="account-setup")
        found = answer["Credentials"]
        return Login(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])

    def tell(self, route: str, facts: Mapping[str, Any]) -> Any:
        """Post facts to one of the sandbox's own routes."""
        return json.loads(self._post(f"/_sandbox/{route}", json.dumps(facts).encode()))

    def seed(self, seed: int) -> None:
        """Let moto draw its ids from a seed."""
        self._post(f"/moto-api/seed?a={seed}", None)

    def date(
        self, partition: str, account: str, kind: str, name: str, *, at: int | None = None, last_used: int | None = None
    ) -> None:
        """Date something back: made, last used so many days ago; None leaves it as it is."""
        days = {"at": at, "last_used": last_used}
        times = {word: self.days_ago(day) for word, day in days.items() if day is not None}
        self.tell("date", {"partition": partition, "account": account, "kind": kind, "id": name, **times})

    def days_ago(self, days: int) -> str:
        """That many days and an hour before now, as ISO 8601 text."""
        return (self.now - timedelta(days=days, hours=1)).isoformat()

    def _post(self, path: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(f"{self.url}{path}", data=body, method="POST")  # noqa: S310 - the caller's endpoint
        with self._opener.open(request, timeout=_SECONDS) as answer:
            return bytes(answer.read())
