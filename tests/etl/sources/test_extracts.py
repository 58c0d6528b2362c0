"""Extracts of places as tables, spoilt in every usual way: refused, and named."""

import pytest

from etl.sources import osm_places, overture_places
from tests.etl.sources.files import Good, defects, refuses

OSM = "osm_id,name,class,lon,lat\nn1,Inventée,amenity=pharmacy,5.6,49.1\nn2,Née,amenity=library,5.7,49.2\n"
OVERTURE = "id,name,category,confidence,lon,lat\n08f1,Inventée,pharmacy,0.9,5.6,49.1\n08f2,Née,library,0.9,5.7,49.2\n"


@pytest.mark.parametrize(
    ("module", "good"),
    [
        (osm_places, Good(OSM, column="class", delimiter=",")),
        (overture_places, Good(OVERTURE, column="confidence", delimiter=",")),
    ],
)
@defects("code without its zero")
def test_a_spoilt_extract_is_refused(tmp_path, module, good, defect):
    refuses(module, tmp_path, good, defect)
