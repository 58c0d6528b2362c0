"""Official files taken from a server on this machine: whole, resumed, refused, changed; nothing is overwritten."""

import contextlib
import dataclasses
import functools
import hashlib
import http.server
import io
import os
import shutil
import socketserver
import ssl
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest

from etl import __main__ as cli
from etl.downloads import fetch as downloads
from etl.downloads.arrivals import (
    FOLDER,
    SUPERSEDED,
    Change,
    hand_in,
    journal,
)
from etl.downloads.catalogue import (
    Entry,
    Form,
    Trust,
    catalogue,
    entry_of,
)
from etl.downloads.fetch import ATTEMPTS, client, fetch_official
from geodata.errors import BadInput, ChecksumMismatch, SourceUnavailable, UsageError
from geodata.translations import words
from tests.conftest import PROJECT
from tests.etl import loopback
from tests.etl.loopback import Site, serving

SHARED = Path(os.environ.get("RELIANCE_SHARED_DATA", PROJECT.parent / "shared" / "data"))
REAL = SHARED / "services" / "france_services" / "liste-fs-20240801.csv"
LIST = REAL.read_bytes() if REAL.is_file() else ("id_fs,lib_fs\n" + "1,France Services de Foix\n" * 5000).encode()
"""The real list of France Services when it is there, else a list of its size."""

ENTRY = Entry(
    "liste", "france_services", "La liste", "https://www.exemple.fr/fichiers/liste.csv", "https://www.exemple.fr/page",
    "liste.csv", "", "2024", "Licence Ouverte 2.0", Form.CSV, "", Trust.CODE,
)  # fmt: skip
PATH = "/fichiers/liste.csv"


@pytest.fixture
def site():
    with serving(Site({PATH: LIST})) as site:
        yield site


@pytest.fixture
def fetch(site, tmp_path, monkeypatch):
    """Take the entry through the server, which stands for its host; pauses are kept, not waited for."""
    pauses = []
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def take(entry: Entry = ENTRY, **options):
        asking = dataclasses.replace(client(site.address), wait=pauses.append, timeout_s=(2.0, 0.3))
        return fetch_official(entry, tmp_path, asking, **options)

    take.pauses = pauses
    return take


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_taken_whole_and_written_down(fetch, tmp_path, site):
    arrival = fetch()
    assert (arrival.change, arrival.superseded) == (Change.NEW, None)
    assert arrival.path == tmp_path / FOLDER / "liste" / "liste.csv"
    assert arrival.path.read_bytes() == LIST
    assert files(tmp_path) == ["official/liste/.snapshots.csv", "official/liste/liste.csv"]
    (line,) = journal(ENTRY, tmp_path)
    assert line.sha256 == hashlib.sha256(LIST).hexdigest()
    assert line.origin == site.address + PATH
    assert line.licence == "Licence Ouverte 2.0"


def test_a_file_that_has_not_changed_is_asked_for_but_not_sent_again(fetch, site, tmp_path):
    fetch()
    again = fetch()
    assert again.change is Change.UNCHANGED
    assert site.requests[-1]["if-none-match"] == loopback.tag(LIST)
    assert len(journal(ENTRY, tmp_path)) == 1


def test_a_changed_file_is_a_new_snapshot_and_the_old_bytes_stay(fetch, site, tmp_path):
    fetch()
    site.files[PATH] = newer = LIST.replace(b"France", b"FRANCE", 1)
    arrival = fetch()
    assert arrival.change is Change.CHANGED
    assert arrival.path.read_bytes() == newer
    assert arrival.superseded.read_bytes() == LIST
    assert arrival.superseded.parent.name == SUPERSEDED
    assert [line.sha256 for line in journal(ENTRY, tmp_path)] == [
        hashlib.sha256(LIST).hexdigest(), hashlib.sha256(newer).hexdigest(),
    ]  # fmt: skip


def test_a_cut_download_goes_on_where_it_stopped(fetch, site):
    site.script = [loopback.truncated(16_384)]
    assert fetch().path.read_bytes() == LIST
    assert [asked.get("range") for asked in site.requests] == [None, "bytes=16384-"]
    assert site.requests[1]["if-range"] == loopback.tag(LIST)
    assert fetch.pauses == [1.0]


def test_a_stalled_download_goes_on_where_it_stopped(fetch, site):
    site.script = [loopback.stalled(16_384, 0.8)]
    assert fetch().path.read_bytes() == LIST
    assert site.requests[1]["range"] == "bytes=16384-"


def test_a_cut_download_of_a_file_that_changes_meanwhile_starts_again(fetch, site):
    newer = LIST[::-1]

    def cut_then_changed(request):
        loopback.truncated(16_384)(request)
        site.files[PATH] = newer

    site.script = [cut_then_changed]
    assert fetch().path.read_bytes() == newer


def test_without_a_version_a_cut_download_starts_again(fetch, site):
    site.script = [loopback.without_tag(16_384)]
    assert fetch().path.read_bytes() == LIST
    assert [asked.get("range") for asked in site.requests] == [None, None]


def test_a_version_that_is_only_alike_is_no_reason_to_go_on(fetch, site):
    """A weak tag promises the same meaning, not the same bytes: a part of one never completes another."""
    site.script = [loopback.weakly_tagged(16_384)]
    assert fetch().path.read_bytes() == LIST
    assert [asked.get("range") for asked in site.requests] == [None, None]


def test_a_download_that_failed_for_good_is_resumed_by_the_next_command(fetch, site, tmp_path):
    site.script = [loopback.truncated(16_384), *[loopback.status(503)] * (ATTEMPTS - 1)]
    with pytest.raises(SourceUnavailable):
        fetch()
    assert not (tmp_path / FOLDER / "liste" / "liste.csv").exists()
    site.requests.clear()
    assert fetch().path.read_bytes() == LIST
    assert site.requests[0]["range"] == "bytes=16384-"
    assert files(tmp_path) == ["official/liste/.snapshots.csv", "official/liste/liste.csv"]


def test_a_range_that_the_server_refuses_starts_again(fetch, site):
    site.script = [loopback.truncated(16_384), loopback.status(416)]
    assert fetch().path.read_bytes() == LIST


def test_pauses_grow_and_what_the_server_asks_for_is_honoured(fetch, site):
    site.script = [loopback.status(500), loopback.status(429, Retry_After="7"), loopback.status(502)]
    assert fetch().path.read_bytes() == LIST
    assert fetch.pauses == [1.0, 7.0, 4.0]


def test_a_pause_that_is_too_long_is_told(fetch, site):
    site.script = [loopback.status(429, Retry_After="86400")]
    with pytest.raises(SourceUnavailable, match="try again in 86400 s"):
        fetch()
    assert fetch.pauses == []


def test_a_redirection_is_followed(fetch, site):
    site.files["/ailleurs.csv"] = LIST
    site.script = [loopback.redirected("/ailleurs.csv")]
    assert fetch().path.read_bytes() == LIST


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ([loopback.status(404)], "answers 404: the file has moved"),
        ([loopback.status(403)], "answers 403"),
        ([loopback.web_page("text/html; charset=utf-8")], "a web page"),
        ([loopback.web_page("text/csv")], "a web page"),
        ([lambda request: request.send(200, b"  \n")], "it is empty"),
        ([lambda request: request.send(200, b"a\0b" * 50)], "it is no text"),
        ([loopback.status(500)] * ATTEMPTS, f"answers 500 ({ATTEMPTS} attempt(s))"),
        ([loopback.redirected(PATH)] * 40, "redirects"),
    ],
)
def test_what_cannot_be_taken_names_the_page_and_the_command(fetch, site, tmp_path, script, words):
    fetch()
    site.files[PATH] = b"other\n"
    site.script = list(script)
    with pytest.raises(SourceUnavailable) as raised:
        fetch()
    message = str(raised.value)
    assert words in message
    assert ENTRY.page in message
    assert f"python -m etl fetch liste --from FILE --data {tmp_path}" in message
    assert raised.value.exit_code == 4
    assert (tmp_path / FOLDER / "liste" / "liste.csv").read_bytes() == LIST, "what was there stays"


def test_a_server_out_of_reach_is_tried_several_times_then_told(fetch, site):
    site.address = "http://127.0.0.1:9"
    with pytest.raises(SourceUnavailable, match="the connection failed") as raised:
        fetch()
    assert "la connexion a échoué" in raised.value.worded(words("fr"))
    assert fetch.pauses == [1.0, 2.0, 4.0, 8.0]


def test_the_proxy_of_the_environment_is_used(site, tmp_path, monkeypatch):
    """The server stands for a proxy here: it is asked for the whole address."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, site.address)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    address = "http://www.exemple.invalid/liste.csv"
    site.files[address] = LIST
    arrival = fetch_official(dataclasses.replace(ENTRY, address=address), tmp_path, client())
    assert arrival.path.read_bytes() == LIST
    assert site.requests[0]["path"] == address


def test_a_proxy_that_asks_for_a_user_is_named_at_once(fetch, site):
    site.script = [loopback.status(407)]
    with pytest.raises(SourceUnavailable, match=r"\(407\).*HTTPS_PROXY"):
        fetch()
    assert fetch.pauses == []


def test_a_tunnel_that_a_proxy_refuses_is_named_at_once(tmp_path, monkeypatch):
    pauses = []
    with refusing_proxy() as address:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, address)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        asking = dataclasses.replace(client(), wait=pauses.append)
        with pytest.raises(SourceUnavailable, match=r"\(407\).*HTTPS_PROXY"):
            fetch_official(dataclasses.replace(ENTRY, address="https://www.exemple.invalid/a.csv"), tmp_path, asking)
    assert pauses == []


@contextlib.contextmanager
def refusing_proxy():
    """A proxy that lets nobody through without a user."""

    class Refusal(socketserver.StreamRequestHandler):
        def handle(self):
            while self.rfile.readline().strip():
                pass
            self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.mark.parametrize("name", VARIABLES)
def test_authorities_that_are_not_there_are_named_before_anything_is_asked(monkeypatch, name):
    for other in VARIABLES:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "/nowhere/ca.pem")
    with pytest.raises(UsageError, match=rf"{name} names /nowhere/ca\.pem, which is not there"):
        client()


@pytest.fixture
def signed(tmp_path):
    """A server with a certificate of its own authority: its address, and the file of that authority."""
    key, certificate = tmp_path / "key.pem", tmp_path / "own authority.pem"
    made = shutil.which("openssl") and subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out",
         str(certificate), "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        capture_output=True, check=False,
    )  # fmt: skip
    if not made or made.returncode:
        pytest.skip("no openssl to sign a certificate with")
    (tmp_path / "liste.csv").write_bytes(LIST)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_address[1]}/liste.csv", certificate
        server.shutdown()


@pytest.mark.parametrize("name", [None, *VARIABLES])
def test_the_authority_of_a_network_is_that_of_the_environment(signed, tmp_path, monkeypatch, name):
    """Without it the certificate is told at once, with the variable to set."""
    address, certificate = signed
    for other in VARIABLES:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    if name:
        monkeypatch.setenv(name, str(certificate))
    pauses = []
    asking = dataclasses.replace(client(), wait=pauses.append)
    entry = dataclasses.replace(ENTRY, address=address)
    if name:
        assert fetch_official(entry, tmp_path / "data", asking).path.read_bytes() == LIST
    else:
        with pytest.raises(SourceUnavailable, match=r"authority .* SSL_CERT_FILE or REQUESTS_CA_BUNDLE"):
            fetch_official(entry, tmp_path / "data", asking)
    assert pauses == []


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, body in members.items():
            file.writestr(name.replace("_csv", ".csv"), body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (archive(liste_csv=LIST)[:-200], "cannot be opened as an archive"),
        (archive(autre_csv=LIST), "it holds no liste.csv: autre.csv"),
        (archive(liste_csv=LIST).replace(LIST[:50], LIST[50:100], 1), "liste.csv is corrupt"),
        (LIST, "it is no zip"),
    ],
)
def test_an_archive_is_looked_into_before_it_is_kept(fetch, site, tmp_path, body, words):
    site.files["/a.zip"] = body
    entry = dataclasses.replace(
        ENTRY, address="https://www.exemple.fr/a.zip", file="a.zip", member="liste.csv", form=Form.ZIP
    )
    with pytest.raises(SourceUnavailable, match=words):
        fetch(entry)
    assert files(tmp_path) == []


def test_another_file_than_the_announced_one_is_refused_unless_accepted(fetch, tmp_path):
    announced = dataclasses.replace(ENTRY, checksum="md5:" + "0" * 32)
    with pytest.raises(ChecksumMismatch, match="--accept-changed"):
        fetch(announced)
    assert files(tmp_path) == []
    assert fetch(announced, accept_changed=True).change is Change.NEW
    right = dataclasses.replace(ENTRY, checksum=f"sha256:{hashlib.sha256(LIST).hexdigest()}")
    assert fetch(right).change is Change.UNCHANGED


def test_a_local_copy_is_checked_and_copied(tmp_path):
    copy = tmp_path / "téléchargé.csv"
    copy.write_bytes(LIST)
    arrival = hand_in(ENTRY, copy, tmp_path / "data")
    assert arrival.path.read_bytes() == copy.read_bytes() == LIST
    assert journal(ENTRY, tmp_path / "data")[0].origin == str(copy)
    copy.write_bytes(b"<html>")
    with pytest.raises(BadInput, match="it is a web page"):
        hand_in(ENTRY, copy, tmp_path / "data")
    assert arrival.path.read_bytes() == LIST


def test_the_build_does_not_look_into_what_was_superseded(fetch, site, tmp_path):
    from etl.reading.intake import intake

    fetch()
    site.files[PATH] = b"other\n"
    fetch()
    _found, unread = intake(tmp_path, ())
    assert [file.path.name for file in unread] == ["liste.csv"]


# ------------------------------------------------------------------------------------------------------- the catalogue


def test_every_entry_of_the_catalogue_is_typed_and_has_a_page():
    entries = catalogue()
    assert len(entries) == len({entry.id for entry in entries}) >= 40
    assert {entry.trust for entry in entries} == set(Trust)
    assert len({entry.address for entry in entries if entry.address}) == sum(bool(e.address) for e in entries)


def test_every_reader_that_the_catalogue_names_exists():
    known = {module.SOURCE.id for module in cli.READERS}
    assert {entry.reader for entry in catalogue()} - {""} <= known


def test_an_entry_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(UsageError, match="bpe_points_2023"):
        entry_of("bpe")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("X,,t,https://a,https://p,f,,2024,l,csv,,code", "id « X »"),
        ("x,,t,https://a,https://p,f,,2024,l,pdf,,code", "format « pdf »"),
        ("x,,t,,https://p,f,,2024,l,csv,,code", "unless only the page is known"),
        ("x,,t,https://a,p,f,,2024,l,csv,md5:12,code", "checksum « md5:12 »"),
    ],
)
def test_a_wrong_cell_of_the_catalogue_is_told(tmp_path, cells, words):
    path = tmp_path / "catalogue.csv"
    path.write_text(f"id,reader,title,address,page,file,member,vintage,licence,format,checksum,trust\n{cells}\n")
    with pytest.raises(BadInput, match=words):
        catalogue(path)


# ----------------------------------------------------------------------------------------------------- as it is typed


def test_the_command_takes_several_and_tells_those_it_could_not(tmp_path, site, monkeypatch, capsys):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    entry = entry_of("france_services")
    site.files["/" + entry.address.split("/", 3)[3]] = LIST
    monkeypatch.setenv("RELIANCE_MIRROR", site.address)
    code = cli.main(["fetch", "france_services", "la_poste", "filosofi_iris_2021", "--data", str(tmp_path)])
    output = capsys.readouterr()
    assert code == 4
    assert "france_services: new" in output.out
    assert "la_poste could not be taken: the address of the file is not known, only its page" in output.err
    assert "filosofi_iris_2021 could not be taken" in output.err
    assert "answers 404" in output.err
    assert cli.main(["sources", "--catalogue", "--data", str(tmp_path)]) == 0
    listed = capsys.readouterr().out
    assert "france_services                  taken" in listed
    assert "la_poste                         by hand" in listed


def test_the_command_takes_a_local_copy(tmp_path, capsys):
    copy = tmp_path / "copie.csv"
    copy.write_bytes(LIST)
    assert cli.main(["fetch", "la_poste", "--from", str(copy), "--data", str(tmp_path / "data")]) == 0
    assert "la_poste: new" in capsys.readouterr().out
    assert cli.main(["fetch", "--from", str(copy), "--data", str(tmp_path)]) == 2
    assert cli.main(["fetch", "bpe", "--data", str(tmp_path)]) == 2


@pytest.fixture
def outside(monkeypatch):
    """The site of the test stands for one of the world; other names of this machine stay what they are."""
    true = downloads._is_private
    monkeypatch.setattr(downloads, "_is_private", lambda address: "localhost" in address and true(address))


def test_a_redirection_into_the_own_network_is_refused_unless_told(fetch, site, tmp_path, outside):
    inside = site.address.replace("127.0.0.1", "localhost")
    site.script = [loopback.redirected(f"{inside}{PATH}")]
    with pytest.raises(SourceUnavailable, match="an address of this network"):
        fetch()
    assert not any(".part" in name for name in files(tmp_path))
    assert len(site.requests) == 1


def test_where_a_redirected_file_really_came_from_is_written_down(fetch, site, tmp_path):
    site.files["/ailleurs.csv?signature=secret"] = LIST
    site.script = [loopback.redirected("/ailleurs.csv?signature=secret")]
    fetch()
    (journal,) = tmp_path.rglob(".snapshots.csv")
    assert f"{site.address}/ailleurs.csv," in journal.read_text() and "secret" not in journal.read_text()


@pytest.mark.parametrize("address", ["http://127.0.0.1/x", "http://localhost:1/x", "http://10.1.2.3/", "http://[::1]/",
                                     "http://169.254.169.254/latest", "http://192.168.0.1"])  # fmt: skip
def test_private_addresses_are_known(address):
    assert downloads._is_private(address)


def test_a_file_without_end_is_stopped_and_nothing_stays(site, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    asking = dataclasses.replace(client(site.address), most_bytes=10)
    with pytest.raises(SourceUnavailable, match="sends more than 10 bytes"):
        fetch_official(ENTRY, tmp_path, asking)
    assert not any(".part" in name for name in files(tmp_path))
