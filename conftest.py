"""Set before the settings are read: tests write to a folder of their own."""

import os
import tempfile

os.environ["EMADS_DATA_DIR"] = tempfile.mkdtemp(prefix="emads-test-")
os.environ.setdefault("DEBUG", "1")
for name in ("DATABASE_URL", "READINGS_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL"):
    os.environ.pop(name, None)
    if given := os.environ.get(f"EMADS_TEST_{name}"):
        os.environ[name] = given
