import logging
import sys

from emads.logs import RefusalsWithoutTrace, configure


def record(level: int) -> logging.LogRecord:
    try:
        raise PermissionError
    except PermissionError:
        return logging.LogRecord("django.request", level, __file__, 1, "Forbidden", None, sys.exc_info())


def test_a_refusal_is_logged_without_its_trace():
    refused = record(logging.WARNING)
    assert RefusalsWithoutTrace().filter(refused)
    assert refused.exc_info is None


def test_a_crash_keeps_its_trace():
    crash = record(logging.ERROR)
    assert RefusalsWithoutTrace().filter(crash)
    assert crash.exc_info is not None


def test_the_terminal_is_spared_the_ticks_and_the_files_are_not():
    assert configure(readable=True)["loggers"]["django_structlog.celery"]["level"] == "WARNING"
    assert configure(readable=False)["loggers"]["django_structlog.celery"]["level"] == "INFO"
