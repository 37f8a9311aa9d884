"""HTML to PDF. Heavy (WeasyPrint): only tasks and commands import it."""

from collections.abc import Mapping
from io import BytesIO

from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

PICTURE = "emads:"


class RefusedAddress(FatalURLFetchingError):  # type: ignore[misc]
    """A document asked for something that is not part of it."""


class OnlyOwnPictures(URLFetcher):  # type: ignore[misc]
    """Serves the pictures handed over with the document, and nothing else: no network, no files."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=[])
        self.pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The SVG of emads:<name>."""
        name = url.removeprefix(PICTURE)
        if not url.startswith(PICTURE) or name not in self.pictures:
            raise RefusedAddress(f"a report loads nothing from {url[:200]}")
        body = BytesIO(self.pictures[name].encode())
        return URLFetcherResponse(url, body, {"Content-Type": "image/svg+xml"})


def render(html: str, style: str, pictures: Mapping[str, str]) -> bytes:
    """A tagged PDF/UA of a document.

    html     : a whole page; its <title>, lang and <meta> become the metadata
    style    : its print style sheet
    pictures : SVG by name; the page shows one as <img src="emads:name" alt="…">
    raises   : RefusedAddress if the page or its style sheet asks for anything else
    """
    fetcher = OnlyOwnPictures(pictures)
    document = HTML(string=html, url_fetcher=fetcher, base_url="emads:page/")
    sheet = CSS(string=style, url_fetcher=fetcher, base_url="emads:style/")
    made: bytes = document.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1", pdf_tags=True)
    return made
