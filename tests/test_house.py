"""Promises about the house as a whole."""

import subprocess
import sys

HEAVY = {"torch", "sklearn", "scipy", "pandas", "matplotlib", "weasyprint", "plotly"}

LIGHT_WEB_PROCESS = f"""
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
import emads.asgi
from emads.celery import app
app.loader.import_default_modules()
print(sorted(set(sys.modules) & {HEAVY!r}))
"""


def test_the_web_process_imports_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", LIGHT_WEB_PROCESS], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr[-2000:]
