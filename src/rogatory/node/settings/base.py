"""The settings of every node. What differs between installations comes from the environment and `node.toml`."""

from __future__ import annotations

import os

from rogatory.folder import read_private
from rogatory.node.settings.database import database
from rogatory.node.settings.installation import NodeSettings, home_from_environment, load_node
from rogatory.node.settings.tables import INSTALLED_APPS as INSTALLED_APPS
from rogatory.node.settings.tables import USE_TZ as USE_TZ

NODE: NodeSettings = load_node(home_from_environment())

SECRET_KEY = read_private(NODE.home / "keys" / "session.secret").decode("ascii", errors="replace").strip()
DEBUG = False
ALLOWED_HOSTS = [NODE.base_url.partition("://")[2].partition(":")[0]]
ROOT_URLCONF = "rogatory.site.urls"
WSGI_APPLICATION = "rogatory.site.wsgi.application"
ROGATORY_CLOCK_CLASS = "rogatory.node.clock.SystemClock"

MIDDLEWARE = [
    "rogatory.web.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "rogatory.site.faults.Faults",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"], "string_if_invalid": ""},
    }
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATABASES = {"default": database(NODE.home, os.environ.get("ROGATORY_DATABASE", ""))}
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

SESSION_COOKIE_NAME = f"session_{NODE.name}"
CSRF_COOKIE_NAME = f"csrf_{NODE.name}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 8 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
STATIC_URL = "static/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 << 20
FILE_UPLOAD_HANDLERS = ["rogatory.node.evidence.spool.SealedUploadHandler"]  # evidence is never in plain on the disk
DATA_UPLOAD_MAX_NUMBER_FILES = 10_000
FILE_UPLOAD_TEMP_DIR = str(NODE.home / "evidence" / ".incoming")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # refusals are answers, kept in the security log
        "httpx": {"level": "WARNING"},
    },
}
