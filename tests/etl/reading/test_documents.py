"""JSON documents: gzipped or zipped, damaged in every usual way."""

import gzip
import json
from pathlib import Path

import pytest

from etl.reading import documents
from etl.sources import finess_json
from geodata.errors import BadInput
from tests.etl.sources.files import written, zipped

RECORDS = [{"id": "1", "nom": "Mairie", "horaires": None, "pivot": [{"type": "é"}], "lat": 43.5}, {"id": "2"}]


def snapshot(folder: Path, content: str | bytes, name: str = "annuaire.json"):
    return written(finess_json, folder, content, name)


def test_a_document_is_read_plain_gzipped_or_in_a_zip(tmp_path):
    text = json.dumps(RECORDS)
    assert documents.read_document(snapshot(tmp_path, text)) == RECORDS
    assert documents.read_document(snapshot(tmp_path, "\ufeff" + text, "bom.json")) == RECORDS
    assert documents.read_document(snapshot(tmp_path, gzip.compress(text.encode()), "a.json.gz")) == RECORDS
    assert documents.read_document(snapshot(tmp_path, zipped({"lisez.txt": "", "a.json": text}), "a.zip")) == RECORDS


def test_long_documents_are_streamed(tmp_path):
    packed = gzip.compress(json.dumps({"made": "2026-03-09", "all": RECORDS}).encode())
    source = snapshot(tmp_path, packed, "a.json.gz")
    assert list(documents.stream(source, "all.item")) == RECORDS
    assert documents.read_scalar(source, "made") == "2026-03-09"
    assert documents.read_scalar(source, "absent") is None


def test_records_become_text_and_nothing_is_invented():
    frame = documents.text_frame(RECORDS, "annuaire.json", ["id", "nom"], ["horaires", "pivot", "lat", "absent"])
    assert frame.loc[1].tolist() == ["1", "Mairie", "", '[{"type": "é"}]', "43.5"]
    assert frame.loc[2].tolist() == ["2", "", "", "", ""]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("<!DOCTYPE html><html></html>", "web page"),
        ('[{"id": "1"}, {"id": ', "line 1, column 22: not JSON"),
        (json.dumps(RECORDS).encode("utf-16"), "not"),
        (b'[{"id": "\xe9"}]', "not UTF-8 (byte 9)"),
        (gzip.compress(json.dumps(RECORDS).encode(), mtime=0)[:-12], "corrupt, truncated"),
        (zipped({"a.json": json.dumps(RECORDS) * 50})[:-60], "corrupt, truncated"),
        (zipped({"lisez.txt": "x"}), "holds no JSON: lisez.txt"),
    ],
)
def test_a_damaged_document_is_refused_by_name(tmp_path, content, message):
    with pytest.raises(BadInput, match=r"annuaire\.json") as refused:
        documents.read_document(snapshot(tmp_path, content))
    assert message in str(refused.value)


@pytest.mark.parametrize("content", ["<html></html>", '{"all": [{"id": 1}, {"id"', ""])
def test_a_damaged_stream_is_refused_by_name(tmp_path, content):
    with pytest.raises(BadInput, match=r"annuaire\.json: not JSON"):
        list(documents.stream(snapshot(tmp_path, content), "all.item"))


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([], "no record"),
        ([{"nom": "Mairie"}], "record 1: key id is missing from every record. Found: nom"),
        ([{"id": "1"}, {"id": "x" * 1_000_000}], "record 2, key id: 1,000,000 characters; at most 2000"),
    ],
)
def test_records_that_are_not_what_is_expected_are_refused(records, message):
    with pytest.raises(BadInput, match=r"annuaire\.json") as refused:
        documents.text_frame(records, "annuaire.json", ["id"])
    assert message in str(refused.value)


def test_a_list_of_objects_is_expected():
    with pytest.raises(BadInput, match=r"annuaire\.json: a list of objects is expected, « 3 » was found"):
        documents.objects(3, "annuaire.json")
