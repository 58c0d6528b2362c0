"""Headings of the columns of files, in plain French: a CSV has short names, a workbook has these."""

_HEADINGS = {
    "niveau": "Maille",
    "code": "Code",
    "nom": "Nom",
    "departement": "Département",
    "classe": "Classe",
    "motif": "Motif",
    "robuste": "Robuste",
    "rarete_connue": "Rareté connue",
    "besoin": "Besoin",
    "part_attendue": "Part attendue",
    "borne_basse": "Borne basse",
    "borne_haute": "Borne haute",
    "niveau_intervalle": "Niveau de l’intervalle",
    "probabilite_seuil": "Probabilité de dépasser le seuil",
    "probabilite_moyenne_nationale": "Probabilité de dépasser la part nationale",
    "habitants": "Habitants de 15 ans et plus",
    "personnes_isolees": "Personnes isolées attendues",
    "minutes_mairie": "Minutes jusqu’à une mairie",
    "motif_non_publication": "Pourquoi rien n’est publié",
    "comparaison": "Comparé à",
    "familles_a_portee_sur_3": "Familles à portée, sur 3",
    "seuil": "Seuil",
    "definition": "Définition",
    "scenario": "Hypothèses",
    "cout_d_un_manque": "Coût d’un territoire manqué, à côté d’un retenu à tort",
    "nature": "Nature",
    "geographie": "Géographie au",
    "empreinte_base": "Empreinte de la base",
    "extrait_le": "Extrait le",
    "adresse": "Adresse de cette vue",
    "minutes_demandees": "Minutes demandées",
    "familles_demandees": "Familles demandées",
    "temps_de_trajet": "Temps de trajet",
    "modeles_de_trajet": "Modèles de trajet",
    "corrections_prises_en_compte": "Corrections prises en compte",
    "indicateur": "Indicateur",
    "unite": "Unité",
    "valeur": "Valeur",
    "numerateur": "Numérateur",
    "denominateur": "Dénominateur",
    "part_couverte": "Part du territoire connue",
    "erreur_type": "Erreur type",
    "millesime": "Période",
    "source_de_la_valeur": "Source de la valeur",
    "remarque": "Remarque",
    "liste": "Liste",
    "pourquoi": "Pourquoi",
    "verdict": "Classe",
    "probabilite_au_dessus_du_seuil": "Probabilité de dépasser le seuil",
    "besoin_et_reponses": "Besoin et réponses",
    "facteurs_qui_se_cumulent": "Facteurs qui se cumulent",
    "facteurs_connus": "Facteurs connus",
    "personnes_isolees_basse": "Personnes isolées, au moins",
    "personnes_isolees_haute": "Personnes isolées, au plus",
    "perimetre": "Périmètre",
    "regle": "Règle",
    "parametre": "Ce dont il s’agit",
}

_FAMILIES = {
    "citoyens_et_benevoles": "citoyens et bénévoles",
    "institutions_publiques": "institutions publiques",
    "professionnels_du_soin_et_de_l_accompagnement": "professionnels du soin et de l’accompagnement",
}

_BY_FAMILY = {
    "reponse": "Réponse",
    "minutes": "Minutes",
    "service": "Le plus proche",
    "part_de_communes_comparables_pas_mieux_dotees": "Communes comparables pas mieux dotées",
    "part_habitants_a_portee": "Habitants à portée",
    "part_isoles_a_portee": "Personnes isolées à portée",
    "part_habitants_non_connue": "Habitants pour qui ce n’est pas connu",
}


def heading(name: str) -> str:
    """The heading of a column: "Part attendue" for `part_attendue`. A column without one keeps its name, spaced."""
    if name in _HEADINGS:
        return _HEADINGS[name]
    for start, words in _BY_FAMILY.items():
        family = _FAMILIES.get(name.removeprefix(f"{start}_"))
        if family is not None and name.startswith(f"{start}_"):
            return f"{words} – {family}"
    if name.startswith("probabilite_") and name.endswith("_pourcent"):
        return f"Probabilité de dépasser {name.split('_')[1]} %"
    return name.replace("_", " ").capitalize()
