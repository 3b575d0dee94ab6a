"""The bytes of an object, from S3 or from this machine's disk."""

import re
import stat
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NoReturn

import msgspec
import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from tenfold.aws.connection import Connection
from tenfold.aws.faults import BAD_KEYS, EXPIRED
from tenfold.model.errors import AccessError, ConfigError, EndpointError, GapError, InputError
from tenfold.model.gap import GapKind
from tenfold.model.resource import ABSENT
from tenfold.store.ledger import DeadKind, DeadLetter, Version
from tenfold.trail.bucket_region import region_of
from tenfold.trail.folder import etag, path_of
from tenfold.trail.gunzip import too_large
from tenfold.trail.limits import LIMITS, Limits
from tenfold.trail.source import LOCAL, Named, is_bucket

_CODE = re.compile(r"<Code>([\w.]+)</Code>")
_REFUSED = re.compile(r"status code: 4\d\d |redirect without LOCATION")
"""The second is a bucket in another region than the one that was taken, because it may not be asked for its own."""
_GONE = frozenset({"NoSuchKey", "NoSuchBucket", "404"})
_UNNAMEABLE = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|[\x00-\x1f\x7f]")
"""Keys that obstore refuses, or takes for another: with an empty segment (a trail's prefix may end in `/`), dots, or
control characters."""
_KEYS_FOR = timedelta(minutes=5)
"""How long a key pair is used before it is asked for again; botocore refreshes it well before it expires."""


class Fetched(msgspec.Struct, frozen=True):
    """One version of an object, whole."""

    bucket: str
    key: str
    etag: str
    data: bytes

    @property
    def version(self) -> Version:
        """What the ledger knows it by."""
        return self.bucket, self.key, self.etag


class Objects:
    """Reads objects, from several threads at once.

    Args:
        connection: whose keys and endpoint are used for buckets; None when only local files are read.
        limits: larger objects are not fetched.
    """

    def __init__(self, connection: Connection | None = None, limits: Limits = LIMITS) -> None:
        self._connection, self.limits = connection, limits
        self._stores: dict[str, S3Store] = {}
        self._lock = threading.Lock()

    def fetch(self, named: Named) -> Fetched | DeadLetter:
        """The object as it is now; a dead letter when this one cannot be had: gone, not allowed, too large.

        Raises:
            AccessError: the credentials do not count any more.
            EndpointError: S3 does not answer.
        """
        try:
            return self._from_disk(named) if named.bucket == LOCAL else self._from_s3(named)
        except FileNotFoundError:
            return _letter(named, DeadKind.VANISHED, "the object is not there any more", "It is tried again.")
        except (PermissionError, PermissionDeniedError) as error:
            reason = f"access denied: {_said(error)}"
            return _letter(named, DeadKind.DENIED, reason, "Allow s3:GetObject (and kms:Decrypt); it is tried again.")
        except InputError as error:
            return _letter(named, DeadKind.OBJECT, error.what, error.next)
        except OSError as error:
            return _letter(named, DeadKind.OBJECT, f"the file cannot be read: {error.strerror}", "Look at the disk.")

    def _from_disk(self, named: Named) -> Fetched:
        path = path_of(named.key)
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InputError("a pipe, a device or another thing that is no file", next="Take it out of the folder.")
        self._measure(found.st_size)
        return Fetched(named.bucket, named.key, etag(found), path.read_bytes())

    def _from_s3(self, named: Named) -> Fetched:
        if not is_bucket(named.bucket):
            raise InputError(f"no bucket can have the name {named.bucket!r}", next="Look at who named it.")
        found = self._by_botocore(named) if _UNNAMEABLE.search(named.key) else self._by_obstore(named)
        version = found.etag.strip('"') or sha256(found.data).hexdigest()
        return msgspec.structs.replace(found, etag=version)

    def _by_obstore(self, named: Named) -> Fetched:
        try:
            answer = obstore.get(self._store(named.bucket), named.key)
            self._measure(answer.meta["size"])
            return Fetched(named.bucket, named.key, answer.meta["e_tag"] or "", bytes(answer.bytes()))
        except BaseError as error:
            _sort_out(error, named)

    def _by_botocore(self, named: Named) -> Fetched:
        connection, parameters = self._connected(named.bucket), {"Bucket": named.bucket, "Key": named.key}
        account = connection.identity().account
        try:
            answer = connection.send(account, connection.region(), "s3:GetObject", parameters, _GONE)
        except GapError as error:
            if error.gap.kind in (GapKind.DENIED, GapKind.FENCED):
                raise PermissionError(error.what) from error
            raise EndpointError(error.what, where=named.bucket, next="Check --endpoint-url and the network.") from error
        if answer is ABSENT:
            raise FileNotFoundError(named.key)
        self._measure(answer["ContentLength"])
        return Fetched(named.bucket, named.key, answer.get("ETag", ""), answer["Body"].read())

    def _measure(self, size: int) -> None:
        if size > self.limits.stored:
            raise too_large("stored", self.limits.stored)

    def _connected(self, bucket: str) -> Connection:
        if self._connection is None:
            raise ConfigError("a bucket cannot be read without a connection to AWS", where=bucket)
        return self._connection

    def _store(self, bucket: str) -> S3Store:
        with self._lock:
            if bucket not in self._stores:
                self._stores[bucket] = self._opened(bucket)
            return self._stores[bucket]

    def _opened(self, bucket: str) -> S3Store:
        connection = self._connected(bucket)
        endpoint = connection.settings.endpoint_url
        return S3Store(
            bucket,
            region=region_of(connection, bucket),
            endpoint=endpoint,
            virtual_hosted_style_request=not endpoint,
            client_options={"allow_http": bool(endpoint), "timeout": "60s", "connect_timeout": "5s"},
            retry_config={
                "max_retries": 5,
                "retry_timeout": timedelta(seconds=30),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=5),
                    "base": 2,
                },
            },
            credential_provider=_Keys(connection),
        )


class _Keys:
    """What obstore asks for credentials."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __call__(self) -> Any:
        keys = self._connection.keys(self._connection.identity().account)
        return {
            "access_key_id": keys.access_key,
            "secret_access_key": keys.secret_key,
            "token": keys.token,
            # obstore compares with the machine's clock, whatever clock we live by
            "expires_at": datetime.now(UTC) + _KEYS_FOR,
        }


def _sort_out(error: BaseError, named: Named) -> NoReturn:
    """Raise what an error of obstore means: for this object alone, or for all."""
    text = str(error)
    code = _CODE.search(text)
    if isinstance(error, UnauthenticatedError) or (code and code[1] in EXPIRED | BAD_KEYS):
        what = f"S3 does not take our credentials: {_said(error)}"
        raise AccessError(what, where=named.bucket, next="Log in again, e.g. aws sso login.") from error
    if isinstance(error, PermissionDeniedError) or _REFUSED.search(text):
        raise PermissionDeniedError(text) from error
    what = f"S3 does not answer: {_said(error)}"
    raise EndpointError(what, where=named.bucket, next="Check --endpoint-url and the network.") from error


def _said(error: Exception) -> str:
    """The first line of what obstore or the system says, with AWS's code alone where there is one."""
    text = str(error)
    code = _CODE.search(text)
    return code[1] if code else text.splitlines()[0][:300] if text else type(error).__name__


def _letter(named: Named, kind: DeadKind, reason: str, next_: str) -> DeadLetter:
    return DeadLetter(kind, reason, named.bucket, named.key, named.etag, next=next_)
