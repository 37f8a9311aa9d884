"""What a real browser draws: the charts of the first page, as picture, table and CSV, light and dark."""

import json

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page, expect

from tests.product import Product, wait_for

pytestmark = pytest.mark.browser
BUSY = "figure.chart[aria-busy=true]"


@pytest.fixture(scope="module")
def demo(product: Product) -> Product:
    product.manage("seed_demo", "--homes", "1", "--days", "40")
    return product


@pytest.fixture
def home(demo: Product, page: Page) -> Page:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("resident")
    page.locator("input[name=password]").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.set_viewport_size({"width": 1440, "height": 3000})
    expect(page.locator(BUSY)).to_have_count(0, timeout=20_000)
    expect(page.locator("figure.chart .main-svg").first).to_be_visible()
    return page


def colour(page: Page) -> str:
    return page.evaluate(
        "document.querySelector('#energy .chart-canvas').data.find((t) => t.type === 'bar').marker.color"
    )


def test_everything_drawn_fits_the_schema_of_plotly(home: Page):
    drawn = home.evaluate(
        "[...document.querySelectorAll('.chart-canvas')].map((c) => JSON.stringify([c.data, c.layout]))"
    )
    figures = [go.Figure(*json.loads(text)) for text in drawn]
    assert len(figures) == 4
    assert all(len(figure.data) > 0 for figure in figures)


def test_the_table_and_the_file_hold_what_is_drawn(home: Page):
    home.locator("#weekday [data-chart-action=table]").click()
    expect(home.locator("#weekday .chart-table tbody tr")).to_have_count(7)
    with home.expect_download() as download:
        home.locator("#weekday [data-chart-action=csv]").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def test_the_address_remembers_the_zoom(home: Page):
    box = home.locator("#energy .nsewdrag").first.bounding_box()
    home.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 80)
    home.mouse.down()
    home.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 90, steps=8)
    home.mouse.up()
    wait_for(lambda: "zoom-energy=" in home.evaluate("location.hash"), 5, "the zoom in the address")
    shown = home.evaluate("document.querySelector('#energy .chart-canvas').layout.xaxis.range")
    home.reload()
    expect(home.locator(BUSY)).to_have_count(0, timeout=20_000)
    again = home.evaluate("document.querySelector('#energy .chart-canvas').layout.xaxis.range")
    assert [end[:16] for end in again] == [end[:16] for end in shown]


def test_the_theme_changes_without_a_reload_and_stays(home: Page):
    light = colour(home)
    home.get_by_role("button", name="Your account").click()
    home.get_by_role("button", name="Dark").click()
    expect(home.locator("html")).to_have_attribute("data-bs-theme", "dark")
    wait_for(lambda: colour(home) != light, 5, "charts in the colours of the night")
    home.goto("/about/")
    expect(home.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_keyboard_reaches_the_content_first(home: Page):
    home.goto("/about/")
    home.keyboard.press("Tab")
    expect(home.locator(".skip-link")).to_be_focused()
    home.keyboard.press("Enter")
    assert home.evaluate("location.hash") == "#content"


def test_a_phone_is_not_wider_than_its_screen(home: Page):
    home.set_viewport_size({"width": 390, "height": 844})
    home.goto("/")
    expect(home.locator(".tabbar")).to_be_visible()
    assert home.evaluate("document.documentElement.scrollWidth") == 390
    home.get_by_role("button", name="More").click()
    expect(home.locator("#more").get_by_role("link", name="Reports")).to_be_visible()


def test_what_people_call_their_meters_is_drawn_letter_by_letter(demo: Product, home: Page):
    """The last test: it renames every meter."""
    name = "<b>Oven</b> & <a href='javascript:alert(1)'>co</a> &lt;"
    demo.manage(
        "shell", "-v0", "-c", f"from energy.models import Sensor; Sensor.objects.update(name={name!r})"
    )
    home.goto("/analytics/")
    slug = home.locator("select[name=sensor] option").nth(1).get_attribute("value")
    home.goto(f"/analytics/?tab=compare&sensor={slug}&other={slug}")
    expect(home.locator(".legendtext", has_text="Oven").first).to_have_text(name)
    assert home.locator("figure.chart svg a").count() == 0
    assert home.locator("figure.chart svg .legendtext tspan").count() == 0
