"""Where new teams should go: the best plan for an aim, under floors and a capacity, with a proven gap."""

from geodata.methods.siting.covering import mclp, measured
from geodata.methods.siting.request import Floor, SitingRequest
from geodata.plan import Aim

__all__ = ["Aim", "Floor", "SitingRequest", "mclp", "measured"]
