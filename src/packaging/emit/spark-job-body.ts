/**
 * The part of the Spark job that is the same for every product. It reads the constants that spark-job.ts writes in front of
 * it; nothing is put into it. Python 3.9 and pyspark 3.5 are all that it needs.
 */
export const sparkJobBody = String.raw`
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
    return "${'`'}" + name.replace("${'`'}", "${'``'}") + "${'`'}"


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
`;
