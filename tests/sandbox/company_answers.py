"""What boto3 reads of one account in one region, asked once and shared by all that judge it."""

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

Clients = Callable[[str], Any]
"""A boto3 client of a service, in one account and the company's home region."""


class Answers:
    """The lists of an account, each read when first asked for."""

    def __init__(self, account: str, region: str, clients: Clients) -> None:
        self.account, self.region, self.clients = account, region, clients

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def pages(self, service: str, operation: str, key: str, **of: Any) -> list[Any]:
        pages = self.clients(service).get_paginator(operation).paginate(**of)
        return [row for page in pages for row in page[key]]

    @cached_property
    def groups(self) -> list[Any]:
        return self.pages("ec2", "describe_security_groups", "SecurityGroups")

    @cached_property
    def interfaces(self) -> list[Any]:
        return self.pages("ec2", "describe_network_interfaces", "NetworkInterfaces")

    @cached_property
    def instances(self) -> list[Any]:
        found = self.pages("ec2", "describe_instances", "Reservations")
        return [instance for reservation in found for instance in reservation["Instances"]]

    @cached_property
    def vpcs(self) -> list[Any]:
        return self.pages("ec2", "describe_vpcs", "Vpcs")

    @cached_property
    def subnets(self) -> list[Any]:
        return self.pages("ec2", "describe_subnets", "Subnets")

    @cached_property
    def route_tables(self) -> list[Any]:
        return self.pages("ec2", "describe_route_tables", "RouteTables")

    @cached_property
    def acls(self) -> list[Any]:
        return self.pages("ec2", "describe_network_acls", "NetworkAcls")

    @cached_property
    def volumes(self) -> list[Any]:
        return self.pages("ec2", "describe_volumes", "Volumes")

    @cached_property
    def snapshots(self) -> list[Any]:
        return self.pages("ec2", "describe_snapshots", "Snapshots", OwnerIds=["self"])

    @cached_property
    def images(self) -> list[Any]:
        return list(self.clients("ec2").describe_images(Owners=["self"])["Images"])

    @cached_property
    def addresses(self) -> list[Any]:
        return list(self.clients("ec2").describe_addresses()["Addresses"])

    @cached_property
    def prefix_lists(self) -> dict[str, list[str]]:
        """The ranges of each prefix list of the account, by its id."""
        ec2 = self.clients("ec2")
        own = [row for row in ec2.describe_managed_prefix_lists()["PrefixLists"] if row["OwnerId"] == self.account]
        ids = [row["PrefixListId"] for row in own]
        entries = {id_: ec2.get_managed_prefix_list_entries(PrefixListId=id_)["Entries"] for id_ in ids}
        return {id_: [entry["Cidr"] for entry in rows] for id_, rows in entries.items()}

    @cached_property
    def details(self) -> list[tuple[str, Any]]:
        """Users, groups, roles and policies of the account, each with its kind."""
        found = []
        for page in self.clients("iam").get_paginator("get_account_authorization_details").paginate():
            for kind in ("User", "Group", "Role"):
                found += [(kind, row) for row in page[f"{kind}DetailList"]]
            found += [("Policy", row) for row in page["Policies"] if ":iam::aws:" not in row["Arn"]]
        return found


def read(absent: str, call: Callable[..., Any], **of: Any) -> Any:
    """The answer of a call; None when the API says by that code that there is none."""
    try:
        return call(**of)
    except ClientError as error:
        if error.response["Error"]["Code"] != absent:
            raise
        return None


def statements(text: str | None) -> list[Any]:
    """The statements of a policy's text."""
    found = json.loads(text)["Statement"] if text else []
    return found if isinstance(found, list) else [found]


def named(row: Any) -> dict[str, str]:
    """The tags of something."""
    return {tag["Key"]: tag["Value"] for tag in row.get("Tags", [])}
