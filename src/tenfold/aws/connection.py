"""One connection to AWS: one loader, one client for each service and region, all accounts."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import PaginationError, UnknownServiceError
from botocore.loaders import create_loader
from botocore.paginate import Paginator

from tenfold import __version__
from tenfold.aws import faults, partitions
from tenfold.aws.credentials import (
    AccountCredentials,
    Keys,
    assumed,
    base_credentials,
    login_error,
    session_keys,
)
from tenfold.aws.fences import Fences
from tenfold.aws.ledger import Ledger
from tenfold.aws.pace import Paces
from tenfold.aws.settings import AwsSettings
from tenfold.aws.wire import checked_endpoint, omits_empty_lists, paging_by_next_token, prepare
from tenfold.model.arn import Arn
from tenfold.model.clock import Clock
from tenfold.model.errors import AccessError, EndpointError, GapError
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import ABSENT, Absent, Json

T = TypeVar("T")
_TRIES, _FIRST_PAUSE = 4, 0.2
_CONNECTIONS = 32
_MOST_PAGES = 10_000
"""Pages of one list: ten million buckets. An endpoint that hands out fresh tokens for ever is no AWS."""
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)
"""What botocore's parsers let out over an answer whose parts are not of the form that they expect."""


class Identity:
    """Who the credentials are: account, ARN and partition."""

    def __init__(self, account: str, arn: str) -> None:
        self.account, self.arn, self.partition = account, arn, Arn.parse(arn).partition


class Connection:
    """Calls AWS for any account and region, paced, recorded, with every failure turned into a reason.

    Args:
        settings: how to reach AWS.
        clock: dates gaps and waits for throttling.
        ledger: counts the calls.
        keys: access key id, secret and session token given outright; else the usual credential chain.

    Raises:
        ConfigError: on an unknown or incomplete profile, or an endpoint that is no http(s) URL.
        AccessError: when there are no credentials.
    """

    def __init__(
        self, settings: AwsSettings, clock: Clock, ledger: Ledger | None = None, *, keys: Keys | None = None
    ) -> None:
        self.settings, self.clock = settings, clock
        checked_endpoint(settings.endpoint_url)
        self.ledger = ledger or Ledger()
        self.fences = Fences()
        self._paces = Paces(clock, settings.quota_share, settings.patience)
        self._base = base_credentials(settings, keys)
        self._signer = AccountCredentials()
        self._session = _session(settings, self._signer)
        self._methods: dict[tuple[str, str, str], Callable[..., Any]] = {}
        self._clients: dict[tuple[str, str], Any] = {}
        self._credentials: dict[str, Credentials | Gap] = {}
        self._hub_role: Credentials | None = None
        self._doors: dict[str, threading.Lock] = {}
        self._lock = threading.RLock()
        self._identity: Identity | None = None

    def region(self) -> str:
        """The region for calls that name none: the setting, the profile's, or the partition's global one."""
        return self.settings.region or self._session.get_config_variable("region") or partitions.global_region("aws")

    def identity(self) -> Identity:
        """Who the credentials are; one GetCallerIdentity for the connection's life.

        Raises:
            AccessError: expired, refused, or wrong credentials.
            EndpointError: nothing, or not AWS, answers.
        """
        with self._lock:
            if self._identity is None:
                self._identity = self._who(self._hub())
            return self._identity

    def _who(self, credentials: Credentials) -> Identity:
        with self._signer.acting(credentials):
            return self._first_call("GetCallerIdentity", {}, lambda said: Identity(said["Account"], said["Arn"]))

    def send(
        self, account: str, region: str, call: str, parameters: Mapping[str, Json], absent: frozenset[str]
    ) -> Json | Absent:
        """Make one call.

        Args:
            account: whose credentials sign it.
            region: whose endpoint answers it.
            call: `service:Operation`, service as botocore names it.
            parameters: as boto3 takes them.
            absent: error codes by which AWS says "there is none".

        Raises:
            GapError: when the call did not succeed, with the reason.
        """
        known = self.fences.known(account, region, call)
        if known is not None:
            raise GapError(known, where=account)
        try:
            with self._signer.acting(self._of(account)):
                answer = self._patiently(account, region, call, parameters, absent)
        except faults.FAILURES as error:
            if faults.error_code(error) in absent:
                self.fences.open(account, region, call)
                return ABSENT
            gap = faults.gap_of(error, call, self.clock.now())
            self.fences.learn(account, region, gap, str(error))
            raise GapError(gap, where=f"{account} {region}".strip()) from error
        self.fences.open(account, region, call)
        return answer

    def pages(self, account: str, region: str, call: str, parameters: Mapping[str, Json]) -> Iterator[Json]:
        """The pages of a list; one page where the operation knows no paging.

        Raises:
            GapError: when a call did not succeed, AWS hands out the same token twice, or the list does not end.
        """
        service, _, operation = call.partition(":")

        def send(**page: Json) -> Json:
            return self.send(account, region, call, page, frozenset())

        operation_model = self.client(service, region).meta.service_model.operation_model(operation)
        config = self._paging(service).get(operation) or paging_by_next_token(operation_model)
        if config is None:
            yield send(**parameters)
            return
        try:
            for number, page in enumerate(Paginator(send, config, operation_model).paginate(**parameters)):
                if number == _MOST_PAGES:
                    reason = f"{call}: the list has no end after {_MOST_PAGES:,} pages"
                    raise GapError(Gap(GapKind.MALFORMED, reason, self.clock.now(), call), where=account)
                yield page
        except PaginationError as error:
            raise GapError(Gap(GapKind.MALFORMED, f"{call}: {error}", self.clock.now(), call), where=account) from error

    def omits_empty_lists(self, call: str, region: str) -> bool:
        """Whether an answer to the call may lack the list that it is about."""
        return omits_empty_lists(self.client(call.partition(":")[0], region).meta.service_model)

    def _paging(self, service: str) -> Mapping[str, Json]:
        """Botocore's table of page tokens for a service, by operation."""
        loader = self._session.get_component("data_loader")
        try:
            table = loader.load_service_model(service, "paginators-1")
        except UnknownServiceError:
            return {}
        found: Mapping[str, Json] = table["pagination"]
        return found

    def keys(self, account: str) -> ReadOnlyCredentials:
        """The keys that sign an account's calls now, for a client that is not botocore's.

        Raises:
            GapError: when the account's role cannot be assumed.
        """
        return self._of(account).get_frozen_credentials()

    def client(self, service: str, region: str) -> Any:
        """The one client of a service and region; it signs with whatever account is acting."""
        key = (service, region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._session.create_client(
                    service, region_name=region, endpoint_url=self.settings.endpoint_url, config=self._config()
                )
            return self._clients[key]

    def _config(self) -> Config:
        here = bool(self.settings.endpoint_url)
        return Config(
            retries={"mode": "standard", "total_max_attempts": 1},
            max_pool_connections=_CONNECTIONS,
            user_agent_extra=f"tenfold/{__version__}",
            connect_timeout=5,
            read_timeout=30,
            account_id_endpoint_mode="disabled",
            **({"s3": {"addressing_style": "path"}, "inject_host_prefix": False} if here else {}),
        )

    def _method(self, region: str, call: str) -> Callable[..., Any]:
        service, _, operation = call.partition(":")
        key = (service, region, operation)
        method = self._methods.get(key)
        if method is None:
            method = self._methods[key] = getattr(self.client(service, region), xform_name(operation))
        return method

    def _patiently(
        self, account: str, region: str, call: str, parameters: Mapping[str, Json], absent: frozenset[str] = frozenset()
    ) -> Json:
        """Call until it succeeds, fails for good, or patience ends."""
        method, pace = self._method(region, call), self._paces.of(account, region, call)
        waited, tries = 0.0, 0
        failure: Exception = faults.ThrottledOutError(patience=self.settings.patience)
        while True:
            turn = pace.take(waited)
            if turn is None:
                raise failure
            waited += turn.waited
            try:
                answer = self._recorded(method, call, parameters, absent)
            except faults.FAILURES as error:
                failure, tries = error, tries + 1
                if faults.is_throttled(error):
                    pace.slow(turn)
                elif faults.is_transient(error) and tries < _TRIES:
                    self.clock.wait(_FIRST_PAUSE * 2**tries)
                else:
                    raise
            else:
                pace.recover()
                return answer

    def _recorded(
        self, method: Callable[..., Any], call: str, parameters: Mapping[str, Json], absent: frozenset[str]
    ) -> Json:
        """One try, in the ledger; "there is none" is an answer, no error."""
        code, wall, cpu = "", time.perf_counter(), time.thread_time()
        try:
            answer = _readable(lambda: method(**parameters))
        except faults.FAILURES as error:
            code = faults.error_code(error) or type(error).__name__
            code = "" if code in absent else code
            raise
        finally:
            self.ledger.add(call, code, time.thread_time() - cpu, time.perf_counter() - wall)
        answer.pop("ResponseMetadata", None)
        return answer

    def _of(self, account: str) -> Credentials:
        """The credentials for an account: the hub's own, or the spoke role's.

        Raises:
            GapError: when the account cannot be entered; remembered, so that it is tried once.
        """
        with self._door(account):
            held = self._credentials.get(account)
            if held is None:
                held = self._credentials[account] = self._enter(account)
        if isinstance(held, Gap):
            raise GapError(held, where=account)
        return held

    def _door(self, account: str) -> threading.Lock:
        """One at a time into an account, while other accounts are entered beside it."""
        with self._lock:
            return self._doors.setdefault(account, threading.Lock())

    def _enter(self, account: str) -> Credentials | Gap:
        """Credentials that are seen to be the account's: facts of one account must never be filed under another."""
        identity, now = self.identity(), self.clock.now()
        if account == identity.account:
            return self._hub()
        if not _ACCOUNT_ID.fullmatch(account):
            return Gap(GapKind.DENIED, f"{account!r} is no account id: those have 12 digits", now)
        if not self.settings.role:
            reason = f"the credentials belong to account {identity.account}; --role names a role that enters others"
            return Gap(GapKind.DENIED, reason, now)
        role = str(Arn(identity.partition, "iam", "", account, f"role/{self.settings.role}"))
        try:
            return self._seen_in(account, role, self._role_session(self._hub(), role, self.settings.external_id))
        except (AccessError, EndpointError) as error:
            return Gap(GapKind.DENIED, str(error), now, "sts:AssumeRole")

    def _seen_in(self, account: str, role: str, credentials: Credentials) -> Credentials | Gap:
        answering = self._who(credentials).account
        if answering == account:
            return credentials
        reason = f"the keys that came for {role} belong to account {answering}"
        return Gap(GapKind.MALFORMED, reason, self.clock.now(), "sts:GetCallerIdentity")

    def _hub(self) -> Credentials:
        with self._lock:
            hub_role = self.settings.hub_role
            if not hub_role:
                return self._base
            if self._hub_role is None:
                self._hub_role = self._role_session(self._base, hub_role, self.settings.hub_external_id)
            return self._hub_role

    def _role_session(self, using: Credentials, role: str, external_id: str | None) -> Credentials:
        return assumed(lambda: self._assume(using, role, external_id), "tenfold")

    def _assume(self, using: Credentials, role: str, external_id: str | None) -> dict[str, str]:
        parameters = {"RoleArn": role, "RoleSessionName": self.settings.session_name}
        if external_id:
            parameters["ExternalId"] = external_id
        with self._signer.acting(using):
            return self._first_call("AssumeRole", parameters, session_keys)

    def _first_call(self, operation: str, parameters: Mapping[str, Json], read: Callable[[Json], T]) -> T:
        """What `read` takes from the answer.

        Raises:
            AccessError: AWS does not let us in.
            EndpointError: nothing, or not AWS, answers; also when the answer lacks what `read` looks for.
        """
        call = f"sts:{operation}"
        doing = f"cannot assume {parameters['RoleArn']}" if "RoleArn" in parameters else "cannot find out who we are"
        try:
            return _readable(lambda: read(self._patiently("", self.region(), call, parameters)))
        except faults.FAILURES as error:
            kind = faults.gap_of(error, call, self.clock.now()).kind
            if kind in (GapKind.MALFORMED, GapKind.ENDPOINT):
                where = self.settings.endpoint_url or f"sts in {self.region()}"
                raise EndpointError(
                    f"{doing}: {str(error).splitlines()[0]}",
                    where=where,
                    next="Check --endpoint-url, --region and the network",
                ) from error
            raise login_error(error, doing, self.settings) from error


def _readable(read: Callable[[], T]) -> T:
    """What `read` gives; an answer that cannot be taken apart is not AWS's."""
    try:
        return read()
    except _UNREADABLE as error:
        raise faults.MalformedAnswerError(reason=f"{type(error).__name__}: {error}") from error


def _session(settings: AwsSettings, signer: AccountCredentials) -> botocore.session.Session:
    session = botocore.session.Session(profile=settings.profile)
    session.register_component("data_loader", create_loader(session.get_config_variable("data_path")))
    session.register_component("credential_provider", signer)
    prepare(session, settings.endpoint_url)
    return session
