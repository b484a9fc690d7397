"""Headers of every page: nothing is loaded from elsewhere, nothing is framed, nothing is cached by others."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class SecurityHeaders:
    """Adds the headers to what any view answers."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers."""
        response = self._answer(request)
        response.setdefault("content-security-policy", POLICY)
        response.setdefault("referrer-policy", "no-referrer")
        response.setdefault("permissions-policy", "camera=(), microphone=(), geolocation=()")
        if "cache-control" not in response:
            response["cache-control"] = "no-store"
        return response
