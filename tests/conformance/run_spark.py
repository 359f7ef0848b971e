"""Runs the Spark jobs of many products in one Spark session; prints one JSON line for each.

Argument: a JSON file with a list of {"name", "script", "arguments"}, and "files" where some are to be put in place before: from and
to, each a list; "dies_after" where it is to be killed after so many moves of folders into place, in a session of its own. A line has
the exit code, the seconds, the events of the log in order, and the last of them whole.
"""

import contextlib
import io
import json
import os
import pathlib
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from pyspark.sql import SparkSession

# A small machine, and tables of a few rows: what Spark does for large ones only costs time here.
SETTINGS = {
    "spark.default.parallelism": "2",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


def dying(move: object, moves: int) -> object:
    """The function that moves a folder, for so many times; then Python and the Java of its Spark are killed, and clean up nothing."""
    left = iter(range(moves))

    def counted(*given: object) -> None:
        if next(left, None) is None:
            os.killpg(0, signal.SIGKILL)
        move(*given)

    return counted


def run_killed(job: dict) -> dict:
    """Runs a job that is to be killed as a group of processes of its own."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([job], file)
        file.flush()
        ended = subprocess.run([sys.executable, __file__, file.name, "killed"], start_new_session=True, capture_output=True, check=False)
    return {"code": "killed" if ended.returncode == -signal.SIGKILL else ended.returncode}


def run(script: str, arguments: list, dies_after: int | None = None) -> dict:
    output = io.StringIO()
    try:
        with contextlib.redirect_stderr(output):
            main = runpy.run_path(script)["main"]
            if dies_after is not None:
                main.__globals__["move"] = dying(main.__globals__["move"], dies_after)
            code = main(arguments)
    except SystemExit as stopped:
        code = stopped.code
    except Exception:
        return {"code": None, "error": traceback.format_exc()[-1500:]}
    lines = [json.loads(line) for line in output.getvalue().splitlines() if line.startswith("{")]
    planned = [[line["kind"], line.get("since") or line.get("why")] for line in lines if line["event"] == "refresh_planned"]
    return {"code": code, "planned": planned, "events": [line["event"] for line in lines], "last": lines[-1] if lines else output.getvalue()[-500:]}


def main() -> None:
    jobs = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))
    builder = SparkSession.builder.master("local[2]").appName("conformance")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    for job in jobs:
        for origin, place in job.get("files", []):
            shutil.copyfile(origin, place)
        started = time.monotonic()
        is_apart = "dies_after" in job and "killed" not in sys.argv
        outcome = run_killed(job) if is_apart else run(job["script"], job["arguments"], job.get("dies_after"))
        sys.stdout.write(json.dumps({"name": job["name"], "seconds": round(time.monotonic() - started, 1), **outcome}, default=str) + "\n")
        sys.stdout.flush()
        for table in spark.catalog.listTables():
            spark.catalog.dropTempView("`" + table.name.replace("`", "``") + "`")
    spark.stop()


main()
