"""Who answers for a resource, and what says so."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from tenfold.alerts.glob import matches
from tenfold.model.gap import Gap, GapKind
from tenfold.model.party import Owner

STACK = "aws:cloudformation:stack-name"
"""Set by CloudFormation; no user can change it."""


class OwnerRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who owns what fits both patterns; `[[owner]]` in the file of acceptances and owners."""

    name: str
    arn: str = "*"
    account: str = "*"


_UNKNOWN = Gap(GapKind.NOT_READ, "nobody looked")


class AccountFacts(msgspec.Struct, frozen=True):
    """What is known of an account; what could not be read is its gap, which is not the same as none.

    Args:
        tags: that the organisation gives it.
        units: the names of its organisational units, outermost first.
        contact: the address of its security contact; empty when it has none.
    """

    tags: Mapping[str, str] | Gap = _UNKNOWN
    units: Sequence[str] | Gap = _UNKNOWN
    contact: str | Gap = _UNKNOWN


class Owners(msgspec.Struct, frozen=True):
    """All that tells owners.

    Args:
        rules: of the file; the first that fits wins.
        tags: names of tags that hold an owner, the strongest first; upper and lower case count as one.
        stacks, units: the owner of a stack's or organisational unit's name; one that is not there goes by that name.
        default: who owns what nobody owns.
    """

    rules: tuple[OwnerRule, ...] = ()
    tags: tuple[str, ...] = ("owner", "team")
    stacks: Mapping[str, str] = {}
    units: Mapping[str, str] = {}
    default: str = "unowned"

    def of(self, arn: str, account: str, tags: Mapping[str, str] | Gap, facts: AccountFacts) -> Owner:
        """The owner of a resource: the first that something names; with what stands above that and was not read.

        Args:
            arn: of the resource; empty when it is not known.
            account: that it lives in; empty when it is not known.
            tags: of the resource.
            facts: of the account.
        """
        unread: list[str] = []
        for found in self._ranked(arn, account, tags, facts):
            if isinstance(found, Owner):
                return _beside(found, unread)
            unread.append(found)
        return _beside(Owner(self.default, "default: nothing that was read names one"), unread)

    def _ranked(
        self, arn: str, account: str, tags: Mapping[str, str] | Gap, facts: AccountFacts
    ) -> Iterator[Owner | str]:
        """The strongest first: owners that something names, and what could not be read."""
        yield from self._ruled(arn, account)
        if isinstance(tags, Gap):
            yield _unread("tags of the resource", tags)
        else:
            yield from self._tagged(tags, "of the resource")
            yield from self._stacked(tags)
        if isinstance(facts.tags, Gap):
            yield _unread("tags of the account", facts.tags)
        else:
            yield from self._tagged(facts.tags, f"of account {account}")
        yield from self._placed(account, facts)

    def _ruled(self, arn: str, account: str) -> Iterator[Owner]:
        for rule in self.rules:
            if matches(rule.arn, arn) and matches(rule.account, account):
                yield Owner(rule.name, f"ownership file: arn {rule.arn}, account {rule.account}")

    def _tagged(self, tags: Mapping[str, str], whose: str) -> Iterator[Owner]:
        by_name = {name.lower(): (name, value.strip()) for name, value in tags.items()}
        for wanted in self.tags:
            name, value = by_name.get(wanted.lower(), ("", ""))
            if value:
                yield Owner(value, f"tag {name} {whose}")

    def _stacked(self, tags: Mapping[str, str]) -> Iterator[Owner]:
        if STACK in tags:
            yield Owner(self.stacks.get(tags[STACK], tags[STACK]), f"tag {STACK} = {tags[STACK]}", immutable=True)

    def _placed(self, account: str, facts: AccountFacts) -> Iterator[Owner | str]:
        if isinstance(facts.units, Gap):
            yield _unread("organisational units of the account", facts.units)
        else:
            for unit in reversed(facts.units):
                yield Owner(self.units.get(unit, unit), f"organisational unit {unit} of account {account}")
        if isinstance(facts.contact, Gap):
            yield _unread("security contact of the account", facts.contact)
        elif facts.contact:
            yield Owner(facts.contact, f"security contact of account {account}")


def _unread(what: str, gap: Gap) -> str:
    return f"{what} ({gap.kind}{f': {gap.call}' if gap.call else ''})"


def _beside(owner: Owner, unread: Sequence[str]) -> Owner:
    """The owner, whose evidence says what was not read: somebody else might stand there."""
    return replace(owner, evidence=f"{owner.evidence}; not read: {', '.join(unread)}") if unread else owner
