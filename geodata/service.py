"""Services that a planner sets against isolation: three families, and what is known of a category."""

from enum import StrEnum


class Family(StrEnum):
    """Who answers: inhabitants and volunteers, public front doors, or care and support professionals."""

    CITIZEN = "citizen"
    INSTITUTIONAL = "institutional"
    PROFESSIONAL = "professional"


TOWN_HALL = "mairie"
"""The category whose list is whole in every build."""

TOWN_HALLS = (TOWN_HALL, "mairie_deleguee", "mairie_arrondissement")
"""Counters of the same town hall."""

KIND = {**dict.fromkeys(TOWN_HALLS, TOWN_HALL), "france_services_itinerant": "france_services"}
"""Categories that are one kind of service with another."""

ONE_A_COMMUNE = (*TOWN_HALLS, "ccas")
"""What a commune has once at most: shared among residents, it would only say how many they are. The law asks for a CCAS
from 1,500 residents (CASF, L. 123-4). A CIAS, once for several communes, is in the same category: a list of both in one
does not tell them apart."""

CORRECTION = "correction"
"""Source of the services that the agency says are there."""


class Completeness(StrEnum):
    """What is known of a category in a département: "no data" is never "no service"."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    ABSENT = "absent"
    STALE = "stale"
