import type { ProductFile, QualityRule } from '../../plan/product.js';
import { canonicalJson } from '../../support/canonical-json.js';
import type { Emitter } from '../emitter.js';
import { pythonString } from '../escape.js';

/** A rule as an expectation of Great Expectations 1.x, or why there is none that means the same. */
type Expectation =
  | { readonly type: string; readonly kwargs: Readonly<Record<string, unknown>> }
  | { readonly missing: string };

/** The rules of the gold table as a suite and a checkpoint of Great Expectations 1.x, and the script that runs them on a build. */
export const emitGreatExpectations: Emitter = ({ file }) => {
  const suite = {
    name: file.name,
    expectations: [
      columnsExpectation(file),
      ...file.rules.filter(isOfGold).flatMap((rule) => ruleExpectation(rule, file)),
    ],
    meta: {
      made_by: `dpb, from ${file.name}.dpb.yaml`,
      rules_without_expectation: file.rules.flatMap((rule) => {
        const why = unsaid(rule, file);
        return why === null ? [] : [{ rule: rule.id, why }];
      }),
    },
  };
  const checkpoint = { name: file.name, result_format: { result_format: 'BOOLEAN_ONLY' } };
  const json = (value: unknown): string => `${canonicalJson(value, 2)}\n`;
  return [
    { path: 'great_expectations/suite.json', text: json(suite), executable: false },
    { path: 'great_expectations/checkpoint.json', text: json(checkpoint), executable: false },
    { path: 'great_expectations/run.py', text: runnerOf(file), executable: true },
  ];
};

function isOfGold({ target }: QualityRule): boolean {
  return target.kind === 'gold';
}

function columnsExpectation({ model }: ProductFile): unknown {
  return {
    type: 'expect_table_columns_to_match_ordered_list',
    kwargs: { column_list: model.columns.map(({ name }) => name) },
    severity: 'critical',
    meta: { rule: 'the columns of the contract' },
  };
}

function ruleExpectation(rule: QualityRule, file: ProductFile): readonly unknown[] {
  const expectation = expectationOf(rule, file);
  if ('missing' in expectation) return [];
  const severity = rule.severity === 'error' ? 'critical' : 'warning';
  return [{ ...expectation, severity, meta: { rule: rule.id, description: rule.description } }];
}

function expectationOf({ target, check }: QualityRule, { model }: ProductFile): Expectation {
  if (target.kind === 'source') return { missing: 'it is about a source; the suite looks at the gold table' };
  switch (check.kind) {
    case 'not_null': {
      const mostly = check.allowed === undefined ? {} : { mostly: 1 - check.allowed };
      return { type: 'expect_column_values_to_not_be_null', kwargs: { column: check.column, ...mostly } };
    }
    case 'mean':
      return {
        type: 'expect_column_mean_to_be_between',
        kwargs: { column: check.column, min_value: check.min, max_value: check.max },
      };
    case 'unique':
      if (check.columns.length === 1)
        return { type: 'expect_column_values_to_be_unique', kwargs: { column: check.columns[0] } };
      return {
        type: 'expect_compound_columns_to_be_unique',
        kwargs: { column_list: check.columns, ignore_row_if: 'never' },
      };
    case 'accepted_values':
      return { type: 'expect_column_values_to_be_in_set', kwargs: { column: check.column, value_set: check.values } };
    case 'row_count':
      return {
        type: 'expect_table_row_count_to_be_between',
        kwargs: { ...bound('min_value', check.min), ...bound('max_value', check.max) },
      };
    case 'range': {
      const type = model.columns.find(({ name }) => name === check.column)?.type.kind;
      const bounds = [check.min, check.max].map((text) => (text === null ? null : boundOf(text, type)));
      if (bounds.includes(undefined)) return { missing: 'its bounds cannot be written as a number or text of JSON' };
      const [min = null, max = null] = bounds;
      return {
        type: 'expect_column_values_to_be_between',
        kwargs: { column: check.column, ...bound('min_value', min), ...bound('max_value', max) },
      };
    }
    default:
      return { missing: `no expectation on pandas means the same as a rule of kind ${check.kind}` };
  }
}

/** What of the rule the suite does not check; null where it checks all. */
function unsaid(rule: QualityRule, file: ProductFile): string | null {
  const expectation = expectationOf(rule, file);
  if ('missing' in expectation) return expectation.missing;
  const { check } = rule;
  const [alone] = check.kind === 'unique' && check.columns.length === 1 ? check.columns : [];
  const isNullable = file.model.columns.some(({ name, nullable }) => name === alone && nullable);
  return isNullable ? 'the expectation does not see a null that is there twice' : null;
}

function bound(name: string, value: number | string | null): Readonly<Record<string, unknown>> {
  return value === null ? {} : { [name]: value };
}

/** The bound as JSON can hold it without loss; undefined where it cannot. */
function boundOf(text: string, type: string | undefined): number | string | undefined {
  if (type === 'text') return text;
  const isNumber = type === 'integer' || type === 'decimal' || type === 'double';
  return isNumber && /^-?\d{1,15}(\.\d+)?$/.test(text) && text.length <= 16 ? Number(text) : undefined;
}

/** The script runs what the two files say, on pandas: Great Expectations has no DuckDB. */
function runnerOf(file: ProductFile): string {
  return `#!/usr/bin/env python3
"""Checks the gold table of ${file.name} with Great Expectations 1.x: run.py TABLE.parquet

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
    asset = context.data_sources.add_pandas("gold").add_dataframe_asset(${pythonString(file.model.name)})
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
`;
}
