"""The nginx example, run by Debian's nginx on this machine, before the real application under its prefix."""

import shutil
import socket
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
    example = (PROJECT / "deploy" / "nginx.conf.example").read_text()
    # The same without its certificate: TLS is not what is tried here.
    lines = [line for line in example.splitlines() if "ssl_" not in line]
    server = "\n".join(lines).replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}")
    server = server.replace("127.0.0.1:8050", f"127.0.0.1:{upstream.effective_port}")
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; worker_processes 1;\n"
        f"events {{}}\nhttp {{ access_log off; {folders}\n{server}\n}}\n"
    )
    process = subprocess.Popen([NGINX, "-e", str(tmp_path / "error.log"), "-c", str(tmp_path / "nginx.conf")])
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)
    upstream.close()


def asked(address: str, **headers: str):
    request = urllib.request.Request(address, headers={"Host": "carte.ars.example", **headers})
    try:
        return urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        return error


def test_the_example_serves_the_application_under_its_prefix(proxied):
    with asked(f"{proxied}/reliance/methode") as page:
        assert page.status == 200 and page.headers["Strict-Transport-Security"]
        assert len(page.headers["X-Request-ID"]) == 32
        assert b'src="/reliance/' in page.read()
    with asked(f"{proxied}/reliance/export/carte.csv?r=R1") as table:
        assert "https://carte.ars.example/reliance/?r=R1" in table.read().decode()
    with asked(f"{proxied}/reliance/none") as none:
        assert none.status == 404
    with asked(f"{proxied}/reliance/healthz") as health:
        assert health.status == 200
