"""What users write, asked of the workspace: corrections and notes."""

import logging
from collections.abc import Callable
from typing import TypeVar

import pandas as pd

from dashboard.facts.catalogue import CatalogueFacts
from geodata.errors import BadInput, WorkspaceUnavailable
from geodata.store import Store
from geodata.territory import Level
from geodata.workspace import Correction, Note, Statement, Workspace

T = TypeVar("T")


class WrittenFacts(CatalogueFacts):
    """Pages that only read the build are answered while the workspace cannot be read, and say so."""

    def __init__(self, store: Store, workspace: Workspace | None = None):
        super().__init__(store)
        self._workspace = workspace
        self.is_workspace_readable = True
        self._corrections: tuple[Correction, ...] = ()

    @property
    def has_workspace(self) -> bool:
        """Whether users may write."""
        return self._workspace is not None

    @property
    def workspace(self) -> Workspace:
        """What users write. Raises `WorkspaceUnavailable` where there is none: a store may be read without."""
        if self._workspace is None:
            raise WorkspaceUnavailable("this store was opened to be read only: no workspace is beside it.")
        return self._workspace

    def corrections(self) -> tuple[Correction, ...]:
        """What the agency says of its services against their sources; as read last while the workspace cannot be."""
        self._corrections = self._written(lambda workspace: workspace.corrections.list(), self._corrections)
        return self._corrections

    def notes(self, level: Level, code: str) -> tuple[Note, ...]:
        """What the agency wrote about a territory, the first note first; none while the workspace cannot be read."""
        return self._written(lambda workspace: workspace.notes.list(level, code), ())

    def counted(self, code: str, category: str) -> pd.DataFrame:
        """Services of a category in a commune that their source only counts: one row a source."""
        listed = self.store.services_in(Level.COMMUNE, code, categories=[category])
        return listed[listed["quantity"].notna()]

    def contest(
        self,
        code: str,
        category: str,
        statement: Statement,
        *,
        who: str,
        why: str,
        service: str | None,
        quantity: int | None = None,
    ) -> Correction:
        """Write a correction of a commune and a category of this database. Raises `UnknownTerritory`, `BadInput`."""
        self.store.territory(Level.COMMUNE, code)
        if category not in set(self.categories()["id"]):
            raise BadInput(f"« {category[:80]} » is no category of services of this database.")
        if service is not None and service not in self.store.existing_services([service]):
            raise BadInput(f"« {service[:80]} » is no service of this database.")
        if statement is Statement.COUNT and self.counted(code, category).empty:
            raise BadInput(f"« {category[:80]} »: only counts in {code} are corrected so; none here.")
        return self.workspace.corrections.add(
            code,
            category,
            statement,
            who=who,
            why=why,
            service=service,
            quantity=quantity,
            country=self.store.country(),
        )

    def _written(self, read: Callable[[Workspace], tuple[T, ...]], instead: tuple[T, ...]) -> tuple[T, ...]:
        """What users wrote: pages that only read the build are still answered when it cannot be read, and say so."""
        if self._workspace is None:
            return instead
        try:
            records_ = read(self._workspace)
        except WorkspaceUnavailable as error:
            if self.is_workspace_readable:
                logging.getLogger(__name__).warning("%s", error)
            self.is_workspace_readable = False
            return instead
        self.is_workspace_readable = True
        return records_
