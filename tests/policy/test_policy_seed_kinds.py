"""The fifty bucket kinds that auditors are compared on, when the bench that makes them lies beside the checkout."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tenfold.model.resource import ABSENT
from tenfold.policy.exposure import BucketFacts, Reached
from tenfold.policy.reach import reach

BENCH = Path(__file__).parents[3] / "shared" / "bench" / "seed_moto.py"
GROUPS = "http://acs.amazonaws.com/groups/global/"
ACLS = {
    None: [],
    "public-read": [("AllUsers", "READ")],
    "public-read-write": [("AllUsers", "READ"), ("AllUsers", "WRITE")],
    "authenticated-read": [("AuthenticatedUsers", "READ")],
}


def bench() -> Any:
    if not BENCH.exists():
        pytest.skip(f"{BENCH.name} is not beside the checkout")
    spec = importlib.util.spec_from_file_location("seed_moto", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_kind_has_the_answer_of_the_bench() -> None:
    seed = bench()
    wrong = []
    for kind, (public, statements, canned, block, _) in seed.KINDS.items():
        text = json.dumps({"Version": "2012-10-17", "Statement": statements}).replace("%B", "pail")
        grants = [{"Grantee": {"Type": "Group", "URI": GROUPS + g}, "Permission": p} for g, p in ACLS[canned]]
        exposure = reach(
            BucketFacts(
                name="pail",
                arn="arn:aws:s3:::pail",
                partition="aws",
                account=seed.ME,
                policy=ABSENT if statements is None else text,
                acl={"Owner": {"ID": "own3r"}, "Grants": grants},
                ownership="ObjectWriter" if canned else "BucketOwnerEnforced",
                bucket_block=block or ABSENT,
                account_block=ABSENT,
            )
        )
        reached = {exposure.anyone.reached, exposure.any_account.reached}
        answer = True if Reached.YES in reached else False if reached == {Reached.NO} else None
        for name, got, want in (
            ("reachable", answer, seed.REACHABLE.get(kind, public)),
            ("aws_public", exposure.aws_public, seed.AWS_PUBLIC.get(kind, public)),
        ):
            if want is not None and got is not want:
                wrong.append(f"{kind}: {name} is {got}, not {want}")
    assert len(seed.KINDS) >= 50
    assert wrong == []
