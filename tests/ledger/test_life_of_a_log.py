"""A log lives: it grows, proves, is witnessed, crashes, restarts, is restored from an old copy. Whatever the order, nothing false is
ever shown, and whatever was proved once stays proved.

`ROGATORY_STEPS` says how many rules are run in all: some thousands by default; 100000 takes half a minute of a processor.
"""

import copy
import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule, run_state_machine_as_test

from rogatory.ledger import (
    NOTHING,
    Accepted,
    AddCheckpoint,
    Remembered,
    build_step,
    check_add_checkpoint,
    consistency_proof,
    cosign,
    frontier_at,
    inspect_log,
    make_receipt,
    read_checkpoint,
    read_receipt,
    read_signature,
    verify_growth,
    verify_receipt,
)
from tests.ledger.ledger_worlds import LOG_VKEY, ORIGIN, WITNESSES, Log, act_hash, key, seed, witness_vkey

STEPS = int(os.environ.get("ROGATORY_STEPS", "3000"))
EACH = 50
KEYS = [witness_vkey(name) for name in WITNESSES]


class LifeOfALog(RuleBasedStateMachine):
    """What a node, its three witnesses and somebody with a receipt do."""

    ran = 0
    acts = Bundle("acts")
    receipts = Bundle("receipts")

    @initialize()
    def begin(self):
        self.log = Log()
        self.placed: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.made = self.seeds = 0
        self.remembered = dict.fromkeys(WITNESSES, NOTHING)
        self.shown = [self.log.signed()]
        self.backup = (Log(), {})

    @rule(target=acts, count=st.integers(0, 3))
    def one_step(self, count):
        """Acts are placed, and the head is stored before it is shown."""
        hashes = tuple(act_hash(self.made + number) for number in range(count))
        self.made += count
        self._place(hashes)
        self.shown.append(self.log.signed())
        return multiple(*hashes)

    def _place(self, hashes):
        self.seeds += 1
        self.log.grow(build_step(seed(self.seeds), hashes).root)
        for digest in hashes:
            self.placed[digest] = (self.log.frontier.size - 1, hashes, self.seeds)

    @rule(count=st.integers(0, 3))
    def a_crash_before_the_step_is_stored(self, count):
        """What was computed and signed in memory alone is gone, and was never shown; the acts wait for the next step."""
        lost = copy.deepcopy(self.log)
        lost.grow(build_step(seed(10_000_000 + self.seeds), [act_hash(self.made + number) for number in range(count)]).root)
        assert lost.frontier.size == self.log.frontier.size + 1
        assert self.shown[-1].checkpoint.size <= self.log.frontier.size

    @rule()
    def a_restart(self):
        """The frontier is read again from what is stored, and is the same."""
        again = frontier_at(self.log.frontier.size, self.log.nodes)
        assert again == self.log.frontier
        self.log.frontier = again

    @rule(name=st.sampled_from(WITNESSES), knows=st.booleans(), crash=st.booleans())
    def a_witness_is_asked(self, name, knows, crash):
        """It remembers before it answers; an answer may be lost, what it remembers is not."""
        known = self.remembered[name]
        answer = self._ask(name, known.size if knows else 0, self.log)
        if not knows and known.size:
            assert (answer.status, answer.body) == (409, f"{known.size}\n")
            return
        assert isinstance(answer, Accepted)
        self.remembered[name] = answer.remember
        if crash:
            return
        line = answer.answer(key=key(name), name=name, timestamp=1_800_000_000).removesuffix("\n")
        self.shown.append(answer.checkpoint.add(read_signature(line)))

    def _ask(self, name, old, log):
        size = log.frontier.size
        proof = consistency_proof(old, size, log.nodes) if 0 < old < size else ()
        text = AddCheckpoint(old_size=old, proof=proof, checkpoint=log.signed()).text
        return check_add_checkpoint(text, logs={ORIGIN: [LOG_VKEY]}, remembered={ORIGIN: self.remembered[name]})

    @rule()
    def a_backup(self):
        self.backup = (copy.deepcopy(self.log), dict(self.placed))

    @rule(name=st.sampled_from(WITNESSES), steps=st.integers(0, 4))
    def an_old_copy_that_goes_on_is_never_cosigned(self, name, steps):
        """Restored and grown differently, it meets what the witness remembers: refused, whatever it claims to begin with."""
        known = self.remembered[name]
        old = copy.deepcopy(self.backup[0])
        old.grow(*(build_step(seed(20_000_000 + number), ()).root for number in range(steps)))
        same = old.frontier.size == known.size and old.frontier.root == known.root
        if self.backup[0].frontier.size >= known.size or same:
            return
        for claimed in {0, known.size, min(known.size, old.frontier.size)}:
            answer = self._claim(name, claimed, old)
            assert not isinstance(answer, Accepted), "two histories would be cosigned"

    def _claim(self, name, claimed, old):
        size = old.frontier.size
        claimed = min(claimed, size)
        proof = consistency_proof(claimed, size, old.nodes) if 0 < claimed < size else ()
        text = AddCheckpoint(old_size=claimed, proof=proof, checkpoint=old.signed()).text
        return check_add_checkpoint(text, logs={ORIGIN: [LOG_VKEY]}, remembered={ORIGIN: self.remembered[name]})

    @rule(target=receipts, digest=acts, cosigned=st.booleans())
    def a_receipt(self, digest, cosigned):
        leaf, hashes, number = self.placed[digest]
        head = self.log.signed()
        if cosigned:
            lines = [cosign(head.checkpoint, key=key(name), name=name, timestamp=1_800_000_001) for name in WITNESSES[:2]]
            head = head.add(*lines)
        receipt = make_receipt(path=build_step(seed(number), hashes).path(digest), index=leaf, nodes=self.log.nodes, checkpoint=head)
        return digest, receipt.text, cosigned

    @rule(given=receipts)
    def a_receipt_stays_good_for_ever_and_for_its_act_alone(self, given):
        digest, text, cosigned = given
        receipt = read_receipt(text)
        assert verify_receipt(digest, receipt, log_vkey=LOG_VKEY, witnesses=KEYS, quorum=2 if cosigned else 0).act_hash == digest
        size = receipt.checkpoint.checkpoint.size
        proof = consistency_proof(size, self.log.frontier.size, self.log.nodes)
        verify_growth(receipt.checkpoint, self.log.signed(), proof, log_vkey=LOG_VKEY)

    @rule(data=st.data())
    def any_head_that_was_shown_is_the_beginning_of_the_present_one(self, data):
        old = read_checkpoint(data.draw(st.sampled_from(self.shown)).text)
        proof = consistency_proof(old.checkpoint.size, self.log.frontier.size, self.log.nodes)
        verify_growth(old, self.log.signed(), proof, log_vkey=LOG_VKEY)

    @rule()
    def the_whole_log_verifies(self):
        assert inspect_log(self.log.files().get, log_vkey=LOG_VKEY).findings == ()

    @invariant()
    def a_witness_remembers_only_what_the_log_signed(self):
        LifeOfALog.ran += 1
        for known in self.remembered.values():
            assert known.size <= self.log.frontier.size
            assert known == Remembered(size=known.size, root=frontier_at(known.size, self.log.nodes).root)


def test_the_life_of_a_log_whatever_happens_in_whatever_order():
    asked = settings(max_examples=25, stateful_step_count=EACH, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    LifeOfALog.ran = 0
    while LifeOfALog.ran < STEPS:
        run_state_machine_as_test(LifeOfALog, settings=asked)
