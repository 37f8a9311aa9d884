"""The filters templates write numbers with."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template

from emads.lib.figures import THIN

NOON = datetime(2026, 7, 1, 12, 5, tzinfo=UTC)


def written(text: str, **context) -> str:
    return Template("{% load numbers frame %}" + text).render(Context(context)).replace(THIN, " ")


@pytest.mark.parametrize(
    ("text", "value", "result"),
    [
        ("{{ x|energy }}", 182_400, "182 kWh"),
        ("{{ x|energy }}", None, "–"),
        ("{{ x|energy }}", "", "–"),
        ("{{ x|energy }}", "beer", "–"),
        ("{{ x|power }}", 85.4, "85.4 W"),
        ("{{ x|percent }}", 0.034, "3.4 %"),
        ("{{ x|number }}", 1234567, "1 234 567"),
        ("{{ x|number }}", 26, "26"),
        ("{{ x|number }}", -1200, "−1 200"),
        ("{{ x|number }}", 26.0, "26.0"),
        ("{{ x|money:'EUR' }}", Decimal("12.345"), "€12.35"),
        ("{{ x|money:'SEK' }}", None, "–"),
        ("{{ x|delta }}", -0.12, "12 % less"),
        ("{{ x|compared:'last week' }}", 0.08, "8 % more than last week"),
        ("{{ x|joiner }}", 0.0, "as"),
        ("{{ x|direction }}", -0.2, "less"),
        ("{{ x|direction }}", 0.2, "more"),
        ("{{ x|direction }}", None, "same"),
    ],
)
def test_a_number_is_written_with_its_unit(text, value, result):
    assert written(text, x=value) == result


@pytest.mark.parametrize("tz", ["Asia/Kolkata", ZoneInfo("Asia/Kolkata")])
def test_times_are_those_of_the_place(tz):
    assert written("{{ x|local:tz }}", x=NOON, tz=tz) == "Wed 1 Jul 2026, 17:35"


def test_days_are_those_of_the_place():
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert written("{{ x|local_day:'Europe/Berlin' }}", x=late) == "Wed 1 Jul 2026"
    assert written("{{ x|local_day }}", x=date(2026, 7, 1)) == "Wed 1 Jul 2026"


@pytest.mark.parametrize("name", ["local:'UTC'", "local_day:'UTC'"])
def test_no_time_is_a_dash(name):
    assert written("{{ x|" + name + " }}", x=None) == "–"
