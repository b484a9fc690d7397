"""The addresses of a node of the demonstration: those of every node, and the demonstration's own."""

from __future__ import annotations

from django.urls import include, path

from rogatory.demo import pages

urlpatterns = [
    path("demo/enter", pages.enter),
    path("demo/sign", pages.sign),
    path("demo/clock", pages.advance),
    path("", include("rogatory.site.urls")),
]
