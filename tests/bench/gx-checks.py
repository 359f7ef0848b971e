"""Times a Great Expectations checkpoint on pandas with the checks of checks.mjs; prints one JSON line.

Argument: the Parquet file. Two of the twelve are left out: no expectation says them (days without a gap, a length by a condition).
"""

import datetime
import json
import os
import sys
import time

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas
from great_expectations import expectations as expect

EXPECTATIONS = [
    expect.ExpectColumnValuesToNotBeNull(column="id"),
    expect.ExpectColumnValuesToNotBeNull(column="day"),
    expect.ExpectColumnValuesToNotBeNull(column="fee", mostly=0.97),
    expect.ExpectColumnValuesToBeBetween(column="fee", min_value=0, max_value=2000),
    expect.ExpectColumnValuesToBeBetween(column="pieces", min_value=0, max_value=10),
    expect.ExpectColumnValuesToBeBetween(column="day", min_value=datetime.datetime(2023, 1, 1)),
    expect.ExpectColumnValuesToBeInSet(column="quarter", value_set=["east", "north", "south", "west"]),
    expect.ExpectColumnValuesToBeInSet(column="state", value_set=["new", "paid", "sent"]),
    expect.ExpectColumnMeanToBeBetween(column="weight", min_value=60, max_value=250),
    expect.ExpectColumnValuesToBeUnique(column="id"),
]


def main() -> None:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("bench").add_dataframe_asset("loans")
    batch = asset.add_batch_definition_whole_dataframe("all")
    suite = context.suites.add(gx.ExpectationSuite(name="checks", expectations=EXPECTATIONS))
    validation = context.validation_definitions.add(gx.ValidationDefinition(name="checks", data=batch, suite=suite))
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name="checks", validation_definitions=[validation], result_format={"result_format": "BOOLEAN_ONLY"})
    )
    started = time.perf_counter()
    frame = pandas.read_parquet(sys.argv[1])
    # Decimals would be turned to floats one by one, which takes minutes; days are compared as moments.
    frame["fee"] = frame["fee"].astype("float64")
    frame["day"] = pandas.to_datetime(frame["day"])
    result = checkpoint.run(batch_parameters={"dataframe": frame})
    seconds = time.perf_counter() - started
    raised = [
        outcome.expectation_config.type
        for run in result.run_results.values()
        for outcome in run.results
        if not outcome.success
    ]
    sys.stdout.write(json.dumps({"seconds": seconds, "failed": raised}) + "\n")


main()
