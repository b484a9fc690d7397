"""The Django application that holds the tables of a node."""

from __future__ import annotations

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """The tables of a node."""

    name = "rogatory.node"
    label = "node"
    default_auto_field = "django.db.models.BigAutoField"
