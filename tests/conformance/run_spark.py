"""Runs the Spark jobs of many products in one Spark session; prints one JSON line for each.

Argument: a JSON file with a list of {"name", "script", "arguments"}, and "files" where some are to be put in place before: from and
to, each a list; "dies_after" where it is to die after so many moves of folders into place. A line has the exit code, the seconds, the events of the log
in order, and the last of them whole.
"""

import contextlib
import io
import json
import pathlib
import runpy
import shutil
import sys
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


class Killed(BaseException):
    """Ends a job where it stands: nothing of it handles this."""


def dying(move: object, moves: int) -> object:
    """The function that moves a folder, for so many times."""
    left = iter(range(moves))

    def counted(*given: object) -> None:
        if next(left, None) is None:
            raise Killed
        move(*given)

    return counted


def run(script: str, arguments: list, dies_after: int | None = None) -> dict:
    output = io.StringIO()
    try:
        with contextlib.redirect_stderr(output):
            main = runpy.run_path(script)["main"]
            if dies_after is not None:
                main.__globals__["move"] = dying(main.__globals__["move"], dies_after)
            code = main(arguments)
    except Killed:
        return {"code": "killed"}
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
        outcome = run(job["script"], job["arguments"], job.get("dies_after"))
        sys.stdout.write(json.dumps({"name": job["name"], "seconds": round(time.monotonic() - started, 1), **outcome}, default=str) + "\n")
        sys.stdout.flush()
        for table in spark.catalog.listTables():
            spark.catalog.dropTempView("`" + table.name.replace("`", "``") + "`")
    spark.stop()


main()
