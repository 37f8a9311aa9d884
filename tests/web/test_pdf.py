"""The PDF: tagged, numbered, described, self-contained; and the command that makes it."""

import io
import json
from datetime import date
from pathlib import Path

import pypdf
import pytest
from django.core.management import CommandError, call_command
from post_office.models import Email

from emads.lib import pdf
from emads.web.reports import document
from emads.web.reports.content import report_on
from emads.web.reports.period import holding
from energy.models import Tariff
from tests.conftest import NOW
from tests.factories import make_sensor, make_site, put_readings

PAGE = '<html lang="en"><head><title>T</title></head><body>{}</body></html>'


@pytest.fixture
def report(read):
    read.site.name = "Home <b>& garden</b>"
    return report_on(read.site, holding("month", date(2026, 2, 1), read.site.tz), NOW)


@pytest.fixture
def made(report) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document.render(report)))


def test_the_report_is_a_tagged_document_with_title_and_language(made):
    root = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert made.metadata.title == "Home <b>& garden</b>: energy report February 2026"
    assert made.metadata.author == "EMADS"


def test_pages_are_numbered(made):
    texts = [page.extract_text() for page in made.pages]
    assert [f"Page {n} of {len(texts)}" in text for n, text in enumerate(texts, 1)] == [True] * len(texts)


def test_the_first_page_gives_the_answer(made):
    text = " ".join(made.pages[0].extract_text().replace("\u202f", " ").split())
    assert "92.4 kWh in February 2026, about the same a day as January." in text
    assert "Home <b>& garden</b>" in text


def alternatives(tree: pypdf.generic.PdfObject) -> list[str]:
    """Every /Alt below a node of the structure tree."""
    node = tree.get_object()
    below = node.get("/K", [])
    children = below if isinstance(below, list) else [below]
    found = [str(node["/Alt"])] if "/Alt" in node else []
    nodes = [child for child in children if isinstance(child.get_object(), pypdf.generic.DictionaryObject)]
    return found + [text for child in nodes for text in alternatives(child)]


def test_every_chart_has_an_alternative_in_words(made):
    texts = alternatives(made.trailer["/Root"]["/StructTreeRoot"])
    assert [text.split(".")[0].split(" by ")[0] for text in texts] == [
        "Bars of electricity import",
        "Use",
        "Mean use of each hour of the day: Monday to Friday most between 19:00 and 20:00 (1",
    ]


def test_letters_in_dollar_countries(report, made):
    assert [round(float(side)) for side in made.pages[0].mediabox[2:]] == [595, 842]
    report.site.currency = "USD"
    letter = pypdf.PdfReader(io.BytesIO(document.render(report)))
    assert [round(float(side)) for side in letter.pages[0].mediabox[2:]] == [612, 792]


def test_an_empty_period_makes_no_pdf(read):
    empty = report_on(read.site, holding("week", date(2020, 1, 1), read.site.tz), NOW)
    with pytest.raises(ValueError, match="No readings"):
        document.render(empty)


def test_production_alone_and_negative_hours_can_be_drawn(owner, at_noon):
    site = make_site("roof", owner=owner)
    roof = make_sensor("roof-solar", site=site, quantity="production")
    put_readings(roof, int(NOW.timestamp()) - 20 * 86400, 3600, [-5.0, 0.0, 900.0, 0.0] * 120)
    report = report_on(site, holding("week", date(2026, 3, 3), site.tz), NOW)
    assert document.render(report).startswith(b"%PDF")


def test_one_reading_is_enough(sensor, at_noon):
    put_readings(sensor, int(NOW.timestamp()) - 3600, 3600, [7.0])
    report = report_on(sensor.site, holding("month", NOW.date(), sensor.site.tz), NOW)
    assert document.render(report).startswith(b"%PDF")


@pytest.mark.parametrize(
    "address",
    ["file:///etc/hostname", "http://127.0.0.1:1/x.png", "data:image/png;base64,AAAA", "emads:other"],
)
def test_a_document_loads_nothing_from_outside(address):
    with pytest.raises(pdf.RefusedAddress):
        pdf.render(PAGE.format(f'<img src="{address}" alt="x">'), "", {})


def test_a_style_sheet_loads_nothing_either():
    with pytest.raises(pdf.RefusedAddress):
        pdf.render(PAGE.format("x"), "@import url(http://127.0.0.1:1/x.css);", {})


def test_the_command_writes_the_file_and_says_what_it_says(read, tmp_path, capsys):
    call_command("send_report", "home", period="month", pdf=tmp_path / "r.pdf", json=True)
    figures = json.loads(capsys.readouterr().out)
    assert figures["bytes"] == (tmp_path / "r.pdf").stat().st_size > 20_000
    assert (figures["first"], figures["last"]) == ("2026-02-01", "2026-02-28")


def test_the_command_mails_the_report(read, settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path)
    Tariff.objects.create(site=read.site, valid_from=date(2025, 1, 1), price_per_kwh="0.30")
    call_command("send_report", "home", period="week", to="someone@example.org")
    mail = Email.objects.get()
    assert (mail.to, mail.subject) == (["someone@example.org"], "Home: energy report 2–8 March 2026")
    assert "Cost: €6.93" in mail.message
    assert mail.attachments.get().name == "emads-home-2026-W10.pdf"


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ({"site": "home"}, 2, "--to MAIL, --pdf FILE"),
        ({"site": "home", "to": "nobody"}, 2, "not a mail address"),
        ({"site": "nowhere", "pdf": Path("x.pdf")}, 1, "no site “nowhere”"),
        ({"site": "elsewhere", "pdf": Path("x.pdf")}, 1, "no readings yet"),
        ({"site": "home", "pdf": Path("/no/such/folder/x.pdf")}, 1, "cannot be written"),
    ],
)
def test_the_command_says_what_is_wrong(read, stranger, options, status, words):
    with pytest.raises(CommandError, match=words) as told:
        call_command("send_report", options.pop("site"), period="month", **options)
    assert told.value.returncode == status
