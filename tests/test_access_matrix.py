"""Every address of the product, and what each kind of person gets there.

A new address fails the first test until it has a row here. A row says, for owner, viewer, manager, provider
and stranger, the status of a GET and, where it takes one, of a POST; the others' follows from its door.
"""

from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tests.world import EVERYBODY, NOW, World, drained, make_world, routes

# allauth's own pages; its templates and limits are tested in tests/accounts
OF_ALLAUTH = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_reauthenticate",
    "account_email",
    "account_email_verification_sent",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_confirm_login_code",
    "account_confirm_email",
    "account_reset_password_from_key_done",
    "account_reset_password_from_key",
    "account_reset_password_done",
}
KNOWN = EVERYBODY[1:6]  # owner, viewer, manager, provider, stranger

ALL = "200 200 200 200 200"
SEE = "200 200 200 200 404"  # whoever is of the home
EDIT = "200 404 200 404 404"  # whoever may change it
EDITED = "302 404 302 404 404"
OWN = "200 404 404 404 404"  # this one person
OWNED = "302 404 404 404 404"
IMPORT = "200 403 200 403 404"  # roles without imports are told so before anything is looked up
IMPORTED = "302 403 302 403 404"
DOORS = {"/accounts/login/": "sign in", "/accounts/pending/": "wait"}
NO_GET = "405 405 405 405 405"
DONE = "302 302 302 302 302"


class Row(NamedTuple):
    """What people get at an address."""

    name: str
    path: str
    get: str
    post: str = ""
    data: dict[str, Any] = {}


PAGES = [
    Row("accounts:preferences", "/preferences/", ALL, ALL),
    Row("accounts:token-create", "/preferences/tokens/new/", NO_GET, "200 403 200 200 200"),
    Row("accounts:token-revoke", "/preferences/tokens/{token}/revoke/", NO_GET, OWNED),
    Row("messaging:inbox", "/messages/", ALL),
    Row("messaging:read-all", "/messages/read/", NO_GET, DONE),
    Row("messaging:notification", "/messages/notifications/{told}/", OWN),
    Row("messaging:notification-toggle", "/messages/notifications/{told}/toggle/", NO_GET, OWNED),
    Row(
        "messaging:conversation",
        "/messages/conversations/{talk}/",
        "200 404 200 404 404",
        "302 404 302 404 404",
        {"body": "Thank you"},
    ),
    Row(
        "messaging:conversation-toggle",
        "/messages/conversations/{talk}/toggle/",
        NO_GET,
        "302 404 302 404 404",
    ),
    Row("web:message-compose", "/messages/new/", "200 200 200 403 200", "200 200 200 403 200"),
    Row("energy:sites", "/sites/", ALL),
    Row("energy:site-create", "/sites/new/", "200 403 200 403 200", "200 403 200 403 200"),
    Row("energy:site", "/sites/{site}/", SEE),
    Row("energy:site-chart", "/sites/{site}/chart.json", SEE),
    Row("energy:site-edit", "/sites/{site}/edit/", EDIT, EDIT),
    Row("energy:connect", "/sites/{site}/connect/", EDIT, EDIT),
    Row("energy:sensor-create", "/sites/{site}/sensors/new/", EDIT, EDIT),
    Row("energy:tariffs", "/sites/{site}/tariffs/", SEE),
    Row("energy:tariff-create", "/sites/{site}/tariffs/new/", EDIT, EDIT),
    Row("energy:tariff-edit", "/sites/{site}/tariffs/{tariff}/", EDIT, EDIT),
    Row("energy:tariff-delete", "/sites/{site}/tariffs/{tariff}/delete/", NO_GET, EDITED),
    Row("energy:sensors", "/sensors/", ALL),
    Row("energy:sensors", "/sensors/?site={site}", SEE),
    Row("energy:sensor", "/sensors/{sensor}/", SEE),
    Row("energy:sensor-chart", "/sensors/{sensor}/chart.json", SEE),
    Row("energy:sensor-edit", "/sensors/{sensor}/edit/", EDIT, EDIT),
    Row("energy:sensor-delete", "/sensors/{sensor}/delete/", EDIT, EDITED, {"slug": "home-main"}),
    Row("energy:import", "/import/", "200 403 200 403 200", "200 403 200 403 200"),
    Row("energy:import", "/import/?site={site}", "200 403 200 403 404"),
    Row("energy:import-job", "/import/{job}/", IMPORT),
    Row("energy:import-chart", "/import/{job}/chart.json", IMPORT),
    Row("energy:import-confirm", "/import/{job}/confirm/", NO_GET, IMPORTED, {"import": "1"}),
    Row("energy:import-discard", "/import/{job}/discard/", NO_GET, IMPORTED),
    Row("energy:import-progress", "/import/{job}/progress/", IMPORT),
    Row("energy:import-rejected", "/import/{job}/rejected.csv", IMPORT),
    Row("energy:analytics", "/analytics/", ALL),
    Row("energy:analytics", "/analytics/?site={site}&sensor={sensor}", SEE),
    Row("energy:analytics", "/analytics/?sensor={sensor}&other={sensor}", SEE),
    Row("energy:analytics", "/analytics/?other={sensor}", SEE),
    Row("energy:analytics-chart", "/analytics/trend.json?site={site}", SEE),
    Row("energy:analytics-chart", "/analytics/meters.json?other={sensor}", SEE),
    Row("forecasting:forecast", "/forecast/", ALL),
    Row("forecasting:forecast", "/forecast/?site={site}", SEE),
    Row("forecasting:forecast", "/forecast/?sensor={sensor}", SEE),
    Row("forecasting:forecast-chart", "/forecast/chart.json?site={site}", SEE),
    Row("forecasting:forecast-chart", "/forecast/chart.json?sensor={sensor}", SEE),
    Row("anomalies:anomalies", "/anomalies/", ALL),
    Row("anomalies:anomalies", "/anomalies/?site={site}", SEE),
    Row("anomalies:anomalies", "/anomalies/?sensor={sensor}", SEE),
    Row("anomalies:anomalies-chart", "/anomalies/chart.json?site={site}", SEE),
    Row("anomalies:anomalies-chart", "/anomalies/chart.json?sensor={sensor}", SEE),
    Row("anomalies:incident", "/anomalies/{incident}/", SEE),
    Row("anomalies:incident-chart", "/anomalies/{incident}/chart.json", SEE),
    Row("anomalies:alerts", "/alerts/", ALL),
    Row(
        "anomalies:alerts-bulk",
        "/alerts/bulk/",
        NO_GET,
        "302 403 302 403 302",
        {"alert": "{alert}", "action": "resolve"},
    ),
    Row("anomalies:alert", "/alerts/{alert}/", SEE),
    Row("anomalies:alert-acknowledge", "/alerts/{alert}/acknowledge/", NO_GET, EDITED),
    Row("anomalies:alert-resolve", "/alerts/{alert}/resolve/", NO_GET, EDITED),
    Row("anomalies:alert-reopen", "/alerts/{alert}/reopen/", NO_GET, EDITED),
    Row("anomalies:alert-snooze", "/alerts/{alert}/snooze/", NO_GET, EDITED),
    Row("anomalies:alert-verdict", "/alerts/{alert}/verdict/", NO_GET, EDITED, {"verdict": "real"}),
    Row("web:dashboard", "/", ALL),
    Row("web:dashboard", "/?site={site}", SEE),
    Row("web:dashboard-energy-chart", "/dashboard/energy.json?site={site}", SEE),
    Row("web:dashboard-daily-chart", "/dashboard/daily.json?site={site}", SEE),
    Row("web:dashboard-weekday-chart", "/dashboard/weekday.json?site={site}", SEE),
    Row("web:dashboard-heat-chart", "/dashboard/heat.json?site={site}", SEE),
    Row("web:live", "/live/", "204 204 204 204 204"),
    Row("web:recommendations", "/recommendations/?site={site}", SEE),
    Row("web:reports", "/reports/?site={site}", SEE),
    Row("web:report-daily-chart", "/reports/daily.json?site={site}", SEE),
    Row("web:report-make", "/reports/make/", NO_GET, "302 302 302 302 404", {"site": "{site}"}),
    Row(
        "web:report-mail",
        "/reports/mail/",
        NO_GET,
        "302 302 302 403 404",
        {"site": "{site}", "period": "week", "want": "yes"},
    ),
    Row("web:report-energy-csv", "/reports/energy.csv?site={site}", SEE),
    Row("web:report-anomalies-csv", "/reports/anomalies.csv?site={site}", SEE),
    Row("web:report-forecast-csv", "/reports/forecast.csv?site={site}", SEE),
    Row("web:report-file", "/reports/{report}.pdf", SEE),
    Row("web:report-row", "/reports/{report}/", SEE),
    Row("web:about", "/about/", ALL),
    Row("web:theme", "/theme/", NO_GET, DONE, {"theme": "dark"}),
]
API = [
    Row("api-1:post_readings", "/api/v1/readings", NO_GET, ALL, {"timestamps": [], "energy_wh": []}),
    Row("api-1:list_sites", "/api/v1/sites", ALL),
    Row("api-1:list_sensors", "/api/v1/sensors", ALL),
    Row("api-1:show_sensor", "/api/v1/sensors/{sensor}", SEE),
    Row("api-1:show_series", "/api/v1/sensors/{sensor}/series", SEE),
    Row("api-1:list_forecasts", "/api/v1/forecasts", ALL),
    Row("api-1:list_forecasts", "/api/v1/forecasts?site={site}", SEE),
    Row("api-1:alerts", "/api/v1/alerts", ALL),
    Row("api-1:alert", "/api/v1/alerts/{alert}", SEE),
    Row("api-1:acknowledge", "/api/v1/alerts/{alert}/acknowledge", NO_GET, EDIT),
    Row("api-1:resolve", "/api/v1/alerts/{alert}/resolve", NO_GET, EDIT),
    Row("api-1:snooze", "/api/v1/alerts/{alert}/snooze", NO_GET, EDIT),
    Row("api-1:verdict", "/api/v1/alerts/{alert}/verdict", NO_GET, EDIT, {"verdict": "real"}),
]
# Open to the whole world, and what it gets: nothing in them is anybody's.
OPEN = {
    "healthz": ("/healthz", 200),
    "readyz": ("/readyz", 200),
    "metrics": ("/metrics", 404),  # from another machine
    "api-1:openapi-json": ("/api/v1/openapi.json", 200),
    "api-1:openapi-view": ("/api/v1/docs", 200),
    "api-1:api-root": ("/api/v1/", 404),
    "web:favicon": ("/favicon.ico", 302),
    "accounts:pending": ("/accounts/pending/", 200),
}


@pytest.fixture
def world(db, monkeypatch, settings, tmp_path) -> World:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path
    (tmp_path / "heartbeat").touch()
    return make_world()


def answers(world: World, row: Row, method: str) -> dict[str, str]:
    """What everybody gets; nothing anybody does is left for the next."""
    found = {}
    clients = {who: world.client(who) for who in EVERYBODY}
    path = world.path(row.path)
    data = {name: world.filled(value) for name, value in row.data.items()}
    kind = {"content_type": "application/json"} if row in API else {}
    for who, client in clients.items():
        point = transaction.savepoint()
        answer = client.get(path) if method == "GET" else client.post(path, data, **kind)
        place = answer.headers.get("Location", "").partition("?")[0]
        found[who] = DOORS.get(place, str(answer.status_code))
        drained(answer)
        transaction.savepoint_rollback(point)
    return found


def expected(known: str, anonymous: str, pending: str) -> dict[str, str]:
    people = dict(zip(KNOWN, known.split(), strict=True))
    return {"anonymous": anonymous, **people, "pending": pending, "disabled": anonymous}


def label(row: Row) -> str:
    return row.path


def area(path: str) -> str:
    return path.removeprefix("/").partition("/")[0]


AREAS = sorted({area(row.path) for row in PAGES})


def test_every_address_has_a_row():
    named = {row.name for row in (*PAGES, *API)} | OPEN.keys() | OF_ALLAUTH
    assert set(routes()) == named


@pytest.mark.parametrize("part", AREAS)
def test_who_gets_a_page(world, part):
    for row in (row for row in PAGES if area(row.path) == part):
        assert answers(world, row, "GET") == expected(row.get, "sign in", "wait"), row.path


@pytest.mark.parametrize("part", AREAS)
def test_who_may_send_a_form(world, part):
    for row in (row for row in PAGES if row.post and area(row.path) == part):
        assert answers(world, row, "POST") == expected(row.post, "sign in", "wait"), row.path


def test_a_page_without_a_form_gives_nothing_more_to_who_posts(world):
    clients = {who: world.client(who) for who in ("anonymous", "stranger")}
    for row in (row for row in PAGES if not row.post):
        path = world.path(row.path)
        assert clients["anonymous"].post(path).status_code == 302, path
        assert str(clients["stranger"].post(path).status_code) in (row.get.split()[-1], "405"), path


def test_who_reads_from_the_api(world):
    for row in (row for row in API if row.get != NO_GET):
        assert answers(world, row, "GET") == expected(row.get, "401", "403"), row.path


def test_who_writes_by_the_api(world):
    for row in (row for row in API if row.post):
        assert answers(world, row, "POST") == expected(row.post, "401", "403"), row.path


def test_what_is_open_is_open_to_everyone(world):
    client = world.client("anonymous")
    got = {name: client.get(path, REMOTE_ADDR="203.0.113.9").status_code for name, (path, _) in OPEN.items()}
    assert got == {name: status for name, (_, status) in OPEN.items()}


def test_only_admins_enter_the_administration(world):
    pages = ["admin:index"] + [
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in ("changelist", "add")
    ]
    for who in EVERYBODY:
        client = world.client(who)
        places = {client.get(reverse(page)).headers.get("Location", "").partition("?")[0] for page in pages}
        assert places <= {*DOORS, "/admin/login/"}, who
