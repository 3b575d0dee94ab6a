"""Shapes of buckets, each an example of who can reach it: everybody (s3-001), a stranger (s3-002), by ACL (s3-003)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tenfold.model.arn import Arn
from tenfold.sandbox.company.documents import VERSION, allow, deny, document
from tenfold.sandbox.company.specs import BLOCKS, ENFORCED, PREFERRED, WRITER, Document, Ground, Neighbours, Shape
from tenfold.sandbox.company.tables import LOGGING

VPC, ENDPOINT = "vpc-0b5c61f2a94d7e380", "vpce-0d93e1a7f40c862b5"
_IGNORE_ACLS, _RESTRICT = "IgnorePublicAcls", "RestrictPublicBuckets"
_NARROW, _HALVES = "198.51.100.0/24", ["0.0.0.0/1", "128.0.0.0/1"]


class Site(NamedTuple):
    """Where a shape is to stand: the bucket's ARN and account, another account of the company, and the rest."""

    bucket: str
    account: str
    sister: str
    ground: Ground
    neighbours: Neighbours

    @property
    def objects(self) -> str:
        """The pattern of the bucket's objects."""
        return f"{self.bucket}/*"

    def root(self, account: str) -> Document:
        """An account as a principal."""
        return {"AWS": self.ground.iam(account, "root")}

    def role(self, account: str, name: str) -> Document:
        """A role of an account as a principal."""
        return {"AWS": self.ground.iam(account, f"role/{name}")}


class Variety(NamedTuple):
    """A shape, and what it is an example of. `loose` ones lose their effect where public access is restricted."""

    why: str
    shape: Callable[[Site], Shape]
    loose: bool = False


def _anyone(at: Site, **changes: Any) -> Document:
    return {**allow("s3:GetObject", at.objects, Principal="*"), **changes}


def _policy(*statements: Document, **more: Any) -> Shape:
    return Shape(policy=document(*statements), **more)


def _on_condition(operator: str, key: str, value: str | list[str]) -> Callable[[Site], Shape]:
    return lambda at: _policy(_anyone(at, Condition={operator: {key: value}}))


def _everyone_but(at: Site) -> Shape:
    statement = _anyone(at, NotPrincipal=at.root(at.account))
    del statement["Principal"]
    return _policy(statement)


def _any_action_but(at: Site) -> Shape:
    statement = _anyone(at, NotAction="s3:DeleteBucket", Resource=[at.bucket, at.objects])
    del statement["Action"]
    return _policy(statement)


OPEN_BY_POLICY = (
    Variety("anyone may read objects", lambda at: _policy(_anyone(at))),
    Variety("any AWS principal may list and write", lambda at: _policy(
        allow(["s3:ListBucket", "s3:PutObject"], [at.bucket, at.objects], Principal={"AWS": "*"}))),
    Variety("everyone but one account may read objects (NotPrincipal)", _everyone_but),
    Variety("any action but one is allowed to anyone (NotAction)", _any_action_but),
    Variety("its second statement lets anyone read", lambda at: _policy(
        allow("s3:*", [at.bucket, at.objects], Principal=at.root(at.account)), _anyone(at, Sid="Assets"))),
    Variety("its one statement is no list, and lets anyone read", lambda at: Shape(
        policy={"Version": VERSION, "Statement": _anyone(at)})),
    Variety("anyone from any address", _on_condition("IpAddress", "aws:SourceIp", "0.0.0.0/0")),
    Variety("anyone from either half of the addresses", _on_condition("IpAddress", "aws:SourceIp", _HALVES)),
    Variety("anyone but from one network", _on_condition("NotIpAddress", "aws:SourceIp", _NARROW)),
    Variety("anyone who uses TLS", _on_condition("Bool", "aws:SecureTransport", "true")),
    Variety("anyone who sends a referer", _on_condition("StringLike", "aws:Referer", "https://intranet.example/*")),
    Variety("anyone who sends a user agent", _on_condition("StringEquals", "aws:UserAgent", "uploader/2.1")),
    Variety("any organisation", _on_condition("StringLike", "aws:PrincipalOrgID", "o-*")),
    Variety("the organisation, if the caller is in one", lambda at: _policy(
        _anyone(at, Condition={"StringEqualsIfExists": {"aws:PrincipalOrgID": at.ground.organization}}))),
    Variety("anyone may read; BlockPublicPolicy alone came later", lambda at: _policy(
        _anyone(at), block=("BlockPublicPolicy",))),
)  # fmt: skip
OPEN_BY_ACL = (
    Variety("its ACL lets everyone read", lambda _: Shape(acl="public-read", ownership=WRITER)),
    Variety("its ACL lets everyone write", lambda _: Shape(acl="public-read-write", ownership=PREFERRED)),
    Variety("its ACL lets any AWS account read", lambda _: Shape(acl="authenticated-read", ownership=WRITER)),
    Variety("it has no ownership controls, and its ACL lets everyone read", lambda _: Shape(
        acl="public-read", ownership="")),
    Variety("its ACL lets everyone read; BlockPublicAcls alone came later", lambda _: Shape(
        acl="public-read", ownership=WRITER, block=("BlockPublicAcls",))),
)  # fmt: skip
ALMOST_OPEN = (
    Variety("anyone of the organisation", lambda at: _policy(
        _anyone(at, Condition={"StringEquals": {"aws:PrincipalOrgID": at.ground.organization}}))),
    Variety("anyone through one VPC endpoint", _on_condition("StringEquals", "aws:SourceVpce", ENDPOINT)),
    Variety("anyone from one VPC", _on_condition("StringEquals", "aws:SourceVpc", VPC)),
    Variety("anyone from one network", _on_condition("IpAddress", "aws:SourceIp", _NARROW)),
    Variety("anyone may read, but all public access is blocked", lambda at: _policy(_anyone(at), block=BLOCKS)),
    Variety("anyone may read, but public buckets are restricted", lambda at: _policy(_anyone(at), block=(_RESTRICT,))),
    Variety("everyone is denied without TLS, nobody is allowed", lambda at: _policy(
        deny("s3:*", [at.bucket, at.objects], Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}))),
    Variety("a service of AWS may write for one bucket", lambda at: _policy(
        allow("s3:PutObject", at.objects, Principal={"Service": LOGGING},
              Condition={"ArnLike": {"aws:SourceArn": at.bucket}, "StringEquals": {"aws:SourceAccount": at.account}}))),
    Variety("its own account alone", lambda at: _policy(
        allow("s3:*", [at.bucket, at.objects], Principal=at.root(at.account)))),
    Variety("anyone may read, and everyone is denied", lambda at: _policy(
        _anyone(at), deny("s3:*", [at.bucket, at.objects], Principal="*"))),
    Variety("anyone through an access point that is held to a VPC", lambda at: _policy(
        _anyone(at, Condition={"StringEquals": {"s3:DataAccessPointAccount": at.account}}), vpc=VPC)),
    Variety("its ACL lets everyone read, but public ACLs are ignored", lambda _: Shape(
        acl="public-read", ownership=WRITER, block=(_IGNORE_ACLS,))),
    Variety("its old ACL lets everyone read, but ACLs are off", lambda _: Shape(acl="public-read", ownership=ENFORCED)),
)  # fmt: skip
BLOCKED_BY_ACCOUNT = (
    Variety("anyone may read, but the account blocks public access", lambda at: _policy(_anyone(at))),
    Variety("its ACL lets everyone read, but the account blocks public access", lambda _: Shape(
        acl="public-read", ownership=WRITER)),
)  # fmt: skip
SHARED_WITH_STRANGERS = (
    Variety("an unknown account may read", lambda at: _policy(
        allow("s3:GetObject", at.objects, Principal=at.root(at.neighbours.unknown[0])))),
    Variety("an unknown account, by its bare id, may write", lambda at: _policy(
        allow("s3:PutObject", at.objects, Principal={"AWS": at.neighbours.unknown[1]}))),
    Variety("a role of an unknown account may list", lambda at: _policy(
        allow("s3:ListBucket", at.bucket, Principal=at.role(at.neighbours.unknown[2], "reader")))),
    Variety("a friendly account may read, and an unknown one beside it", lambda at: _policy(
        allow("s3:GetObject", at.objects, Principal={"AWS": [
            at.ground.iam(at.neighbours.friendly[0], "root"), at.ground.iam(at.neighbours.unknown[0], "root")]}))),
    Variety("anyone of a foreign organisation", lambda at: _policy(
        _anyone(at, Condition={"StringEquals": {"aws:PrincipalOrgID": at.neighbours.organization}})), loose=True),
    Variety("anyone of the organisation, and of a foreign one", lambda at: _policy(
        _anyone(at, Condition={"StringEquals": {
            "aws:PrincipalOrgID": [at.ground.organization, at.neighbours.organization]}})), loose=True),
    Variety("anyone through any access point of an unknown account", lambda at: _policy(
        _anyone(at, Condition={"StringEquals": {"s3:DataAccessPointAccount": at.neighbours.unknown[0]}})), loose=True),
    Variety("anyone whose account is an unknown one", lambda at: _policy(
        _anyone(at, Condition={"StringEquals": {"aws:PrincipalAccount": at.neighbours.unknown[1]}})), loose=True),
)  # fmt: skip
SHARED_WITH_FRIENDS = (
    Variety("another account of the company may read", lambda at: _policy(
        allow("s3:GetObject", at.objects, Principal=at.root(at.sister)))),
    Variety("a role of a friendly account may write", lambda at: _policy(
        allow("s3:PutObject", at.objects, Principal=at.role(at.neighbours.friendly[1], "exchange")))),
    Variety("a known third party, by its bare id, may read", lambda at: _policy(
        allow("s3:GetObject", at.objects, Principal={"AWS": at.neighbours.third_party[0]}))),
    Variety("a path in the organisation", lambda at: _policy(
        _anyone(at, Condition={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{at.ground.organization}/*"}}))),
    Variety("another account of the company through access points of its own", lambda at: _policy(
        allow("s3:GetObject", at.objects, Principal=at.root(at.sister),
              Condition={"StringEquals": {"s3:DataAccessPointAccount": at.sister}}))),
    Variety("an unknown account is named in a Deny alone", lambda at: _policy(
        deny("s3:*", [at.bucket, at.objects], Principal=at.root(at.neighbours.unknown[2])))),
)  # fmt: skip
GRANTED_BY_ACL = (
    Variety("its ACL lets the log delivery group write", lambda _: Shape(acl="log-delivery-write", ownership=WRITER)),
    Variety("its ACL lets an unknown canonical user read", lambda at: Shape(
        grantee=at.neighbours.canonical_user, ownership=PREFERRED)),
    Variety("its ACL lets the log delivery group write, and public ACLs are ignored", lambda _: Shape(
        acl="log-delivery-write", ownership="", block=(_IGNORE_ACLS,))),
)  # fmt: skip
NOT_GRANTED_BY_ACL = (
    Variety("ACLs are on, and its ACL names the owner alone", lambda _: Shape(ownership=WRITER)),
    Variety("it has no ownership controls, and its ACL names the owner alone", lambda _: Shape(ownership="")),
    Variety("its old ACL lets the log delivery group write, but ACLs are off", lambda _: Shape(
        acl="log-delivery-write", ownership=ENFORCED)),
)  # fmt: skip


def access_point_policy(arn: str) -> Document:
    """What an access point lets through: everyone who reaches it may read."""
    return document(allow("s3:GetObject", f"{arn}/object/*", Principal="*"))


def access_point_arn(partition: str, account: str, region: str, name: str) -> str:
    """An access point's ARN."""
    return str(Arn(partition, "s3", region, account, f"accesspoint/{name}"))
