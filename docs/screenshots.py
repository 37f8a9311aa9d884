"""Take the README's screenshots from a running demonstration: python docs/screenshots.py http://127.0.0.1:8000"""

import io
import sys
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
Scheme = Literal["light", "dark"]
SHOTS: list[tuple[str, str, int, int, Scheme]] = [  # (name, path, width, height, colour scheme)
    ("dashboard-light", "/", 1440, 1000, "light"),
    ("anomalies-light", "/anomalies/", 1440, 900, "light"),
    ("forecast-dark", "/forecast/", 1440, 900, "dark"),
    ("phone-dark", "/", 390, 844, "dark"),
]


def sign_in(page: Page) -> None:
    """As the demo's resident."""
    page.goto("/accounts/login/")
    page.fill("#id_login", "resident")
    page.fill("#id_password", "demo")
    with page.expect_navigation():
        page.press("#id_password", "Enter")


def main(address: str) -> None:
    """One PNG each, at most 256 colours to stay small."""
    HERE.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, path, width, height, scheme in SHOTS:
            context = browser.new_context(
                base_url=address, viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page = context.new_page()
            sign_in(page)
            page.goto(path)
            page.wait_for_selector(".js-plotly-plot")
            page.wait_for_timeout(1500)
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.convert("RGB").quantize(128).save(HERE / f"{name}.png", optimize=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
