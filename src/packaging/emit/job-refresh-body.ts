/**
 * The part of both Python jobs that decides what a run with --incremental has to compute, from what the last run noted of its
 * inputs beside the table. It reads the constants that `refreshConstants` writes; nothing is put into it.
 */
export const jobRefreshBody = `
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
`;
