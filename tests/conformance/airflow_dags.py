"""Reads a folder of DAGs as Airflow does and prints what it found as one line of JSON.

Arguments: the folder, and the file of one DAG in it whose way with exit codes is looked at.
"""

import importlib.util
import json
import os
import sys

from airflow.dag_processing.dagbag import DagBag


def told(dag) -> dict:
    tasks = {task.task_id: task for task in dag.tasks}
    return {
        "schedule": dag.schedule,
        "zone": str(dag.timezone),
        "catchup": dag.catchup,
        "tags": sorted(dag.tags),
        "owner": dag.owner,
        "documentation": dag.doc_md,
        "tasks": {name: sorted(task.downstream_task_ids) for name, task in tasks.items()},
        "retries": sorted({task.retries for task in tasks.values()}),
        "alerts": all(task.on_failure_callback for task in tasks.values()),
    }


def exit_codes(path: str) -> dict:
    """What becomes of each exit code of dpb."""
    spec = importlib.util.spec_from_file_location("looked_at", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.WORKSPACE = os.getcwd()
    outcome = {}
    for code in (0, 1, 2, 3, 74, 75):
        os.environ["DPB_COMMAND"] = f"sh -c 'echo done; exit {code}'"
        try:
            outcome[code] = module.dpb("build")
        except (RuntimeError, module.AirflowFailException) as error:
            outcome[code] = type(error).__name__
    return outcome


def main() -> None:
    bag = DagBag(sys.argv[1])
    print(json.dumps({
        "errors": bag.import_errors,
        "dags": {name: told(dag) for name, dag in bag.dags.items()},
        "exit_codes": exit_codes(sys.argv[2]),
    }))


main()
