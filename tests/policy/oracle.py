"""A second evaluator, written from the IAM guide alone: small and plain, and slow.

It takes a line of `tenfold policy simulate` as a dict and gives the decision, or raises `MalformedError`. It shares nothing
with the product. What cannot be told is None inside of a statement; each request is decided twice, once with every such
statement read as it helps the caller and once as it hurts him: where the two differ, the decision is Unknown. Left out
are block public access, access points and object ownership, which have cases of their own.
"""

# ruff: noqa: C901, PLR0911, PLR0912 - each function follows its page of the guide from top to bottom, in one piece

import base64
import binascii
import datetime as dt
import ipaddress
import re
from decimal import Decimal
from typing import Any

Truth = bool | None
GROUPS = "http://acs.amazonaws.com/groups/global/"
PERMISSIONS = {
    "bucket": {
        "READ": ["s3:listbucket", "s3:listbucketversions", "s3:listbucketmultipartuploads"],
        "WRITE": ["s3:putobject"],
        "READ_ACP": ["s3:getbucketacl"],
        "WRITE_ACP": ["s3:putbucketacl"],
    },
    "object": {
        "READ": ["s3:getobject", "s3:getobjectversion"],
        "WRITE": ["s3:putobject"],
        "READ_ACP": ["s3:getobjectacl", "s3:getobjectversionacl"],
        "WRITE_ACP": ["s3:putobjectacl", "s3:putobjectversionacl"],
    },
}
ELEMENTS = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
RCP_SERVICES = ["s3", "sts", "kms", "sqs", "secretsmanager", "ecr", "aoss"]
TRUST = [
    "assumerole",
    "assumerolewithsaml",
    "assumerolewithwebidentity",
    "tagsession",
    "setsourceidentity",
    "setcontext",
]


class MalformedError(Exception):
    """A policy or ACL that AWS would not take."""


def both(*parts: Truth) -> Truth:
    return False if False in parts else None if None in parts else True


def some(*parts: Truth) -> Truth:
    return True if True in parts else None if None in parts else False


def opposite(part: Truth) -> Truth:
    return None if part is None else not part


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# ---- form


def check(policy: Any, kind: str) -> None:
    if not isinstance(policy, dict) or policy.get("Version", "2008-10-17") not in ("2008-10-17", "2012-10-17"):
        raise MalformedError
    if "Statement" not in policy or not isinstance(policy["Statement"], dict | list):
        raise MalformedError
    for statement in listed(policy["Statement"]):
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            raise MalformedError
        lower = [name.lower() for name in ELEMENTS]
        if any(name not in ELEMENTS and name.lower() in lower for name in statement):
            raise MalformedError
        for element in ("Principal", "Action", "Resource"):
            count = (element in statement) + (f"Not{element}" in statement)
            needed = {
                "Action": True,
                "Principal": kind in ("resource_policy", "rcps", "endpoint"),
                "Resource": kind != "resource_policy",
            }
            barred = element == "Principal" and kind in ("identity", "boundaries", "session", "scps")
            if count > 1 or (needed[element] and not count) or (barred and count):
                raise MalformedError
            texts = [one for name in (element, f"Not{element}") if name in statement for one in listed(statement[name])]
            if element != "Principal" and not all(isinstance(one, str) for one in texts):
                raise MalformedError


# ---- names


def glob(pattern: list[str], text: str) -> bool:
    """`pattern` is a list of characters, where "**" is the star and "??" the question mark."""
    reached = {0}
    for char in text:
        spread = set(reached)
        for start in sorted(reached):
            stars = start
            while stars < len(pattern) and pattern[stars] == "**":
                stars += 1
                spread.add(stars)
        reached = set()
        for place in spread:
            if place < len(pattern):
                if pattern[place] == "**":
                    reached.add(place)
                elif pattern[place] in ("??", char):
                    reached.add(place + 1)
    return any(all(one == "**" for one in pattern[place:]) for place in reached)


def expand(text: str, world: "World", new: bool, wild: bool) -> list[str] | str:
    """The characters of a pattern, or "missing" or "unknown" when a variable has no, or no known, value."""
    found: list[str] = []
    while text:
        variable = re.match(r"\$\{([^}]*)\}", text) if new else None
        if variable is None:
            found.append({"*": "**", "?": "??"}.get(text[0], text[0]) if wild else text[0])
            text = text[1:]
            continue
        text = text[variable.end() :]
        name, comma, default = variable[1].partition(",")
        if variable[1] in ("*", "?", "$"):
            found.append(variable[1])
            continue
        values = world.values(name.strip().lower())
        if values == "unknown" or (values and len(values) > 1):
            return "unknown"
        if not values and not comma:
            return "missing"
        found += list(values[0] if values else default.strip().strip("'"))
    return found


class World:
    """The request of a line, with the keys that follow from it."""

    def __init__(self, line: dict[str, Any]) -> None:
        self.line, request = line, line["request"]
        self.action, self.resource, self.who = request["action"].lower(), request["resource"], request["principal"]
        self.service = self.action.split(":")[0]
        self.unknown = {name.lower() for name in line.get("unknown", [])}
        given = {key.lower(): [str(one).lower() if isinstance(one, bool) else str(one) for one in listed(value)]
                 for key, value in (request.get("context") or {}).items()}  # fmt: skip
        self.kind, self.account, self.names = "anonymous", "", [""]
        if self.who is not None:
            self.identify(given)
        parts = self.resource.split(":", 5)
        self.owner = request.get("resource_account") or (parts[4] if len(parts) == 6 else "")
        region = parts[3] if len(parts) == 6 else ""
        self.context = self.derived(region) | given

    def identify(self, given: dict[str, list[str]]) -> None:
        parts = self.who.split(":", 5)
        if not self.who.startswith("arn:"):
            service = self.who.endswith(".amazonaws.com") and self.who != "cognito-identity.amazonaws.com"
            self.kind, self.names = ("service" if service else "provider"), [self.who]
            return
        self.account, what = parts[4], parts[5].split("/")
        self.kind = {"root": "root", "user": "user", "role": "role", "assumed-role": "role",
                     "federated-user": "federated", "oidc-provider": "provider"}[what[0]]  # fmt: skip
        self.names, self.session, self.role = [self.who], "", ""
        if self.kind == "role":
            self.role = what[1] if what[0] == "assumed-role" else what[-1]
            self.session = self.who if what[0] == "assumed-role" else ""
            if self.session:
                self.names = [f"{parts[0]}:{parts[1]}:iam::{self.account}:role/{self.role}"]
        self.id = given.get("aws:userid", [""])[0].split(":")[0]

    def derived(self, region: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        kinds = {"root": "Account", "user": "User", "role": "AssumedRole", "federated": "FederatedUser",
                 "anonymous": "Anonymous"}  # fmt: skip
        if self.kind in kinds:
            found["aws:principaltype"] = [kinds[self.kind]]
        if self.kind in ("root", "user", "role", "federated"):
            found |= {"aws:principalarn": self.names, "aws:principalaccount": [self.account],
                      "aws:principalisawsservice": ["false"], "aws:viaawsservice": ["false"]}  # fmt: skip
        if self.kind == "service":
            found |= {"aws:principalisawsservice": ["true"], "aws:principalservicename": self.names,
                      "aws:principalservicenameslist": self.names}  # fmt: skip
        last = (self.who or "").split("/")[-1]
        found |= {"user": {"aws:username": [last]}, "root": {"aws:userid": [self.account]},
                  "anonymous": {"aws:userid": ["anonymous"]},
                  "federated": {"aws:userid": [f"{self.account}:{last}"]}}.get(self.kind, {})  # fmt: skip
        if self.owner:
            found["aws:resourceaccount"] = [self.owner]
            found |= {"s3:resourceaccount": [self.owner]} if self.service == "s3" else {}
        return found | ({"aws:requestedregion": [region]} if region else {})

    def users(self) -> dict[str, str]:
        """Canonical user ids; an ACL tells that of the resource's account."""
        acl, owner = self.line.get("acl"), self.line["request"].get("resource_account")
        told: dict[str, str] = {acl["Owner"]["ID"]: owner} if acl and owner else {}
        return {**told, **self.line.get("canonical_users", {})}

    def values(self, key: str) -> Any:
        never_told = {"user": ["aws:userid"], "role": ["aws:userid", "aws:tokenissuetime"],
                      "federated": ["aws:tokenissuetime"]}  # fmt: skip
        if key in self.unknown or (key not in self.context and key in never_told.get(self.kind, [])):
            return "unknown"
        return self.context.get(key)


# ---- conditions


def number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"-?\d{1,30}(\.\d{1,30})?", text) else None


def moment(text: str) -> dt.datetime | None:
    if re.fullmatch(r"\d{1,11}", text):
        return dt.datetime.fromtimestamp(int(text), dt.UTC)
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def compare(base: str, want: str, value: str, world: World, new: bool) -> Truth:
    """One value of the policy against one of the request, by the positive form of an operator; "void" for a variable."""
    if base in ("StringEquals", "StringEqualsIgnoreCase", "StringLike"):
        made = expand(want, world, new, base == "StringLike")
        if isinstance(made, str):
            return None if made == "unknown" else False
        if base == "StringEqualsIgnoreCase":
            return [one.lower() for one in made] == list(value.lower())
        return glob(made, value)
    if base in ("ArnEquals", "ArnLike"):
        if want == "*":
            return True
        wants, values = re.split(r":(?![^{]*\})", want, maxsplit=5), value.split(":", 5)
        if len(wants) < 6:
            return None
        parts = zip(wants, values, strict=False)
        return both(len(values) == 6, *(compare("StringLike", a, b, world, new) for a, b in parts))
    if base == "Bool":
        return want.lower() == value.lower() if want.lower() in ("true", "false") else None
    if base == "BinaryEquals":
        try:
            return base64.b64decode(want, validate=True) == base64.b64decode(value, validate=True)
        except binascii.Error:
            return None
    if base == "IpAddress":
        try:
            block = ipaddress.ip_network(want, strict=False)
        except ValueError:
            return None
        try:
            return ipaddress.ip_address(value) in block
        except ValueError:
            return False
    read: Any = number if base.startswith("Numeric") else moment
    a, b = read(value), read(want)
    if b is None:
        return None
    if a is None:
        return False
    order = {
        "Equals": [0],
        "LessThan": [-1],
        "GreaterThan": [1],
        "LessThanEquals": [-1, 0],
        "GreaterThanEquals": [0, 1],
    }
    return (a > b) - (a < b) in order[base.replace("Numeric", "").replace("Date", "")]


BASES = [
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "ArnEquals",
    "ArnLike",
    "Bool",
    "BinaryEquals",
    "IpAddress",
]
BASES += [
    kind + name
    for kind in ("Numeric", "Date")
    for name in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
]
NEGATIONS = {"StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase", "StringNotLike": "StringLike",
             "ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike", "NotIpAddress": "IpAddress", "NumericNotEquals": "NumericEquals",
             "DateNotEquals": "DateEquals"}  # fmt: skip


def condition(operator: str, key: str, wanted: list[str], world: World, new: bool) -> Truth:
    values = world.values(key.lower())
    quantifier, _, name = operator.rpartition(":")
    if quantifier not in ("", "ForAllValues", "ForAnyValue"):
        return None
    if name == "Null":
        if key.lower() in world.unknown or not {one.lower() for one in wanted} <= {"true", "false"}:
            return None
        return ("true" if values is None else "false") in [one.lower() for one in wanted]
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    base = NEGATIONS.get(name, name)
    if base not in BASES or values == "unknown":
        return None
    if not values or (quantifier and set(values) == {""}):
        return optional or quantifier == "ForAllValues" or (name in NEGATIONS and not quantifier)

    def one(value: str) -> Truth:
        hit = some(*(compare(base, want, value, world, new) for want in wanted))
        textual = base.startswith(("String", "Arn"))
        if textual and any(expand(want, world, new, True) == "missing" for want in wanted):
            return None if hit is not False and name not in NEGATIONS else False
        return opposite(hit) if name in NEGATIONS else hit

    answers = [one(value) for value in values]
    if quantifier == "ForAllValues":
        return both(*answers)
    if quantifier == "ForAnyValue":
        return some(*answers)
    return answers[0] if len(set(answers)) == 1 else None


# ---- statements


def resource_fits(text: str, world: World, new: bool) -> Truth:
    made = expand(text, world, new, True)
    return (None if made == "unknown" else False) if isinstance(made, str) else glob(made, world.resource)


def about(statement: dict[str, Any], world: World, new: bool) -> Truth:
    """Whether a statement is about the request, principals aside."""
    actions = listed(statement.get("Action", statement.get("NotAction")))
    acts = any(glob(expand(one.lower(), world, False, True), world.action) for one in actions)  # type: ignore[arg-type]
    parts: list[Truth] = [acts if "Action" in statement else not acts]
    if "Resource" in statement:
        parts.append(some(*(resource_fits(one, world, new) for one in listed(statement["Resource"]))))
    if "NotResource" in statement:
        others = listed(statement["NotResource"])
        void = any(expand(one, world, new, True) == "missing" for one in others)
        fits = some(*(resource_fits(one, world, new) for one in others))
        parts.append(False if fits else None if void else opposite(fits))
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            wanted = [str(one).lower() if isinstance(one, bool) else str(one) for one in listed(values)]
            parts.append(condition(operator, key, wanted, world, new))
    return both(*parts)


def ways(element: Any, world: World) -> dict[str, Truth]:
    """How an element names the caller: everyone, account, role, direct."""
    element = {"AWS": "*"} if element == "*" else element
    aws, found = listed(element.get("AWS", [])), dict[str, Truth]()
    if "*" in aws:
        found["everyone"] = True
    if world.kind == "service" and world.who in listed(element.get("Service", [])):
        found["direct"] = True
    if world.kind == "provider" and world.who in listed(element.get("Federated", [])):
        found["direct"] = True
    if world.kind not in ("user", "role", "root", "federated"):
        return found
    if world.account in aws or any(re.fullmatch(rf"arn:[^:]+:iam::{world.account}:root", one) for one in aws):
        found["account"] = True
    users = world.users()
    for name in listed(element.get("CanonicalUser", [])):
        if users.get(name) == world.account:
            found["account"] = True
        elif name not in users and world.account not in users.values():
            found.setdefault("account", None)
    if world.kind == "role":
        if world.names[0] in aws or (world.id and world.id in aws):
            found["role"] = True
        if world.session and "aws:principalarn" not in (world.line["request"].get("context") or {}):
            roles = [
                one for one in aws if re.fullmatch(rf"arn:[^:]+:iam::{world.account}:role/(.*/)?{world.role}", one)
            ]
            if roles:
                found["role"] = True
        start = f":sts::{world.account}:assumed-role/{world.role}/"
        if world.session in aws:
            found["direct"] = True
        elif not world.session and any(start in one for one in aws):
            found["direct"] = None
    if world.kind == "federated" and any(f":iam::{world.account}:user/" in one for one in aws):
        found["role"] = None
    if world.kind in ("user", "federated") and (
        world.who in aws or (world.kind == "user" and world.id and world.id in aws)
    ):
        found["direct"] = True
    return found


def named(statement: dict[str, Any], world: World, bounded: bool) -> dict[str, Truth]:
    if "Principal" in statement:
        found = ways(statement["Principal"], world)
        asks_arn = any(
            key.lower() == "aws:principalarn"
            for operator, keys in statement.get("Condition", {}).items()
            if operator.removeprefix("ForAnyValue:")
            in ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")
            for key in keys
        )
        return found | ({"direct": True} if asks_arn and "everyone" in found else {})
    found = ways(statement["NotPrincipal"], world)
    deny = statement["Effect"] == "Deny"
    if deny and bounded and world.kind in ("user", "role"):
        return {"everyone": True}
    if "everyone" in found:
        return {}
    wanted = {"root": ["account"], "role": ["account", "role", "direct"], "user": ["account", "direct"],
              "federated": ["account", "direct"]}.get(world.kind, ["direct"])  # fmt: skip
    whole = both(*(found.get(way, False) for way in wanted))
    if whole:
        return {}
    if whole is None or (not deny and found):
        return {"everyone": None}
    return {"everyone": True}


# ---- the decision


def decide(line: dict[str, Any]) -> str:
    """The decision on a line."""
    for kind in ("identity", "boundaries", "session", "endpoint"):
        for policy in line.get(kind, []):
            check(policy, kind)
    for kind in ("scps", "rcps"):
        for level in line.get(kind, []):
            for policy in level:
                check(policy, kind)
    if line.get("resource_policy") is not None:
        check(line["resource_policy"], "resource_policy")
        whole = all("Resource" in one or "NotResource" in one for one in listed(line["resource_policy"]["Statement"]))
        if line["request"]["action"].lower().startswith("s3:") and not whole:
            raise MalformedError
    best, worst = (Judge(line, generous).decision() for generous in (True, False))
    if best == "Allowed" != worst:
        return "Unknown"
    return best


class Judge:
    """One way to read what cannot be told: as it helps the caller (generous), or as it hurts him."""

    def __init__(self, line: dict[str, Any], generous: bool) -> None:
        self.line, self.generous, self.world = line, generous, World(line)

    def read(self, truth: Truth, effect: str) -> bool:
        return truth if truth is not None else self.generous is (effect == "Allow")

    def plain(self, policy: dict[str, Any], effect: str) -> bool:
        """Whether a policy without principals has a statement of that effect about the request."""
        new = policy.get("Version") == "2012-10-17"
        return any(
            one["Effect"] == effect and self.read(about(one, self.world, new), effect)
            for one in listed(policy["Statement"])
        )

    def naming(self, policy: dict[str, Any] | None, effect: str, *kinds: str, bounded: bool = False) -> bool:
        """The same for a policy with principals, where the statement names the caller in one of these ways."""
        new = (policy or {}).get("Version") == "2012-10-17"
        rows = listed(policy["Statement"]) if policy else []
        if effect == "Allow" and policy is self.line.get("resource_policy"):
            rows = rows + self.acl_rows()
        for one in rows:
            if one["Effect"] == effect:
                found = named(one, self.world, bounded)
                way = some(*(truth for kind, truth in found.items() if kind in kinds or not kinds))
                if self.read(both(about(one, self.world, new), way), effect):
                    return True
        return False

    def acl_rows(self) -> list[dict[str, Any]]:
        acl = self.line.get("acl")
        if not acl or self.world.service != "s3":
            return []
        rows: list[dict[str, Any]] = []
        table = PERMISSIONS["object" if "/" in self.world.resource else "bucket"]
        for grant in acl["Grants"]:
            names = list(table) if grant["Permission"] == "FULL_CONTROL" else [grant["Permission"]]
            grantee = grant["Grantee"]
            row: dict[str, Any] = {"Effect": "Allow", "Action": [one for name in names for one in table[name]]}
            if "URI" in grantee:
                row["Principal"] = "*"
                if grantee["URI"] == GROUPS + "AuthenticatedUsers":
                    row["Condition"] = {"Null": {"aws:PrincipalAccount": "false"}}
            else:
                row["Principal"] = {"CanonicalUser": grantee["ID"]}
            rows.append(row)
        return rows

    def decision(self) -> str:
        return "ExplicitlyDenied" if self.denied() else "Allowed" if self.allowed() else "ImplicitlyDenied"

    def member(self) -> bool:
        return self.world.kind in ("user", "role", "root", "federated")

    def linked(self) -> bool:
        return self.world.kind == "role" and (
            ":role/aws-service-role/" in self.world.who or self.world.role.startswith("AWSServiceRoleFor")
        )

    def denied(self) -> bool:
        world, line = self.world, self.line
        own = [policy for kind in ("identity", "boundaries", "session") for policy in line.get(kind, [])]
        if self.member() and world.kind != "root" and any(self.plain(policy, "Deny") for policy in own):
            return True
        guarded = self.member() and not self.linked()
        if guarded and any(self.plain(p, "Deny") for level in line.get("scps", []) for p in level):
            return True
        reached = world.service in RCP_SERVICES and not self.linked()
        if reached and any(self.naming(p, "Deny") for level in line.get("rcps", []) for p in level):
            return True
        if any(self.naming(policy, "Deny") for policy in line.get("endpoint", [])):
            return True
        keeps = world.kind == "root" and world.account == world.owner and world.action in (
            "s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy")  # fmt: skip
        return not keeps and self.naming(line.get("resource_policy"), "Deny", bounded=bool(line.get("boundaries")))

    def endpoint_allows(self, policy: dict[str, Any]) -> bool:
        """An account in a gateway endpoint's policy may mean its root user alone."""
        if (
            self.world.service in ("s3", "dynamodb")
            and self.world.kind not in ("root", "anonymous")
            and not self.generous
        ):
            return self.naming(policy, "Allow", "everyone")
        return self.naming(policy, "Allow")

    def allowed(self) -> bool:
        world, line = self.world, self.line
        guarded = self.member() and not self.linked()
        if guarded and not all(any(self.plain(p, "Allow") for p in level) for level in line.get("scps", [])):
            return False
        if not all(map(self.endpoint_allows, line.get("endpoint", []))):
            return False
        inside = self.member() and world.account == world.owner
        if world.action in ("s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy") and not inside:
            return False
        if world.kind == "root" and world.action == "sts:assumerole":
            return False
        policy = line.get("resource_policy")
        if not self.member():
            return self.naming(policy, "Allow")
        limits = all(self.plain(one, "Allow") for one in line.get("boundaries", [])) and self.session_allows()
        own = limits and any(self.plain(one, "Allow") for one in line.get("identity", []))
        if world.kind == "root":
            limits = own = True
        across = own and self.naming(policy, "Allow")
        named_by_itself = self.naming(policy, "Allow", "direct")
        limited = limits and self.naming(policy, "Allow", "role", "everyone")
        within = (
            (own and (not self.must_name() or self.naming(policy, "Allow", "account"))) or named_by_itself or limited
        )
        if not world.owner:
            return across or within if self.generous else across and within
        return within if inside else across

    def session_allows(self) -> bool:
        policies = self.line.get("session", [])
        return any(self.plain(one, "Allow") for one in policies) or (not policies and self.world.kind != "federated")

    def must_name(self) -> bool:
        trust = (
            self.world.service == "sts" and self.world.action.split(":")[1] in TRUST and ":role/" in self.world.resource
        )
        return trust or (self.world.service == "kms" and ":key/" in self.world.resource)
