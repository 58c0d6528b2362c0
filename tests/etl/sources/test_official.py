"""All readers together: each real file goes to one reader, and what nobody reads is known by name."""

from etl.reading.intake import intake
from etl.sources.registry import STATISTICS
from geodata.source import Tier


def test_every_reader_has_a_complete_source_of_its_own():
    ids = [module.SOURCE.id for module in STATISTICS]
    assert len(set(ids)) == len(ids)
    for module in STATISTICS:
        source = module.SOURCE
        assert source.tier is Tier.OFFICIAL
        assert source.page.startswith("https://")
        assert all([source.title, source.producer, source.description])
        assert not source.vintage, "the vintage is that of a file"
        assert callable(module.recognises) and callable(module.read) and callable(module.tidy)


def test_the_real_files_go_to_their_readers(shared_data):
    found, strangers = intake(shared_data / "census", STATISTICS)
    files = {id_: sorted(s.path.name for s in snapshots) for id_, snapshots in found.items() if snapshots}
    assert {id_: len(names) for id_, names in files.items()} == {
        "rp_reconstructed": 2, "insee_estimates": 2, "filosofi": 8, "statloc": 3, "f_edi": 1, "ifn": 1, "cog": 1,
        "cog_passage": 1, "cog_zones": 3, "cog_iris": 1, "cnam": 2, "mortality": 2, "caf": 2, "drees_minima": 1,
        "drees_social_aid": 1, "drees_apl": 1, "drees_urgent_care": 1,
    }  # fmt: skip
    assert not [stranger for stranger in strangers if "several readers" in stranger.reason]
    # Documentation of formats, third parties' shares, neighbourhoods, projections, the survey of the epidemic.
    assert sorted({stranger.path.parent.name for stranger in strangers}) == [
        "cdc_vieillissement", "formats_officiels", "qpv", "rp2022", "sante", "statloc", "zonages",
    ]  # fmt: skip


def test_service_files_are_left_to_others(shared_data):
    found, _ = intake(shared_data / "services", STATISTICS)
    assert {id_: len(snapshots) for id_, snapshots in found.items() if snapshots} == {
        "far_from_services": 1,
        "urgent_distance": 1,
    }
