"""Where other nodes knock: sealed messages and packages (DESIGN, section 7).

The length is checked before the body is read. Nothing is taken on the word of the connection: who sent a message is what
its signature says.
"""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rogatory.api import problem
from rogatory.api.evidence import mismatch
from rogatory.errors import InputError, RequestError, RogatoryError, StorageError
from rogatory.exchange.message import MAX_MESSAGE, MAX_QUESTION, make_answer, open_message, read_question
from rogatory.node import restored
from rogatory.node.evidence import arriving
from rogatory.node.installation import installation
from rogatory.node.reception import receive

MAX_PART = 64 << 20


def _length(request: HttpRequest) -> int | None:
    text = request.headers.get("content-length", "")
    return int(text) if re.fullmatch(r"\d{1,14}", text) else None


@csrf_exempt
@require_http_methods(["POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """Take a message from another node, and answer what became of each act."""
    length = _length(request)
    if length is None:
        return problem.plain(411, "length", "The message has no length", "Send Content-Length.")
    if length > MAX_MESSAGE * 2:
        return problem.plain(413, "too-large", "The message is too large", "Send fewer acts; large files go as packages.")
    house = installation()
    now = house.clock.now()
    try:
        trust = house.trust(now)
        opened = open_message(
            request.body,
            recipient=house.settings.institution,
            keys=house.keys.message_hpke_keys,
            sender_keys=lambda uri, kid: trust.signing_key(uri, kid, now),
        )
        results = receive(house, opened.message)
    except InputError as error:
        return problem.of_error(error)
    except StorageError:
        raise
    except RogatoryError as error:
        return problem.plain(503, error.code, error.what, "Nothing was taken up; send it again.")
    answer = make_answer(opened.digest, results, signing_key=house.keys.message_key, kid=house.keys.message_kid)
    return HttpResponse(answer, content_type="application/jose")


@csrf_exempt
@require_http_methods(["POST"])
def destroyed(request: HttpRequest) -> HttpResponse:
    """Tell a node that may be an old copy which of our common cases were destroyed; 204 if none was."""
    length = _length(request)
    if length is None or length > MAX_QUESTION * 2:
        return problem.plain(411, "length", "The question has no length, or is too long", "Send a signed question.")
    house = installation()
    now = house.clock.now()
    try:
        trust = house.trust(now)
        question = read_question(
            request.body.decode("ascii", "replace"),
            recipient=house.settings.institution,
            now=now,
            sender_keys=lambda uri, kid: trust.signing_key(uri, kid, now),
        )
        answer = restored.known(house, question)
    except InputError as error:
        return problem.of_error(error)
    except RogatoryError as error:
        return problem.plain(503, error.code, error.what, "Ask again.")
    return HttpResponse(status=204) if answer is None else HttpResponse(answer, content_type="application/octet-stream")


@csrf_exempt
@require_http_methods(["HEAD", "PATCH"])
def package(request: HttpRequest, digest: str) -> HttpResponse:
    """Take a sealed package that an act announced, in parts: HEAD says how much is here, PATCH goes on from there."""
    house = installation()
    try:
        if request.method == "HEAD":
            here, size = arriving.offset(house, digest)
        else:
            at, length = request.headers.get("upload-offset", ""), _length(request)
            if length is None or length > MAX_PART or not re.fullmatch(r"\d{1,15}", at):
                return problem.plain(
                    411, "length", "The part has no length, is too large, or says not where it begins", "Send smaller parts."
                )
            here = arriving.append(house, digest, int(at), request)
            _, size = arriving.offset(house, digest)
    except RequestError as error:
        return mismatch(error, house.store.arrived(digest))
    except InputError as error:
        return problem.of_error(error)
    except StorageError:
        raise
    except RogatoryError as error:
        return problem.plain(503, error.code, error.what, "Send it again.")
    response = HttpResponse(status=204)
    response["upload-offset"], response["upload-complete"] = str(here), "?1" if here == size else "?0"
    return response
