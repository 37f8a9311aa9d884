"""What somebody with bad intentions tries: keys of others, foreign addresses, forged forms, scripts."""

import gzip
import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from post_office.models import Email

from accounts.api_auth import digest_of
from accounts.models import ApiToken
from accounts.services import create_token
from anomalies import figures
from anomalies.models import Alert, AlertEvent
from emads import logs
from emads.lib.csvfile import rows_to_csv
from energy import imports
from energy.models import ImportJob, Sensor, Site, Tariff
from energy.services import delete_site
from messaging.models import Conversation, Message, ReportFile, Subscription
from tests.test_access_matrix import API, PAGES, label
from tests.world import NOW, World, drained, make_world

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7|add:7 }}{% now 'Y' %}"
NUL = "a\x00b"


@pytest.fixture
def world(db, monkeypatch, settings, tmp_path) -> World:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path
    return make_world()


@pytest.fixture
def owner(world):
    return world.client("owner")


@pytest.fixture
def stranger(world):
    return world.client("stranger")


# --- other people's things in forms and bodies --------------------------------------------------------------


def test_a_stranger_resolves_no_alert_of_others_in_bulk(world, stranger):
    stranger.post("/alerts/bulk/", {"alert": [world.names["alert"]], "action": "resolve"})
    assert Alert.objects.get().status == "open"
    assert not AlertEvent.objects.exists()


def test_filters_show_a_stranger_nothing_of_others(world, stranger):
    for query in ("?site=home&status=all", "?sensor=home-main&status=all"):
        assert b"Far above" not in stranger.get(f"/alerts/{query}").content
    for path in ("alerts?site=home", "alerts?sensor_id=home-main", "sensors?site=home"):
        assert stranger.get(f"/api/v1/{path}").json()["items"] == []


def test_a_stranger_uploads_nothing_to_a_home_of_others(world, stranger):
    file = SimpleUploadedFile("x.csv", b"timestamp,energy_wh\n2026-03-01,1\n")
    before = ImportJob.objects.count()
    assert stranger.post("/import/", {"site": "home", "file": file}).status_code == 200
    assert ImportJob.objects.count() == before


def test_a_manager_of_a_home_cannot_send_a_file_to_a_meter_elsewhere(world):
    form = {"import": "1", "sensor": "elsewhere-main", "unit": "Wh"}
    answer = world.client("manager").post(world.path("/import/{job}/confirm/"), form)
    assert "sensor=elsewhere-main" in answer["Location"]
    assert ImportJob.objects.get().status == "preview"


def test_a_meter_of_others_is_no_parent(world, stranger):
    form = {"name": "x", "quantity": "import", "kind": "interval", "unit": "Wh"}
    parent = Sensor.objects.get(slug="home-main").pk
    answer = stranger.post("/sites/elsewhere/sensors/new/", {**form, "parent": parent})
    assert answer.status_code == 200
    assert not Sensor.objects.filter(parent=parent, site__slug="elsewhere").exists()


def test_a_price_of_another_home_is_not_found_under_ones_own(world, stranger):
    for path in ("/sites/elsewhere/tariffs/{tariff}/", "/sites/elsewhere/tariffs/{tariff}/delete/"):
        assert stranger.post(world.path(path), {}).status_code == 404
    assert Tariff.objects.count() == 1


def test_readings_for_a_meter_of_others_are_rejected_in_the_words_of_an_unknown_one(world, stranger):
    rows = [{"sensor_id": s, "timestamp": 1_772_000_000, "energy_wh": 1} for s in ("home-main", "nowhere")]
    answer = stranger.post("/api/v1/readings", {"readings": rows}, content_type="application/json").json()
    told = [row["error"].replace("home-main", "…").replace("nowhere", "…") for row in answer["rejected"]]
    assert answer["accepted"] == 0
    assert told[0] == told[1]


def test_one_writes_to_nobody_one_does_not_know(world, stranger):
    form = {"recipient": "Olga Example (olga)", "subject": "Hello", "body": "Psst"}
    answer = stranger.post("/messages/new/", form)
    assert answer.status_code == 200
    assert stranger.get("/messages/new/?to=olga").context["form"].initial["recipient"] == ""
    assert stranger.get("/messages/new/").context["suggested"] == []
    assert not Message.objects.filter(body="Psst").exists()


def test_who_may_not_write_does_not_answer_either(world):
    talk, provider = Conversation.objects.get(), world.people["provider"]
    talk.participants.create(user=provider)
    client = world.client("provider")
    assert b"<textarea" not in client.get(talk.get_absolute_url()).content
    assert client.post(talk.get_absolute_url(), {"body": "Buy"}).status_code == 403
    assert not Message.objects.filter(body="Buy").exists()


def test_a_new_home_of_an_old_name_inherits_no_reports(world, owner):
    delete_site(site=Site.objects.get(slug="home"))
    assert not ReportFile.objects.exists()
    assert not Subscription.objects.exists()
    assert (
        owner.post("/sites/new/", {"name": "Home", "time_zone": "UTC", "currency": "EUR"}).status_code == 302
    )
    assert owner.get(world.path("/reports/{report}.pdf")).status_code == 404


# --- foreign addresses --------------------------------------------------------------------------------------

FOREIGN = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "https:evil.example",
    " //evil.example",
    "/\t/evil.example",
    "http://testserver@evil.example/",
    "evil",
    "messaging:inbox",
    "/x\r\nSet-Cookie: a=b",
    "\x00",
    "/" + "x" * 100_000,
]
BACK = ["/theme/", "/messages/notifications/{told}/toggle/", "/alerts/bulk/", "/alerts/{alert}/acknowledge/"]


@pytest.mark.parametrize("path", BACK)
def test_nobody_is_sent_to_a_foreign_address(world, owner, path):
    for wanted in FOREIGN:
        answer = owner.post(world.path(path), {"next": wanted, "theme": "dark"})
        place = answer.headers.get("Location", "/")
        assert answer.status_code in (302, 400), wanted
        assert place.startswith("/"), wanted
        assert not place.startswith(("//", "/\\")), wanted
        assert b"\nSet-Cookie: a" not in answer.serialize_headers(), wanted


@pytest.mark.parametrize("who", ["anonymous", "owner"])
def test_signing_in_leads_to_no_foreign_address(world, who):
    for wanted in FOREIGN[:9]:
        form = {"login": "olga", "password": "correct-horse-9", "next": wanted}
        answer = world.client(who).post("/accounts/login/", form)
        assert answer.status_code == 302, wanted
        assert "evil" not in answer["Location"], wanted


def test_mails_name_the_address_we_know_not_the_one_asked_for(world, settings):
    settings.ALLOWED_HOSTS = ["*"]
    world.client("anonymous").post(
        "/accounts/password/reset/", {"email": "olga@example.org"}, headers={"host": "evil.example"}
    )
    mail = Email.objects.get(to="olga@example.org")
    assert settings.SITE_URL in mail.message
    assert "evil.example" not in mail.message + mail.html_message


# --- forged forms -------------------------------------------------------------------------------------------


def test_a_forged_form_is_refused(world):
    client = world.client("owner", enforce_csrf_checks=True)
    for row in (row for row in (*PAGES, *API) if row.post):
        assert client.post(world.path(row.path), row.data).status_code == 403, row.path


def test_a_token_needs_no_csrf_and_a_session_does_not_help_a_wrong_token(world):
    _, plain = create_token(user=world.people["owner"], name="", scope="ingest", now=NOW)
    client = world.client("anonymous", enforce_csrf_checks=True)
    body = {"timestamps": [], "energy_wh": [], "sensor_id": "home-main"}
    sent = client.post(
        "/api/v1/readings",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {plain}"},
    )
    assert sent.status_code == 200


# --- scripts in words ---------------------------------------------------------------------------------------


@pytest.fixture
def hostile(world) -> World:
    """Every word that a person may choose is a script."""
    Site.objects.update(name=SCRIPT)
    Sensor.objects.update(name=SCRIPT, make=SCRIPT[:80], model=SCRIPT[:80])
    type(world.people["owner"]).objects.update(first_name=SCRIPT[:150], last_name=SCRIPT[:150])
    Message.objects.update(body=SCRIPT)
    Conversation.objects.update(subject=SCRIPT)
    ApiToken.objects.update(name=SCRIPT[:80])
    ImportJob.objects.update(file_name=SCRIPT)
    Alert.objects.update(message=SCRIPT)
    AlertEvent.objects.create(alert=Alert.objects.get(), action="open", note=SCRIPT, at=NOW)
    return world


def test_words_stay_words(hostile):
    client = hostile.client("owner")
    for row in PAGES:
        answer = client.get(hostile.path(row.path))
        body, html = drained(answer), "html" in answer.headers.get("Content-Type", "")
        assert not html or (b"<script>alert" not in body and b"<img src=x" not in body), row.path
        assert "unsafe-inline" not in answer.headers.get("Content-Security-Policy", ""), row.path


def test_columns_of_an_upload_stay_words(world, owner):
    file = SimpleUploadedFile(
        "../../<b>x.csv", f"timestamp,{SCRIPT.replace(',', ';')}\n2026-03-01T00:00Z,1\n".encode()
    )
    answer = owner.post("/import/", {"site": "home", "file": file}, follow=True)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert b"<b>x" not in answer.content
    job = ImportJob.objects.latest("pk")
    assert job.file.name == f"imports/{job.key}"


def test_mails_do_not_run_what_people_write(hostile, owner):
    talk = Conversation.objects.get()
    Email.objects.all().delete()
    owner.post(talk.get_absolute_url(), {"body": SCRIPT})
    mail = Email.objects.get()
    sent = mail.email_message()
    html = sent.alternatives[0][0]
    assert "{{ 7|add:7 }}{% now 'Y' %}" in sent.body
    assert "{{ 7|add:7 }}" in html
    assert "<script>" not in html
    assert "\n" not in sent.subject


def test_a_subject_writes_no_headers(world):
    form = {"recipient": "mona", "subject": "Hi\r\nBcc: all@example.org", "body": "x"}
    answer = world.client("owner").post("/messages/new/", form)
    assert answer.status_code == 200
    assert not Email.objects.filter(subject__contains="Bcc").exists()


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"]
)
def test_no_cell_is_a_formula(cell):
    *_, line = rows_to_csv(["a"], [[cell]])
    assert line.lstrip('"').startswith("'")


# --- uploads ------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    """100 MB of one line in 100 kB."""
    return gzip.compress(b"0" * 100_000_000, 9)


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        bomb(),
        zipped("../../../etc/cron.d/x", b"timestamp,energy_wh\n2026-03-01T00:00Z,1\n"),
        b"timestamp,energy_wh\n" + b"9" * 5_000_000 + b",1\n",
        b"\x00" * 10_000,
        b"PK\x03\x04nonsense",
        b"sensor,timestamp,energy_wh\na\x00b,2026-03-01T00:00Z,1\na\x00b,2026-03-01T01:00Z,1\n",
        b"timestamp,a\x00b [Wh]\n2026-03-01T00:00Z,1\n2026-03-01T01:00Z,x\x00\n",
        b"",
        ("timestamp," * 20_000 + "\n").encode(),
    ],
    ids=["bomb", "path", "line", "zeros", "zip", "zero in a meter", "zero in a column", "empty", "columns"],
)
def test_an_odd_upload_is_answered(world, owner, content):
    file = SimpleUploadedFile("odd.csv", content)
    page = owner.post("/import/", {"site": "home", "file": file}, follow=True)
    assert page.status_code == 200
    job = ImportJob.objects.latest("pk")
    owner.post(f"/import/{job.key}/confirm/", {"import": "1", "unit": "Wh"})
    imports.run(key=job.key, now=NOW)
    assert owner.get(f"/import/{job.key}/").status_code == 200


# --- odd values in forms and bodies -------------------------------------------------------------------------

ODD = [
    "²",
    "9" * 30,
    "9" * 5000,
    NUL,
    "-1",
    "0001-01-01",
    "9999-12-31",
    "NaN",
    "1e400",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
]
FIELDS = [
    "action",
    "alert",
    "body",
    "currency",
    "days",
    "expires_on",
    "export_price_per_kwh",
    "first_name",
    "floor_area_m2",
    "interval_s",
    "kind",
    "language",
    "last_name",
    "name",
    "next",
    "note",
    "occupants",
    "parent",
    "period",
    "price_per_kwh",
    "quantity",
    "recipient",
    "role_0",
    "scope",
    "sensor",
    "site",
    "slug",
    "standing_charge_per_day",
    "subject",
    "theme",
    "time_zone",
    "unit",
    "valid_from",
    "verdict",
    "want",
    "day",
]
DAYS, LAST_DAY = ("valid_from", "expires_on", "day"), "9999-12-31"
FINE = {
    "name": "x",
    "currency": "EUR",
    "time_zone": "UTC",
    "quantity": "import",
    "kind": "interval",
    "unit": "Wh",
    "price_per_kwh": "0.3",
    "export_price_per_kwh": "0",
    "standing_charge_per_day": "0",
    "valid_from": "2026-02-01",
    "scope": "read",
    "site": "home",
    "period": "week",
    "want": "yes",
    "action": "resolve",
    "verdict": "real",
    "first_name": "O",
    "last_name": "E",
    "default_range": "7d",
    "anomaly_sensitivity": "normal",
    "theme": "auto",
    "language": "en",
    "import": "1",
}


@pytest.mark.parametrize("row", [row for row in PAGES if row.post], ids=label)
def test_a_form_with_nonsense_is_answered(world, owner, row):
    path = world.path(row.path)
    for odd in ODD:
        assert owner.post(path, dict.fromkeys(FIELDS, odd)).status_code < 500, odd
    for field in FIELDS:
        odd = LAST_DAY if field in DAYS else NUL
        assert owner.post(path, {**FINE, field: odd}).status_code < 500, field


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "2100-01-01", "9999-12-31"])
def test_a_price_from_the_end_of_the_calendar_breaks_no_page(world, owner, day):
    owner.post("/sites/home/tariffs/new/", {**FINE, "valid_from": day, "price_per_kwh": "-9999.99999"})
    for path in ("/", "/sites/home/", "/sites/home/tariffs/", "/forecast/", "/reports/", "/recommendations/"):
        assert owner.get(path).status_code == 200, path


EDGES = ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z", "1e400", NUL, "²"]


@pytest.mark.parametrize("edge", EDGES)
def test_the_api_answers_nonsense(world, owner, edge):
    for name in ("start", "end", "status", "severity", "type", "site", "sensor_id", "limit", "offset"):
        for path in ("alerts", "forecasts", "sensors", "sites", "sensors/home-main/series"):
            assert owner.get(f"/api/v1/{path}", {name: edge}).status_code < 500, (name, path)
    bodies = [
        {"until": edge, "note": edge},
        {"verdict": edge, "note": edge},
        {"verdict": "real", "note": edge},
    ]
    bodies += [
        {"readings": [{"sensor_id": edge, "timestamp": when, "energy_wh": edge}]} for when in (edge, 1)
    ]
    bodies += [{"readings": [{"sensor_id": edge, "timestamp": 1, "energy_wh": 1}]}]
    bodies += [{"readings": [{"sensor_id": "home-main", "timestamp": edge, "energy_wh": 1}]}, {"until": edge}]
    for row in API:
        for body in bodies:
            sent = owner.post(world.path(row.path), body, content_type="application/json")
            assert sent.status_code < 500, (row.path, body)


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[" * 100_000, b'{"readings": 1e400}', b"\xff\xfe", b"null", b'{"note": "\\ud800"}']
)
def test_the_api_answers_what_is_no_json(world, owner, body):
    for row in (row for row in API if row.post):
        sent = owner.post(world.path(row.path), body, content_type="application/json")
        assert sent.status_code < 500, row.path


def test_a_zero_byte_in_an_address_is_a_bad_request(owner):
    assert owner.get("/sensors/?site=a%00b").status_code == 400
    assert owner.get("/api/v1/sensors/a%00b").status_code == 400


# --- what must stay inside ----------------------------------------------------------------------------------


def test_a_crash_shows_nothing(world, monkeypatch):
    def crash(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("energy.access.get_object_or_404", crash)
    client = world.client("owner", raise_request_exception=False)
    for path in ("/sites/home/", "/api/v1/sensors/home-main"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert b"secret of the house" not in answer.content
        assert b"Traceback" not in answer.content


def test_readyz_tells_no_reason(world, monkeypatch, client):
    monkeypatch.setattr("emads.web.health.PARTS", {"store": lambda: 1 / 0})
    assert client.get("/readyz").json() == {"store": "ZeroDivisionError"}


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via", "X-Forwarded-Host"])
def test_metrics_are_not_handed_on_by_a_proxy(client, header):
    assert client.get("/metrics", headers={header: "203.0.113.9"}).status_code == 404


def test_a_token_stands_in_no_address_and_is_kept_as_a_digest(world, owner):
    answer = owner.post("/preferences/tokens/new/", {"name": "x", "scope": "read"})
    plain = answer.context["plain"]
    assert ApiToken.objects.filter(digest=digest_of(plain)).exists()
    assert "no-store" in answer["Cache-Control"]
    assert owner.get(f"/api/v1/sites?token={plain}&access_token={plain}").status_code == 200  # by the session
    assert world.client("anonymous").get(f"/api/v1/sites?token={plain}").status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/accounts/password/reset/key/1-abc123-def/", "/accounts/confirm-email/Mw:1abc:xyz/"],
)
def test_keys_of_mails_are_not_logged(path):
    assert logs.without_keys(None, "info", {"request": f"GET {path}"})["request"].endswith("/…")
    assert "abc" not in logs.without_keys(None, "info", {"event": f"Not Found: {path}"})["event"]


def test_a_key_of_a_token_ends_even_on_the_last_day_there_is(owner):
    answer = owner.post(
        "/preferences/tokens/new/", {"name": "x", "scope": "read", "expires_on": "9999-12-31"}
    )
    assert answer.status_code == 200


def test_a_language_we_do_not_speak_is_refused(owner, world):
    form = {**FINE, "language": "../x"}
    assert owner.post("/preferences/", form).status_code == 200
    world.people["owner"].refresh_from_db()
    assert world.people["owner"].language == "en"


def test_a_span_of_centuries_costs_what_its_readings_cost(owner, monkeypatch):
    asked: list[timedelta] = []
    real = figures.band_then
    monkeypatch.setattr(
        figures, "band_then", lambda sensor, start, end: asked.append(end - start) or real(sensor, start, end)
    )
    assert owner.get("/anomalies/chart.json?range=custom&from=1970-01-02&to=2099-12-31").status_code == 200
    assert asked[0] < timedelta(days=7)
