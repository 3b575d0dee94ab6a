"""Partitions come from botocore, and whatever is asked goes to the right one."""

import pytest
from tests.wire import connect

from tenfold.aws import partitions
from tenfold.aws.connection import Connection

TABLE = [
    ("aws", "us-east-1", "eu-west-1", "amazonaws.com"),
    ("aws-cn", "cn-northwest-1", "cn-north-1", "amazonaws.com.cn"),
    ("aws-us-gov", "us-gov-west-1", "us-gov-east-1", "amazonaws.com"),
    ("aws-iso", "us-iso-east-1", "us-iso-west-1", "c2s.ic.gov"),
    ("aws-iso-b", "us-isob-east-1", "us-isob-east-1", "sc2s.sgov.gov"),
    ("aws-eusc", "eusc-de-east-1", "eusc-de-east-1", "amazonaws.eu"),
]


@pytest.mark.parametrize(("name", "home"), [row[:2] for row in TABLE], ids=[row[0] for row in TABLE])
def test_global_services_answer_in_the_partitions_own_region(name: str, home: str) -> None:
    assert partitions.global_region(name) == home


@pytest.fixture(scope="module")
def connection() -> Connection:
    return connect(None)


@pytest.mark.parametrize(("home", "region", "suffix"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
@pytest.mark.parametrize("service", ["s3", "sts", "iam", "cloudtrail"])
def test_endpoints_lie_in_the_partition_of_the_region(
    connection: Connection, home: str, region: str, suffix: str, service: str
) -> None:
    for where in (home, region):
        endpoint = connection.client(service, where).meta.endpoint_url
        assert endpoint.endswith(f".{suffix}")
        if service in ("sts", "cloudtrail"):
            assert f".{where}." in endpoint


@pytest.mark.parametrize(("name", "region"), [(row[0], row[2]) for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_region_tells_its_partition(name: str, region: str) -> None:
    assert partitions.of_region(region) == name


@pytest.mark.parametrize("region", ["", "moon-base"])
def test_an_unknown_region_is_taken_for_the_first_partitions(region: str) -> None:
    assert partitions.of_region(region) == "aws"
