import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.errors import FormError
from rogatory.ledger import (
    Address,
    bundle_content,
    bundles_of,
    consistency_proof,
    inclusion_proof,
    new_addresses,
    nodes_from_tiles,
    read_address,
    read_bundle,
    read_tile,
    tile_content,
    tiles_of,
)
from tests.ledger.ledger_worlds import log_of

LOG = log_of(700)
FILES = LOG.files()
BUNDLE = Address(level=None, index=0, width=3)


def test_the_examples_of_the_specification():
    assert Address(level=0, index=1234067, width=256).path == "tile/0/x001/x234/067"
    paths = [address.path for address in tiles_of(70_000)]
    assert len([path for path in paths if path.startswith("tile/0/")]) == 274
    assert paths[273:] == ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert [address.path for address in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles_of(0)) == list(bundles_of(0)) == []


@given(st.none() | st.integers(0, 63), st.integers(0, 10**13), st.integers(1, 256))
def test_every_address_has_one_path(level, index, width):
    address = Address(level=level, index=index, width=width)
    assert read_address(address.path) == address


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/-1/000",
        "tile/entries/00",
        "tile/data/000",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/000\n",
        "tile/0/" + "x000/" * 100 + "000",
    ],
)
def test_any_other_path_is_refused(path):
    with pytest.raises(FormError):
        read_address(path)


@pytest.mark.parametrize(("old", "new"), [(0, 1), (1, 2), (255, 256), (256, 257), (0, 700), (511, 700), (699, 700), (65_535, 65_536)])
def test_what_must_be_written_when_a_log_grows_is_what_was_not_there(old, new):
    before = {address.path for address in (*tiles_of(old), *bundles_of(old))}
    after = {address.path for address in (*tiles_of(new), *bundles_of(new))}
    assert {address.path for address in new_addresses(old, new)} == after - before


def test_a_log_that_does_not_grow_writes_nothing():
    assert list(new_addresses(700, 700)) == []


def test_proofs_from_tiles_are_those_from_nodes():
    nodes = nodes_from_tiles(lambda address: FILES[address.path], 700)
    for index in (0, 1, 255, 256, 511, 512, 699):
        assert inclusion_proof(index, 700, nodes) == inclusion_proof(index, 700, LOG.nodes)
    for old in (1, 255, 256, 300, 512, 699):
        assert consistency_proof(old, 700, nodes) == consistency_proof(old, 700, LOG.nodes)


def test_a_subtree_that_is_not_complete_is_in_no_tile():
    nodes = nodes_from_tiles(lambda address: FILES[address.path], 700)
    for level, index in ((0, 700), (9, 1), (8, 2), (20, 0)):
        with pytest.raises(FormError):
            nodes(level, index)


def test_a_tile_is_as_long_as_its_name_says():
    address = Address(level=0, index=2, width=188)
    data = tile_content(address, LOG.nodes)
    assert b"".join(read_tile(data, address)) == data
    for wrong in (data[:-1], data + b"x", data[:-32], b""):
        with pytest.raises(FormError):
            read_tile(wrong, address)


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=20))
def test_a_bundle_reads_back_as_itself(entries):
    address = Address(level=None, index=0, width=len(entries))
    assert list(read_bundle(bundle_content(entries), address)) == entries


@given(st.binary(max_size=60))
def test_any_bytes_are_a_bundle_or_our_error(data):
    try:
        assert bundle_content(read_bundle(data, BUNDLE)) == data
    except FormError:
        return


@pytest.mark.parametrize("entry", [b"", bytes(65536)])
def test_an_entry_that_has_no_length_of_two_bytes_is_refused(entry):
    with pytest.raises(FormError):
        bundle_content([entry])


def test_an_empty_entry_is_refused_when_read():
    with pytest.raises(FormError):
        read_bundle(bytes(6), BUNDLE)
