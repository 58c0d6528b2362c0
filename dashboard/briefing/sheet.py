"""A briefing in the words of one language, in the order in which it is read: what the PDF and the annex both print."""

from dataclasses import dataclass

from dashboard import text
from dashboard.briefing import back, front
from dashboard.briefing.back import Back
from dashboard.briefing.content import Briefing
from dashboard.briefing.detail import BACKS, FRONTS, BackDetail, FrontDetail
from dashboard.briefing.front import Front
from dashboard.briefing.issuer import Logo
from dashboard.i18n import words
from geodata.workspace.records import Remark


@dataclass(frozen=True)
class Sheet:
    """Both pages. `keywords` carry sources and hash into the file's metadata; `banner` warns of invented data, `mark`
    says whether the agency validated what it wrote, and `page` names a page before it is known: "page {n} of 2"."""

    lang: str
    title: str
    description: str
    keywords: tuple[str, ...]
    agency: str
    logo: Logo | None
    kicker: str
    day: str
    printed_on: str
    banner: str
    mark: str
    page: str
    turn_over: str
    front: Front
    back: Back


def sheet(briefing: Briefing, lang: str, on_front: FrontDetail = FRONTS[0], on_back: BackDetail = BACKS[0]) -> Sheet:
    """The words of a briefing, all of them unless there is less room."""
    _ = words(lang)
    name = front.name_of(briefing)
    return Sheet(
        lang=lang,
        title=_("Social isolation: %(name)s") % {"name": name},
        description=text.class_sentence(briefing.profile.estimate, lang),
        keywords=(
            briefing.territory.code,
            *(f"{source.title} ({text.period(source.vintage, lang)})" for source in briefing.sources),
            f"sha256:{briefing.content_hash}",
            f"lang:{lang}",
            f"view:{briefing.choice}",
        ),
        agency=briefing.issuer.agency or "Reliance",
        logo=briefing.issuer.logo,
        kicker=_("Territory briefing: social isolation"),
        day=text.long_day(briefing.printed_on, lang),
        printed_on=briefing.printed_on,
        banner=_("Artificial data: nothing here is real") if briefing.is_synthetic else "",
        mark=mark(briefing, lang),
        page=_("page {n} of 2"),
        turn_over=_("Overleaf: what can be done"),
        front=front.front(briefing, lang, on_front),
        back=back.back(briefing, lang, on_back),
    )


def mark(briefing: Briefing, lang: str) -> str:
    """The state of what the agency wrote on this sheet; "" where it wrote nothing."""
    return "" if briefing.remark is None else state(briefing.remark, lang)


def state(remark: Remark, lang: str) -> str:
    """Whether a remark is a draft or validated, by whom and when."""
    _ = words(lang)
    sentence = _("Validated by %(who)s, %(day)s") if remark.is_validated else _("Draft by %(who)s, %(day)s")
    return sentence % {"who": remark.who, "day": text.long_day(remark.when, lang)}
