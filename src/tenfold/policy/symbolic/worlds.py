"""Worlds: a kind of caller over a channel, and how each key of such requests stands to the variables.

The caller is one record: account, names and ids are parts of his ARN, so that they cannot contradict each other.
"""

from collections.abc import Iterator
from functools import lru_cache

from tenfold.policy.addresses import AddressSet
from tenfold.policy.attempt import attempt
from tenfold.policy.callers import OF_ACCOUNTS, Kind, Principal
from tenfold.policy.callers_table import PROVIDERS, SERVICE_SUFFIXES
from tenfold.policy.context_table import Channel, There, by_channel, of_caller
from tenfold.policy.match import UNKNOWN, Values, glob_of, written
from tenfold.policy.s3_actions import carriers
from tenfold.policy.solver.formula import TRUE, Formula, both, either, negation
from tenfold.policy.solver.globs import DIGITS, NAMES, STAR, Glob, repeated
from tenfold.policy.solver.solve import Variable
from tenfold.policy.symbolic.shapes_table import (
    ACCOUNT,
    ACTION,
    ALWAYS,
    ALWAYS_OF_S3,
    ARN,
    CALLED_VIA,
    CONSTANTS,
    ID,
    LINKS,
    LOWER,
    MOST_ELEMENTS,
    NAME,
    PLACED,
    RESOURCE,
    SAMPLE,
    SERVICE,
    SERVICE_KEYS,
    SESSION,
    SEVERAL,
    SHAPES,
    SOURCE_IP,
    TREE,
    TREES,
    UPPER,
)  # fmt: skip
from tenfold.policy.symbolic.targets import Target
from tenfold.policy.symbolic.views import (
    Choice,
    Items,
    Joined,
    Known,
    Several,
    Text,
    Untold,
    View,
    arn_items,
    char,
    plain,
    wild,
)  # fmt: skip
from tenfold.policy.symbolic.vocabulary import Vocabulary


class World:
    """One kind of caller over one channel.

    Args:
        kind: of caller.
        channel: how his requests come.
        vocabulary: what the policies mention.
        target: what his requests are for.
        stranger: whether he is somebody whom no policy names: neither account, organisation, endpoint nor address.
    """

    def __init__(
        self,
        kind: Kind,
        channel: Channel,
        vocabulary: Vocabulary,
        target: Target,
        *,
        stranger: bool = False,
    ) -> None:
        self.kind, self.channel, self.vocabulary, self.target = kind, channel, vocabulary, target
        self.stranger = stranger
        self.variables: dict[str, Variable] = {RESOURCE: target.resource, ACTION: target.action}
        self._views: dict[str, View] = {}

    @property
    def head(self) -> str:
        """The caller's ARN up to the account."""
        service = "sts" if self.kind is Kind.FEDERATED else "iam"
        return f"arn:{self.vocabulary.partition}:{service}::"

    @property
    def account(self) -> Text:
        """The caller's account."""
        return self._part(plain(self.head), (char(":"), STAR), DIGITS)

    @property
    def arn(self) -> Text:
        """The caller's ARN, of a role for its sessions."""
        tail = f":{SAMPLE[self.kind]}"
        name = {Kind.ROOT: (), Kind.FEDERATED: (char("/"), *NAME)}.get(self.kind, (char("/"), *PLACED))
        return self._text(ARN, (*plain(self.head), *ACCOUNT, *plain(tail), *name))

    @property
    def session(self) -> Text:
        """The name of a role's session."""
        return self._text(SESSION, repeated(NAMES, 2))

    @property
    def unique_id(self) -> Text:
        """The unique id of a user or role."""
        start = "AROA" if self.kind is Kind.ROLE else "AIDA"
        return self._text(ID, (*plain(start), *repeated(UPPER, 12)))

    def named(self, variable: str) -> Choice:
        """The name of a service or an identity provider."""
        values = services(self.vocabulary) if variable == SERVICE else providers(self.vocabulary)
        found = Choice(variable, values)
        self.variables[variable] = found.kind
        return found

    @property
    def resource(self) -> Text:
        """The resource's ARN."""
        return Text(RESOURCE, self.target.resource)

    @property
    def action(self) -> Text:
        """The action, in lower case."""
        return Text(ACTION, self.target.action)

    def lookup(self, key: str) -> Values:
        """The values of a key as far as they are the same in all requests."""
        view = self.view(key)
        return view.values if isinstance(view, Known) else UNKNOWN

    def view(self, key: str) -> View:
        """How a key (lower case) stands to the variables."""
        found = self._views.get(key)
        if found is None:
            found = self._views[key] = self._view(key)
            for one in found.elements if isinstance(found, Several) else (found,):
                if isinstance(one, Text | Choice):
                    self.variables[one.variable] = one.kind
        return found

    def _view(self, key: str) -> View:
        there = self._there(key)
        if there is There.NEVER:
            return Known(None)
        if key == "aws:principalservicenameslist":
            return Untold("all the names of a service are not known")
        fixed = _constants(self.kind, self.channel).get(key)
        if fixed is not None:
            return Known(fixed)
        return self._of_caller(key) or self._of_resource(key) or self._other(key, optional=there is not There.ALWAYS)

    def _there(self, key: str) -> There | None:
        if key in self.target.keyless or (carriers(key) and self.target.service not in ("s3", "")):
            return There.NEVER
        if key in CALLED_VIA:
            return There.ALWAYS if self.channel is Channel.FORWARDED else There.NEVER
        by_kind, by_way = of_caller(key, self.kind), by_channel(key, self.channel)
        if self.kind is Kind.SERVICE and by_way:
            return There.MAYBE  # over which channel services call is not known
        if There.NEVER in (by_kind, by_way):
            return There.NEVER
        if There.ALWAYS in (by_kind, by_way) or key in ALWAYS or key in ALWAYS_OF_S3:
            return There.ALWAYS
        return There.MAYBE

    def _of_caller(self, key: str) -> View | None:
        if self.kind is Kind.SERVICE and key == "aws:principalservicename":
            return self.named(SERVICE)
        if self.kind not in OF_ACCOUNTS:
            return None
        if key == ARN:
            return self.arn
        if key == "aws:principalaccount":
            return self.account
        if key == "aws:username":
            return self._part((*plain(f"{self.head}"), *ACCOUNT, *plain(":user"), STAR, char("/")), (), NAMES)
        return self._user_id() if key == ID else None

    def _user_id(self) -> View:
        if self.kind is Kind.ROOT:
            return self.account
        if self.kind is Kind.FEDERATED:
            name = self._part((*plain(self.head), *ACCOUNT, *plain(":federated-user/")), (), NAMES)
            return Joined(self.account, ":", name)
        return Joined(self.unique_id, ":", self.session) if self.kind is Kind.ROLE else self.unique_id

    def _of_resource(self, key: str) -> View | None:
        if key not in ("aws:resourceaccount", "s3:resourceaccount", "aws:requestedregion"):
            return None
        region = key == "aws:requestedregion"
        if not region and self.vocabulary.owner:
            return Known((self.vocabulary.owner,))
        shape = repeated(LOWER, 1) if region else ACCOUNT
        return self._text(key if region else "aws:resourceaccount", shape)

    def _other(self, key: str, *, optional: bool) -> View:
        if key in CALLED_VIA:
            return Choice("aws:calledvia", services(self.vocabulary))
        if key in TREES or key in TREES.values():
            return self._tree(key)
        values = self.vocabulary.finite(key, beside=self._beside(key))
        if values == ():
            return Untold(f"{key} is compared in ways that do not go together")
        if values:
            return Choice(key, values, optional)
        return self._several(key) or self._text(key, SHAPES.get(key, (STAR,)), optional=optional)

    def _beside(self, key: str) -> AddressSet | None:
        """The addresses that a stranger has not: those that are named, unless they are too many to be somebody's."""
        if not self.stranger or key != SOURCE_IP:
            return None
        named = self.vocabulary.blocks(key)
        return named if named.narrow else AddressSet()

    def _several(self, key: str) -> Several | Untold | None:
        asked = [one for one in self.vocabulary.tests.get(key, ()) if one[1].quantifier]
        unlisted = of_caller(key, self.kind) is None and by_channel(key, self.channel) is None and key not in SHAPES
        if not (asked and unlisted) and key not in SEVERAL:
            return None
        if len(asked) > MOST_ELEMENTS:  # a value for each condition may be needed to meet them all
            return Untold(f"{key} is asked about by more than {MOST_ELEMENTS} conditions on several values")
        count = max(len(asked), 1)
        return Several(tuple(self._text(f"{key}#{number}", (STAR,), optional=True) for number in range(count)))

    def _tree(self, key: str) -> Text:
        """An organisation's path, or its id, with which the path begins."""
        whole = self._text(TREES.get(key, key), TREE, optional=True)
        return Text(whole.variable, whole.kind, (), (char("/"), STAR), LOWER) if key in TREES else whole

    def _part(self, before: Items, after: Items, chars: frozenset[str]) -> Text:
        return Text(ARN, self.arn.kind, before, after, chars)

    def _text(self, variable: str, shape: Items, *, optional: bool = False) -> Text:
        kind = self.variables.get(variable)
        if kind is None:
            kind = self.variables[variable] = Variable(Glob(shape), optional=optional)
        return Text(variable, kind)

    def apart(self) -> Formula:
        """What makes a stranger: none of the fixed values that the policies mention are his."""
        return both(self._apart()) if self.stranger else TRUE

    def _apart(self) -> Iterator[Formula]:
        if self.kind in OF_ACCOUNTS:
            known = self.vocabulary.accounts.union(self.vocabulary.canonical.values())
            yield from (negation(self.account.fits(plain(account))) for account in sorted(known))
        for key in self.vocabulary.identities:
            view = self.view(key)
            if isinstance(view, Text | Joined):
                yield from (negation(view.fits(row)) for row in self.vocabulary.fixed_rows(key))

    def linked(self) -> Iterator[Formula]:
        """What keeps a key that stands alone and the part of an ARN the same, as far as anybody asks."""
        for arn_key, place, key in LINKS:
            if key in self.vocabulary.tests and (arn_key in self.vocabulary.tests or self._names_owner(arn_key)):
                arn, part = self.resource if arn_key == RESOURCE else self.view(arn_key), self.view(key)
                if isinstance(arn, Text) and isinstance(part, Text):
                    yield from _same(arn, part, place, self.vocabulary.rows(key))

    def _names_owner(self, variable: str) -> bool:
        """Whether region and account stand in the resource's ARN; of buckets they do not."""
        return variable == RESOURCE and self.target.service != "s3"


def _same(arn: Text, part: Text, place: int, rows: list[Items]) -> Iterator[Formula]:
    lacks = (negation(arn.present), negation(arn.fits(_inside(place, (STAR,)))), arn.fits(_inside(place, ())))
    for row in rows:
        one, other = arn.fits(_inside(place, row)), part.fits(row)
        yield either((*lacks, both((one, other)), both((negation(one), negation(other)))))


def _inside(place: int, part: Items) -> Items:
    """The items of an ARN with such a part."""
    before, after = wild("arn:" + "*:" * (place - 1)), wild(":*" * (5 - place))
    return arn_items((*before, *part, *after)) or ()


@lru_cache(64)
def _constants(kind: Kind, channel: Channel) -> dict[str, tuple[str, ...]]:
    """The keys that are the same in all requests of a kind of caller over a channel."""
    caller = Principal(kind, "0" * 12, "/") if kind in OF_ACCOUNTS else Principal(kind, names=("",))
    context = {"aws:calledvia": ("",)} if channel is Channel.FORWARDED else {}
    made = attempt(caller, "", "", context=context).context
    return {key: made[key] for key in CONSTANTS if key in made} | ({ID: made[ID]} if kind is Kind.ANONYMOUS else {})


def services(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The names of AWS services, and of identities of CloudFront, that make a difference; one that nobody names."""
    named = [name for one in vocabulary.named for name in (*one.service, *one.aws)]
    asked = [value for key in SERVICE_KEYS for one, _ in vocabulary.tests.get(key, ()) for value in one.values]
    spoken = [written(glob_of(value), "x") for value in asked]
    fit = (name for name in (*named, *spoken) if name.endswith(SERVICE_SUFFIXES) or ":iam::cloudfront:user/" in name)
    return tuple(dict.fromkeys((*(name for name in fit if name not in PROVIDERS), "service" + SERVICE_SUFFIXES[0])))


def providers(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The names of identity providers; one that nobody names."""
    return tuple(dict.fromkeys((*(name for one in vocabulary.named for name in one.federated), "idp.example.com")))
