"""Times the Spark job of a product beside Spark SQL by hand, in one session, in turns; prints one JSON line.

Arguments: the job, the root of the data, a folder to write to, the file of the SQL by hand over views named as the datasets.
"""

import json
import logging
import pathlib
import runpy
import sys
import time

from pyspark.sql import SparkSession

TURNS = 3


def main() -> None:
    job, data, folder, sql = sys.argv[1:]
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "4").getOrCreate()
    module = runpy.run_path(job)
    logging.disable(logging.INFO)

    def ours() -> float:
        started = time.perf_counter()
        code = module["main"](["--data", data, "--output", f"{folder}/ours", "--as-of", "2026-07-01"])
        if code != 0:
            raise SystemExit(f"the job ended with {code}")
        return time.perf_counter() - started

    def query() -> float:
        started = time.perf_counter()
        spark.sql(module["PRODUCT_SQL"]["sql"]).write.mode("overwrite").parquet(f"{folder}/query")
        return time.perf_counter() - started

    def by_hand() -> float:
        started = time.perf_counter()
        for table in ("orders", "customers", "products"):
            spark.read.parquet(f"{data}/{table}/{table}.parquet").createOrReplaceTempView(table)
        spark.sql(pathlib.Path(sql).read_text("utf-8")).write.mode("overwrite").parquet(f"{folder}/hand")
        return time.perf_counter() - started

    ours(), query(), by_hand()
    turns = [(ours(), query(), by_hand()) for _ in range(TURNS)]
    rows = [spark.read.parquet(f"{folder}/{name}").count() for name in ("query", "hand")]
    if rows[0] != rows[1]:
        raise SystemExit(f"other rows than by hand: {rows}")
    whole, alone, hand = (min(turn[at] for turn in turns) for at in range(3))
    sys.stdout.write(json.dumps({"job": whole, "query": alone, "hand": hand, "rows": rows[0]}) + "\n")
    spark.stop()


main()
