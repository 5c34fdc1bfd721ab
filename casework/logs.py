"""Logs as lines of JSON that name places and numbers, never persons, texts or secrets."""

import logging
import sys
import traceback

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Values under these names never leave the process, whoever logs them by mistake.
UNSAID = frozenset(
    {
        "access_code",
        "address",
        "body",
        "code",
        "cookie",
        "email",
        "form",
        "id_number",
        "name",
        "note",
        "password",
        "phone",
        "query",
        "reply",
        "secret",
        "seed",
        "subject",
        "text",
        "title",
        "token",
        "url",
        "value",
    }
)


def start(level: str = "INFO") -> None:
    """Send all logs of this process, other libraries' too, to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        leave_out_persons,
        tell_faults_by_place,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def leave_out_persons(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace values that may hold personal data or secrets."""
    return {key: "[left out]" if key in UNSAID else value for key, value in event.items()}


def tell_faults_by_place(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Turn an exception into its kind and places: its message may quote what somebody typed."""
    fault = event.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()
    error = fault[1] if isinstance(fault, tuple) else fault
    if isinstance(error, BaseException):
        event["kind"] = type(error).__name__
        event["places"] = _places(error)
    return event


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
