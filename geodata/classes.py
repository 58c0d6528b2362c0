"""The decision classes as readers meet them, on a screen, on paper and in a desktop GIS: words and colours.

Orange and blue stay apart for every kind of colour blindness; the lightness differs from class to class, so that a
grey print can be read.
"""

from geodata.estimate import Verdict

WORDS = {
    Verdict.ABOVE: "above",
    Verdict.LIKELY_ABOVE: "likely above",
    Verdict.UNDECIDED: "cannot be decided",
    Verdict.LIKELY_BELOW: "likely below",
    Verdict.BELOW: "below",
    Verdict.NOT_PUBLISHED: "not published",
}
"""English, to be translated by a catalogue (`geodata.translations`)."""

FILL = {
    Verdict.ABOVE: "#b34a05",
    Verdict.LIKELY_ABOVE: "#f6b77c",
    Verdict.UNDECIDED: "#e4e4e1",
    Verdict.LIKELY_BELOW: "#93bbdd",
    Verdict.BELOW: "#1b4470",
    Verdict.NOT_PUBLISHED: "#ffffff",
}
