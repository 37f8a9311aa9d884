"""Structured logs: one line an event, with the request's id, which follows into tasks."""

import logging.config
import re
from typing import Any

import structlog

LONGEST = 2000  # letters of an address or sentence: a log is not for filling
KEYS = re.compile(r"(/accounts/(?:password/reset/key|confirm-email)/)[^\s?\"']+")


def without_keys(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The keys that mails carry in their links open an account: they stay out of the log."""
    for name in ("request", "event"):
        if isinstance(event.get(name), str):
            event[name] = KEYS.sub(r"\1…", event[name])[:LONGEST]
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
    without_keys,
]
ROOMS = ("emads", "accounts", "messaging", "energy", "forecasting", "anomalies")
READABLE = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


class RefusalsWithoutTrace(logging.Filter):
    """A refused request is no crash: where in the code it was refused helps nobody."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line; drop the trace below ERROR."""
        if record.levelno < logging.ERROR:
            record.exc_info = None
        return True


def configure(*, readable: bool) -> dict[str, Any]:
    """The LOGGING setting; structlog is set up on the way. `readable`: for a terminal, else JSON."""
    renderer: Any = READABLE if readable else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    tail: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not readable:
        tail.append(structlog.processors.format_exc_info)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [*tail, renderer],
                "foreign_pre_chain": SHARED,
            }
        },
        "filters": {"refusals": {"()": RefusalsWithoutTrace}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            **{name: {"level": "INFO"} for name in (*ROOMS, "django_structlog")},
            # on a terminal the ticks of the timetable would drown what people do
            "django_structlog.celery": {"level": "WARNING" if readable else "INFO"},
            "django": {"handlers": [], "level": "INFO"},
            "django.request": {"filters": ["refusals"]},
            "kombu.connection": {"level": "ERROR"},
        },
    }


def apply(settings: dict[str, Any]) -> None:
    """Use the LOGGING setting in a process that Django did not set up (the Celery worker)."""
    logging.config.dictConfig(settings)
