"""The nginx example, run by Debian's nginx on this machine, before the real application under its prefix."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest
from waitress.server import create_server

from dashboard.app import create_app
from dashboard.settings import Settings
from tests.conftest import PROJECT

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def proxied(store, workspace, database, tmp_path):
    if NGINX is None:
        pytest.skip("nginx is not installed: sudo apt-get install nginx-light")
    port = free()
    settings = Settings(db=str(database), public="https://carte.ars.example/reliance/", prefix="/reliance/")
    upstream = create_server(create_app(store, workspace, settings).server, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=upstream.run, daemon=True).start()
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=carte.ars.example"]
    keys = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run([*make, *keys], check=True, capture_output=True)
    server = (PROJECT / "deploy" / "nginx.conf.example").read_text()
    server = server.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port} ssl http2")
    server = server.replace("/etc/ssl/reliance/", f"{tmp_path}/")
    server = server.replace("127.0.0.1:8050", f"127.0.0.1:{upstream.effective_port}")
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # The folders of a test are its user's alone.
    run_as = "user root; " if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{run_as}daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; worker_processes 1;\n"
        f"events {{}}\nhttp {{ access_log off; {folders}\n{server}\n}}\n"
    )
    process = subprocess.Popen([NGINX, "-e", str(tmp_path / "error.log"), "-c", str(tmp_path / "nginx.conf")])
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"https://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)
    upstream.close()


def opened(address: str, **headers: str):
    request = urllib.request.Request(address, headers={"Host": "carte.ars.example", **headers})
    try:
        # The certificate was made for this test, by nobody that is trusted.
        return urllib.request.urlopen(request, timeout=30, context=ssl._create_unverified_context())
    except urllib.error.HTTPError as error:
        return error


def test_the_example_serves_the_application_under_its_prefix(proxied):
    with opened(f"{proxied}/reliance/methode") as page:
        assert page.status == 200 and page.headers["Strict-Transport-Security"]
        assert len(page.headers["X-Request-ID"]) == 32
        assert b'src="/reliance/' in page.read()
    with opened(f"{proxied}/reliance/export/carte.csv?r=R1") as table:
        assert "https://carte.ars.example/reliance/?r=R1" in table.read().decode()
    with opened(f"{proxied}/reliance/none") as none:
        assert none.status == 404
    with opened(f"{proxied}/reliance/healthz") as health:
        assert health.status == 200


def test_three_hundred_slow_connections_keep_nobody_waiting(proxied):
    """Each sends its header byte by byte: they are nginx's to wait for, and to let go."""
    port = int(proxied.rpartition(":")[2])
    context = ssl._create_unverified_context()
    slow = []
    for _ in range(300):
        one = context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=20))
        one.send(b"GET /reliance/methode HTTP/1.1\r\nHost: carte.ars.example\r\nX-Slow: ")
        slow.append(one)
    try:
        for _ in range(5):
            with opened(f"{proxied}/reliance/methode") as page:
                assert page.status == 200
        # Ten seconds without a whole header: the connection is closed, and nothing was asked of the application.
        slow[0].settimeout(60)
        assert b"200 OK" not in slow[0].recv(1000)
    finally:
        for one in slow:
            one.close()


def test_a_header_of_a_reader_does_not_pose_as_the_proxy_s(proxied):
    with opened(
        f"{proxied}/reliance/administration", **{"X-Forwarded-For": "127.0.0.1", "Sec-Fetch-Mode": "cors"}
    ) as page:
        assert page.status == 403


def test_a_file_that_is_given_may_be_larger_than_a_question(proxied):
    body = b"x" * (9 * 2**20)
    for path, status in (("methode", 413), ("administration/files", 403)):
        request = urllib.request.Request(f"{proxied}/reliance/{path}", data=body, headers={"Host": "carte.ars.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60, context=ssl._create_unverified_context())
        assert refused.value.code == status
