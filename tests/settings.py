"""The product's settings, in a data folder of the test run and without what this shell has set."""

import os
import tempfile

os.environ["EMADS_DATA_DIR"] = tempfile.mkdtemp(prefix="emads-test-")
os.environ["DEBUG"] = "1"
for name in ("DATABASE_URL", "READINGS_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "METRICS_TOKEN", "PORT"):
    os.environ.pop(name, None)
    if given := os.environ.get(f"EMADS_TEST_{name}"):
        os.environ[name] = given

from emads.settings import *  # noqa: E402, F403
from emads.settings import STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir()

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = {"version": 1, "disable_existing_loggers": False}
