"""Which applications have tables."""

from __future__ import annotations

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rogatory.node",
    "rogatory.web",
]
USE_TZ = True
