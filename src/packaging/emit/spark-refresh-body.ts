/** The part of the Spark job that goes on from the table of the last run, partition by partition. It needs what spark-job-body.ts has. */
export const sparkRefreshBody = `
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
`;
