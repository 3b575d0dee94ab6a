"""Amazon Resource Names and scopes."""

import msgspec

_PARTS = 6


class Scope(msgspec.Struct, frozen=True, order=True):
    """Where a fact holds: partition, account, region, service. Empty fields are wider ('' = every region)."""

    partition: str
    account: str
    region: str = ""
    service: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.account, self.region, self.service) if part)


class Arn(msgspec.Struct, frozen=True, order=True):
    """The six parts of an ARN; `resource` keeps its own colons and slashes."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> "Arn":
        """Split an ARN.

        Raises:
            ValueError: when the text is not `arn:partition:service:region:account:resource`.
        """
        parts = text.split(":", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != "arn" or not parts[1] or not parts[2]:
            msg = f"not an ARN: {text!r}"
            raise ValueError(msg)
        return cls(*parts[1:])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def account_root(partition: str, account: str) -> str:
    """The ARN that names a whole account, `arn:P:iam::A:root`: the identity of the resource kind `account`."""
    return str(Arn(partition, "iam", "", account, "root"))
