#!/usr/bin/env python3
# Monthly fees
# Request: monthly fees and loans by branch
# Reading: sum of fee and number of loans for each month of lent on and branch of members
# Grain: one row per month and branch
# Made by dpb from monthly_fees.dpb.yaml: change that file, not this one.
"""Builds the table of the data product monthly_fees with Spark 3.5 or later: for spark-submit, on a cluster or local[*]."""

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
from typing import Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

PRODUCT = "monthly_fees"
TABLE = "monthly_fees"
VERSION = "1.0.0"
TIME_ZONE = "UTC"
# The view of the result, as SQL writes its name: no source has it.
RESULT = "gold_monthly_fees"
SOURCES: list[dict[str, Any]] = [
    {
        "dataset": "loans",
        "view": "loans",
        "kind": "csv",
        "folder": "loans",
        "files": [
            "loans/part-1.csv",
            "loans/part-2.csv",
        ],
        "in_order": [
            "id",
            "member",
            "fee",
            "lent_on",
        ],
        "options": {
            "sep": ";",
            "quote": "\"",
            "escape": "\"",
            "header": "true",
            "encoding": "UTF-8",
            "enforceSchema": "false",
            "multiLine": "true",
            "mode": "FAILFAST",
            "maxCharsPerColumn": "-1",
        },
        "columns": [
            ("id", False, ["string"], None),
            ("member", False, ["string"], None),
            ("fee", False, ["string"], None),
            ("lent_on", False, ["string"], None),
        ],
        "select": [
            "CAST(CAST(CASE WHEN regexp_like(trim(nullif(coalesce(id, ''), '')), '^(?:[-+]?[0-9]+\\\\.?0*)\\\\z') THEN nullif(coalesce(id, ''), '') WHEN nullif(coalesce(id, ''), '') IS NOT NULL THEN raise_error(concat('loans.id: ', nullif(coalesce(id, ''), ''), ' is no bigint')) END AS DECIMAL(38,0)) AS BIGINT) AS id",
            "CAST(CAST(CASE WHEN regexp_like(trim(nullif(coalesce(member, ''), '')), '^(?:[-+]?[0-9]+\\\\.?0*)\\\\z') THEN nullif(coalesce(member, ''), '') WHEN nullif(coalesce(member, ''), '') IS NOT NULL THEN raise_error(concat('loans.member: ', nullif(coalesce(member, ''), ''), ' is no bigint')) END AS DECIMAL(38,0)) AS BIGINT) AS member",
            "CAST(CASE WHEN regexp_like(trim(nullif(coalesce(fee, ''), '')), '^(?:[-+]?([0-9]+\\\\.?[0-9]{0,2}0*|\\\\.[0-9]{1,2}0*))\\\\z') THEN nullif(coalesce(fee, ''), '') WHEN nullif(coalesce(fee, ''), '') IS NOT NULL THEN raise_error(concat('loans.fee: ', nullif(coalesce(fee, ''), ''), ' is no decimal(10,2)')) END AS DECIMAL(10,2)) AS fee",
            "CAST(CASE WHEN regexp_like(trim(nullif(coalesce(lent_on, ''), '')), '^(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})\\\\z') THEN nullif(coalesce(lent_on, ''), '') WHEN nullif(coalesce(lent_on, ''), '') IS NOT NULL THEN raise_error(concat('loans.lent_on: ', nullif(coalesce(lent_on, ''), ''), ' is no date')) END AS DATE) AS lent_on",
        ],
        "nothing": [
            "CAST(NULL AS BIGINT) AS id",
            "CAST(NULL AS BIGINT) AS member",
            "CAST(NULL AS DECIMAL(10,2)) AS fee",
            "CAST(NULL AS DATE) AS lent_on",
        ],
    },
    {
        "dataset": "members",
        "view": "members",
        "kind": "parquet",
        "folder": "members",
        "files": [
            "members/members.parquet",
        ],
        "in_order": [],
        "options": {},
        "columns": [
            ("id", False, ["tinyint", "smallint", "int", "bigint"], None),
            ("branch", False, ["string"], None),
            ("mail", False, ["string"], None),
        ],
        "select": [
            "CAST(id AS BIGINT) AS id",
            "CAST(branch AS STRING) AS branch",
            "CAST(mail AS STRING) AS mail",
        ],
        "nothing": [
            "CAST(NULL AS BIGINT) AS id",
            "CAST(NULL AS STRING) AS branch",
            "CAST(NULL AS STRING) AS mail",
        ],
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
COLUMNS: list[tuple[str, str | None]] = [
    ("month", "date"),
    ("branch", "string"),
    ("fees", "decimal(38,2)"),
    ("loan_count", "bigint"),
]
PARTITION: dict[str, str] | None = {
    "column": "`month`",
    "unit": "year",
    "name": "month_year",
    "quoted": "month_year",
}
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
            "      count(*) FILTER (WHERE `row`.`month` IS NULL) AS failing_0,\n"
            "      greatest(1 - count(*), 0, count(*) - count(*)) AS failing_2,\n"
            "      count(*) FILTER (WHERE CAST(`row`.branch AS STRING) NOT IN ('King\\'s Road', 'Süd')) AS failing_3,\n"
            "      count(*) FILTER (WHERE `row`.fees < 0) AS failing_4\n"
            "    FROM gold_monthly_fees AS `row`\n"
            "  ),\n"
            "  rule_step_1 AS (\n"
            "    SELECT\n"
            "      CAST(coalesce(sum(rows_of_key), 0) AS BIGINT) AS failing\n"
            "    FROM (SELECT count(*) AS rows_of_key FROM gold_monthly_fees AS `row` GROUP BY `row`.`month`, `row`.branch HAVING count(*) > 1) AS duplicates\n"
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
            "      CAST(coalesce(CAST(datediff(CAST(CAST(:as_of AS DATE) AS DATE), CAST(max(CAST(`row`.lent_on AS DATE)) AS DATE)) AS BIGINT) > 1, TRUE) AS BIGINT) AS failing_1\n"
            "    FROM loans AS `row`\n"
            "  ),\n"
            "  rule_step_0 AS (\n"
            "    SELECT\n"
            "      count(*) AS failing\n"
            "    FROM loans AS `row`\n"
            "    LEFT JOIN members AS target\n"
            "      ON target.id = `row`.member\n"
            "    WHERE `row`.member IS NOT NULL\n"
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
# Whether the SQL writes a DOUBLE as text, for which Spark has no function that always takes the shortest form.
WRITES_DOUBLES = False
DEFINITION = "50bc3308b464817897dd4a449d841bbab3b5185c76cac47be884864fac371e23"
FULL_BECAUSE = ""
REFRESH: dict[str, Any] | None = {
    "dataset": "loans",
    "name": "month",
    "column": "`month`",
    "type": "DATE",
    "step": (1, "month"),
    "first": (
        "SELECT\n"
        "  min(trunc(lent_on, 'month')) AS first\n"
        "FROM loans"
    ),
    "sql": (
        "SELECT\n"
        "  trunc(loans.lent_on, 'month') AS month,\n"
        "  members.branch AS branch,\n"
        "  CAST(sum(loans.fee) AS DECIMAL(38,2)) AS fees,\n"
        "  count(*) AS loan_count\n"
        "FROM loans\n"
        "LEFT JOIN members\n"
        "  ON loans.member = members.id\n"
        "WHERE loans.lent_on < CAST(:as_of AS DATE)\n"
        "  AND (loans.lent_on IS NULL OR trunc(loans.lent_on, 'month') >= CAST(:since AS DATE))\n"
        "GROUP BY 1, 2\n"
        "ORDER BY month NULLS LAST, branch NULLS LAST"
    ),
}
PRODUCT_SQL: dict[str, Any] = {
    "uses_as_of": True,
    "sql": (
        "SELECT\n"
        "  trunc(loans.lent_on, 'month') AS month,\n"
        "  members.branch AS branch,\n"
        "  CAST(sum(loans.fee) AS DECIMAL(38,2)) AS fees,\n"
        "  count(*) AS loan_count\n"
        "FROM loans\n"
        "LEFT JOIN members\n"
        "  ON loans.member = members.id\n"
        "WHERE loans.lent_on < CAST(:as_of AS DATE)\n"
        "GROUP BY 1, 2\n"
        "ORDER BY month NULLS LAST, branch NULLS LAST"
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


# What the SQL was written for. Decimals keep their digits, errors are errors, and nothing depends on where it runs.
# Constraints are not propagated: Spark 4 looks up columns of a UNION in vain while it does ("key not found").
SETTINGS = {
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.groupByOrdinal": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.variable.substitute": "false",
}
TABLE_PREFIX = "table:"


def table_name(place: str) -> str | None:
    """The name of a catalog table; None where the place is a path or URI."""
    return place[len(TABLE_PREFIX) :] if place.startswith(TABLE_PREFIX) else None


def source_place(text: str) -> tuple[str, str]:
    dataset, found, place = text.rpartition("=")
    if not found or not place or dataset not in [source["dataset"] for source in SOURCES]:
        raise argparse.ArgumentTypeError(f"{text!r} is not DATASET=PLACE with a dataset of this product")
    return dataset, place


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=f"Builds {TABLE} of the data product {PRODUCT} from its sources with Spark.",
        epilog="Exit codes: 0 published, 1 failed and nothing was replaced, 2 wrong arguments. "
        "A place is a path, a URI such as s3a://bucket/folder, or table:NAME for a table of the catalog.",
    )
    data = os.environ.get("DPB_DATA") or os.path.join("data", "bronze")
    parser.add_argument("--data", default=data, metavar="ROOT", help="path or URI above the sources (default: DPB_DATA, else data/bronze)")
    parser.add_argument(
        "--source", action="append", type=source_place, default=[], metavar="DATASET=PLACE", help="where one source lies instead; may be repeated"
    )
    parser.add_argument("--output", required=True, metavar="PLACE", help=f"path or URI that {TABLE}.parquet is put into, or table:NAME")
    parser.add_argument("--run-id", type=run_id, default=None, help="correlation id of the log lines (default: a new one)")
    parser.add_argument("--as-of", type=iso_date, default=None, metavar="DATE", help="the date that counts as today (default: today)")
    parser.add_argument("--partitioned", action="store_true", help="split the table by the period of its time column")
    parser.add_argument(
        "--since", type=iso_date, default=None, metavar="DATE", help="replace only the partitions from the period of this date on (implies --partitioned)"
    )
    add_refresh_arguments(parser)
    parser.add_argument("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    options = parser.parse_args(given)
    if (options.partitioned or options.since) and PARTITION is None:
        parser.error("the table has no column of days to years that it could be split by")
    if options.incremental and options.since:
        parser.error("--incremental finds out by itself since when")
    options.partitioned = options.partitioned or (options.incremental and PARTITION is not None)
    return options


def below(root: str, path: str) -> str:
    """The place of a relative path; a root that is a local folder is made absolute."""
    whole = root if re.match(r"^[A-Za-z][A-Za-z0-9+.-]+:", root) else os.path.abspath(root)
    return whole.rstrip("/") + "/" + path if path else whole


def without_pattern(path: str) -> str:
    """The path as Spark's readers take it: no character of it is read as a pattern."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", path)


def double_text(value: float | None) -> str | None:
    """The shortest text that reads back as the same DOUBLE."""
    return None if value is None else repr(value)


def hadoop_path(spark: SparkSession, place: str) -> tuple[Any, Any]:
    """The path of Hadoop and the file system that it lies in."""
    path = spark._jvm.org.apache.hadoop.fs.Path(place)
    return path, path.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())


def data_files(folder: Any, files: Any, kind: str, everywhere: bool) -> Iterator[str]:
    """The data files of a folder; of its sub-folders only those of partitions (key=value) and all that is below them."""
    for status in files.listStatus(folder):
        path = status.getPath()
        name = path.getName()
        if name.startswith((".", "_")):
            continue
        if status.isDirectory():
            if everywhere or "=" in name:
                yield from data_files(path, files, kind, True)
        elif name.lower().endswith("." + kind):
            yield path.toString()


def files_of(spark: SparkSession, source: Mapping[str, Any], data: str, place: str | None) -> tuple[str | None, list[str]]:
    """The folder of a source and its files as they lie now: what was added to the folder belongs to it."""
    folder = place or (None if source["folder"] is None else below(data, source["folder"]))
    found = []
    for named in [folder] if folder else [below(data, name) for name in source["files"]]:
        path, files = hadoop_path(spark, named)
        if files.exists(path):
            is_folder = files.getFileStatus(path).isDirectory()
            found.extend(sorted(data_files(path, files, source["kind"], False)) if is_folder else [path.toString()])
            folder = folder if is_folder else None
    if not found:
        raise JobError("source_missing", f"there are no files of {source['dataset']}", data=data)
    return folder, found


def fits(kind: str | None, types: Sequence[str], decimals: tuple[int, int, int] | None) -> bool:
    """Whether a stored type loses nothing in the column of the definition."""
    digits = re.fullmatch(r"decimal\((\d+),(\d+)\)", kind or "")
    if digits is None:
        return kind is not None and (not types or kind in types)
    precision, scale = int(digits[1]), int(digits[2])
    return not types or (decimals is not None and precision <= decimals[0] and precision - scale <= decimals[1] and scale <= decimals[2])


def shaped(frame: DataFrame, source: Mapping[str, Any], place: str) -> DataFrame:
    """The columns of the definition with its types; what a file need not have is null."""
    stored = {name.lower(): kind for name, kind in frame.dtypes}
    wrong = [
        (name, stored.get(name.lower()))
        for name, partial, types, decimals in source["columns"]
        if not (partial if name.lower() not in stored else fits(stored[name.lower()], types, decimals))
    ]
    if wrong:
        raise JobError("source_changed", f"the columns of {source['dataset']} are not those of the definition", place=place, found=wrong)
    expressions = zip(source["columns"], source["select"], source["nothing"])
    return frame.selectExpr(*[value if column[0].lower() in stored else nothing for column, value, nothing in expressions])


def read_files(
    spark: SparkSession, source: Mapping[str, Any], data: str, place: str | None, chosen: Sequence[str] | None = None
) -> DataFrame:
    """The rows of all files, or of those chosen; each has the columns of the definition, in their order where names do not count."""
    folder, files = files_of(spark, source, data, place)
    files = [path for path in files if chosen is None or path in chosen]

    def read(paths: Sequence[str]) -> DataFrame:
        reader = spark.read.option("basePath", folder) if folder else spark.read
        names = [without_pattern(path) for path in paths]
        if source["kind"] == "parquet":
            return reader.parquet(*names)
        if source["in_order"]:
            reader = reader.schema(", ".join(f"{quoted(name)} STRING" for name in source["in_order"]))
        return reader.options(**source["options"]).csv(names)

    if source["in_order"]:
        return shaped(read(files), source, folder or files[0])
    parts = [(path, read([path])) for path in files]
    first = parts[0][1]
    if all(part.dtypes == first.dtypes for _, part in parts):
        return shaped(read(files), source, folder or files[0])
    whole = shaped(first, source, files[0])
    for path, part in parts[1:]:
        whole = whole.unionAll(shaped(part, source, path))
    return whole


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def mount(spark: SparkSession, options: argparse.Namespace) -> None:
    """Makes a view of each source under the name of its dataset, with the types that the SQL was made for."""
    places = dict(options.source)
    for source in SOURCES:
        place = places.get(source["dataset"])
        table = table_name(place) if place else None
        frame = shaped(spark.table(table), source, table) if table else read_files(spark, source, options.data, place)
        frame.createOrReplaceTempView(source["view"])
        log(logging.INFO, "source_mounted", dataset=source["dataset"])


def query(spark: SparkSession, statement: Mapping[str, Any], as_of: str) -> DataFrame:
    return spark.sql(statement["sql"], args={"as_of": as_of} if statement["uses_as_of"] else {})


def check_premises(spark: SparkSession) -> None:
    """Proves on this data that no join can multiply rows."""
    for premise in PREMISES:
        judge_premise(premise, spark.sql(premise["sql"]).first()[0])


def check_schema(frame: DataFrame) -> None:
    """Compares the result with the columns of the contract; types that only the engine of the sources knows are left out."""
    same = len(frame.dtypes) == len(COLUMNS) and all(
        name == wanted and kind in (None, found) for (name, found), (wanted, kind) in zip(frame.dtypes, COLUMNS)
    )
    if not same:
        raise JobError("schema_changed", "the result does not have the columns of the contract", found=frame.dtypes)


def check_rules(spark: SparkSession, as_of: str) -> None:
    judge_rules(row for check in CHECKS for row in query(spark, check, as_of).collect())


def partitioned(frame: DataFrame, since: str | None) -> DataFrame:
    """The rows with the period that they lie in as a column, those of the periods from since on."""
    period = f"CAST(trunc({PARTITION['column']}, '{PARTITION['unit']}') AS STRING)"
    whole = frame.selectExpr("*", f"{period} AS {PARTITION['quoted']}")
    if since is None:
        return whole
    return whole.where(f"{PARTITION['quoted']} >= CAST(trunc(DATE '{since}', '{PARTITION['unit']}') AS STRING)")


def publish_table(spark: SparkSession, frame: DataFrame, name: str, options: argparse.Namespace) -> None:
    """Replaces a table of the catalog, or its partitions from a date on."""
    if options.since and spark.catalog.tableExists(name):
        spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
        partitioned(frame, options.since).write.mode("overwrite").insertInto(name)
        return
    if options.partitioned or options.since:
        partitioned(frame, None).write.mode("overwrite").partitionBy(PARTITION["name"]).saveAsTable(name)
    else:
        frame.write.mode("overwrite").saveAsTable(name)


def publish(spark: SparkSession, options: argparse.Namespace, run: str, as_of: str) -> int:
    """Computes the table, checks it, and puts it in place."""
    frame = query(spark, PRODUCT_SQL, as_of)
    check_schema(frame)
    name = table_name(options.output)
    if name:
        kept = frame.persist()
        try:
            kept.createOrReplaceTempView(RESULT)
            check_rules(spark, as_of)
            publish_table(spark, kept, name, options)
            return kept.count()
        finally:
            kept.unpersist()
    aside = f".{TABLE}.{run}.tmp"
    written = below(options.output, aside)
    try:
        splits = options.partitioned or options.since
        shaped = partitioned(frame, None).write.partitionBy(PARTITION["name"]) if splits else frame.write
        shaped.mode("overwrite").parquet(written)
        kept = spark.read.schema(frame.schema).parquet(without_pattern(written))
        kept.createOrReplaceTempView(RESULT)
        check_rules(spark, as_of)
        rows = kept.count()
        put_in_place(spark, options, aside, since_of(spark, options), with_none=False)
        return rows
    finally:
        discard(spark, options, aside)


def since_of(spark: SparkSession, options: argparse.Namespace) -> str | None:
    """The first partition to be replaced; None where the whole table is."""
    place, files = hadoop_path(spark, target_of(options))
    if not options.since or not files.exists(place):
        return None
    return spark.sql(f"SELECT CAST(trunc(DATE '{options.since}', '{PARTITION['unit']}') AS STRING)").first()[0]


def session() -> SparkSession:
    builder = SparkSession.builder.appName(f"dpb {PRODUCT}")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    if WRITES_DOUBLES:
        spark.udf.register("dpb_double_text", double_text, "string")
    return spark


def today(spark: SparkSession) -> str:
    return str(spark.sql("SELECT CAST(from_utc_timestamp(current_timestamp(), :zone) AS DATE)", args={"zone": TIME_ZONE}).first()[0])


def build(options: argparse.Namespace, run: str) -> None:
    is_shared = SparkSession.getActiveSession() is not None
    spark = session()
    try:
        as_of = options.as_of or today(spark)
        log(logging.INFO, "job_started", as_of=as_of, data=options.data, output=options.output, version=VERSION, spark=spark.version)
        finish_swap(spark, options)
        now = note_of(spark, options, as_of) if options.incremental else None
        since = refresh(spark, options, now) if options.incremental else None
        mount(spark, options)
        check_premises(spark)
        rows = go_on(spark, options, run, as_of, since) if since else publish(spark, options, run, as_of)
        if now:
            write_note(spark, options, now)
        log(logging.INFO, "job_finished", rows=rows, table=TABLE)
    finally:
        if not is_shared:
            spark.stop()


def read_json(spark: SparkSession, place: str) -> dict[str, Any] | None:
    path, files = hadoop_path(spark, place)
    if not files.exists(path):
        return None
    stream = files.open(path)
    try:
        return json.loads(spark._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
    finally:
        stream.close()


def write_json(spark: SparkSession, place: str, content: Mapping[str, Any]) -> None:
    """Writes a file as a whole: one that is there is replaced."""
    aside, files = hadoop_path(spark, place + ".tmp")
    stream = files.create(aside, True)
    try:
        stream.write(bytearray(json.dumps(content), "utf-8"))
    finally:
        stream.close()
    path, _ = hadoop_path(spark, place)
    files.delete(path, False)
    files.rename(aside, path)


def target_of(options: argparse.Namespace) -> str:
    return below(options.output, f"{TABLE}.parquet")


def swap_place(options: argparse.Namespace) -> str:
    return below(options.output, f".{TABLE}.swap.json")


def partitions_in(spark: SparkSession, place: str) -> list[str]:
    folder, files = hadoop_path(spark, place)
    names = [status.getPath().getName() for status in files.listStatus(folder) if status.isDirectory()]
    return sorted(name for name in names if "=" in name)


def move(files: Any, origin: Any, place: Any) -> None:
    if not files.rename(origin, place):
        raise JobError("output_in_use", f"{origin} cannot be put in place as {place}")


def swap(spark: SparkSession, options: argparse.Namespace, plan: Mapping[str, Any]) -> None:
    """Moves what a plan names into place. A plan of which a part was done already is done to its end."""
    target = target_of(options)
    new, files = hadoop_path(spark, below(options.output, plan["written"]))
    place, _ = hadoop_path(spark, target)
    if plan["puts"] is None:
        old, _ = hadoop_path(spark, below(options.output, plan["written"] + ".old"))
        if files.exists(new):
            if files.exists(place):
                move(files, place, old)
            move(files, new, place)
        files.delete(old, True)
    else:
        child = spark._jvm.org.apache.hadoop.fs.Path
        for name in plan["removes"]:
            files.delete(child(place, name), True)
        for name in plan["puts"]:
            if files.exists(child(new, name)):
                files.delete(child(place, name), True)
                move(files, child(new, name), child(place, name))
    files.delete(new, True)
    files.delete(hadoop_path(spark, swap_place(options))[0], False)
    spark.catalog.refreshByPath(target)


def put_in_place(spark: SparkSession, options: argparse.Namespace, written: str, since: str | None, with_none: bool = True) -> None:
    """Puts what was written in place of the table; of its partitions from a period on, and of that of no period, where one is given."""
    plan: dict[str, Any] = {"written": written, "puts": None, "removes": None}
    if since is not None:

        def is_meant(name: str) -> bool:
            period = name.rpartition("=")[2]
            return with_none if period == "__HIVE_DEFAULT_PARTITION__" else period >= since

        puts = [name for name in partitions_in(spark, below(options.output, written)) if is_meant(name)]
        removes = [name for name in partitions_in(spark, target_of(options)) if is_meant(name) and name not in puts]
        plan = {"written": written, "puts": puts, "removes": removes}
    write_json(spark, swap_place(options), plan)
    swap(spark, options, plan)


def finish_swap(spark: SparkSession, options: argparse.Namespace) -> None:
    """Ends what a run that was killed had begun to put in place, so that the table is whole again."""
    plan = None if table_name(options.output) else read_json(spark, swap_place(options))
    if plan is not None:
        log(logging.WARNING, "swap_finished", written=plan["written"])
        swap(spark, options, plan)


def discard(spark: SparkSession, options: argparse.Namespace, written: str) -> None:
    """Removes what was written aside, unless it is still to be put in place."""
    plan, files = hadoop_path(spark, swap_place(options))
    if not files.exists(plan):
        files.delete(hadoop_path(spark, below(options.output, written))[0], True)


def marked(spark: SparkSession, place: str) -> list[int]:
    path, files = hadoop_path(spark, place)
    status = files.getFileStatus(path)
    return [status.getLen(), status.getModificationTime()]


def note_of(spark: SparkSession, options: argparse.Namespace, as_of: str) -> dict[str, Any] | None:
    """What this run is made from, and the table as it lies; None where one of them is a table of the catalog."""
    places = dict(options.source)
    if table_name(options.output) or any(table_name(place) for place in places.values()):
        return None
    found = {}
    for source in SOURCES:
        _, paths = files_of(spark, source, options.data, places.get(source["dataset"]))
        found[source["dataset"]] = {path: marked(spark, path) for path in paths}
    return noted(as_of, marks_below(spark, target_of(options)), found)


def marks_below(spark: SparkSession, place: str) -> dict[str, list[int]] | None:
    folder, files = hadoop_path(spark, place)
    if not files.exists(folder):
        return None
    return {path: marked(spark, path) for path in sorted(data_files(folder, files, "parquet", True))}


def note_place(options: argparse.Namespace) -> str:
    return below(options.output, f".{TABLE}.run.json")


def write_note(spark: SparkSession, options: argparse.Namespace, now: Mapping[str, Any]) -> None:
    write_json(spark, note_place(options), {**now, "table": marks_below(spark, target_of(options))})


def period_of(day: str) -> str:
    return f"CAST(trunc({day}, '{PARTITION['unit']}') AS STRING)"


def first_period(spark: SparkSession, options: argparse.Namespace, new: Sequence[str], look_back: int | None) -> str | None:
    """The earliest partition that new facts are of, or that older ones may have changed in; None where there is none."""
    parts = []
    if new:
        source = next(source for source in SOURCES if source["dataset"] == REFRESH["dataset"])
        read_files(spark, source, options.data, dict(options.source).get(source["dataset"]), new).createOrReplaceTempView(source["view"])
        parts.append(f"SELECT CAST(first AS DATE) AS begin FROM ({REFRESH['first']})")
    if look_back is not None:
        spark.read.parquet(without_pattern(target_of(options))).createOrReplaceTempView(RESULT)
        amount, unit = REFRESH["step"]
        back = f"CAST(max({REFRESH['column']}) - INTERVAL '{amount * look_back}' {unit} AS DATE)"
        parts.append(f"SELECT coalesce({back}, DATE '0001-01-01') AS begin FROM {RESULT}")
    return spark.sql(f"SELECT {period_of('min(begin)')} FROM ({' UNION ALL '.join(parts)})").first()[0]


def refresh(spark: SparkSession, options: argparse.Namespace, now: Mapping[str, Any] | None) -> str | None:
    """The start of the first partition to compute; None where all are, which is said with its reason."""
    why, new, rewritten = "a table of the catalog keeps no record of the files that it was made of", [], False
    if now is not None:
        why, new, rewritten = changes(read_json(spark, note_place(options)), now, options.look_back)
    if why is None and (PARTITION is None or PARTITION["column"] != REFRESH["column"]):
        why = "the table is not split by its column of periods"
    if why is not None:
        log(logging.INFO, "refresh_planned", kind="full", why=why)
        return None
    since = first_period(spark, options, new, options.look_back if rewritten else None)
    log(logging.INFO, "refresh_planned", kind="incremental", since=since)
    # Where no new fact is of a period, only the rows of none are computed.
    return since or "9999-12-31"


def go_on(spark: SparkSession, options: argparse.Namespace, run: str, as_of: str, since: str) -> int:
    """Computes the partitions from one on, checks the table that they make with the older ones, and puts them in place."""
    name = f".{TABLE}.{run}.tmp"
    target, written = target_of(options), below(options.output, name)
    given = {"as_of": as_of} if PRODUCT_SQL["uses_as_of"] else {}
    frame = spark.sql(REFRESH["sql"], args={**given, "since": since})
    check_schema(frame)
    try:
        partitioned(frame, None).write.mode("overwrite").partitionBy(PARTITION["name"]).parquet(written)
        columns = [quoted(name) for name, _ in COLUMNS]
        old, new = (spark.read.schema(frame.schema).parquet(without_pattern(place)) for place in (target, written))
        older = old.where(f"{REFRESH['column']} < CAST('{since}' AS {REFRESH['type']})")
        older.select(*columns).unionAll(new.select(*columns)).createOrReplaceTempView(RESULT)
        check_rules(spark, as_of)
        rows = spark.table(RESULT).count()
        put_in_place(spark, options, name, since)
        return rows
    finally:
        discard(spark, options, name)


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
    except (PySparkException, Py4JError, OSError) as error:
        log(logging.ERROR, "job_failed", message=str(error), error=type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    sys.exit(main())
