"""Who answers for a resource, and what says so."""

from collections.abc import Iterator, Mapping

import msgspec

from tenfold.alerts.glob import matches
from tenfold.model.party import Owner

STACK = "aws:cloudformation:stack-name"
"""Set by CloudFormation; no user can change it."""


class OwnerRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who owns what fits both patterns; `[[owner]]` in the file of acceptances and owners."""

    name: str
    arn: str = "*"
    account: str = "*"


class AccountFacts(msgspec.Struct, frozen=True):
    """What is known of an account: its tags, the names of its organisational units (outermost first), its contact."""

    tags: Mapping[str, str] = {}
    units: tuple[str, ...] = ()
    contact: str = ""


class Owners(msgspec.Struct, frozen=True):
    """All that tells owners.

    Args:
        rules: of the file; the first that fits wins.
        tags: names of tags that hold an owner, the strongest first; upper and lower case count as one.
        stacks, units: the owner of a stack's or organisational unit's name; one that is not there goes by that name.
        accounts: what is known of each account, by its id.
        default: who owns what nobody owns.
    """

    rules: tuple[OwnerRule, ...] = ()
    tags: tuple[str, ...] = ("owner", "team")
    stacks: Mapping[str, str] = {}
    units: Mapping[str, str] = {}
    accounts: Mapping[str, AccountFacts] = {}
    default: str = "unowned"

    def of(self, arn: str, account: str, tags: Mapping[str, str] | None) -> Owner:
        """The owner of a resource.

        Args:
            arn: of the resource; empty when it is not known.
            account: that it lives in; empty when it is not known.
            tags: of the resource; None when they are not known.
        """
        facts = self.accounts.get(account)
        return next(self._candidates(arn, account, tags or {}, facts or AccountFacts()), self._nobody(tags, facts))

    def _candidates(self, arn: str, account: str, tags: Mapping[str, str], facts: AccountFacts) -> Iterator[Owner]:
        for rule in self.rules:
            if matches(rule.arn, arn) and matches(rule.account, account):
                yield Owner(rule.name, f"ownership file: arn {rule.arn}, account {rule.account}")
        yield from self._tagged(tags, "of the resource")
        if STACK in tags:
            yield Owner(self.stacks.get(tags[STACK], tags[STACK]), f"tag {STACK} = {tags[STACK]}", immutable=True)
        yield from self._tagged(facts.tags, f"of account {account}")
        for unit in reversed(facts.units):
            yield Owner(self.units.get(unit, unit), f"organisational unit {unit} of account {account}")
        if facts.contact:
            yield Owner(facts.contact, f"contact of account {account}")

    def _tagged(self, tags: Mapping[str, str], whose: str) -> Iterator[Owner]:
        by_name = {name.lower(): (name, value.strip()) for name, value in tags.items()}
        for wanted in self.tags:
            name, value = by_name.get(wanted.lower(), ("", ""))
            if value:
                yield Owner(value, f"tag {name} {whose}")

    def _nobody(self, tags: Mapping[str, str] | None, facts: AccountFacts | None) -> Owner:
        resource = "nothing is known of the resource" if tags is None else "no tag of the resource names one"
        account = "nothing is known of the account" if facts is None else "the account names none"
        return Owner(self.default, f"default: {resource}, {account}")
