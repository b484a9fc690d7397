"""Nothing can be read from the rhythm or the bytes of a public log; the classifier that is asked can see where there is something."""

import importlib.util

import pytest

from tests.architecture.source import ROOT


@pytest.fixture(scope="module")
def rhythm():
    import sys

    spec = importlib.util.spec_from_file_location("rhythm", ROOT / "benchmarks" / "rhythm.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["rhythm"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_h5_no_classifier_tells_an_emergency_hour_from_another(rhythm):
    assert rhythm.auc(rhythm.busy(90)) <= rhythm.LIMIT


def test_h5_no_classifier_tells_a_quiet_state_from_a_busy_one(rhythm):
    assert rhythm.auc(rhythm.which(rhythm.busy(40), rhythm.quiet(40))) <= rhythm.LIMIT


def test_h5_no_classifier_finds_the_emergencies_of_a_state_with_three_cases(rhythm):
    assert rhythm.auc(rhythm.quiet_pooled(730, runs=250, looked_at=0.002)) <= rhythm.LIMIT


def test_the_same_classifier_sees_emergencies_in_a_log_that_is_shown_as_soon_as_a_step_is_committed(rhythm):
    loud = rhythm.Cost(empty=0.004, act=0.001, spread=0.001)
    assert rhythm.auc(rhythm.busy(30, at_once=True, cost=loud)) > 0.6


def test_the_same_classifier_sees_both_in_a_log_that_grows_with_its_acts(rhythm):
    assert rhythm.auc(rhythm.busy(30, honest=False)) > 0.75
    assert rhythm.auc(rhythm.which(rhythm.busy(20, honest=False), rhythm.quiet(20, honest=False))) > 0.9
