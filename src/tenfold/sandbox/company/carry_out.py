"""Carrying out a plan's script, call by call: the ids that AWS gives are filled in as they come."""

from typing import Any

import msgspec

from tenfold.sandbox.company.founding import Land
from tenfold.sandbox.company.script import DATE, Step, awaited, filled
from tenfold.sandbox.company.specs import Plan, Planted


def carry_out(land: Land, plan: Plan) -> tuple[Planted, ...]:
    """Make every call of the plan in its order; what was planted, by its real ARNs."""
    wanted = awaited((plan.steps, plan.planted))
    answers: dict[int, Any] = {}
    for number, step in enumerate(plan.steps):
        answer = _call(land, step, answers)
        if number in wanted:
            answers[number] = answer
    named = (msgspec.structs.replace(row, arn=filled(row.arn, answers)) for row in plan.planted)
    return tuple(sorted(named))


def _call(land: Land, step: Step, answers: dict[int, Any]) -> Any:
    parameters = filled(step.parameters, answers)
    if step.call == DATE:
        return land.endpoint.date(land.ground.partition, step.account, region=step.region, **parameters)
    return land.endpoint.call(step.call, parameters, land.session(step.account, step.hand), step.region)
