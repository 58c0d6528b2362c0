"""Records as JSON and back: frozen dataclasses of plain values, tuples and words of an enumeration."""

import json
import types
from dataclasses import asdict, fields, is_dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record")


def to_json(record: "DataclassInstance") -> str:
    """The record as JSON, keys in the order of its fields."""
    return json.dumps(asdict(record), ensure_ascii=False, indent=1, allow_nan=False)


def from_json(kind: type[Record], text: str) -> Record:
    """The record that `to_json` wrote. Raises `TypeError` or `ValueError` when it is another one."""
    return _read(kind, json.loads(text))


@lru_cache
def _hints(kind: type) -> dict[str, type]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        # A record written before a field was added takes its default, when it has one.
        present = [field.name for field in fields(kind) if field.name in value]
        return kind(**{name: _read(_hints(kind)[name], value[name]) for name in present})
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _read(next(one for one in inner if one is not types.NoneType), value)
    if origin is tuple:
        kinds = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_read(one, item) for one, item in zip(kinds, value, strict=True))
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
