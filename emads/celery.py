"""The Celery application and the beat timetable."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from emads import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emads.settings")

app = Celery("emads")
app.steps["worker"].add(DjangoStructLogInitStep)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["accounts", "messaging", "energy", "forecasting", "anomalies", "emads.web"])

# Every task here finds its own work in rows and is safe to run twice or late.
app.conf.beat_schedule = {
    "settle roll-ups": {"task": "energy.tasks.settle", "schedule": 60.0},
    "take up waiting imports": {"task": "energy.tasks.resume_imports", "schedule": 60.0},
    "detect anomalies": {"task": "anomalies.tasks.detect", "schedule": 60.0},
    "send waiting mail": {"task": "messaging.tasks.send_mail", "schedule": 10.0},
    "forget old mail": {
        "task": "messaging.tasks.forget_old_mail",
        "schedule": crontab(hour="3", minute="50"),
    },
    "issue forecasts": {"task": "forecasting.tasks.issue", "schedule": crontab(hour="2", minute="20")},
    "forecast new meters": {"task": "forecasting.tasks.issue_new", "schedule": 60.0},
    "make and send reports that are due": {"task": "emads.web.tasks.send_due_reports", "schedule": 60.0},
    "heal": {"task": "emads.web.tasks.heal", "schedule": crontab(hour="3", minute="40")},
    "heartbeat": {"task": "emads.web.tasks.heartbeat", "schedule": 30.0},
}

for entry in app.conf.beat_schedule.values():
    if isinstance(entry["schedule"], float):  # a tick nobody took in time is not worth doing twice
        entry["options"] = {"expires": entry["schedule"]}


@setup_logging.connect
def use_our_logs(**_: object) -> None:
    """Celery logs like the rest of the system."""
    logs.apply(settings.LOGGING)


@beat_init.connect
def first_beat(**_: object) -> None:
    """The installation is ready when beat is, not half a minute later."""
    (settings.DATA_DIR / "heartbeat").touch()
