"""Data of other services than S3: open to anyone, or shared with somebody whom nobody knows."""

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tenfold.sandbox.company.cases.case import ROOMY, Case, Variety
from tenfold.sandbox.company.cases.networks import make_image, network, tagged
from tenfold.sandbox.company.cases.spot import Spot
from tenfold.sandbox.company.documents import allow, document
from tenfold.sandbox.company.specs import Document

Maker = Callable[[Spot, Document], str]
"""Makes something that a statement without an action and a resource says who may use; gives its ARN."""
Grant = Callable[[Spot], Document]
_TLS = {"Bool": {"aws:SecureTransport": "true"}}


class Kind(NamedTuple):
    """A kind of thing with a policy of its own."""

    word: str
    make: Maker
    least: int = 4


def _statement(spot: Spot, grant: Document, action: str | list[str], resource: str) -> str:
    """The policy as text: what a grant says, beside all that the account itself may."""
    own = allow("*" if isinstance(action, list) else action.split(":")[0] + ":*", resource)
    mine = {**own, "Sid": "Account", "Principal": {"AWS": spot.iam("root")}}
    return json.dumps(document(mine, {**allow(action, resource), "Sid": "Access", **grant}))


def _queue(spot: Spot, grant: Document) -> str:
    name = spot.name("orders")
    arn = spot.arn("sqs", name)
    policy = _statement(spot, grant, "sqs:SendMessage", arn)
    spot.do("sqs:CreateQueue", QueueName=name, Attributes={"Policy": policy}, tags=spot.owner())
    return arn


def _topic(spot: Spot, grant: Document) -> str:
    name = spot.name("notices")
    arn = spot.arn("sns", name)
    policy = _statement(spot, grant, "sns:Subscribe", arn)
    spot.do("sns:CreateTopic", Name=name, Attributes={"Policy": policy}, Tags=spot.tags(name))
    return arn


def _key(spot: Spot, grant: Document) -> str:
    policy = _statement(spot, grant, "kms:Decrypt", "*")
    tags = [{"TagKey": key, "TagValue": value} for key, value in spot.owner().items()]
    return spot.do("kms:CreateKey", Policy=policy, Description=spot.name("key"), Tags=tags)["KeyMetadata.Arn"]


def _table(spot: Spot, grant: Document) -> str:
    name = spot.name("sessions")
    arn = spot.arn("dynamodb", f"table/{name}")
    make_table(spot, name)
    protect_table(spot, name)
    policy = _statement(spot, grant, "dynamodb:GetItem", arn)
    spot.do("dynamodb:PutResourcePolicy", ResourceArn=arn, Policy=policy)
    return arn


def make_table(spot: Spot, name: str) -> None:
    """A DynamoDB table."""
    spot.do(
        "dynamodb:CreateTable",
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=spot.tags(name),
    )


def protect_table(spot: Spot, name: str) -> None:
    """Point-in-time recovery for a table."""
    enabled = {"PointInTimeRecoveryEnabled": True}
    spot.do("dynamodb:UpdateContinuousBackups", TableName=name, PointInTimeRecoverySpecification=enabled)


def _repository(spot: Spot, grant: Document) -> str:
    name = spot.name("service")
    spot.do("ecr:CreateRepository", repositoryName=name, tags=spot.tags(name))
    statement = {"Sid": "Access", "Effect": "Allow", "Action": "ecr:BatchGetImage", **grant}
    spot.do("ecr:SetRepositoryPolicy", repositoryName=name, policyText=json.dumps(document(statement)))
    return spot.arn("ecr", f"repository/{name}")


def _secret(spot: Spot, grant: Document) -> str:
    name = spot.name("database")
    arn = spot.do("secretsmanager:CreateSecret", Name=name, SecretString="{}", Tags=spot.tags(name))["ARN"]
    policy = _statement(spot, grant, "secretsmanager:GetSecretValue", "*")
    spot.do("secretsmanager:PutResourcePolicy", SecretId=name, ResourcePolicy=policy)
    return arn


KINDS = (
    Kind("queue", _queue),
    Kind("topic", _topic),
    Kind("key", _key, ROOMY),
    Kind("table", _table),
    Kind("repository", _repository, ROOMY),
    Kind("secret", _secret, ROOMY),
)


def _company(spot: Spot) -> Document:
    return {"StringEquals": {"aws:PrincipalOrgID": spot.draft.ground.organization}}


_TO_ANYONE: tuple[tuple[str, Grant], ...] = (
    ("anyone", lambda _: {"Principal": "*"}),
    ("any AWS principal", lambda _: {"Principal": {"AWS": "*"}}),
    ("anyone who uses TLS", lambda _: {"Principal": "*", "Condition": _TLS}),
)
_TO_NOT_ANYONE: tuple[tuple[str, Grant], ...] = (
    ("anyone of the organisation", lambda spot: {"Principal": "*", "Condition": _company(spot)}),
    ("anyone of the account", lambda spot: {
        "Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"aws:PrincipalAccount": spot.account}}}),
    ("its own account", lambda spot: {"Principal": {"AWS": spot.iam("root")}}),
)  # fmt: skip
_TO_UNKNOWN: tuple[tuple[str, Grant], ...] = (
    ("an unknown account", lambda spot: {"Principal": {"AWS": spot.iam("root", spot.neighbours.unknown[0])}}),
    ("a role of an unknown account", lambda spot: {
        "Principal": {"AWS": spot.iam("role/reader", spot.neighbours.unknown[1])}}),
    ("anyone of a foreign organisation", lambda spot: {
        "Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": spot.neighbours.organization}}}),
)  # fmt: skip
_TO_KNOWN: tuple[tuple[str, Grant], ...] = (
    ("another account of the company", lambda spot: {
        "Principal": {"AWS": spot.iam("root", spot.elsewhere().account)}}),
    ("a friendly account", lambda spot: {"Principal": {"AWS": spot.iam("root", spot.neighbours.friendly[0])}}),
    ("a known third party", lambda spot: {"Principal": {"AWS": spot.iam("root", spot.neighbours.third_party[0])}}),
)  # fmt: skip


def _varieties(kind: Kind, grants: tuple[tuple[str, Grant], ...]) -> tuple[Variety, ...]:
    return tuple(_letting_in(who, kind.make, grant) for who, grant in grants)


def _letting_in(who: str, make: Maker, grant: Grant) -> Variety:
    return Variety(f"lets in {who}", lambda spot: make(spot, grant(spot)))


def _cases() -> Iterator[Case]:
    for kind in KINDS:
        yield Case(
            f"buckets/public-{kind.word}",
            f"the policy of a {kind.word} lets anyone in, or any AWS account",
            _varieties(kind, _TO_ANYONE),
            _varieties(kind, _TO_NOT_ANYONE),
            kind.least,
        )
        yield Case(
            f"buckets/{kind.word}-shared-with-unknown",
            f"the policy of a {kind.word} lets in an account or organisation that nobody knows",
            _varieties(kind, _TO_UNKNOWN),
            _varieties(kind, _TO_KNOWN),
            kind.least,
        )


Permission = Callable[[Spot], Document]


def _snapshot(spot: Spot, permission: Document) -> str:
    """A snapshot of a volume in use, and who may make volumes of it."""
    named = tagged("snapshot", spot.tags(spot.name("copy")))
    made = spot.do("ec2:CreateSnapshot", VolumeId=network(spot).volume, TagSpecifications=named)
    if permission:
        add = {"Attribute": "createVolumePermission", "OperationType": "add", **permission}
        spot.do("ec2:ModifySnapshotAttribute", SnapshotId=made["SnapshotId"], **add)
    return spot.arn("ec2", f"snapshot/{made['SnapshotId']}")


def _image(spot: Spot, permission: Document) -> str:
    """An image, and who may launch instances of it."""
    image = make_image(spot)
    if permission:
        add = [{"Group": group} for group in permission.get("GroupNames", [])]
        add += [{"UserId": account} for account in permission.get("UserIds", [])]
        spot.do("ec2:ModifyImageAttribute", ImageId=image, LaunchPermission={"Add": add})
    return spot.arn("ec2", f"image/{image}")


_MEDIA: tuple[tuple[str, Maker], ...] = (("snapshot", _snapshot), ("image", _image))


def _lent(make: Maker, why: str, permission: Permission) -> Variety:
    return Variety(why, lambda spot: make(spot, permission(spot)))


def _media_cases() -> Iterator[Case]:
    for word, make in _MEDIA:
        private = _lent(make, "nobody else may use it", lambda _: {})
        known = _lent(make, "a friendly account may use it", lambda spot: {"UserIds": [spot.neighbours.friendly[0]]})
        own = _lent(make, "another account of the company may use it", lambda spot: {
            "UserIds": [spot.elsewhere().account]})  # fmt: skip
        everyone = _lent(make, "everyone may use it", lambda _: {"GroupNames": ["all"]})
        stranger = _lent(make, "an unknown account may use it", lambda spot: {
            "UserIds": [spot.neighbours.unknown[2]]})  # fmt: skip
        public = f"buckets/public-{word}", f"any AWS account may use a {word} of the company"
        yield Case(*public, (everyone,), (private, own))
        lent = f"buckets/{word}-shared-with-unknown", f"an account that nobody knows may use a {word} of the company"
        yield Case(*lent, (stranger,), (known, own))


CASES = (*_cases(), *_media_cases())
