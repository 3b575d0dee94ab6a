"""Hundreds of policies that others wrote, when they lie beside the checkout: each is read, or refused with a reason."""

from pathlib import Path

import pytest

from tenfold.policy.parse import PolicyError, parse

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "quacky-policies"


def test_every_policy_is_read_or_refused() -> None:
    if not CORPUS.exists():
        pytest.skip("the policy corpus is not beside the checkout")
    refused = []
    files = sorted(CORPUS.rglob("*.json"))
    for path in files:
        try:
            parse(path.read_bytes())
        except PolicyError as error:
            refused.append(str(error))
    assert len(files) > 700
    assert len(refused) == 3
    assert all("Principal: neither" in reason for reason in refused)
