"""A whole server under fifty readers: `python -m benchmarks.hosting --db FILE.gpkg --minutes 10`.

Debian's nginx with TLS in front, gunicorn with two workers behind, fifty readers who send recorded callbacks, each with
pauses of a reader; meanwhile twenty searches of sites and twenty batches of briefings are asked for
(`--computations`). Prints errors, times, memory of each worker with its slope, and what became of the computations.
`--sign-in` measures instead what knowing who asks adds to a callback.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.load import record
from dashboard.accounts.register import Identity, open_register
from dashboard.accounts.roles import Action, Role, allowed
from dashboard.computations import plan_search
from dashboard.facts import Facts
from geodata.request import Request
from geodata.store import open_store
from geodata.workspace import JobState, open_workspace

READERS, PAUSE_S, COMPUTATIONS = 50, (1.0, 5.0), 20
PROJECT = Path(__file__).parents[1]


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def served(db: str, folder: Path, port: int) -> subprocess.Popen:
    """gunicorn with two workers over a workspace of its own."""
    environ = os.environ | {
        "RELIANCE_DB": db,
        "RELIANCE_WORKSPACE": str(folder / "workspace.sqlite"),
        "RELIANCE_PORT": str(port),
        "RELIANCE_WORKERS": "2",
        "RELIANCE_HOSTS": "carte.ars.example",
        "RELIANCE_PUBLIC": "https://carte.ars.example/reliance/",
        "MALLOC_ARENA_MAX": "2",
    }
    with open(folder / "server.log", "w") as log:
        process = subprocess.Popen([sys.executable, "-m", "gunicorn"], cwd=PROJECT, env=environ, stderr=log, stdout=log)
    until = time.monotonic() + 600
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return process
        except OSError:
            time.sleep(1)
    raise SystemExit(f"the server did not start: see {folder}/server.log")


def proxied(folder: Path, upstream: int, port: int) -> subprocess.Popen:
    """The nginx example of deploy/ with a certificate made for the occasion."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=carte.ars.example",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"], check=True, capture_output=True,
    )  # fmt: skip
    server = (PROJECT / "deploy" / "nginx.conf.example").read_text()
    server = server.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port} ssl").replace(
        "127.0.0.1:8050", f"127.0.0.1:{upstream}"
    )
    server = server.replace("/etc/ssl/reliance/", f"{folder}/")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; worker_processes 1; events {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; {temporary}\n{server}\n}}\n"
    )
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    return subprocess.Popen([nginx, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")])


def reader(port: int, callbacks: list, seed: int, until: float, answers: list) -> None:
    """One reader: a callback, a pause, the next one."""
    context = ssl._create_unverified_context()
    draw, at = random.Random(seed), seed * 7
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)
    while time.perf_counter() < until:
        _name, body, page = callbacks[at % len(callbacks)]
        at += 1
        before = time.perf_counter()
        headers = {"Content-Type": "application/json", "Host": "carte.ars.example", "Accept-Encoding": "gzip",
                   "Referer": page, "Sec-Fetch-Site": "same-origin"}  # fmt: skip
        try:
            connection.request("POST", "/reliance/_dash-update-component", body, headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = 599
            connection.close()
        answers.append((before, time.perf_counter() - before, status))
        time.sleep(draw.uniform(*PAUSE_S))


def ask(workspace, db: str, count: int) -> list[str]:
    """As many searches of sites as batches, each from an account of its own."""
    facts = Facts(open_store(db), workspace)
    plan_search._FIRST_SECONDS = 0
    region = facts.regions()[0][0]
    jobs = []
    for number in range(count):
        request = Request(region=region, teams=3 + number % 5, minutes=20.0, says_none_known=True)
        plan = plan_search.start(facts, request, name=f"Plan {number}", who="Banc d’essai")
        jobs.append(workspace.plans.get(plan.id).content["job"])
        about = {"level": "departement", "region": region, "lang": "fr", "query": "", "printed_on": "2026-01-01"}
        jobs.append(workspace.jobs.ask("batch", about, client=f"account:{number}").id)
    return jobs


def main(arguments: list[str] | None = None) -> None:
    """Serve, record, load, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hosting", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--computations", type=int, default=COMPUTATIONS)
    parser.add_argument("--sign-in", action="store_true")
    options = parser.parse_args(arguments)
    if options.sign_in:
        sign_in()
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx answers as another user, and keeps there what a slow reader has not taken yet
        upstream, port = free_port(), free_port()
        server = served(options.db, folder, upstream)
        nginx = proxied(folder, upstream, port)
        try:
            _run(options, folder, server, upstream, port)
        finally:
            nginx.terminate()
            server.terminate()
            server.wait(60)


def _run(options, folder: Path, server: subprocess.Popen, upstream: int, port: int) -> None:
    callbacks = record(f"http://127.0.0.1:{upstream}/reliance")
    workspace = open_workspace(str(folder / "workspace.sqlite"))
    answers, started = [], time.perf_counter()
    until = started + 60 * options.minutes
    half = started + 30 * options.minutes
    sizes: list[tuple[float, list[float], float]] = []
    jobs: list[str] = []
    with ThreadPoolExecutor(options.readers + 1) as pool:
        for number in range(options.readers):
            pool.submit(reader, port, callbacks, number, until, answers)
        while time.perf_counter() < until:
            sizes.append((time.perf_counter(), _workers(server.pid), _all_memory(server.pid)))
            if not jobs and options.computations and time.perf_counter() > half:
                jobs = ask(workspace, options.db, options.computations)
            time.sleep(5)
    wait = time.monotonic() + 900
    while time.monotonic() < wait and any(
        workspace.jobs.get(one).state in (JobState.WAITING, JobState.RUNNING) for one in jobs
    ):
        time.sleep(2)
    for label, start, end in (("readers alone", started, half), ("with computations", half, until)):
        times = sorted(1000 * took for at, took, _ in answers if start <= at < end)
        errors = sum(status >= 400 for at, _, status in answers if start <= at < end)
        if times:
            p95 = times[int(0.95 * (len(times) - 1))]
            print(f"{label}: {len(times)} callbacks, {errors} errors, median {statistics.median(times):.0f} ms, "
                  f"95 % under {p95:.0f} ms, longest {times[-1]:.0f} ms")  # fmt: skip
    # The first quarter fills caches.
    late = [(at, own) for at, own, _ in sizes if at > started + 0.25 * (until - started) and len(own) == 2]
    for worker in range(2):
        minutes = np.array([at / 60 for at, _ in late])
        slope = np.polyfit(minutes, [own[worker] for _, own in late], 1)[0]
        print(f"worker {worker + 1}: {late[0][1][worker]:.0f} -> {late[-1][1][worker]:.0f} MB of its own, "
              f"slope {slope:+.2f} MB a minute")  # fmt: skip
    for minute in range(int((sizes[-1][0] - started) // 60) + 1):
        at, own, _ = min(sizes, key=lambda one: abs(one[0] - started - 60 * minute))
        print(f"minute {(at - started) / 60:.1f}: {', '.join(f'{size:.0f}' for size in own)} MB of their own")
    print(f"all processes: {max(total for _, _, total in sizes):.0f} MB at most")
    states = [workspace.jobs.get(one).state for one in jobs]
    print("computations: " + ", ".join(f"{states.count(s)} {s}" for s in JobState if s in states))
    statuses = {status: sum(s == status for _, _, s in answers) for status in {s for _, _, s in answers}}
    print(json.dumps({"statuses": statuses, "load": os.getloadavg()}))


def _workers(master: int) -> list[float]:
    """Megabytes that are each worker's own."""
    sizes = []
    for child in Path(f"/proc/{master}/task/{master}/children").read_text().split():
        if b"gunicorn" in Path(f"/proc/{child}/cmdline").read_bytes():
            lines = Path(f"/proc/{child}/smaps_rollup").read_text().splitlines()
            sizes.append(sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024)
    return sizes


def _all_memory(master: int) -> float:
    """Megabytes of a process and all that come from it, what is shared counted once (PSS)."""
    total, left = 0.0, [master]
    while left:
        one = left.pop()
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
            for task in Path(f"/proc/{one}/task").iterdir():
                left += map(int, (task / "children").read_text().split())
        except (OSError, StopIteration):
            continue
    return total


def sign_in() -> None:
    """Milliseconds that finding who asks, and what they may do, takes: the register in SQLite, 40 persons."""
    with tempfile.TemporaryDirectory() as folder:
        register = open_register(f"{folder}/accounts.sqlite")
        secrets = []
        for number in range(40):
            person = register.arrive(Identity("https://id", str(number), f"Personne {number}", f"{number}@ars.example"))
            register.grant(person.id, "agence", Role.PLANNER, by="bench")
            secrets.append(register.open_session(person.id))
        times, processor = [], time.process_time()
        for secret in secrets * 10:
            before = time.perf_counter()
            assert allowed(register.actor(secret), Action.WRITE, "agence")
            times.append(1000 * (time.perf_counter() - before))
        processor = 1000 * (time.process_time() - processor) / len(times)
        busy = threading.Event()

        def write() -> None:
            while not busy.is_set():
                register.open_session(1)

        writer = threading.Thread(target=write)
        writer.start()
        beside = []
        for secret in secrets:
            before = time.perf_counter()
            register.actor(secret)
            beside.append(1000 * (time.perf_counter() - before))
        busy.set()
        writer.join()
    print(f"who asks: {processor:.2f} ms of processor a request")
    for label, measured in (("alone", sorted(times)), ("while somebody signs in without a pause", sorted(beside))):
        print(f"who asks, {label}: median {statistics.median(measured):.2f} ms, 95 % under "
              f"{measured[int(0.95 * (len(measured) - 1))]:.2f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
