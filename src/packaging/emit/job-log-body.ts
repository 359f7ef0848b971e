/** What all Python jobs begin with: errors, log lines and arguments that they share. Python 3.9 is all that it needs. */
export const jobLogBody = `
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
`;
