"""What an analyst sees in Prefect's own pages: summaries made from published files alone, and states that are true.

Everything here is stored by Prefect, which is outside the private side: names of rules, rounded numbers and paths.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_REQUEST_TIMEOUT, PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from prefect.states import Crashed

from data.schema import ROW_OUTCOMES
from data.workspace import Workspace
from flows import holding
from flows.job import Job

BRIEF_SECONDS: Final = 5
DEAD: Final = (
    "The process of this run ended without a word: it was killed, or its machine went down. Nothing of it was "
    "published by halves; the next run puts right what it left."
)


def tag_of(place: Workspace) -> str:
    """What marks the jobs of one workspace in Prefect."""
    return f"workspace-{hashlib.sha256(str(place.root).encode()).hexdigest()[:8]}"


def outcome(before: Job, after: Job) -> str:
    """What became of a step, for its state: files, rules, and, once a release is made of them, rows as it has them.

    Before that no number of rows is told: a held batch's would say how many hold it.
    """
    if after.nothing_new:
        return "Nothing new: every row was received before."
    if after.release_id:
        about = json.loads((_folder(after) / "about.json").read_text(encoding="utf-8"))
        rows = [f"{about['rows'][name]:,} {name.replace('_', ' ')}" for name in ("received", *ROW_OUTCOMES)]
        stands = "waits for a second person" if after.waits else "is in place"
        told = f"{rows[0]} = {' + '.join(rows[1:])}"
        return f"Release {after.release_id} {stands}. Rows, each to the nearest 5: {told}."
    if results := after.results[len(before.results) :]:
        return f"{len(results)} rules, of which {sum(result.passed for result in results)} passed."
    if after.cleared and not before.cleared:
        return "The audit found nothing that could be worked out."
    if after.new and not before.new:
        return f"New extracts: {len(after.new)}; files that were known already: {after.known_files}."
    return "Every row is accounted for."


class Progress:
    """How many of a run's steps are done, as a bar in Prefect; a server that fails once is asked no more."""

    def __init__(self, steps: int) -> None:
        """Begin the bar, where the server takes it."""
        self.steps, self.bar = steps, None
        with suppress(Exception), _briefly():
            self.bar = create_progress_artifact(0.0, key="progress", description=f"0 of {steps} steps are done.")

    def done(self, number: int, title: str) -> None:
        """Say that the step of this number, counted from 1, is done."""
        bar, self.bar = self.bar, None
        if isinstance(bar, UUID):
            said = f"{number} of {self.steps} steps are done, the last of them: {title}."
            with suppress(Exception), _briefly():
                update_progress_artifact(bar, round(100 * number / self.steps, 1), description=said)
                self.bar = bar


def _briefly() -> AbstractContextManager[object]:
    """Ask Prefect's server without patience: a bar is worth no waiting while the workspace is held."""
    return temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0, PREFECT_API_REQUEST_TIMEOUT: BRIEF_SECONDS})


def _folder(job: Job) -> Path:
    return (job.place.waiting if job.waits else job.place.releases) / str(job.release_id)


def show_release(release: Path, waits: bool) -> None:
    """Leave a summary, the rows by what became of them, the rules and a link; numbers are as the release has them."""
    about = json.loads((release / "about.json").read_text(encoding="utf-8"))
    quality = json.loads((release / "quality.json").read_text(encoding="utf-8"))
    certificate = json.loads((release / "certificate.json").read_text(encoding="utf-8"))
    stands = "waits for a second person's approval" if waits else "is what readers see now"
    passed = sum(rule["passed"] for rule in quality["rules"])
    create_markdown_artifact(
        f"# Release {release.name}\n\nIt {stands}, and covers {about['first_month'][:7]} to {about['last_month'][:7]}, "
        f"from extracts taken to {about['extracted_on']}.\n\n"
        f"- {certificate['figures']:,} figures, audited with {certificate['earlier_releases']} earlier releases\n"
        f"- {passed} of {len(quality['rules'])} rules passed\n"
        f"- {about['stamp']}\n\nPages: `{release / 'index.html'}`\n",
        key="release-summary",
        description="Rows are rounded to the nearest 5.",
    )
    create_table_artifact(
        [{"rows": name.replace("_", " "), "about": about["rows"][name]} for name in ("received", *ROW_OUTCOMES)],
        key="row-accounting",
        description="Rows in = counted + superseded + cancelled + rejected + out of scope, each rounded by itself.",
    )
    columns = ("rule", "sentence", "stage", "severity", "checked_count", "failed_count", "passed")
    create_table_artifact(
        [{name: rule[name] for name in columns} for rule in quality["rules"]],
        key="quality",
        description="Every rule; numbers of rows are rounded to the nearest 5.",
    )
    create_link_artifact(
        (release / "index.html").as_uri(),
        link_text=f"Release {release.name}",
        key="release-pages",
        description="A browser does not follow a link from a server's page to a file: copy it into the address bar.",
    )


def show_held(place: Workspace) -> None:
    """Leave the rules that hold the newest batch and the commands that resolve it; no number of rows."""
    for batch in list(holding.held(place))[-1:]:
        rules = "\n".join(f"- `{rule}`" for rule in (*batch.rules, *batch.rejectable_rules))
        create_markdown_artifact(
            f"# Held\n\nNothing was published; the last release stands. These rules hold the newest extract:\n\n{rules}"
            f"\n\n- `hatecrime quarantine {batch.run_id}` shows the lines\n- ask for a corrected export, or\n"
            f'- `hatecrime accept {batch.run_id} --because "…"` lets it through\n',
            key="held",
        )


def explain_the_dead(
    place: Workspace, flows: Sequence[str], living: UUID | None = None, after: timedelta = timedelta()
) -> int:
    """Mark every run of this workspace that Prefect believes to be under way as crashed, and return how many.

    Only for who holds the workspace's lock, or found it free: then no such run can be alive but `living`, and those
    that begin or end just now, which `after` spares.
    """
    running = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])),
    )
    before = datetime.now(UTC) - after
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))), flow_run_filter=running
        )
        # By the parameter, since a deployment of prefect.yaml cannot carry the workspace's tag.
        own = [run for run in found if run.id != living and run.parameters.get("workspace") == str(place.root)]
        dead = [run for run in own if run.state and run.state.timestamp <= before]
        for run in dead:
            under_way = TaskRunFilter(
                flow_run_id=TaskRunFilterFlowRunId(any_=[run.id]),
                state=TaskRunFilterState(type=TaskRunFilterStateType(any_=[StateType.RUNNING])),
            )
            for step in client.read_task_runs(task_run_filter=under_way):
                client.set_task_run_state(step.id, Crashed(message=DEAD), force=True)
            client.set_flow_run_state(run.id, Crashed(message=DEAD), force=True)
    return len(dead)
