"""Reads that lag writes: which ones do, that they go back and forth, and that all of them arrive."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from tests.sandbox import aws
from tests.sandbox.weather_signs import ACCOUNT, ADMIN, TRUST, bucket, code, passing, policy

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.weather.weather import Weather

SEED, READS = 1, 12
BLOCK = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
Clients = Callable[[str], Any]


class Case(NamedTuple):
    """A write, and a read that answers otherwise after it."""

    write: Callable[[Clients], Any]
    read: Callable[[Clients], Any]


def _buckets(clients: Clients) -> list[str]:
    return [row["Name"] for row in clients("s3").list_buckets()["Buckets"]]


def _details(clients: Clients) -> Any:
    users = clients("iam").get_account_authorization_details(Filter=["User"])["UserDetailList"]
    return [[row["PolicyName"] for row in user.get("UserPolicyList", ())] for user in users]


def _account_block(clients: Clients) -> str:
    return code(clients("s3control").get_public_access_block, AccountId=ACCOUNT)


CASES = {
    "bucket policy": Case(
        lambda c: c("s3").put_bucket_policy(Bucket="there", Policy=policy("there")),
        lambda c: code(c("s3").get_bucket_policy, Bucket="there"),
    ),
    "block of the bucket": Case(
        lambda c: c("s3").delete_public_access_block(Bucket="there"),
        lambda c: code(c("s3").get_public_access_block, Bucket="there"),
    ),
    "bucket acl": Case(
        lambda c: c("s3").put_bucket_acl(Bucket="there", ACL="public-read"),
        lambda c: len(c("s3").get_bucket_acl(Bucket="there")["Grants"]),
    ),
    "new bucket": Case(lambda c: c("s3").create_bucket(Bucket="new"), _buckets),
    "deleted bucket": Case(lambda c: c("s3").delete_bucket(Bucket="there"), _buckets),
    "block of the account": Case(
        lambda c: c("s3control").put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=BLOCK),
        _account_block,
    ),
    "new user": Case(
        lambda c: c("iam").create_user(UserName="new"),
        lambda c: [user["UserName"] for user in c("iam").list_users()["Users"]],
    ),
    "deleted role": Case(
        lambda c: c("iam").delete_role(RoleName="role"), lambda c: code(c("iam").get_role, RoleName="role")
    ),
    "trust policy": Case(
        lambda c: c("iam").update_assume_role_policy(
            RoleName="role", PolicyDocument=TRUST.replace('"*"', json.dumps(ACCOUNT))
        ),
        lambda c: json.dumps(c("iam").get_role(RoleName="role")["Role"]["AssumeRolePolicyDocument"]),
    ),
    "access key": Case(
        lambda c: c("iam").create_access_key(UserName="user"),
        lambda c: len(c("iam").list_access_keys(UserName="user")["AccessKeyMetadata"]),
    ),
    "inline policy": Case(
        lambda c: c("iam").put_user_policy(UserName="user", PolicyName="p", PolicyDocument=ADMIN), _details
    ),
    "member of a group": Case(
        lambda c: c("iam").add_user_to_group(GroupName="group", UserName="user"),
        lambda c: len(c("iam").get_group(GroupName="group")["Users"]),
    ),
    "policy version": Case(
        lambda c: c("iam").create_policy_version(
            PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/policy", PolicyDocument=ADMIN, SetAsDefault=True
        ),
        lambda c: c("iam").get_policy(PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/policy")["Policy"]["DefaultVersionId"],
    ),
}


@pytest.fixture
def lagging() -> Iterator[tuple[Sandbox, Clients]]:
    """A sandbox that stands still, with one of everything from long ago."""
    with Sandbox(delivery_seconds=3600, clock=SandboxClock()) as sandbox:

        def clients(service: str) -> Any:
            return aws.client(sandbox, service)

        aws.control(sandbox, "clock", {"hold": True})
        s3, iam = bucket(sandbox, "there"), clients("iam")
        s3.put_public_access_block(Bucket="there", PublicAccessBlockConfiguration=dict.fromkeys(BLOCK, False))
        s3.put_bucket_ownership_controls(
            Bucket="there", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        )
        iam.create_user(UserName="user")
        iam.create_group(GroupName="group")
        iam.create_role(RoleName="role", AssumeRolePolicyDocument=TRUST)
        iam.create_policy(PolicyName="policy", PolicyDocument=ADMIN)
        aws.control(sandbox, "weather", {"habits": ["lag"]})
        yield sandbox, clients


@pytest.mark.parametrize("name", sorted(CASES))
def test_read_lags_its_write_then_has_it(lagging: tuple[Sandbox, Clients], name: str) -> None:
    sandbox, clients = lagging
    case = CASES[name]
    before = case.read(clients)
    case.write(clients)
    meanwhile = [case.read(clients) for _ in range(READS)]
    passing(sandbox, 121)
    after = case.read(clients)
    assert before != after
    assert before in meanwhile
    assert after in meanwhile, "some replica has it at once"
    assert all(read in (before, after) for read in meanwhile)
    assert [case.read(clients) for _ in range(READS)] == [after] * READS


def test_writes_arrive_in_their_order(lagging: tuple[Sandbox, Clients]) -> None:
    """Until the first of several writes has arrived everywhere, reads find either what was before it or the last."""
    sandbox, clients = lagging
    s3, seen = clients("s3"), []
    for number in range(4):
        s3.put_bucket_policy(Bucket="there", Policy=policy(f"there/{number}"))
        passing(sandbox, 5)
    for _ in range(40):
        passing(sandbox, 4)
        seen.append(_policy_number(s3))
    assert seen[-1] == 3
    oldest = [number for number in seen if number != 3]
    assert oldest == sorted(oldest), "no replica goes back behind what it had"


def _policy_number(s3: Any) -> int:
    if code(s3.get_bucket_policy, Bucket="there"):
        return -1
    found = s3.get_bucket_policy(Bucket="there")["Policy"]
    return int(json.loads(found)["Statement"][0]["Resource"].split("/")[1])


def test_objects_never_lag(lagging: tuple[Sandbox, Clients]) -> None:
    _, clients = lagging
    s3 = clients("s3")
    s3.put_bucket_policy(Bucket="there", Policy=policy("there"))
    for number in range(READS):
        s3.put_object(Bucket="there", Key="key", Body=str(number).encode())
        assert s3.get_object(Bucket="there", Key="key")["Body"].read() == str(number).encode()


def test_a_failed_write_leaves_nothing_to_lag(lagging: tuple[Sandbox, Clients]) -> None:
    _, clients = lagging
    iam = clients("iam")
    assert code(iam.create_user, UserName="user") == "EntityAlreadyExists"
    assert not any(code(iam.get_user, UserName="user") for _ in range(READS))


def test_the_same_seed_lags_in_the_same_way() -> None:
    def read(seed: int) -> list[str]:
        with Sandbox(delivery_seconds=3600, weather=Weather(seed, ["lag"])) as sandbox:
            s3 = bucket(sandbox, "there")
            s3.put_bucket_policy(Bucket="there", Policy=policy("there"))
            return [code(s3.get_bucket_policy, Bucket="there") for _ in range(READS)]

    assert read(SEED) == read(SEED)
    assert len({tuple(read(seed)) for seed in range(SEED, SEED + 4)}) > 1
