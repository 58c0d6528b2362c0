"""The sections of a sheet in the order in which they are read: what the document for Word writes one after the other.

The place to look when a section of the PDF is added, dropped or moved. Words of a section are made in `front.py`
(page 1) or `back.py` (page 2); `templates/briefing.typ` says where on the page it stands, in this order: a test holds
both alike.
"""

from dataclasses import dataclass

from dashboard.briefing.back import Back
from dashboard.briefing.front import Front, Key
from dashboard.briefing.wording import Figure
from dashboard.text.numbers import colon

_STEPS, _SERVICES = (1.2, 1.3, 1.2), (1.5, 0.7, 1.6, 1.8)


@dataclass(frozen=True)
class Section:
    """A part of a document: a title ("" where it goes on with the one before), then whatever it has of a line in bold,
    a drawing with its `keys`, paragraphs, a list and a table, whose columns have `widths` in parts of the page."""

    title: str
    lead: str = ""
    paragraphs: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    is_numbered: bool = False
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[float, ...] = ()
    figure: Figure | None = None
    keys: tuple[Key, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands under the title."""
        return not (self.lead or self.paragraphs or self.bullets or self.rows or self.figure)


def page_one(front: Front, lang: str) -> tuple[Section, ...]:
    """What page 1 holds, in order; a section that has nothing to say here is left out."""
    between = colon(lang)
    tiles = tuple(f"{tile.label}{between}{tile.value} ({tile.note})" for tile in front.tiles)
    return _not_empty(
        Section(
            front.answer_title,
            lead=f"{front.verdict} ({front.line})",
            paragraphs=(*front.answer, front.definition),
        ),
        Section(front.people_title, bullets=tiles or (front.no_people,)),
        _drawn(front.map_title, front.map, tuple(filter(None, [front.map_note])), (*front.legend, *front.families)),
        _drawn(front.position_title, front.strip, front.position),
        Section(front.sides_title, bullets=front.sides),
        Section(front.why_title, bullets=(front.pushes.alt,) if front.pushes else ()),
        Section(front.strengths_title, bullets=front.strengths),
        Section(front.gaps_title, bullets=front.gaps),
        Section(front.answers_title, paragraphs=tuple(filter(None, [front.no_answer_note]))),
    )


def page_two(back: Back, lang: str) -> tuple[Section, ...]:
    """What page 2 holds, in order; a section that has nothing to say here is left out."""
    between = colon(lang)
    return _not_empty(
        Section(back.steps_title, head=back.steps_head, rows=back.steps, widths=_STEPS),
        Section(
            back.services_title,
            head=back.services_head,
            rows=back.services,
            widths=_SERVICES if len(back.services_head) == len(_SERVICES) else (),
        ),
        Section("", paragraphs=tuple(filter(None, [back.services_note])), bullets=back.pathways),
        Section(back.gaps_title, bullets=back.gaps),
        Section(back.options_title, bullets=back.options),
        Section(back.questions_title, bullets=back.questions, is_numbered=True),
        Section(
            back.actors_title,
            bullets=tuple(f"{who}{between}{what}" if what else who for who, what in back.actors),
        ),
        Section(back.remark_title, bullets=back.remark),
        Section(back.contact_title, bullets=back.contact),
        Section(back.acronyms_title, bullets=back.acronyms),
        Section(back.limits_title, bullets=back.limits),
        Section(back.sources_title, paragraphs=(*back.sources, back.local or back.link)),
    )


def _drawn(title: str, figure: Figure | None, lines: tuple[str, ...], keys: tuple[Key, ...] = ()) -> Section:
    """A drawing, then what it says, for who does not see it, then what is said beside it."""
    if figure is None:
        return Section(title, paragraphs=lines)
    return Section(title, paragraphs=(figure.alt, *lines), figure=figure, keys=keys)


def _not_empty(*sections: Section) -> tuple[Section, ...]:
    return tuple(section for section in sections if not section.is_empty)
