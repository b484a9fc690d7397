"""The people and institutions of the demonstration: plainly fictional, in three nodes.

Names ending in `.demo.invalid` can never belong to anybody (RFC 6761), and other nodes refuse logs of such names.
"""

from __future__ import annotations

from dataclasses import dataclass

from rogatory.procedure.words import Capacity, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One person: her part in the story, her name, the capacities in which she acts."""

    part: str
    name: str
    capacities: tuple[Capacity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One node: its institution, its State, where it listens, who works there."""

    name: str
    title: str
    institution: str
    state: str
    port: int
    roles: tuple[Role, ...]
    players: tuple[Player, ...]

    @property
    def host(self) -> str:
        """The name under which browsers reach it: each node has its own cookies and passkeys."""
        return f"{self.name}.localhost"

    @property
    def base_url(self) -> str:
        """The address of its pages."""
        return f"http://{self.host}:{self.port}"


REGISTRARS = (
    Player(part="registrar-1", name="First registrar", capacities=(Capacity.REGISTRAR,)),
    Player(part="registrar-2", name="Second registrar", capacities=(Capacity.REGISTRAR,)),
)

FR = Stage(
    name="fr",
    title="Justice of France (demonstration)",
    institution="https://justice.fr.demo.invalid",
    state="FR",
    port=8101,
    roles=(Role.ISSUING,),
    players=(
        Player(part="officer", name="Capitaine Nadia Lefèvre", capacities=(Capacity.INVESTIGATOR,)),
        Player(part="second-officer", name="Lieutenant Marc Olivier", capacities=(Capacity.INVESTIGATOR,)),
        Player(part="prosecutor", name="Claire Fontaine, procureure", capacities=(Capacity.PROSECUTOR,)),
        Player(part="judge", name="Hélène Marchand, juge d'instruction", capacities=(Capacity.INVESTIGATING_JUDGE,)),
        Player(part="custodian", name="Paul Girard, greffier", capacities=(Capacity.CUSTODIAN,)),
        Player(part="second-custodian", name="Inès Roche, greffière", capacities=(Capacity.CUSTODIAN,)),
        Player(part="filter", name="Luc Arnaud, filter person", capacities=(Capacity.FILTER,)),
    ),
)
IE = Stage(
    name="ie",
    title="Enforcing authority of Ireland (demonstration)",
    institution="https://justice.ie.demo.invalid",
    state="IE",
    port=8102,
    roles=(Role.ENFORCING,),
    players=(Player(part="enforcing", name="Aoife Brennan", capacities=(Capacity.ENFORCING_AUTHORITY,)),),
)
PROVIDER = Stage(
    name="provider",
    title="Example Mail Ltd (demonstration)",
    institution="https://mail.provider.demo.invalid",
    state="IE",
    port=8103,
    roles=(Role.ADDRESSEE,),
    players=(Player(part="provider", name="Conor Walsh, legal team", capacities=(Capacity.PROVIDER,)),),
)
STAGES = (FR, IE, PROVIDER)
WITNESS_NAME, WITNESS_PORT = "witness.demo.invalid", 8104
QUORUM = 2
"""Of the three witnesses of each log: the two other nodes, and the one that stands alone."""
