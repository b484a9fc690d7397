"""One installation: settings, tables, the one way in, the worker (Django). Knows no pages."""
