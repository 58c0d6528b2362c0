"""What a process remembers of a build: by bytes, worked out once, let go with the build."""

import itertools
import threading

import numpy as np
import pandas as pd
import pytest

from geodata import memory
from geodata.memory import forget, remembered, size_of
from geodata.store.reader import _joined
from geodata.territory import Perimeter


@pytest.fixture
def questions():
    return []


@pytest.fixture
def bytes_of(questions):
    """A question answered by an array of some bytes, which notes that it was worked out."""

    @remembered
    def answer(owner, version, count):
        questions.append((version, count))
        return np.zeros(count, dtype=np.int8)

    yield lambda count, version="one": answer("owner", version, count)
    forget("one")
    forget("two")


def test_an_answer_is_worked_out_once_a_build(bytes_of, questions):
    first = bytes_of(10)
    assert bytes_of(10) is first
    bytes_of(10, "two")
    assert questions == [("one", 10), ("two", 10)]


def test_room_is_counted_in_bytes(bytes_of, questions, monkeypatch):
    third = memory.MOST_BYTES // 3 - 1000
    for number in range(4):
        bytes_of(third - number)
    assert memory._answers.currsize <= memory.MOST_BYTES
    bytes_of(third - 3)
    assert len(questions) == 4, "the last one is there"
    bytes_of(third)
    assert len(questions) == 5, "the one asked longest ago had left"


def test_an_answer_without_room_is_given_and_not_kept(bytes_of, questions):
    bytes_of(10)
    assert len(bytes_of(memory.MOST_BYTES + 1)) == memory.MOST_BYTES + 1
    bytes_of(10)
    assert questions == [("one", 10), ("one", memory.MOST_BYTES + 1)]


def test_a_build_that_is_forgotten_takes_no_room(bytes_of, questions):
    bytes_of(1_000_000)
    bytes_of(20, "two")
    before = memory._answers.currsize
    forget("one")
    assert memory._answers.currsize < before - 900_000
    bytes_of(20, "two")
    assert questions.count(("two", 20)) == 1


def test_who_asks_meanwhile_waits_for_the_one_answer():
    begun, go, count = threading.Event(), threading.Event(), []

    @remembered
    def slow(owner, version):
        count.append(1)
        begun.set()
        assert go.wait(10)
        return "answer"

    found = []
    threads = [threading.Thread(target=lambda: found.append(slow("owner", "one"))) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    go.set()
    for thread in threads:
        thread.join(10)
    forget("one")
    assert (found, len(count)) == (["answer"] * 5, 1)


def test_a_question_that_failed_is_asked_again():
    tries = []

    @remembered
    def fails_first(owner, version):
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the disk")
        return "answer"

    with pytest.raises(OSError, match="the disk"):
        fails_first("owner", "one")
    assert fails_first("owner", "one") == "answer"
    forget("one")


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        (np.zeros(1000), 8000, 8200),
        (np.array(["x" * 1000] * 100, dtype=object), 1800, 2000),
        (pd.DataFrame({"a": np.zeros(1000)}), 8000, 8300),
        (pd.Series(["x" * 1000] * 100), 100_000, 120_000),
        (b"x" * 5000, 5000, 5100),
        ({str(number): b"x" * 100 for number in range(1000)}, 130_000, 300_000),
        (tuple(b"x" * 100 for _ in range(1000)), 130_000, 160_000),
        (Perimeter("region", "7" * 5000), 5000, 5300),
        ((), 40, 60),
    ],
)
def test_weight(value, least, most):
    assert least <= size_of(value) <= most


@pytest.mark.parametrize(
    "values",
    [
        [(1, 2), (1.5, None), (None, None), (float("nan"), 3.0), (10**12, 5)],
        [("a", None), ("a", "b"), (None, None)],
        [(b"x", None), (b"y", b""), (None, None)],
    ],
)
def test_blocks_of_a_table_are_the_table(values):
    for blocks in itertools.product(values, repeat=3):
        whole = pd.DataFrame([(value,) for block in blocks for value in block], columns=["of"])
        parts = [pd.DataFrame([(value,) for value in block], columns=["of"]) for block in blocks]
        pd.testing.assert_frame_equal(_joined(parts), whole)
