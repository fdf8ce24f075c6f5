"""Settings, all from the environment, with a default that runs the demo on a fresh machine.

`DATABASE_URL` chooses PostgreSQL; `USINE_VAR` is the folder of the embedded database and of the releases;
`USINE_SECRET_KEY` and `USINE_HOSTS` are compulsory outside the demo (`USINE_DEMO=0`).
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.text import slugify

from usine.markets.contracts import LANGUAGES as WRITTEN_LANGUAGES
from usine.markets.public import language_name

PROJECT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("USINE_VAR", PROJECT / "var")).resolve()
IS_DEMO = os.environ.get("USINE_DEMO", "1") != "0"
DEBUG = os.environ.get("USINE_DEBUG", "0") == "1"

SECRET_KEY = os.environ.get("USINE_SECRET_KEY", "demo-only-not-a-secret" if IS_DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("USINE_SECRET_KEY is empty: set it, or run the demo with USINE_DEMO=1.")
ALLOWED_HOSTS = os.environ.get(
    "USINE_HOSTS", "localhost,127.0.0.1,[::1],testserver" if IS_DEMO else ""
).split(",")
SITE_URL = os.environ.get("USINE_SITE_URL", "http://localhost:8000")
BRAND = os.environ.get("USINE_BRAND", "Aurige")
"""The carmaker, in heads of pages, sentences, mails and names of papers. The code names it nowhere else."""
DOMAIN = os.environ.get("USINE_DOMAIN", f"{slugify(BRAND) or 'carmaker'}.example")
"""Where its mails come from; appointments are named below it. A brand without Latin letters has no name of its own."""

PROXIES = frozenset(filter(None, os.environ.get("USINE_PROXIES", "").split(",")))
"""Addresses of web servers of ours (deploy/nginx.conf), which are believed when they name a visitor and the scheme."""
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "usine.commons",
    "usine.markets",
    "usine.accounts",
    "usine.ranges",
    "usine.offers",
    "usine.dealers",
    "usine.launches",
    "usine.translations",
    "usine.journeys",
    "usine.testdrive",
    "usine.orders",
    "usine.audience",
    "usine.reputation",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "usine.commons.middleware.BelieveProxies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "usine.launches.visitors.redirects.FollowRedirects",
    "usine.commons.middleware.UsineErrors",
    "usine.commons.desk.DeskLanguage",
]

ROOT_URLCONF = "usine.config.urls"
WSGI_APPLICATION = "usine.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR / 'usine.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "usine"}}

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/desk/login/"
LOGIN_REDIRECT_URL = "/desk/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]

LANGUAGE_CODE = "en"
LANGUAGES = [(code, language_name(code)) for code in WRITTEN_LANGUAGES]
"""What the public pages speak: each room has a catalogue of each; the desk speaks those of commons/desk.py."""
BUILDERS = int(os.environ.get("USINE_BUILDERS", os.cpu_count() or 1))
"""How many processes build the releases of a publication side by side."""
QUEUE_ABOVE = int(os.environ.get("USINE_QUEUE_ABOVE") or 0)
"""A publication of more markets than this hands them out to the workers of every machine; 0: never."""
BROKER = os.environ.get("USINE_BROKER", "")
"""What tells the workers of every machine of a job at once: redis://host:6379/0; empty: workers look into the table."""
TIME_ZONE = "UTC"
TODAY = date.fromisoformat(os.environ["USINE_TODAY"]) if os.environ.get("USINE_TODAY") else None
"""The day on which offers are made and shown; None: the calendar's."""
USE_TZ = True
USE_I18N = True

FRONTEND_DIST = PROJECT / "frontend" / "dist"
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.exists() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[A-Za-z0-9_-]{8,}\.\w+$"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
RELEASES_ROOT = VAR / "releases"
RELEASES = os.environ.get("USINE_RELEASES", "")
"""Where releases lie for several machines: s3://bucket/prefix, of which RELEASES_ROOT keeps copies; empty: there."""
S3_ENDPOINT = os.environ.get("USINE_S3_ENDPOINT", "")  # empty: Amazon's
STUDIO_LAYERS = PROJECT / "demo" / "studio" / "layers"  # cut-outs that pictures of configurations are laid of

MACHINE_TRANSLATION_URL = os.environ.get("USINE_MT_URL", "")  # a LibreTranslate server; empty: none is asked
MACHINE_TRANSLATION_KEY = os.environ.get("USINE_MT_KEY", "")

REPUTATION_LOCAL = os.environ.get("USINE_REPUTATION_LOCAL") == "1"
"""Whether sources may lie on this machine or in a private network, as the demo's replay does: else none is asked."""
REPUTATION_AGENT = os.environ.get("USINE_REPUTATION_AGENT", f"UsineListener/1.0 (+{SITE_URL})")
"""The name under which sources are asked; their robots.txt may speak to the part before the slash."""
REPUTATION_INBOX = Path(os.environ.get("USINE_REPUTATION_INBOX", VAR / "reputation" / "inbox"))
"""Below it lie the folders into which others put files of mentions."""
REPUTATION_REPLAY = PROJECT / "demo" / "reputation" / "replay"
REPUTATION_REPLAY_PORT = int(os.environ.get("USINE_REPUTATION_REPLAY_PORT") or 8765)
REPUTATION_MODEL = os.environ.get("USINE_REPUTATION_MODEL", "")
"""A folder with a local transformer; empty: the models that are shipped."""
REPUTATION_NAMES = Path(os.environ.get("USINE_REPUTATION_NAMES", PROJECT / "demo/reputation/entities.yaml"))
"""Whom the public may speak of: the brand, its vehicles, competitors, and how they are told from other words."""

EMAIL_BACKEND = os.environ.get("USINE_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
SECURITY_CONTACT = os.environ.get("USINE_SECURITY_CONTACT", f"mailto:security@{DOMAIN}")
PUSH_KEY = os.environ.get("USINE_PUSH_KEY", "")
"""Signs messages to browsers that are shut (`usine reputation push-key` makes one); empty: none is sent."""
PUSH_SERVICES = os.environ.get(
    "USINE_PUSH_SERVICES",
    "fcm.googleapis.com push.services.mozilla.com web.push.apple.com notify.windows.com",
).split()
"""Where browsers may have their messages sent: hosts, with all below them."""
DEFAULT_FROM_EMAIL = f"{BRAND} <noreply@{DOMAIN}>"

WAGTAIL_SITE_NAME = "Usine"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 80_000_000  # a photographer's; Pillow itself warns at 89 million
WAGTAILIMAGES_IMAGE_FORM_BASE = "usine.launches.writing.picture_forms.PictureForm"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_LOGIN_URL = LOGIN_URL

CSRF_FAILURE_VIEW = "usine.commons.desk.csrf_failure"
PUBLIC_SURROUNDINGS = "usine.config.surroundings.find_surroundings"

SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
if not IS_DEMO:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("USINE_LOG_LEVEL", "WARNING")},
}
