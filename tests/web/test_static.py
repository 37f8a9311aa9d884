"""Static files: every reference leads to a file, every library keeps its licence."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

VENDOR = Path(settings.BASE_DIR, "static/vendor")
MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def test_all_files_can_be_collected_under_names_that_never_change(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": MANIFEST}}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


def test_every_library_keeps_its_licence_and_names_its_version():
    for folder in VENDOR.iterdir():
        assert (folder / "LICENSE").stat().st_size > 300
        assert folder.name[-1].isdigit()


def test_browsers_find_the_sign_by_themselves(client):
    assert client.get("/favicon.ico").url == "/static/favicon.svg"
