"""What crosses between nodes: a signed and sealed message of acts, and the signed answer to it. Pure."""

from rogatory.exchange.message.answer import Answer, Result, make_answer, read_answer
from rogatory.exchange.message.asking import MAX_QUESTION, Question, read_question, write_question
from rogatory.exchange.message.keys import (
    HpkePrivateKey,
    HpkePublicKey,
    hpke_public_text,
    read_hpke_public,
    read_signing_public,
    signing_public_text,
)
from rogatory.exchange.message.sealed import (
    MAX_ACTS,
    MAX_MESSAGE,
    Carried,
    Message,
    Opened,
    Sealed,
    open_message,
    seal_message,
)

__all__ = [
    "MAX_ACTS",
    "MAX_MESSAGE",
    "MAX_QUESTION",
    "Answer",
    "Carried",
    "HpkePrivateKey",
    "HpkePublicKey",
    "Message",
    "Opened",
    "Question",
    "Result",
    "Sealed",
    "hpke_public_text",
    "make_answer",
    "open_message",
    "read_answer",
    "read_hpke_public",
    "read_question",
    "read_signing_public",
    "seal_message",
    "signing_public_text",
    "write_question",
]
