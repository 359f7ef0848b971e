/**
 * The part of the Spark job that puts a new table, or partitions of it, in the place of old ones. What is to be moved is written
 * down first, so that a run that was killed on the way is finished by the next. It needs what spark-job-body.ts has.
 */
export const sparkSwapBody = `
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
`;
