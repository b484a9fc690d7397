"""The Django application that holds templates and styles."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages; no tables."""

    name = "rogatory.web"
    label = "web"
