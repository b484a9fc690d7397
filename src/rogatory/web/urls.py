"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from rogatory.web import case_forms, entering, evidence, receipts, views

urlpatterns = [
    path("", views.home),
    path("sign-in", entering.sign_in),
    path("sign-in/capacity", entering.capacity),
    path("sign-out", entering.sign_out),
    path("sign", entering.sign),
    path("key", entering.key),
    path("enrol", views.act, {"kind": "enrol"}),
    path("cases/new", views.act, {"kind": "draft"}),
    path("cases/new/request", views.act, {"kind": "draft request"}),
    path("cases/<uuid:case_id>", lambda request, case_id: views.case(request, str(case_id))),
    path("cases/<uuid:case_id>/forms", lambda request, case_id: case_forms.forms(request, str(case_id))),
    path("cases/<uuid:case_id>/forms/<slug:name>", lambda request, case_id, name: case_forms.form(request, str(case_id), name)),
    path(
        "cases/<uuid:case_id>/forms/<slug:name>.<str:kind>",
        lambda request, case_id, name, kind: case_forms.download(request, str(case_id), name, kind),
    ),
    path("cases/<uuid:case_id>/custody", lambda request, case_id: evidence.custody(request, str(case_id))),
    path("cases/<uuid:case_id>/custody.pdf", lambda request, case_id: evidence.custody_pdf(request, str(case_id))),
    path("cases/<uuid:case_id>/opened/<str:act>", lambda request, case_id, act: evidence.listing(request, str(case_id), act)),
    path("cases/<uuid:case_id>/packages/<str:digest>", lambda request, case_id, digest: evidence.file(request, str(case_id), digest)),
    path("cases/<uuid:case_id>/referrals/<str:act>", lambda request, case_id, act: evidence.referred(request, str(case_id), act)),
    path("cases/<uuid:case_id>/originals/<str:act>", lambda request, case_id, act: evidence.reading(request, str(case_id), act)),
    path("cases/<uuid:case_id>/originals/<str:act>/content", lambda request, case_id, act: evidence.content(request, str(case_id), act)),
    path("cases/<uuid:case_id>/<slug:kind>", lambda request, case_id, kind: views.act(request, kind, str(case_id))),
    path("kept", views.kept),
    path("log", views.public_log),
    path("receipts/<str:digest>", views.receipt),
    path("receipts/<str:digest>/print", receipts.page),
    path("verify", receipts.verify),
]
