"""The main job: from asking for an account to the report in hand, in a browser, against the real product."""

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.product import Product, wait_for

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse-9"
ADMIN = f"""
from accounts.models import User
User.objects.create_user("boss", email="boss@example.org", password="{PASSWORD}", first_name="Bea",
                         last_name="Boss", role="admin", is_staff=True, is_superuser=True)
"""


def write_hours(path: Path, days: int = 75) -> None:
    """Hourly kWh up to the last full hour, semicolons and decimal commas, with a heavy night two days ago."""
    rng = random.Random(3)
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    lines = ["Zeit;Verbrauch (kWh)"]
    for k in range(24 * days):
        at = end - timedelta(days=days) + timedelta(hours=k)
        kwh = 0.22 + 0.9 * (17 <= at.hour <= 21) + 0.35 * (6 <= at.hour <= 8) + rng.uniform(0, 0.12)
        night = timedelta(hours=30) < end - at < timedelta(hours=40)
        lines.append(f"{at:%d.%m.%Y %H:%M};{kwh + 4.5 * night:.3f}".replace(".", ",").replace(",", ".", 2))
    path.write_text("\n".join(lines), encoding="utf-8")


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def register_as_manager(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("First name").fill("Mo")
    page.get_by_label("Last name").fill("Manager")
    page.get_by_label("Username").fill("mo")
    page.get_by_label("E-mail").fill("mo@example.org")
    page.get_by_label("I am a").select_option("manager")
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="an admin is next")).to_be_visible()


def approve(page: Page) -> None:
    sign_in(page, "boss")
    page.goto("/admin/")
    page.get_by_role("link", name="Mo Manager").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Mo Manager: active")).to_be_visible()


def make_home(page: Page) -> None:
    page.goto("/sites/new/")
    page.get_by_label("Name").fill("Harbour Road 1")
    page.get_by_label("Time zone").fill("UTC")
    page.get_by_role("button", name="Make this home").click()
    expect(page.get_by_text("Harbour Road 1 is ready")).to_be_visible()


def import_file(page: Page, path: Path) -> None:
    page.goto("/import/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Look into it").click()
    expect(page.get_by_role("heading", name="As readings")).to_be_visible()
    page.get_by_role("button", name="Import it").click()
    expect(page.get_by_role("heading", name=re.compile("1.?800 new readings"))).to_be_visible(timeout=60_000)


def test_from_the_request_to_the_report(page: Page, product: Product, tmp_path: Path):
    product.manage("shell", "-v", "0", "-c", ADMIN)
    write_hours(tmp_path / "zähler.csv")

    register_as_manager(page)
    sign_in(page, "mo")
    expect(page.get_by_role("heading", name="an admin is next")).to_be_visible()
    sign_out(page)
    approve(page)
    sign_out(page)
    sign_in(page, "mo")
    make_home(page)
    import_file(page, tmp_path / "zähler.csv")

    page.goto("/")
    expect(page.get_by_role("heading", name="Harbour Road 1")).to_be_visible()
    expect(page.locator("figure.chart .js-plotly-plot").first).to_be_visible(timeout=20_000)
    wait_for(
        lambda: page.goto("/alerts/") and page.locator("[data-alert]").count(),
        100,
        "an alert from the schedule",
    )
    page.goto("/anomalies/")
    expect(page.locator("figure.chart .js-plotly-plot").first).to_be_visible(timeout=20_000)
    expect(page.get_by_role("table").first).to_contain_text("kWh")

    page.goto("/alerts/")
    first = page.locator("[data-alert]").first
    first.get_by_role("button", name="Acknowledge").click()
    expect(first).to_contain_text("Acknowledged")
    page.goto("/messages/")
    expect(page.get_by_text("Harbour Road 1").first).to_be_visible()
    mails = product.folder / "mails"
    wait_for(
        lambda: [m for m in mails.glob("*") if "Harbour Road 1" in m.read_text()], 80, "the alert's mail"
    )

    page.goto("/forecast/")
    expect(page.get_by_role("heading", name=re.compile("in the next 7 days"))).to_be_visible()

    page.goto("/reports/")
    page.get_by_role("button", name="Make the PDF").click()
    link = page.get_by_role("link", name=re.compile("Download"))
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as pdf:
        link.click()
    assert Path(pdf.value.path()).read_bytes().startswith(b"%PDF")
    with page.expect_download() as csv:
        page.get_by_role("link", name=re.compile("Energy by hour")).click()
    assert len(Path(csv.value.path()).read_text().splitlines()) > 600
