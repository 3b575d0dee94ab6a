"""The keys that digests are signed with: of one seed, one set to a region, and replaced in time."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.serialization import load_der_public_key
from tests.sandbox import aws
from tests.sandbox.digest_reading import HOUR, START, digests, leap, public_keys, still_sandbox, trail, verify

from tenfold.sandbox.trails.keys import KeyRing
from tenfold.sandbox.trails.primes import draw_key

DAY = timedelta(days=1)
LONG_AGO = datetime(2014, 1, 1, tzinfo=UTC)


def test_same_seed_same_key() -> None:
    """The library itself refuses a key whose numbers do not fit each other."""
    key, again, other = draw_key(Random("a")), draw_key(Random("a")), draw_key(Random("b"))
    assert key.key_size == 2048
    assert key.private_numbers() == again.private_numbers() != other.private_numbers()


def test_regions_and_seeds_have_keys_of_their_own() -> None:
    one, two = KeyRing(1, LONG_AGO), KeyRing(2, LONG_AGO)
    keys = [one.at("eu-west-1", START), one.at("eu-west-2", START), two.at("eu-west-1", START)]
    assert len({key.public for key in keys}) == 3
    assert KeyRing(1, START).at("eu-west-1", START).public == keys[0].public


def test_a_key_is_valid_for_thirty_days_and_replaced_after_twenty() -> None:
    ring = KeyRing(0, LONG_AGO)
    key = ring.at("us-east-1", START)
    assert key.begins <= START < key.ends == key.begins + 30 * DAY
    following = ring.at("us-east-1", key.begins + 20 * DAY)
    assert (following.begins, following.public != key.public) == (key.begins + 20 * DAY, True)
    assert ring.at("us-east-1", following.begins - timedelta(seconds=1)) is key
    assert ring.between("us-east-1", key.begins + 25 * DAY, key.begins + 26 * DAY) == [following, key]
    assert ring.between("us-east-1", key.begins + 11 * DAY, key.begins + 19 * DAY) == [key]
    assert KeyRing(0, key.begins + 11 * DAY).between("us-east-1", LONG_AGO, key.begins + 19 * DAY) == [key]


def test_list_public_keys() -> None:
    change = KeyRing(0, LONG_AGO).at("us-east-1", START).begins + 20 * DAY
    with still_sandbox(change - HOUR) as sandbox:
        cloudtrail = aws.client(sandbox, "cloudtrail")
        (key,) = cloudtrail.list_public_keys()["PublicKeyList"]
        assert (key["ValidityStartTime"], key["ValidityEndTime"]) == (change - 20 * DAY, change + 10 * DAY)
        public: Any = load_der_public_key(key["Value"])
        assert public.key_size == 2048
        asked = {"StartTime": change - HOUR, "EndTime": change + 365 * DAY}
        assert cloudtrail.list_public_keys(**asked)["PublicKeyList"] == [key], "the next one is not known yet"
        assert cloudtrail.list_public_keys(StartTime=LONG_AGO, EndTime=LONG_AGO + DAY)["PublicKeyList"] == []
        assert public_keys(sandbox, "eu-west-1").keys().isdisjoint([key["Fingerprint"]])
        leap(sandbox, 2 * HOUR)
        new, old = cloudtrail.list_public_keys(**asked)["PublicKeyList"]
        assert (new["ValidityStartTime"], old) == (change, key)
        assert cloudtrail.list_public_keys()["PublicKeyList"] == [new]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"StartTime": START, "EndTime": START - HOUR}, "InvalidTimeRangeException"),
        ({"EndTime": START - HOUR}, "InvalidTimeRangeException"),
        ({"NextToken": "more"}, "InvalidTokenException"),
    ],
)
def test_list_public_keys_refuses(asked: dict[str, Any], code: str) -> None:
    with still_sandbox() as sandbox, pytest.raises(ClientError) as raised:
        aws.client(sandbox, "cloudtrail").list_public_keys(**asked)
    assert raised.value.response["Error"]["Code"] == code


def test_chain_goes_on_over_a_change_of_keys() -> None:
    change = KeyRing(0, START).at("us-east-1", START).begins + 20 * DAY
    with still_sandbox(change - 3 * HOUR) as sandbox:
        trail(sandbox)
        leap(sandbox, 6 * HOUR)
        chain, keys = digests(sandbox), public_keys(sandbox)
    for digest in chain:
        verify(digest, keys)
    signers = [digest["digestPublicKeyFingerprint"] for digest in chain]
    assert signers == [signers[0]] * 3 + [signers[-1]] * 3
    assert set(signers) == set(keys)
