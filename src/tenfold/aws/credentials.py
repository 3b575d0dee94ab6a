"""Whose credentials sign a call: one client serves all accounts, so the account is chosen at signing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.credentials import Credentials, ReadOnlyCredentials, RefreshableCredentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
)

from tenfold.aws.faults import BAD_KEYS, BAD_SIGNATURE, EXPIRED, error_code
from tenfold.aws.settings import AwsSettings
from tenfold.model.errors import AccessError, ConfigError, TenfoldError
from tenfold.model.resource import Json

Keys = tuple[str, str, str | None]
"""Access key id, secret and session token. Given in code only: no file or variable of ours holds a secret."""


_DOCTOR = "`tenfold doctor` shows what can be reached"


class AccountCredentials:
    """What botocore takes for credentials: it answers with those of the account that this thread acts in."""

    method = "tenfold"
    account_id = None

    def __init__(self) -> None:
        self._current = threading.local()

    @contextmanager
    def acting(self, credentials: Credentials) -> Iterator[None]:
        """Sign this thread's calls with `credentials` inside the block."""
        before = getattr(self._current, "credentials", None)
        self._current.credentials = credentials
        try:
            yield
        finally:
            self._current.credentials = before

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """The current account's keys, refreshed when they are about to expire."""
        return self._current.credentials.get_frozen_credentials()

    def get_deferred_property(self, name: str) -> Callable[[], Any]:
        """What botocore asks endpoint rules with; the account id is never put into a host name."""
        return lambda: getattr(self, name, None)

    def load_credentials(self) -> "AccountCredentials":
        """Botocore's credential provider interface: the provider is its own credentials."""
        return self


def base_credentials(settings: AwsSettings, keys: Keys | None = None) -> Credentials:
    """The credentials that the user starts with: given keys, or the usual chain.

    Raises:
        ConfigError: the profile does not exist, or is not complete.
        AccessError: there are no credentials.
    """
    if keys:
        return Credentials(*keys)
    session = botocore.session.Session(profile=settings.profile)
    try:
        found = session.get_credentials()
    except ProfileNotFound as error:
        known = ", ".join(session.available_profiles) or "none"
        raise ConfigError(
            f"there is no profile {settings.profile!r}", next=f"Profiles in your AWS config: {known}"
        ) from error
    except (PartialCredentialsError, CredentialRetrievalError) as error:
        raise ConfigError(f"the credentials are not complete: {error}") from error
    if found is None:
        raise no_credentials()
    return found


def no_credentials() -> AccessError:
    """The error for a machine that has no credentials at all."""
    return AccessError(
        "no AWS credentials were found",
        next="Set AWS_PROFILE or --profile, log in (aws sso login), or set AWS_ACCESS_KEY_ID",
    )


def assumed(assume: Callable[[], dict[str, str]], method: str) -> RefreshableCredentials:
    """Credentials of a role that refresh themselves before they expire.

    Args:
        assume: calls AssumeRole and returns access_key, secret_key, token and expiry_time (ISO 8601).
        method: shown by botocore as where the credentials came from.
    """
    return RefreshableCredentials.create_from_metadata(assume(), refresh_using=assume, method=method)


def session_keys(answer: Json) -> dict[str, str]:
    """What `assumed` wants, from AssumeRole's answer.

    Raises:
        KeyError: when the answer lacks one of them.
    """
    keys = answer["Credentials"]
    return {
        "access_key": keys["AccessKeyId"],
        "secret_key": keys["SecretAccessKey"],
        "token": keys["SessionToken"],
        "expiry_time": keys["Expiration"],
    }


def login_error(error: Exception, doing: str, settings: AwsSettings) -> TenfoldError:
    """What to tell somebody whose first call failed."""
    profile = f" --profile {settings.profile}" if settings.profile else ""
    if isinstance(error, NoCredentialsError):
        return no_credentials()
    if error_code(error) in EXPIRED or isinstance(error, SSOError):
        return AccessError(f"{doing}: the security token has expired", next=f"Renew it, e.g. aws sso login{profile}")
    if isinstance(error, ClientError):
        said = error.response.get("Error", {})
        bad = error_code(error) in BAD_KEYS | BAD_SIGNATURE
        advice = "Check the access key, its secret, and this machine's clock" if bad else _DOCTOR
        return AccessError(f"{doing}: {said.get('Code')}: {said.get('Message')}", next=advice)
    if isinstance(error, BotoCoreError):
        return AccessError(f"{doing}: {error}", next="Check the network, --region and --endpoint-url")
    return AccessError(f"{doing}: {error}")
