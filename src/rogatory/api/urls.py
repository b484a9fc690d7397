"""The addresses of the programs' door."""

from __future__ import annotations

from django.urls import path

from rogatory.api import exchange, public_log, witness
from rogatory.api.acts import api
from rogatory.api.forms import router

api.add_router("", router)

urlpatterns = [
    path("api/v1/", api.urls),
    path("exchange/v1/messages", exchange.messages),
    path("exchange/v1/destroyed", exchange.destroyed),
    path("exchange/v1/packages/<str:digest>", exchange.package),
    path("log/evidence.json", public_log.evidence),
    path("log/comparisons.json", public_log.comparisons),
    path("log/timestamps", public_log.timestamps),
    path("log/timestamps/<int:size>.checkpoint", public_log.timestamp, {"what": "checkpoint"}),
    path("log/timestamps/<int:size>.tsr", public_log.timestamp, {"what": "response"}),
    path("log/checkpoint", public_log.checkpoint),
    path("witness/add-checkpoint", witness.add_checkpoint),
    path("witness/<str:digest>/checkpoint", witness.head),
    path("log/tile/<path:path>", public_log.tile),
]
