"""What a function of `dashboard.text` says, in both languages."""

from collections.abc import Callable, Iterable


def plain(sentence: str) -> str:
    """With spaces of one kind."""
    return sentence.replace("\u00a0", " ").replace("\u202f", " ")


def in_english(write: Callable[[str], str]) -> str:
    """The English sentence; the French one is in the catalogue (fixture `translated`), and neither has a blank left."""
    assert "%(" not in write("fr") + write("en")
    return plain(write("en"))


def of_its_own(write: Callable, values: Iterable) -> dict:
    """The English words of each value, no two of which are alike in either language."""
    values = list(values)
    for lang in ("fr", "en"):
        found = [write(value, lang) for value in values]
        assert all(found) and len(set(found)) == len(values), found
    return {value: plain(write(value, "en")) for value in values}
