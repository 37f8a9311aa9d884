from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django_celery_beat.models import PeriodicTask

from accounts.models import User
from anomalies.models import Alert
from emads.lib import clock
from emads.web import demo
from energy.models import Sensor, Site
from energy.store import get_store
from forecasting.models import Forecast
from messaging.models import Conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(settings) -> None:
    settings.DEBUG = True
    call_command("seed_demo", "--days", "70", "--homes", "1", verbosity=0)


def test_the_demo_has_people_of_every_role_who_can_sign_in(seeded, client):
    assert {u.role for u in User.objects.all()} == {"admin", "manager", "resident", "viewer", "provider"}
    assert client.login(username="resident", password="demo")


def test_the_demo_has_something_to_look_at_everywhere(seeded):
    assert Alert.objects.exists()
    assert Forecast.objects.filter(abstained="").exists()
    assert Conversation.objects.exists()
    assert PeriodicTask.objects.filter(task="emads.web.tasks.continue_demo", enabled=True).exists()


def test_seeding_twice_changes_nothing(seeded, settings):
    before = (
        Site.objects.count(),
        Sensor.objects.count(),
        get_store().last_arrival(),
        Conversation.objects.count(),
    )
    call_command("seed_demo", "--days", "60", "--homes", "1", verbosity=0)
    after = (
        Site.objects.count(),
        Sensor.objects.count(),
        get_store().last_arrival(),
        Conversation.objects.count(),
    )
    assert after[:2] + after[3:] == before[:2] + before[3:]


def test_the_demo_goes_on_to_the_present_once(seeded):
    newest = max(
        latest.second for latest in get_store().latest([s.pk for s in Sensor.objects.all()]).values()
    )
    later = clock.moment(newest + 900) + timedelta(hours=2)
    assert demo.go_on(now=later) == 8 * Sensor.objects.count()
    assert demo.go_on(now=later) == 0


def test_without_debug_there_is_no_demo(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="needs DEBUG"):
        call_command("seed_demo")
    call_command("first_run")
    assert not User.objects.exists()
