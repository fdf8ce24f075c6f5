"""The product's own settings, in a folder of the test run's own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import date

if "USINE_VAR" not in os.environ:
    os.environ["USINE_VAR"] = tempfile.mkdtemp(prefix="usine-test-")
    atexit.register(shutil.rmtree, os.environ["USINE_VAR"], ignore_errors=True)

from usine.config.settings import *  # noqa: F403
from usine.config.settings import DATABASES, VAR

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: threads and processes then meet the real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TODAY = date(2026, 11, 24)  # the price lists of the demo are valid then, whenever the tests run
