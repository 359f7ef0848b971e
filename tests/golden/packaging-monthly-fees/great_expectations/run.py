#!/usr/bin/env python3
"""Checks the gold table of monthly_fees with Great Expectations 1.x: run.py TABLE.parquet [--data ROOT [--as-of DATE]]

Where the evidence.json of a build lies beside the table, its totals and its number of rows must be those proved there. With
--data its sources below that folder are checked too, read as etl/monthly_fees.py reads them.

Exit codes: 0 what must hold holds, 1 it does not, 2 an expectation could not be checked.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import os
import pathlib
import runpy
import sys

import pandas
import pyarrow
from pyarrow import parquet, types

HERE = pathlib.Path(__file__).parent


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


def frame_of(rows: pyarrow.Table, expectations: list) -> pandas.DataFrame:
    """The rows; decimals as floats, which Great Expectations would make of each one slowly, but where they tell rows apart."""
    frame = rows.to_pandas(integer_object_nulls=True)
    keys = [e["kwargs"].get("column_list") or [e["kwargs"].get("column")] for e in expectations if "unique" in e["type"]]
    exact = {name for key in keys for name in key}
    for place, field in enumerate(rows.schema):
        if types.is_decimal(field.type) and field.name not in exact:
            frame.isetitem(place, frame.iloc[:, place].astype("float64"))
    return frame


def read(name: str) -> object:
    return json.loads((HERE / name).read_text("utf-8"))


def dated(suite: dict, as_of: str) -> dict:
    """The suite with the dates that it counts from the as-of date."""
    for expectation in suite["expectations"]:
        days = expectation["meta"].get("days_before_as_of")
        if days is not None:
            day = datetime.date.fromisoformat(as_of) - datetime.timedelta(days=days)
            expectation["kwargs"] = {**expectation["kwargs"], "min_value": day.isoformat()}
    return suite


def source_rows(data: str, as_of: str) -> list:
    """The suite of each source with its rows, which the Python job of the product reads."""
    job = runpy.run_path(str(HERE.parent / "etl" / "monthly_fees.py"))
    connection = job["connect"](None)
    job["mount"](connection, pathlib.Path(data))
    found = []
    for source in read("sources.json"):
        given = {"as_of": as_of} if source["uses_as_of"] else {}
        found.append((dated(source["suite"], as_of), connection.execute(source["rows"], given).to_arrow_table()))
    return found


def outcomes(suite: dict, rows: pyarrow.Table) -> list:
    """What Great Expectations says of the rows: the rule, its state and its severity, one for each expectation."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    gx = importlib.import_module("great_expectations")
    frame = frame_of(rows, suite["expectations"])
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = context.data_sources.add_pandas("rows").add_dataframe_asset("table").add_batch_definition_whole_dataframe("build")
    suite = context.suites.add(gx.ExpectationSuite(**suite))
    validation = gx.ValidationDefinition(name=suite.name, data=batch, suite=suite)
    validation = context.validation_definitions.add(validation)
    checkpoint = context.checkpoints.add(gx.Checkpoint(validation_definitions=[validation], **read("checkpoint.json")))
    result = checkpoint.run(batch_parameters={"dataframe": frame})
    lines = []
    for outcome in (outcome for run in result.run_results.values() for outcome in run.results):
        info = outcome.exception_info or {}
        raised = [part for part in (info, *info.values()) if isinstance(part, dict) and part.get("raised_exception")]
        state = "not checked" if raised else "holds" if outcome.success else "fails"
        severity = str(getattr(outcome.expectation_config.severity, "value", outcome.expectation_config.severity))
        line = {"rule": outcome.expectation_config.meta["rule"], "state": state, "severity": severity}
        line.update({"error": str(raised[0].get("exception_message"))} if raised else {})
        lines.append(line)
    return lines


def suites(table: str, data: str | None, as_of: str) -> list:
    """The suite of the gold table, and of the sources where they are asked for, each with its rows."""
    gold = dated(read("suite.json"), as_of)
    gold["expectations"] += proved(pathlib.Path(table).with_name("evidence.json"))
    return [(gold, parquet.ParquetFile(table).read()), *([] if data is None else source_rows(data, as_of))]


def main(given: list | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", metavar="TABLE.parquet")
    parser.add_argument("--data", default=None, metavar="ROOT", help="folder above the sources, which are then checked too")
    parser.add_argument("--as-of", default=None, metavar="DATE", help="the date that counts as today (default: today)")
    options = parser.parse_args(given)
    code = 0
    for suite, rows in suites(options.table, options.data, options.as_of or datetime.date.today().isoformat()):
        for line in outcomes(suite, rows):
            print(json.dumps(line))
            fails = line["state"] == "fails" and line["severity"] == "critical"
            code = max(code, 2 if line["state"] == "not checked" else int(fails))
    return code


if __name__ == "__main__":
    sys.exit(main())
