"""Where new teams should go: maximal covering location with a proven gap."""

from geodata.methods.siting.covering import Floor, mclp

__all__ = ["Floor", "mclp"]
