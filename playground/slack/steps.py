"""Runs of the app's workflow step: each has a token of its own, and ends once, with outputs or with an error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.manifest import STEP, manifest
from playground.slack.call import ApiError, Args, Call
from playground.slack.tokens import Grant, Tokens
from playground.slack.workspace import Json, SlackWorkspace

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


@dataclass
class StepRun:
    """One run: `outputs` once it is completed, `error` once it has failed."""

    id: str
    grant: Grant
    inputs: Json
    outputs: Json | None = None
    error: str | None = None
    event: Json = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.outputs is not None or self.error is not None


class StepRuns:
    """The runs there were, by their ids; the two methods of the Web API that end one.

    `refuses`: Slack's word with which outputs are refused from now on, whatever they are.
    """

    def __init__(self, tokens: Tokens) -> None:
        self.runs: dict[str, StepRun] = {}
        self.refuses: str | None = None
        self._tokens = tokens

    def begin(self, workspace: SlackWorkspace, installed: Grant, inputs: Json) -> StepRun:
        """A run as a workflow starts it, with a token that is good for this run only."""
        grant = self._tokens.issue(installed.team_id, workspace.enterprise_id, installed.scopes)
        grant.of_run = True
        run = StepRun(workspace.new_id("Fx"), grant, inputs)
        self.runs[run.id] = run
        return run

    def complete(self, call: Call) -> Args:
        """`functions.completeSuccess`. What does not fit the manifest's output parameters is refused."""
        run = self._running(call)
        outputs = json.loads(call.text("outputs") or "{}")
        if self.refuses:
            raise ApiError(self.refuses)
        if wrong := _misfits(outputs):
            raise ApiError("parameter_validation_failed") from ValueError(wrong)
        self._end(run)
        run.outputs = outputs
        call.workspace.touch()
        return {}

    def fail(self, call: Call) -> Args:
        """`functions.completeError`."""
        run = self._running(call)
        if not call.text("error"):
            raise ApiError("invalid_arguments")
        self._end(run)
        run.error = call.text("error")
        call.workspace.touch()
        return {}

    def _running(self, call: Call) -> StepRun:
        run = self.runs.get(call.text("function_execution_id"))
        if run is None:
            raise ApiError("function_execution_not_found")
        if run.is_over:
            raise ApiError("execution_not_in_running_state")
        return run

    def _end(self, run: StepRun) -> None:
        self._tokens.discard(run.grant.token)


def _misfits(outputs: Json) -> list[str]:
    """What is wrong with the outputs by the manifest, by name."""
    declared = manifest(step=True)["functions"][STEP]["output_parameters"]
    missing = [name for name in declared["required"] if name not in outputs]
    unknown = [name for name in outputs if name not in declared["properties"]]
    mistyped = [
        name
        for name, value in outputs.items()
        if name not in unknown and type(value) not in _TYPES[declared["properties"][name]["type"]]
    ]
    return [*missing, *unknown, *mistyped]
