#!/usr/bin/env python3
"""Checks the gold table of monthly_fees with Great Expectations 1.x: run.py TABLE.parquet

Exit codes: 0 what must hold holds, 1 it does not, 2 an expectation could not be checked.
"""

import importlib
import json
import os
import pathlib
import sys

from pyarrow import parquet


def main(table: str) -> int:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    gx = importlib.import_module("great_expectations")
    here = pathlib.Path(__file__).parent
    suite, checkpoint = (json.loads((here / name).read_text("utf-8")) for name in ("suite.json", "checkpoint.json"))
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("gold").add_dataframe_asset("monthly_fees")
    batch = asset.add_batch_definition_whole_dataframe("build")
    suite = context.suites.add(gx.ExpectationSuite(**suite))
    validation = gx.ValidationDefinition(name=suite.name, data=batch, suite=suite)
    validation = context.validation_definitions.add(validation)
    checkpoint = context.checkpoints.add(gx.Checkpoint(validation_definitions=[validation], **checkpoint))
    frame = parquet.ParquetFile(table).read().to_pandas(integer_object_nulls=True)
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
