"""Where new teams should go: maximal covering location with a proven gap."""

from geodata.methods.siting.covering import mclp
from geodata.methods.siting.request import Floor, SitingRequest

__all__ = ["Floor", "SitingRequest", "mclp"]
