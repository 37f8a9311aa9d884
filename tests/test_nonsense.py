"""Whatever somebody writes into an address or a form: an answer, never a crash."""

import pytest
from django.utils import timezone

from tests.test_access_matrix import API, NO_GET, OPEN, PAGES, area
from tests.world import NOW, World, drained, make_world

NAMES = [
    "after",
    "aggregation",
    "all",
    "by",
    "day",
    "decimal",
    "end",
    "filter",
    "format",
    "from",
    "limit",
    "month",
    "next",
    "offset",
    "other",
    "page",
    "period",
    "range",
    "resolution",
    "role_0",
    "role_1",
    "search",
    "sensor",
    "severity",
    "site",
    "sort",
    "start",
    "status",
    "stamp",
    "subject",
    "tab",
    "to",
    "type",
    "time_zone",
    "unit",
    "with",
    "year",
]
ODD = [
    "%00",
    "'\"><script>alert(1)</script>",
    "-1",
    "0",
    "1e309",
    "NaN",
    "9" * 30,
    "9" * 5000,
    "²",
    "٣",
    "\u202e\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "../../etc/passwd",
    "%s%n{0}{{7*7}}",
]
ABOUT_A_HOME = ("site", "sensor", "other")  # they end in 404 before the rest is looked at
DAYS = [
    {"from": "1970-01-02", "to": "2099-12-31"},
    {"from": "2099-12-31", "to": "1970-01-02"},
    {"from": "1970-01-01", "to": "9999-12-31"},
    {"from": "2026-W10-2", "to": "20260310"},
]


def queries() -> list[dict[str, object]]:
    """Odd values everywhere at once, and where one would hide the others, one by one."""
    together: list[dict[str, object]] = []
    names = [name for name in NAMES if name not in ABOUT_A_HOME]
    for turn in range(0, len(ODD), 2):
        odd = {name: ODD[(turn + place) % len(ODD)] for place, name in enumerate(names)}
        together.append({**odd, "range": "custom"} if turn % 4 else odd)
    days = [{"range": "custom", "start": day["from"], "end": day["to"], **day} for day in DAYS]
    days += [
        {**day, "resolution": "hour", "by": "hour", "with": "year", "tab": "compare"} for day in days[:2]
    ]
    lists = [{name: ["7d", "custom", ""] for name in names}]
    arrays = [{f"{name}[]": "1" for name in NAMES}, {"page": "\x00"}]
    homes = [{name: odd} for name, odd in zip(ABOUT_A_HOME, (ODD[1], ODD[8], ODD[14]), strict=True)]
    return [*together, *days, *lists, *arrays, *homes]


QUERIES = queries()
ADDRESSES = sorted(
    {row.path for row in (*PAGES, *API) if row.get != NO_GET and "?" not in row.path}
    | {row.path.partition("?")[0] for row in (*PAGES, *API) if row.get != NO_GET}
    | {path for path, _ in OPEN.values()}
)


@pytest.fixture
def world(db, monkeypatch, settings, tmp_path) -> World:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path
    return make_world()


@pytest.mark.parametrize("part", sorted({area(address) for address in ADDRESSES}))
def test_an_address_with_nonsense_is_answered(world, part):
    client = world.client("owner", raise_request_exception=False)
    for address in (address for address in ADDRESSES if area(address) == part):
        for query in QUERIES:
            answer = client.get(world.path(address), query)
            drained(answer)
            assert answer.status_code < 500 or (address, answer.status_code) == ("/readyz", 503), query
