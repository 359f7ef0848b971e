#!/usr/bin/env python3
"""Checks the gold table of monthly_fees with Great Expectations 1.x: run.py TABLE.parquet

Where the evidence.json of a build lies beside the table, its totals and its number of rows must be those proved there.

Exit codes: 0 what must hold holds, 1 it does not, 2 an expectation could not be checked.
"""

import importlib
import json
import os
import pathlib
import sys

import pandas
from pyarrow import parquet, types


def proved(evidence: pathlib.Path) -> list:
    """Expectations that the table still has the rows and totals that were proved when it was built."""
    expectations = []
    for entry in json.loads(evidence.read_text("utf-8"))["entries"] if evidence.is_file() else []:
        facts, meta = entry["facts"] or {}, {"rule": entry["id"], "description": entry["title"]}
        if entry["status"] != "proved":
            continue
        if entry["kind"] == "result_complete":
            kind, kwargs = "expect_table_row_count_to_equal", {"value": facts["goldRows"]}
        elif entry["kind"] == "reconciliation" and facts["over"] == "gold" and facts["gold"] is not None:
            total = float(facts["gold"])
            near = 1e-9 * max(1.0, abs(total))
            kind = f"expect_column_{facts['fold']}_to_be_between"
            kwargs = {"column": facts["measure"], "min_value": total - near, "max_value": total + near}
        else:
            continue
        expectations.append({"type": kind, "kwargs": kwargs, "severity": "critical", "meta": meta})
    return expectations


def frame_of(table: str, expectations: list) -> pandas.DataFrame:
    """The rows; decimals as floats, which Great Expectations would make of each one slowly, but where they tell rows apart."""
    rows = parquet.ParquetFile(table).read()
    frame = rows.to_pandas(integer_object_nulls=True)
    keys = [e["kwargs"].get("column_list") or [e["kwargs"].get("column")] for e in expectations if "unique" in e["type"]]
    exact = {name for key in keys for name in key}
    for place, field in enumerate(rows.schema):
        if types.is_decimal(field.type) and field.name not in exact:
            frame.isetitem(place, frame.iloc[:, place].astype("float64"))
    return frame


def main(table: str) -> int:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    gx = importlib.import_module("great_expectations")
    here = pathlib.Path(__file__).parent
    suite, checkpoint = (json.loads((here / name).read_text("utf-8")) for name in ("suite.json", "checkpoint.json"))
    suite["expectations"] += proved(pathlib.Path(table).with_name("evidence.json"))
    frame = frame_of(table, suite["expectations"])
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("gold").add_dataframe_asset("monthly_fees")
    batch = asset.add_batch_definition_whole_dataframe("build")
    suite = context.suites.add(gx.ExpectationSuite(**suite))
    validation = gx.ValidationDefinition(name=suite.name, data=batch, suite=suite)
    validation = context.validation_definitions.add(validation)
    checkpoint = context.checkpoints.add(gx.Checkpoint(validation_definitions=[validation], **checkpoint))
    result = checkpoint.run(batch_parameters={"dataframe": frame})
    code = 0
    for outcome in (outcome for run in result.run_results.values() for outcome in run.results):
        info = outcome.exception_info or {}
        raised = [part for part in (info, *info.values()) if isinstance(part, dict) and part.get("raised_exception")]
        state = "not checked" if raised else "holds" if outcome.success else "fails"
        severity = str(getattr(outcome.expectation_config.severity, "value", outcome.expectation_config.severity))
        line = {"rule": outcome.expectation_config.meta["rule"], "state": state, "severity": severity}
        line.update({"error": str(raised[0].get("exception_message"))} if raised else {})
        print(json.dumps(line))
        code = max(code, 2 if raised else int(not outcome.success and severity == "critical"))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
