"""The import pages: upload, look, confirm, watch, receipt."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from energy import imports
from energy.models import ImportJob, Membership, Sensor
from energy.store import get_store

Status = ImportJob.Status
GOOD = b"timestamp,energy_kwh\n2025-01-01 00:00,0.5\n2025-01-01 00:30,0.7\n2025-01-01 01:00,0.9\n"
BROKEN = GOOD + b"2025-01-01 01:30,abc\nnonsense,1\n"
OPEN = b"date,energy_kwh\n01/02/2025 00:00,1.5\n02/02/2025 00:00,2.5\n03/02/2025 00:00,2.5\n"


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """Tests work jobs off themselves."""
    monkeypatch.setattr(imports, "_send", lambda key: None)


def upload(client, content: bytes = GOOD, name: str = "meter.csv", site: str = "home"):
    return client.post("/import/", {"site": site, "file": SimpleUploadedFile(name, content)})


def uploaded(client, content: bytes = GOOD) -> ImportJob:
    assert upload(client, content).status_code == 302
    return ImportJob.objects.get()


def confirmed(client, job: ImportJob, **said: str) -> ImportJob:
    client.post(f"/import/{job.key}/confirm/", {"import": "1", **said})
    imports.run(key=job.key, now=timezone.now())
    job.refresh_from_db()
    return job


def test_an_upload_waits_for_a_word(sensor, owner, as_user):
    answer = upload(as_user(owner))
    job = ImportJob.objects.get()
    assert answer["Location"] == f"/import/{job.key}/"
    assert (job.status, job.user, job.site, job.file_name) == (
        Status.PREVIEW,
        owner,
        sensor.site,
        "meter.csv",
    )
    assert get_store().span([sensor.pk]) is None


def test_the_preview_shows_guesses_and_readings(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    page = client.get(f"/import/{job.key}/").content.decode().replace("\u202f", " ")
    assert "kWh (as seen)" in page
    assert "energy_kwh" in page
    assert "Wed 1 Jan 2025, 00:30" in page
    assert "700 Wh" in page
    assert "home-main" in page


def test_the_chart_shows_what_would_be_imported(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    figure = client.get(f"/import/{job.key}/chart.json").json()
    assert figure["traces"][0]["y"] == [500.0, 700.0, 900.0]
    assert figure["traces"][0]["x"][0] == "2025-01-01T00:00:00"


def test_what_is_said_changes_the_preview_and_is_kept_in_the_address(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    answer = client.post(
        f"/import/{job.key}/confirm/",
        {"look": "1", "unit": "Wh", "time_zone": "UTC", "role_0": "time", "role_1": "value"},
    )
    assert answer.status_code == 302
    figure = client.get(answer["Location"].replace("/?", "/chart.json?")).json()
    assert figure["traces"][0]["y"] == [0.5, 0.7, 0.9]
    assert figure["traces"][0]["x"][0] == "2025-01-01T01:00:00"
    job.refresh_from_db()
    assert job.status == Status.PREVIEW


def test_a_confirmed_import_ends_in_a_receipt(sensor, owner, as_user):
    client = as_user(owner)
    job = confirmed(client, uploaded(client), role_0="time", role_1="value")
    assert job.status == Status.DONE
    page = client.get(f"/import/{job.key}/").content.decode().replace("\u202f", " ")
    assert "3 new readings" in page
    assert "2.10 kWh" in page
    assert "/sensors/home-main/" in page
    assert get_store().series(sensor.pk, 0, 2**40).wh.tolist() == [500, 700, 900]


def test_importing_again_counts_duplicates(sensor, owner, as_user):
    client = as_user(owner)
    confirmed(client, uploaded(client))
    ImportJob.objects.all().delete()
    job = confirmed(client, uploaded(client))
    assert (job.receipt["accepted"], job.receipt["duplicates"]) == (0, 3)
    assert "0 new readings" in client.get(f"/import/{job.key}/").content.decode()


def test_rejected_rows_are_named_and_downloaded(sensor, owner, as_user):
    client = as_user(owner)
    job = confirmed(client, uploaded(client, BROKEN))
    page = client.get(f"/import/{job.key}/").content.decode()
    assert "“abc” is not a number" in page
    answer = client.get(f"/import/{job.key}/rejected.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Type"].startswith("text/csv")
    assert lines[0] == "line,reason"
    assert sorted(line.split(",")[0] for line in lines[1:]) == ["5", "6"]


def test_an_open_question_is_asked_and_then_answered(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client, OPEN)
    page = client.get(f"/import/{job.key}/").content.decode()
    assert "Please choose: the file does not say." in page
    assert "--dates" not in page
    assert 'name="import" value="1" disabled' in page
    page = client.get(f"/import/{job.key}/?dates=day").content.decode()
    assert 'name="import" value="1" disabled' not in page
    assert "Sat 1 Feb 2025" in page


def test_a_wrong_time_zone_is_named_where_it_was_typed(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    answer = client.post(f"/import/{job.key}/confirm/", {"import": "1", "time_zone": "Middle/Earth"})
    job.refresh_from_db()
    assert job.status == Status.PREVIEW
    assert "is not a time zone" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "unit=beers",
        "sensor=nobody",
        "role_0=zzz",
        "role_0=value&role_1=value",
        "role_9=time",
        "dates=%EF%BF%BF",
        "x=1",
    ],
)
def test_nonsense_in_the_address_of_a_preview_does_no_harm(query, sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    assert client.get(f"/import/{job.key}/?{query}").status_code == 200
    assert client.get(f"/import/{job.key}/chart.json?{query}").status_code == 200


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n" + b"\0" * 500, b"\0\1\2" * 999, b"hello", b"<html></html>", b"a" * 5_000_000],
)
def test_a_file_of_another_kind_ends_in_a_sentence(content, sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client, content)
    page = client.get(f"/import/{job.key}/")
    assert page.status_code == 200
    assert 'class="alert alert-warning' in page.content.decode()


def test_an_upload_that_is_gone_is_told(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    job.file.storage.delete(job.file.name)
    page = client.get(f"/import/{job.key}/").content.decode()
    assert "no longer there" in page
    assert client.get(f"/import/{job.key}/chart.json").status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "required"),
        ({"site": "home"}, "required"),
        ({"site": "home", "file": SimpleUploadedFile("empty.csv", b"")}, "empty"),
        ({"site": "elsewhere", "file": SimpleUploadedFile("a.csv", GOOD)}, "valid choice"),
    ],
)
def test_an_upload_that_cannot_be_is_told_why(given, said, sensor, stranger, owner, as_user):
    answer = as_user(owner).post("/import/", given)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not ImportJob.objects.exists()


def test_a_file_too_large_is_refused(sensor, owner, as_user, settings):
    settings.UPLOAD_MAX_BYTES = 50
    page = upload(as_user(owner)).content.decode()
    assert "Pack it as .gz or split it" in page
    assert not ImportJob.objects.exists()


def test_nobody_uploads_to_a_home_they_only_look_at(site, sensor, as_user):
    from tests.factories import make_user

    guest = make_user("gert")
    Membership.objects.create(site=site, user=guest, access=Membership.Access.VIEW)
    client = as_user(guest)
    assert "Make a home first" in client.get("/import/").content.decode()
    assert upload(client).status_code == 200
    assert not ImportJob.objects.exists()


# --- watching -----------------------------------------------------------------------------------------------


def test_a_running_import_shows_how_far_it_is(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    ImportJob.objects.update(status=Status.RUNNING, bytes_total=100, bytes_done=40)
    page = client.get(f"/import/{job.key}/").content.decode()
    assert 'value="40"' in page
    assert 'hx-trigger="every 1s"' in page
    part = client.get(f"/import/{job.key}/progress/").content.decode()
    assert part.lstrip().startswith("<div")
    assert "40 % read" in part


def test_once_over_the_page_loads_anew(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    ImportJob.objects.update(status=Status.DONE)
    assert client.get(f"/import/{job.key}/progress/")["HX-Refresh"] == "true"


def test_a_failed_import_says_why(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    ImportJob.objects.update(status=Status.FAILED, error="The disk is full.")
    assert "The disk is full." in client.get(f"/import/{job.key}/").content.decode()


def test_a_second_word_starts_no_second_import(sensor, owner, as_user):
    client = as_user(owner)
    job = confirmed(client, uploaded(client))
    client.post(f"/import/{job.key}/confirm/", {"import": "1"})
    job.refresh_from_db()
    assert job.status == Status.DONE


def test_an_upload_is_let_go(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    assert client.get(f"/import/{job.key}/discard/").status_code == 405
    assert client.post(f"/import/{job.key}/discard/")["Location"] == "/import/"
    assert not ImportJob.objects.exists()


def test_an_import_on_its_way_is_not_let_go(sensor, owner, as_user):
    client = as_user(owner)
    job = uploaded(client)
    ImportJob.objects.update(status=Status.RUNNING)
    client.post(f"/import/{job.key}/discard/")
    assert ImportJob.objects.exists()


PAGES = ["", "chart.json", "progress/", "rejected.csv"]


@pytest.mark.parametrize("path", PAGES)
def test_an_import_is_for_those_who_may_change_the_home(path, sensor, owner, manager, as_user):
    job = uploaded(as_user(owner))
    assert as_user(manager).get(f"/import/{job.key}/{path}").status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_viewer_and_a_stranger_see_no_import(path, sensor, owner, viewer, stranger, as_user):
    job = uploaded(as_user(owner))
    assert as_user(viewer).get(f"/import/{job.key}/{path}").status_code == 403
    assert as_user(stranger).get(f"/import/{job.key}/{path}").status_code == 404
    assert as_user(None).get(f"/import/{job.key}/{path}").status_code == 302
    assert as_user(stranger).post(f"/import/{job.key}/confirm/", {"import": "1"}).status_code == 404
    assert as_user(stranger).post(f"/import/{job.key}/discard/").status_code == 404
    assert as_user(owner).get(f"/import/unknown/{path}").status_code == 404


def test_recent_imports_cost_a_fixed_number_of_queries(sensor, owner, as_user, django_assert_max_num_queries):
    for number in range(30):
        ImportJob.objects.create(
            key=f"k{number}",
            site=sensor.site,
            user=owner,
            file_name=f"{number}.csv",
            created_at=timezone.now(),
        )
    client = as_user(owner)
    with django_assert_max_num_queries(14):
        page = client.get("/import/").content.decode()
    assert page.count("Waiting for your word") == 20
    assert Sensor.objects.count() == 1
