"""The readers of lists of services, in the order of the catalogue."""

from etl.sources import (
    agency,
    bpe,
    conseillers_numeriques,
    data_inclusion,
    dila,
    finess_csv,
    finess_json,
    france_services,
    la_poste,
    libraries,
    mediation_numerique,
    rna,
    terribot,
    tiers_lieux,
)

SERVICE_LISTS = (
    agency,
    finess_json,
    finess_csv,
    dila,
    france_services,
    la_poste,
    libraries,
    mediation_numerique,
    conseillers_numeriques,
    tiers_lieux,
    data_inclusion,
    bpe,
    rna,
    terribot,
)
"""One module per producer's file: SOURCE, read(snapshot) -> raw, tidy(raw) -> (services, rejected)."""
