"""The keys that CloudTrail signs digests with: a pair for each region, a new one before the old one ends."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from random import Random
from zlib import crc32

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tenfold.sandbox.trails.primes import draw_key

_VALID, _EVERY = timedelta(days=30), timedelta(days=20)  # as in the sample of AWS's user guide
_FIRST = datetime(2013, 11, 13, tzinfo=UTC)


@dataclass(frozen=True)
class SigningKey:
    """A pair of keys, and the time in which it is valid. Which pair it is follows from `seed`."""

    seed: str
    begins: datetime

    @property
    def ends(self) -> datetime:
        """The end of its validity."""
        return self.begins + _VALID

    @cached_property
    def public(self) -> bytes:
        """The public key: DER of PKCS #1."""
        return _private(self.seed).public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)

    @cached_property
    def fingerprint(self) -> str:
        """MD5 of the public key, in hex: so are those of the sample in AWS's user guide."""
        return hashlib.md5(self.public, usedforsecurity=False).hexdigest()

    def sign(self, text: str) -> str:
        """SHA256withRSA, PKCS #1 v1.5, in hex."""
        return _private(self.seed).sign(text.encode(), PKCS1v15(), SHA256()).hex()


class KeyRing:
    """The keys of all regions.

    Args:
        seed: what they are drawn from.
        since: when the first digest may be signed; keys that had ended by then are not known.
    """

    def __init__(self, seed: int, since: datetime) -> None:
        self._seed, self._since = seed, since
        self._keys: dict[tuple[str, int], SigningKey] = {}

    def at(self, region: str, moment: datetime) -> SigningKey:
        """The key that a region signs with: the newest that has begun."""
        return self._key(region, (moment - _first(region)) // _EVERY)

    def between(self, region: str, start: datetime, end: datetime) -> list[SigningKey]:
        """A region's keys that are valid at some moment from `start` to `end`, the newest first."""
        start = max(start, self._since)
        oldest = (start - _VALID - _first(region)) // _EVERY + 1
        newest = (end - _first(region)) // _EVERY
        return [self._key(region, number) for number in range(newest, oldest - 1, -1)] if start <= end else []

    def _key(self, region: str, number: int) -> SigningKey:
        seed = f"{self._seed}/{region}/{number}"
        return self._keys.setdefault((region, number), SigningKey(seed, _first(region) + number * _EVERY))


@lru_cache(maxsize=1024)
def _private(seed: str) -> RSAPrivateKey:
    """Made when it is first needed, and kept over sandboxes: making one takes a fifth of a second."""
    return draw_key(Random(seed))  # noqa: S311 - must repeat itself, and guards nothing but a sandbox


def _first(region: str) -> datetime:
    """Regions change their keys at times of their own."""
    return _FIRST + timedelta(seconds=crc32(region.encode()) % int(_EVERY.total_seconds()))
