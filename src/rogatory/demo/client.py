"""A client of the nodes' API, acting as the players of the demonstration. It uses the same doors as anybody's software."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from rogatory.canonical import from_base64url
from rogatory.demo.town import Actor, Town

PATIENCE = float(os.environ.get("ROGATORY_DEMO_PATIENCE", "60"))
TRIES = 20
PURPOSE = "Follow the order through the procedure"


class RefusedError(Exception):
    """The node refused: the problem document that it answered."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        self.problem = problem
        super().__init__(f"{problem.get('code')}: {problem.get('detail') or problem.get('title')} ({problem.get('article', '')})")


@dataclass
class Client:
    """One player at her node."""

    town: Town
    actor: Actor

    def __post_init__(self) -> None:
        stage = self.actor.stage
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{stage.port}",
            headers={"host": f"{stage.host}:{stage.port}", "authorization": f"Bearer {self.actor.token}"},
            timeout=30,
            trust_env=False,
        )

    def request(self, method: str, path: str, **more: Any) -> Any:
        """One call, repeated while the node is restarting or busy. `RefusedError` for a refusal."""
        ends = time.monotonic() + PATIENCE
        headers = {**more.pop("headers", {}), "idempotency-key": str(uuid.uuid4())}
        while True:
            try:
                response = self._http.request(method, path, headers=headers, **more)
            except httpx.TransportError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)
                continue
            if response.status_code in {502, 503} and time.monotonic() < ends:
                time.sleep(0.1)
                continue
            break
        kind = response.headers.get("content-type", "")
        if response.is_error:
            raise RefusedError(response.json() if "json" in kind else {"code": str(response.status_code), "title": response.text[:300]})
        return response.json() if "json" in kind else response.text

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def act(self, kind: str, given: Mapping[str, Any], case: str | None = None) -> dict[str, Any]:
        """Make an act that needs no key."""
        path = f"/api/v1/cases/{case}/acts/{kind.replace(' ', '-')}" if case else "/api/v1/cases"
        made: dict[str, Any] = self.request("POST", path, json={"given": given})
        return made

    def sign(self, kind: str, given: Mapping[str, Any], case: str | None = None) -> dict[str, Any]:
        """Make an act that this player's own key signs; if the case moved meanwhile, she reads the text anew and signs that."""
        for _ in range(TRIES):
            try:
                return self._sign(kind, given, case)
            except RefusedError as error:
                if error.problem.get("code") != "statement.moved":
                    raise
        return self._sign(kind, given, case)

    def _sign(self, kind: str, given: Mapping[str, Any], case: str | None) -> dict[str, Any]:
        body = {"kind": kind, "given": given, **({"case": case} if case else {})}
        shown = self.request("POST", "/api/v1/statements", json=body)
        assertion = self.actor.key.answer(from_base64url(shown["challenge"]), rp_id=shown["rp_id"], origin=shown["origin"])
        answer = {
            "credential": assertion.credential,
            "authenticator": assertion.authenticator,
            "client": assertion.client,
            "signature": assertion.signature,
        }
        made: dict[str, Any] = self.request("POST", f"/api/v1/statements/{shown['statement']}", json=answer)
        return made

    def case(self, case: str) -> dict[str, Any]:
        """The case as this player may see it."""
        page: dict[str, Any] = self.request("GET", f"/api/v1/cases/{case}", headers={"x-purpose": PURPOSE})
        return page

    def line(self, case: str) -> dict[str, Any] | None:
        """The case in the list, without contents; nothing if it is not there yet."""
        return next((one for one in self.request("GET", "/api/v1/cases") if one["id"] == case), None)

    def wait(self, what: str, case: str, until: Callable[[dict[str, Any]], bool], *, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait until the list says something of the case."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            line = self.line(case)
            if line is not None and until(line):
                return line
            time.sleep(0.05)
        raise TimeoutError(f"{self.actor.stage.name}: {what} did not happen; the case is {self.line(case)}")

    def state(self, case: str, *states: str) -> dict[str, Any]:
        """Wait until the case is in one of these states."""
        return self.wait(f"the state {' or '.join(states)}", case, lambda line: line["state"] in states)
