"""Every address of a node: the programs' door, the pages, and whether it is well."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is said to strangers."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz),
    path("", include("rogatory.api.urls")),
    path("", include("rogatory.web.urls")),
]
