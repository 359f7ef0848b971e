#!/usr/bin/env python3
# Monthly fees
# Request: monthly fees and loans by branch
# Reading: sum of fee and number of loans for each month of lent on and branch of members
# Grain: one row per month and branch
# Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
"""Builds the table of the data product monthly_fees: stand-alone, on Python 3.9 or later and the duckdb package."""

from __future__ import annotations

import argparse
import datetime
import json
import logging
import os
import re
import signal
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

PRODUCT = "monthly_fees"
TABLE = "monthly_fees"
VERSION = "1.0.0"
TIME_ZONE = "UTC"
FAULTY_OPTIMIZERS = "common_subplan,top_n_window_elimination"
# The view name of the result, and what stands for the files of a source in its SQL: neither occurs in the sources.
RESULT = "gold_monthly_fees"
FILES = "/files"
SOURCES: list[dict[str, Any]] = [
    {
        "dataset": "loans",
        "kind": "csv",
        "folder": "loans",
        "files": [
            "loans/part-1.csv",
            "loans/part-2.csv",
        ],
        "by_name": False,
        "columns": [
            ("id", False, [], None),
            ("member", False, [], None),
            ("fee", False, [], None),
            ("lent_on", False, [], None),
        ],
        "probe": "SELECT column_0, column_1, column_2, column_3 FROM read_csv(/files, auto_detect = false, delim = ';', quote = '\"', escape = '\"', header = false, nullstr = '', encoding = 'utf-8', columns = {'column_0': 'VARCHAR', 'column_1': 'VARCHAR', 'column_2': 'VARCHAR', 'column_3': 'VARCHAR'}, hive_partitioning = false) LIMIT 1",
        "sql": "SELECT CAST(CASE WHEN \"id\" IS NULL OR regexp_full_match(trim(\"id\"), '[-+]?[0-9]+\\.?0*') THEN \"id\" ELSE error('loans.id: ' || \"id\" || ' is no bigint' || ' (' || filename || ')') END AS BIGINT) AS \"id\", CAST(CASE WHEN \"member\" IS NULL OR regexp_full_match(trim(\"member\"), '[-+]?[0-9]+\\.?0*') THEN \"member\" ELSE error('loans.member: ' || \"member\" || ' is no bigint' || ' (' || filename || ')') END AS BIGINT) AS \"member\", CAST(CASE WHEN \"fee\" IS NULL OR regexp_full_match(trim(\"fee\"), '[-+]?([0-9]+\\.?[0-9]{0,2}0*|\\.[0-9]{1,2}0*)') THEN \"fee\" ELSE error('loans.fee: ' || \"fee\" || ' is no decimal(10,2)' || ' (' || filename || ')') END AS DECIMAL(10,2)) AS \"fee\", CAST(CASE WHEN \"lent_on\" IS NULL OR regexp_full_match(trim(\"lent_on\"), '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') THEN \"lent_on\" ELSE error('loans.lent_on: ' || \"lent_on\" || ' is no date' || ' (' || filename || ')') END AS DATE) AS \"lent_on\" FROM read_csv(/files, auto_detect = false, delim = ';', quote = '\"', escape = '\"', header = true, nullstr = '', encoding = 'utf-8', columns = {'id': 'VARCHAR', 'member': 'VARCHAR', 'fee': 'VARCHAR', 'lent_on': 'VARCHAR'}, hive_partitioning = false)",
    },
    {
        "dataset": "members",
        "kind": "parquet",
        "folder": "members",
        "files": [
            "members/members.parquet",
        ],
        "by_name": True,
        "columns": [
            ("id", False, ["BIGINT", "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"], None),
            ("branch", False, ["VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "UUID", "JSON", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"], (38, 38, 38)),
            ("mail", False, ["VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "UUID", "JSON", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"], (38, 38, 38)),
        ],
        "probe": "DESCRIBE SELECT * FROM read_parquet(/files, hive_partitioning = false, union_by_name = true)",
        "sql": "SELECT CAST(\"id\" AS BIGINT) AS \"id\", CAST(\"branch\" AS VARCHAR) AS \"branch\", CAST(\"mail\" AS VARCHAR) AS \"mail\" FROM read_parquet(/files, hive_partitioning = false, union_by_name = true)",
    },
]
PREMISES: list[dict[str, Any]] = [
    {
        "id": "premise.members.id",
        "description": "each row meets at most one row of members: id occurs once",
        "sql": (
            "SELECT\n"
            "  count(*) AS duplicate_keys\n"
            "FROM (SELECT source.id AS key_1, count(*) AS key_rows FROM members AS source WHERE source.id IS NOT NULL GROUP BY source.id HAVING count(*) > 1) AS duplicates"
        ),
    },
]
COLUMNS: list[dict[str, Any]] = [
    {"name": "month", "type": "DATE"},
    {"name": "branch", "type": "VARCHAR"},
    {"name": "fees", "type": "DECIMAL(38,2)"},
    {"name": "loan_count", "type": "BIGINT"},
]
RULES: dict[str, dict[str, str]] = {
    "gold.month.not_null": {"severity": "error", "description": "Month is always present"},
    "gold.grain.unique": {"severity": "error", "description": "one row per month and branch"},
    "gold.row_count": {"severity": "warning", "description": "the table is not empty"},
    "gold.branch.accepted_values": {"severity": "warning", "description": "Branch is one of 2 values"},
    "gold.fees.range": {"severity": "warning", "description": "Fees is not negative"},
    "source.loans.member.references.members": {"severity": "warning", "description": "each member of loans is in members"},
    "source.loans.lent_on.freshness": {"severity": "warning", "description": "the newest lent_on is at most 1 day old"},
}
CHECKS: list[dict[str, Any]] = [
    {
        "relation": "gold_monthly_fees",
        "uses_as_of": False,
        "sql": (
            "WITH\n"
            "  rule_scan AS (\n"
            "    SELECT\n"
            "      count(*) AS checked,\n"
            "      count(*) FILTER (WHERE \"row\".month IS NULL) AS failing_0,\n"
            "      greatest(1 - count(*), 0, count(*) - count(*)) AS failing_2,\n"
            "      count(*) FILTER (WHERE CAST(\"row\".branch AS VARCHAR) NOT IN ('King''s Road', 'Süd')) AS failing_3,\n"
            "      count(*) FILTER (WHERE \"row\".fees < 0) AS failing_4\n"
            "    FROM gold_monthly_fees AS \"row\"\n"
            "  ),\n"
            "  rule_step_1 AS (\n"
            "    SELECT\n"
            "      CAST(coalesce(sum(rows_of_key), 0) AS BIGINT) AS failing\n"
            "    FROM (SELECT count(*) AS rows_of_key FROM gold_monthly_fees AS \"row\" GROUP BY \"row\".month, \"row\".branch HAVING count(*) > 1) AS duplicates\n"
            "  )\n"
            "SELECT\n"
            "  'gold.month.not_null' AS rule_id,\n"
            "  checked AS checked_rows,\n"
            "  CAST(failing_0 AS BIGINT) AS failing_rows\n"
            "FROM rule_scan\n"
            "UNION ALL\n"
            "SELECT\n"
            "  'gold.grain.unique' AS rule_id,\n"
            "  checked AS checked_rows,\n"
            "  CAST((SELECT failing FROM rule_step_1) AS BIGINT) AS failing_rows\n"
            "FROM rule_scan\n"
            "UNION ALL\n"
            "SELECT\n"
            "  'gold.row_count' AS rule_id,\n"
            "  checked AS checked_rows,\n"
            "  CAST(failing_2 AS BIGINT) AS failing_rows\n"
            "FROM rule_scan\n"
            "UNION ALL\n"
            "SELECT\n"
            "  'gold.branch.accepted_values' AS rule_id,\n"
            "  checked AS checked_rows,\n"
            "  CAST(failing_3 AS BIGINT) AS failing_rows\n"
            "FROM rule_scan\n"
            "UNION ALL\n"
            "SELECT\n"
            "  'gold.fees.range' AS rule_id,\n"
            "  checked AS checked_rows,\n"
            "  CAST(failing_4 AS BIGINT) AS failing_rows\n"
            "FROM rule_scan"
        ),
    },
    {
        "relation": "loans",
        "uses_as_of": True,
        "sql": (
            "WITH\n"
            "  rule_scan AS (\n"
            "    SELECT\n"
            "      count(*) AS checked,\n"
            "      CAST(coalesce(date_diff('day', max(CAST(\"row\".lent_on AS DATE)), CAST($as_of AS DATE)) > 1, TRUE) AS BIGINT) AS failing_1\n"
            "    FROM loans AS \"row\"\n"
            "  ),\n"
            "  rule_step_0 AS (\n"
            "    SELECT\n"
            "      count(*) AS failing\n"
            "    FROM loans AS \"row\"\n"
            "    LEFT JOIN members AS target\n"
            "      ON target.id = \"row\".member\n"
            "    WHERE \"row\".member IS NOT NULL\n"
            "      AND target.id IS NULL\n"
            "  )\n"
            "SELECT\n"
            "  'source.loans.member.references.members' AS rule_id,\n"
            "  checked AS checked_rows,\n"
            "  CAST((SELECT failing FROM rule_step_0) AS BIGINT) AS failing_rows\n"
            "FROM rule_scan\n"
            "UNION ALL\n"
            "SELECT\n"
            "  'source.loans.lent_on.freshness' AS rule_id,\n"
            "  checked AS checked_rows,\n"
            "  CAST(failing_1 AS BIGINT) AS failing_rows\n"
            "FROM rule_scan"
        ),
    },
]
DEFINITION = "50bc3308b464817897dd4a449d841bbab3b5185c76cac47be884864fac371e23"
FULL_BECAUSE = ""
REFRESH: dict[str, Any] | None = {
    "dataset": "loans",
    "name": "month",
    "column": "\"month\"",
    "type": "DATE",
    "step": (1, "month"),
    "first": (
        "SELECT\n"
        "  min(CAST(date_trunc('month', lent_on) AS DATE)) AS first\n"
        "FROM loans"
    ),
    "sql": (
        "SELECT\n"
        "  CAST(date_trunc('month', loans.lent_on) AS DATE) AS month,\n"
        "  members.branch AS branch,\n"
        "  CAST(sum(loans.fee) AS DECIMAL(38, 2)) AS fees,\n"
        "  count(*) AS loan_count\n"
        "FROM loans\n"
        "LEFT JOIN members\n"
        "  ON loans.member = members.id\n"
        "WHERE loans.lent_on < CAST($as_of AS DATE)\n"
        "  AND (loans.lent_on IS NULL OR CAST(date_trunc('month', loans.lent_on) AS DATE) >= CAST($since AS DATE))\n"
        "GROUP BY 1, 2\n"
        "ORDER BY month ASC NULLS LAST, branch ASC NULLS LAST"
    ),
}
ORDER = "\"month\" ASC NULLS LAST"
PRODUCT_SQL: dict[str, Any] = {
    "uses_as_of": True,
    "sql": (
        "SELECT\n"
        "  CAST(date_trunc('month', loans.lent_on) AS DATE) AS month,\n"
        "  members.branch AS branch,\n"
        "  CAST(sum(loans.fee) AS DECIMAL(38, 2)) AS fees,\n"
        "  count(*) AS loan_count\n"
        "FROM loans\n"
        "LEFT JOIN members\n"
        "  ON loans.member = members.id\n"
        "WHERE loans.lent_on < CAST($as_of AS DATE)\n"
        "GROUP BY 1, 2\n"
        "ORDER BY month ASC NULLS LAST, branch ASC NULLS LAST"
    ),
}

LOGGER = logging.getLogger(PRODUCT)
RUN_ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class JobError(Exception):
    """The job cannot publish: a source, a premise, the schema or a quality rule stands against it."""

    def __init__(self, event: str, message: str, **fields: object) -> None:
        super().__init__(message)
        self.event = event
        self.fields = fields


class JsonFormatter(logging.Formatter):
    """One JSON object a line; run_id is the same in all lines of a run."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}+00:00",
            "level": record.levelname.lower(),
            "product": PRODUCT,
            "run_id": self.run_id,
            "event": record.getMessage(),
        }
        line.update(getattr(record, "fields", {}))
        return json.dumps(line, default=str)


def log(level: int, event: str, **fields: object) -> None:
    LOGGER.log(level, event, extra={"fields": fields})


def iso_date(text: str) -> str:
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2025-03-31") from None


def run_id(text: str) -> str:
    if not RUN_ID_PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError("a run-id is 1 to 64 lower-case letters, digits, _ and -")
    return text


def judge_premise(premise: Mapping[str, Any], duplicates: int) -> None:
    log(logging.INFO, "premise_checked", premise=premise["id"], duplicate_keys=duplicates)
    if duplicates:
        raise JobError("premise_broken", f"not so: {premise['description']}", premise=premise["id"], duplicate_keys=duplicates)


def judge_rules(counts: Iterable[Sequence[Any]]) -> None:
    """Of rows of a rule, what it checked and what fails there: an error stops the job, a warning is reported."""
    broken = []
    for rule_id, checked, failing in counts:
        rule = RULES[rule_id]
        is_error = rule["severity"] == "error"
        level = logging.INFO if failing == 0 else logging.ERROR if is_error else logging.WARNING
        log(level, "rule_checked", rule=rule_id, severity=rule["severity"], checked_rows=checked, failing_rows=failing)
        if failing and is_error:
            broken.append(rule_id)
    if broken:
        raise JobError("quality_gate_closed", "rules of severity error do not hold", rules=broken)


def noted(as_of: str, table: object, files: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What a run notes for the next: files by size and time of writing, by dataset."""
    return {"definition": DEFINITION, "as_of": as_of if PRODUCT_SQL["uses_as_of"] else None, "table": table, "files": files}


def changes(before: Mapping[str, Any] | None, now: Mapping[str, Any], look_back: int | None) -> tuple[str | None, list[str], bool]:
    """Why all periods must be computed, or None; the new files of facts; whether older files of them are not as they were."""
    if REFRESH is None:
        return FULL_BECAUSE, [], False
    if before is None:
        return "there is no earlier run to go on from", [], False
    reasons = {
        "definition": "the definition is not that of the last run",
        "as_of": "the as-of date moves the window",
        "table": "the table is not the one that the last run wrote",
    }
    for what, why in reasons.items():
        if before.get(what) != now[what]:
            return why, [], False
    dataset = REFRESH["dataset"]
    for other, files in now["files"].items():
        if other != dataset and before["files"].get(other) != files:
            return f"{other} changed, and its rows may be met in any period", [], False
    known, facts = before["files"].get(dataset, {}), now["files"][dataset]
    lost = sorted(path for path, mark in known.items() if facts.get(path) != mark)
    new = sorted(path for path in facts if path not in known)
    if lost and look_back is None:
        return f"{lost[0]} of {dataset} changed, and how far back is not known: --look-back says it", [], False
    if not lost and not new:
        return f"no file of {dataset} is new", [], False
    return None, new, bool(lost)


def period_count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError("the look-back is a whole number of periods")
    return int(text)


def add_refresh_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--incremental", action="store_true", help="compute only the periods that new facts are of, where that gives the same rows; else all, and why"
    )
    parser.add_argument(
        "--look-back",
        type=period_count,
        default=None,
        metavar="PERIODS",
        help="of --incremental: where files of facts were written anew, only that many of the newest periods before the last changed",
    )


def thread_count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("the number of threads is a whole number from 1")
    return int(text)


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=f"Builds {TABLE}.parquet of the data product {PRODUCT} from its sources.",
        epilog="Exit codes: 0 published, 1 failed and nothing was replaced, 2 wrong arguments.",
    )
    data = os.environ.get("DPB_DATA") or os.path.join("data", "bronze")
    parser.add_argument("--data", default=data, metavar="DIR", help="root of the sources (default: DPB_DATA, else data/bronze)")
    parser.add_argument("--output", required=True, metavar="DIR", help=f"folder that {TABLE}.parquet is put into")
    parser.add_argument("--run-id", type=run_id, default=None, help="correlation id of the log lines (default: a new one)")
    parser.add_argument("--as-of", type=iso_date, default=None, metavar="DATE", help="the date that counts as today (default: today)")
    add_refresh_arguments(parser)
    parser.add_argument("--threads", type=thread_count, default=None, help="threads of DuckDB (default: all cores)")
    parser.add_argument("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    return parser.parse_args(given)


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def path_list(paths: Iterable[Path]) -> str:
    """Paths as a SQL list in which no character is read as a pattern."""
    return "[" + ", ".join(literal(re.sub(r"([*?[])", r"[\1]", path.as_posix())) for path in paths) + "]"


def is_hidden(path: Path) -> bool:
    return path.name.startswith((".", "_"))


def data_files(folder: Path, kind: str, everywhere: bool) -> Iterator[Path]:
    """The data files of a folder; of its sub-folders only those of partitions (key=value) and all that is below them."""
    for path in folder.iterdir():
        if is_hidden(path):
            continue
        if path.is_dir():
            if everywhere or "=" in path.name:
                yield from data_files(path, kind, True)
        elif path.name.lower().endswith("." + kind):
            yield path


def files_of(source: Mapping[str, Any], data: Path) -> list[Path]:
    """The files of a source as they lie now: what was added to its folder belongs to it."""
    if source["folder"] is None:
        found = [data / name for name in source["files"] if (data / name).is_file()]
    else:
        folder = data / source["folder"]
        found = sorted(data_files(folder, source["kind"], False)) if folder.is_dir() else []
    if not found:
        raise JobError("source_missing", f"there are no files of {source['dataset']} under {data}", files=source["files"])
    return found


def fits(stored: str, types: Sequence[str], decimals: tuple[int, int, int] | None) -> bool:
    """Whether a column that may hold types and decimals loses nothing of what is stored."""
    digits = re.fullmatch(r"DECIMAL\((\d+), ?(\d+)\)", stored)
    if not types or digits is None or decimals is None:
        return not types or stored in types
    precision, scale = int(digits[1]), int(digits[2])
    return precision <= decimals[0] and precision - scale <= decimals[1] and scale <= decimals[2]


def check_columns(connection: duckdb.DuckDBPyConnection, source: Mapping[str, Any], files: Sequence[Path]) -> None:
    """Stops where a file no longer has the columns that the SQL was made for; without names their order counts."""
    if source["probe"] is None:
        return
    expected = source["columns"]
    kinds: dict[str, set[str]] = {}
    for path in files:
        if source["by_name"] and source["kind"] == "csv" and len(files) > 1 and path.stat().st_size == 0:
            continue
        rows = connection.execute(source["probe"].replace(FILES, path_list([path]))).fetchall()
        if source["by_name"]:
            stored = {row[0].lower(): row[1] for row in rows}
            wrong = [
                (name, stored.get(name.lower()))
                for name, partial, types, decimals in expected
                if not (partial if name.lower() not in stored else fits(stored[name.lower()], types, decimals))
            ]
            for name, kind in stored.items():
                kinds.setdefault(name, set()).add(kind)
        else:
            wrong = [] if rows and list(rows[0]) == [column[0] for column in expected] else [list(row) for row in rows] or [None]
        if wrong:
            raise JobError("source_changed", f"the columns of {source['dataset']} are not those of the definition", file=str(path), found=wrong)
    for name, *_ in expected if source["by_name"] else []:
        found = kinds.get(name.lower(), set())
        if not found or ("FLOAT" in found and len(found) > 1 and "DOUBLE" not in found):
            raise JobError("source_changed", f"no files of {source['dataset']} have all of its column {name}", found=sorted(found))


def mount(connection: duckdb.DuckDBPyConnection, data: Path) -> None:
    """Makes a view of each source under the name of its dataset."""
    for source in SOURCES:
        files = files_of(source, data)
        check_columns(connection, source, files)
        select = source["sql"].replace(FILES, path_list(files))
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(source['dataset'])} AS {select}")
        log(logging.INFO, "source_mounted", dataset=source["dataset"], files=len(files))


def parameters(statement: Mapping[str, Any], as_of: str) -> dict[str, str]:
    return {"as_of": as_of} if statement["uses_as_of"] else {}


def check_premises(connection: duckdb.DuckDBPyConnection) -> None:
    """Proves on this data that no join can multiply rows."""
    for premise in PREMISES:
        judge_premise(premise, connection.execute(premise["sql"]).fetchone()[0])


def check_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Compares the result with the columns of the contract; types that DuckDB alone knows are left out."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {identifier(RESULT)}").fetchall()
    found = [(row[0], row[1]) for row in described]
    same = len(found) == len(COLUMNS) and all(
        name == expected["name"] and expected["type"] in (None, kind) for (name, kind), expected in zip(found, COLUMNS)
    )
    if not same:
        raise JobError("schema_changed", "the result does not have the columns of the contract", found=found)


def check_rules(connection: duckdb.DuckDBPyConnection, as_of: str) -> None:
    judge_rules(row for check in CHECKS for row in connection.execute(check["sql"], parameters(check, as_of)).fetchall())


def sync(path: Path) -> None:
    """Makes a file, or on systems that know it the entries of a folder, survive a power cut."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def mark(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def note_of(data: Path, target: Path, as_of: str) -> dict[str, Any]:
    files = {
        source["dataset"]: {path.relative_to(data).as_posix(): mark(path) for path in files_of(source, data)} for source in SOURCES
    }
    return noted(as_of, mark(target) if target.is_file() else None, files)


def note_path(output: Path) -> Path:
    return output / f".{TABLE}.run.json"


def first_period(connection: duckdb.DuckDBPyConnection, data: Path, target: Path, new: Sequence[str], look_back: int | None) -> str | None:
    """The earliest period that new facts are of, or that older ones may have changed in; None where there is none."""
    parts = []
    if new:
        source = next(source for source in SOURCES if source["dataset"] == REFRESH["dataset"])
        files = [data / name for name in new]
        check_columns(connection, source, files)
        select = source["sql"].replace(FILES, path_list(files))
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(source['dataset'])} AS {select}")
        parts.append(REFRESH["first"])
    if look_back is not None:
        amount, unit = REFRESH["step"]
        back = f"max({REFRESH['column']}) - INTERVAL '{amount * look_back} {unit}'"
        parts.append(f"SELECT coalesce(CAST({back} AS {REFRESH['type']}), '0001-01-01') FROM read_parquet({path_list([target])})")
    union = " UNION ALL ".join(f"(SELECT * FROM ({part}) AS moment(begin))" for part in parts)
    found = connection.execute(f"SELECT CAST(min(begin) AS VARCHAR) FROM ({union})").fetchone()[0]
    return None if found is None else str(found)


def refresh(
    connection: duckdb.DuckDBPyConnection, options: argparse.Namespace, data: Path, target: Path, now: Mapping[str, Any]
) -> str | None:
    """The first period to compute; None where all are, which is said with its reason."""
    path = note_path(target.parent)
    before = json.loads(path.read_text("utf-8")) if path.is_file() else None
    why, new, rewritten = changes(before, now, options.look_back)
    if why is not None:
        log(logging.INFO, "refresh_planned", kind="full", why=why)
        return None
    since = first_period(connection, data, target, new, options.look_back if rewritten else None)
    log(logging.INFO, "refresh_planned", kind="incremental", since=since)
    # Where no new fact is of a period, only the rows of none are computed.
    return since or "9999-12-31"


def statement(since: str | None, as_of: str, target: Path) -> tuple[str, dict[str, str]]:
    """The SELECT of all rows with its parameters: that of the product, or its newest periods beside the older rows of the table."""
    given = parameters(PRODUCT_SQL, as_of)
    if since is None:
        return PRODUCT_SQL["sql"], given
    old = f"SELECT * FROM read_parquet({path_list([target])}) WHERE {REFRESH['column']} < CAST($since AS {REFRESH['type']})"
    return f"SELECT * FROM ({old} UNION ALL SELECT * FROM ({REFRESH['sql']}\n)) ORDER BY {ORDER}", {**given, "since": since}


def publish(connection: duckdb.DuckDBPyConnection, target: Path, as_of: str, run: str, since: str | None) -> int:
    """Writes the table beside its place, checks it there, and puts it in place in one step."""
    output = target.parent
    output.mkdir(parents=True, exist_ok=True)
    aside = output / f".{TABLE}.{run}.{os.getpid()}.tmp"
    try:
        sql, given = statement(since, as_of, target)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(RESULT)} AS {sql}", given)
        check_schema(connection)
        check_rules(connection, as_of)
        connection.execute(f"COPY (SELECT * FROM {identifier(RESULT)}) TO {literal(str(aside))} (FORMAT parquet, COMPRESSION zstd)")
        rows = connection.execute(f"SELECT count(*) FROM {identifier(RESULT)}").fetchone()[0]
        sync(aside)
        os.replace(aside, target)
        sync(output)
        return rows
    finally:
        if aside.exists():
            aside.unlink()


def connect(threads: int | None) -> duckdb.DuckDBPyConnection:
    config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    if threads is not None:
        config["threads"] = str(threads)
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET TimeZone = 'UTC'")
    # Rewritings of DuckDB 1.5 that give other rows than the SQL says.
    connection.execute(f"SET disabled_optimizers = {literal(FAULTY_OPTIMIZERS)}")
    return connection


def today(connection: duckdb.DuckDBPyConnection) -> str:
    return str(connection.execute("SELECT CAST(timezone($zone, now()) AS DATE)", {"zone": TIME_ZONE}).fetchone()[0])


def build(options: argparse.Namespace, run: str) -> None:
    data = Path(options.data).resolve()
    output = Path(options.output).resolve()
    if (output / "evidence.json").exists():
        raise JobError("output_is_a_build", f"{output} is a build of dpb, which proves the exact files in it: choose another folder")
    if not data.is_dir():
        raise JobError("source_missing", f"there is no folder {data}")
    connection = connect(options.threads)
    try:
        as_of = options.as_of or today(connection)
        log(logging.INFO, "job_started", as_of=as_of, data=str(data), output=str(output), version=VERSION)
        target = output / f"{TABLE}.parquet"
        now = note_of(data, target, as_of) if options.incremental else None
        since = refresh(connection, options, data, target, now) if now else None
        mount(connection, data)
        check_premises(connection)
        rows = publish(connection, target, as_of, run, since)
        if now:
            note = note_path(output).with_suffix(f".{os.getpid()}.tmp")
            note.write_text(json.dumps({**now, "table": mark(target)}), "utf-8")
            os.replace(note, note_path(output))
        log(logging.INFO, "job_finished", rows=rows, table=TABLE)
    finally:
        connection.close()


def stop(number: int, _frame: object) -> None:
    raise JobError("job_stopped", f"stopped by signal {number}")


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(given)
    run = options.run_id or uuid.uuid4().hex
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(run))
    LOGGER.handlers = [handler]
    LOGGER.propagate = False
    LOGGER.setLevel(options.log_level.upper())
    try:
        build(options, run)
    except JobError as error:
        log(logging.ERROR, error.event, message=str(error), **error.fields)
        return 1
    except (duckdb.Error, OSError) as error:
        log(logging.ERROR, "job_failed", message=str(error), error=type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    sys.exit(main())
