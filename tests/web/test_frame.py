"""The frame of every page: navigation by role, site switcher, theme, range control, error pages."""

import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.models import User
from anomalies.models import Alert
from emads.web.templatetags import frame as tags
from energy.span import Span
from messaging.models import Notification
from tests.conftest import NOW
from tests.factories import make_site, make_user

BERLIN = ZoneInfo("Europe/Berlin")
PUBLIC = ["/accounts/login/", "/accounts/signup/"]


def labels(response) -> list[str]:
    return [entry.label for group in response.context["nav"] for entry in group.entries]


@pytest.mark.parametrize(
    ("role", "homes", "may_import"),
    [
        ("resident", "Homes & meters", True),
        ("viewer", "Homes & meters", False),
        ("manager", "Buildings", True),
        ("provider", "Buildings", False),
    ],
)
def test_navigation_follows_the_role(db, as_user, role, homes, may_import):
    found = labels(as_user(make_user("pat", role=role)).get("/about/"))
    assert homes in found
    assert ("Import data" in found) is may_import
    assert "Administration" not in found


def test_an_admin_reaches_the_administration(admin, as_user):
    assert "Administration" in labels(as_user(admin).get("/about/"))


def test_every_entry_leads_somewhere(owner, site, as_user):
    client = as_user(owner)
    groups = client.get("/about/").context["nav"]
    answers = {entry.url: client.get(entry.url).status_code for group in groups for entry in group.entries}
    assert set(answers.values()) == {200}


def test_the_page_one_is_on_is_marked_once(owner, as_user):
    page = as_user(owner).get("/about/")
    active = [entry.label for group in page.context["nav"] for entry in group.entries if entry.active]
    assert active == ["About"]


def test_the_switcher_lists_what_one_may_see(owner, stranger, site, as_user):
    page = as_user(owner).get("/about/")
    assert [one.slug for one in page.context["sites"]] == ["home"]


def test_the_home_looked_at_last_stays(owner, site, as_user):
    make_site("annexe", owner=owner)
    client = as_user(owner)
    assert client.get("/about/").context["site"].slug == "annexe"
    client.get("/?site=home")
    assert client.get("/about/").context["site"].slug == "home"


def test_the_bell_counts_what_is_unread(owner, as_user):
    Notification.objects.create(user=owner, kind="alert", title="A", key="a", created_at=NOW)
    Notification.objects.create(user=owner, kind="alert", title="B", key="b", created_at=NOW, read_at=NOW)
    page = as_user(owner).get("/about/")
    assert page.context["unread"] == 1
    assert "1 unread" in page.content.decode()


def test_every_count_of_the_frame_can_be_told_anew(owner, sensor, as_user):
    page = as_user(owner).get("/about/").content.decode()
    assert page.count('data-count="alerts" hidden') == 3  # rail, bar of a phone, all pages of a phone
    assert page.count('data-count="unread"') == 3  # rail, all pages of a phone, bell


def test_the_navigation_counts_open_alerts(owner, sensor, as_user):
    Alert.objects.create(
        sensor=sensor,
        type="spike",
        severity="high",
        message="Odd",
        timestamp=NOW,
        energy_wh=1,
        created_at=NOW,
    )
    page = as_user(owner).get("/about/").content.decode()
    assert '<span>1</span><span class="visually-hidden"> open alerts</span>' in page


def test_the_frame_costs_few_queries(owner, site, as_user, django_assert_max_num_queries):
    client = as_user(owner)
    client.get("/about/")
    with django_assert_max_num_queries(7):
        client.get("/about/")


@pytest.mark.parametrize("path", ["/", "/about/"])
def test_pages_hold_no_script_or_style_of_their_own(owner, site, as_user, path):
    page = as_user(owner).get(path).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=\"", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


@pytest.mark.parametrize("path", PUBLIC)
def test_signed_out_pages_hold_no_script_or_style_of_their_own(db, client, path):
    page = client.get(path).content.decode()
    assert "plain-card" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=", page)


def test_templates_hold_no_style_attribute_and_no_inline_script():
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        if "mail" in template.parts or "pdf" in template.name or "report" in template.name:
            continue
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style", text), template
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), template


def test_colours_live_in_one_file():
    for sheet in Path(settings.BASE_DIR, "static/css").glob("*.css"):
        found = re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text())
        assert bool(found) is (sheet.name == "tokens.css"), sheet


def test_the_theme_is_kept(owner, as_user):
    answer = as_user(owner).post("/theme/", {"theme": "dark", "next": "/about/"})
    assert answer.url == "/about/"
    assert User.objects.get(pk=owner.pk).theme == "dark"


def test_the_kept_theme_is_there_before_any_script(owner, as_user):
    User.objects.filter(pk=owner.pk).update(theme="dark")
    assert 'data-bs-theme="dark"' in as_user(owner).get("/about/").content.decode()


def test_an_unknown_theme_changes_nothing(owner, as_user):
    as_user(owner).post("/theme/", {"theme": "purple"})
    assert User.objects.get(pk=owner.pk).theme == "auto"


def test_the_theme_switch_leads_nowhere_else(owner, as_user):
    answer = as_user(owner).post("/theme/", {"theme": "dark", "next": "https://evil.example/"})
    assert answer.url == "/"


def test_the_theme_is_changed_by_post_alone(owner, as_user):
    assert as_user(owner).get("/theme/").status_code == 405


def test_a_missing_page_keeps_the_frame(owner, as_user):
    page = as_user(owner).get("/nowhere/")
    assert page.status_code == 404
    assert "Page not found" in page.content.decode()
    assert 'class="rail"' in page.content.decode()


def test_the_page_for_our_own_faults_needs_nothing():
    assert "Something went wrong on our side" in render_to_string("500.html")


def test_about_names_every_library_with_its_licence(owner, as_user):
    page = as_user(owner).get("/about/")
    for library in page.context["libraries"]:
        licence = Path(settings.BASE_DIR, "static", library.path)
        assert licence.stat().st_size > 300
        assert library.version in library.path


# --- the range control --------------------------------------------------------------------------------------


def control(query: str, span: Span, **more: bool) -> str:
    request = RequestFactory().get(f"/?{query}")
    return render_to_string("parts/range.html", {"span": span, **more}, request=request)


def test_the_range_control_keeps_other_parameters():
    span = Span("7d", date(2026, 3, 4), date(2026, 3, 10), BERLIN)
    page = control("range=7d&tab=trend&page=3", span)
    assert 'href="?range=30d&amp;tab=trend"' in page
    assert 'name="tab" value="trend"' in page
    assert "page=3" not in page


def test_the_range_control_marks_the_range_and_steps_back():
    span = Span("7d", date(2026, 3, 4), date(2026, 3, 10), BERLIN)
    page = control("range=7d", span)
    assert page.count('aria-current="true"') == 1
    assert "from=2026-02-25&amp;to=2026-03-03" in page


def test_the_stretch_before_is_offered_where_a_page_can_show_it():
    span = Span("7d", date(2026, 3, 4), date(2026, 3, 10), BERLIN)
    assert "compare" not in control("range=7d", span)
    assert 'href="?range=7d&amp;compare=1"' in control("range=7d", span, compare=False)


def test_the_stretch_before_stays_over_other_ranges_until_it_is_left_out():
    span = Span("7d", date(2026, 3, 4), date(2026, 3, 10), BERLIN)
    page = control("range=7d&compare=1", span, compare=True)
    assert 'href="?range=30d&amp;compare=1"' in page
    assert 'name="compare" value="1"' in page
    assert 'active" href="?range=7d" aria-current="true"' in page


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 3, 3), date(2026, 3, 3), "3 Mar 2026"),
        (date(2026, 3, 3), date(2026, 3, 9), "3–9 Mar 2026"),
        (date(2026, 2, 27), date(2026, 3, 9), "27 Feb–9 Mar 2026"),
        (date(2025, 12, 30), date(2026, 1, 9), "30 Dec 2025–9 Jan 2026"),
    ],
)
def test_days_are_written_short(first, last, text):
    assert tags.days(Span("custom", first, last, BERLIN)) == text
