/**
 * The part of the Python job that is the same for every product. It reads the constants that python-job.ts writes in
 * front of it; nothing is put into it. Python 3.9 and the duckdb package are all that it needs.
 */
export const pythonJobBody = String.raw`
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
`;
