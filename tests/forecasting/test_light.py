"""What pages import stays light."""

import subprocess
import sys

HEAVY = ("torch", "pandas", "sklearn", "scipy", "matplotlib")
SCRIPT = f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "emads.settings"
import django
django.setup()
import forecasting.admin, forecasting.api, forecasting.reading
import forecasting.tasks, forecasting.urls, forecasting.views
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_pages_tasks_and_api_of_forecasting_load_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
