"""Airflow DAG of the data product monthly_fees. Made by dpb: change monthly_fees.dpb.yaml, not this file.

Link or copy it into the dags folder of Airflow 3. Settings, all from the environment of the workers:

DPB_COMMAND    how dpb is called (default: dpb)
DPB_WORKSPACE  the folder with dpb.yaml (default: the one that this file, or what the link to it names, lies in)
DPB_CATCHUP    1 makes up for intervals that were missed, from DPB_START_DATE on (default: 2024-01-01)
DPB_ON_FAILURE module:function, called with Airflow's context of a task that failed for good
OPENLINEAGE_URL, OPENLINEAGE_NAMESPACE, OPENLINEAGE_API_KEY: where the lineage of each build is sent, if anywhere
"""

import datetime
import importlib
import json
import logging
import os
import pathlib
import shlex
import subprocess
import zoneinfo

from airflow.sdk import DAG, Asset, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

NAME = "monthly_fees"
TITLE = "Monthly fees"
OWNER = "lending"
TAGS = ["dpb", "data product", "LIB-7"]
SCHEDULE = "30 2 * * *"
ZONE = zoneinfo.ZoneInfo("UTC")
DOCUMENTATION = (
    "# Monthly fees\n"
    "\n"
    "Fees and loans of a month in a branch\n"
    "\n"
    "> monthly fees and loans by branch\n"
    "\n"
    "**Read as:** sum of fee and number of loans for each month of lent on and branch of members\n"
    "\n"
    "**Table:** gold.monthly_fees, one row per month and branch\n"
    "\n"
    "**Owner:** lending (lending@library.example)\n"
    "\n"
    "Builds lie in `gold/monthly_fees/`; a build that is not proved is not published, and the last good one stays.\n"
)

WORKSPACE = pathlib.Path(os.environ.get("DPB_WORKSPACE") or pathlib.Path(__file__).resolve().parents[3])
LOCKED = 75
INPUT_OUTPUT = 74
log = logging.getLogger(__name__)


def dpb(*arguments: str, may_pass: tuple = (LOCKED,)) -> str:
    """Runs dpb without a shell and gives its standard output; only exit codes of trouble that may pass are tried again."""
    command = [*shlex.split(os.environ.get("DPB_COMMAND") or "dpb"), *arguments]
    log.info("running %s", shlex.join(command))
    done = subprocess.run(command, cwd=WORKSPACE, capture_output=True, encoding="utf-8", check=False)
    for line in done.stderr.splitlines():
        log.info("%s", line)
    if done.returncode == 0:
        return done.stdout
    problem = f"dpb {arguments[0]} of {NAME} ended with {done.returncode}: {done.stderr[-2000:]}"
    if done.returncode in may_pass:
        raise RuntimeError(problem)
    raise AirflowFailException(problem)


def alert(context) -> None:
    """Says on one line of JSON which task failed, and calls what DPB_ON_FAILURE names."""
    instance = context.get("task_instance") or context.get("ti")
    failure = {"event": "dpb_failure", "product": NAME, "owner": OWNER, "task": getattr(instance, "task_id", None)}
    log.error("%s", json.dumps({**failure, "error": str(context.get("exception"))}))
    hook = os.environ.get("DPB_ON_FAILURE")
    if hook:
        module, _, function = hook.partition(":")
        getattr(importlib.import_module(module), function)(context)


with DAG(
    dag_id=NAME,
    dag_display_name=TITLE[:200] or NAME,
    description=TITLE,
    doc_md=DOCUMENTATION,
    schedule=SCHEDULE,
    start_date=datetime.datetime.fromisoformat(os.environ.get("DPB_START_DATE") or "2024-01-01").replace(tzinfo=ZONE),
    catchup=os.environ.get("DPB_CATCHUP") == "1",
    max_active_runs=1,
    tags=TAGS,
    default_args={
        "owner": OWNER,
        "retries": 3,
        "retry_delay": datetime.timedelta(minutes=2),
        "on_failure_callback": alert,
    },
) as dag:

    @task
    def build(data_interval_end=None, dag_run=None) -> str:
        """A new build as of the end of the interval; what is not proved is not published. Gives the id of the build."""
        moment = data_interval_end or dag_run.run_after
        as_of = moment.astimezone(ZONE).date().isoformat()
        return json.loads(dpb("build", NAME, "--as-of", as_of, "--json"))["build_id"]

    @task
    def verify(build_id: str) -> None:
        """Proves the build again from its sources, as anybody can."""
        dpb("verify", NAME, "--build", build_id)

    @task(outlets=[Asset(f"gold.{NAME}")])
    def publish(build_id: str) -> None:
        """The build stands and is proved: DAGs that wait for the asset begin."""
        log.info("%s", json.dumps({"event": "dpb_published", "product": NAME, "build": build_id}))

    @task
    def lineage(build_id: str) -> None:
        """Sends the build's OpenLineage events where OPENLINEAGE_URL names a server."""
        if not os.environ.get("OPENLINEAGE_URL"):
            raise AirflowSkipException("OPENLINEAGE_URL is not set")
        dpb("lineage", "emit", NAME, "--build", build_id, may_pass=(LOCKED, INPUT_OUTPUT))

    built = build()
    verified = verify(built)
    verified >> publish(built)
    verified >> lineage(built)
