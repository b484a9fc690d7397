"""Settings for tools that only need to know the tables: types, migrations. No node is behind them."""

from __future__ import annotations

from rogatory.node.settings.tables import INSTALLED_APPS, USE_TZ

SECRET_KEY = "only for tools that check; no node uses it"  # noqa: S105  # protects nothing
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ROGATORY_CLOCK_CLASS = "rogatory.node.clock.SystemClock"
ROOT_URLCONF = "rogatory.site.urls"
TIME_ZONE = "UTC"

__all__ = ["DATABASES", "INSTALLED_APPS", "ROGATORY_CLOCK_CLASS", "ROOT_URLCONF", "SECRET_KEY", "TIME_ZONE", "USE_TZ"]
