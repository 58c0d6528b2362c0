"""The sites of a plan as rows: what its files of figures hold."""

from collections.abc import Mapping

import pandas as pd

from dashboard.briefing.plan_figures import counted
from dashboard.briefing.plan_record import PlanRecord
from dashboard.i18n import words
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules, travel


def site_rows(shown: PlanRecord, titles: Mapping[str, str], lang: str) -> pd.DataFrame:
    """One row a site, with what was asked and the build that answered; `titles` of categories by identifier."""
    _ = words(lang)
    request = shown.request
    rows = [
        {
            "rang": site.rank,
            "site": shown.names[site.id]["name"],
            "code_insee": shown.names[site.id]["code_insee"],
            "commune": shown.names[site.id]["commune"],
            "departement": shown.names[site.id]["departement"],
            "lon": shown.names[site.id]["lon"],
            "lat": shown.names[site.id]["lat"],
            "nouvellement_a_portee": counted(site.reached),
            "nouvellement_a_portee_en_mots": plan_text.people(site.reached, lang),
            "a_portee_en_tout": counted(site.within),
            "equipes_sur_le_site": site.teams,
            "accompagnees": None if site.accompanied is None else float(round(site.accompanied)),
            "pourquoi": plan_rules.site(site, shown.reason(site.id), shown.trade_offs, lang),
            "minutes_connues": travel.kind(reason.travel, lang) if (reason := shown.reason(site.id)) else None,
            "modele_de_trajet": reason.travel if reason else None,
            "ouverte": _("yes") if site.id in request.opened else _("no"),
            "part_des_situations": site.share_of_draws,
            "verrouille": _("yes") if site.id in shown.locked else _("no"),
            "cout": site.cost,
            "plan": shown.name,
            "version": shown.version,
            "equipes": request.teams,
            "minutes": request.minutes,
            "public": plan_text.public(request.public, lang),
            "equipes_en_place": plan_text.in_place(request, titles, lang),
            "but": plan_rules.aim(request.aim, lang),
            "capacite": plan_rules.capacity(request, lang),
            "plancher": plan_rules.floor(request, lang),
            "sites_possibles": plan_rules.candidates(request, titles, lang),
            "nature": plan_text.kind(request, lang),
            "ecart_prouve_de_la_proposition": shown.proposal.gap,
            "empreinte_base": shown.data_hash,
        }
        for site in shown.plan.sites
    ]
    return pd.DataFrame(rows)
