/**
 * How all Python jobs end: arguments read, log lines set up, the exit code given. `failures` are the exceptions of the
 * engine, as Python names them, that are told as a failed job.
 */
export const jobMainBody = (failures: string): string => `\

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
    except (${failures}) as error:
        log(logging.ERROR, "job_failed", message=str(error), error=type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    sys.exit(main())
`;
