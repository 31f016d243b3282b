"""Clients that mean no good, or do not know better: every one gets an answer or is let go, and nobody else notices."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.conftest import Served, inference_service, review, serving, until
from tests.server.test_admission_review import checked

HEAD = b"POST /v1/decisions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"


def connect(served: Served) -> socket.socket:
    host, _, port = served.url.removeprefix("http://").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=25)


def heard(connection: socket.socket) -> bytes:
    """All that comes until the other side closes. Raises TimeoutError where it hangs."""
    found = b""
    try:
        while chunk := connection.recv(65536):
            found += chunk
    except ConnectionResetError:
        return found
    return found


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with small limits."""
    import shutil

    from tests.server.conftest import WORKSPACE

    folder = tmp_path_factory.mktemp("strict") / "workspace"
    shutil.copytree(WORKSPACE, folder)
    options = (
        "--max-body",
        "65536",
        "--max-connections",
        "40",
        "--header-seconds",
        "1",
        "--body-seconds",
        "1",
    )
    with serving(folder, *options) as served:
        yield served


def test_headers_a_byte_at_a_time(strict: Served) -> None:
    with connect(strict) as connection:
        began = time.monotonic()
        answer = b""
        try:
            for byte in HEAD:
                connection.sendall(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass
        answer = heard(connection)
        assert time.monotonic() - began < 10
        assert answer[:12] in (b"HTTP/1.1 408", b"")
    alive(strict)


def test_a_connection_that_says_nothing(strict: Served) -> None:
    with connect(strict) as connection:
        assert heard(connection)[:12] in (b"HTTP/1.1 408", b"")


def test_a_second_request_that_never_comes_to_its_end(strict: Served) -> None:
    with connect(strict) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        connection.sendall(b"GET /healthz HTT")
        assert heard(connection).count(b"HTTP/1.1 ") == 2


def test_a_body_that_does_not_come(strict: Served) -> None:
    with connect(strict) as connection:
        connection.sendall(HEAD + b"content-length: 1000\r\n\r\n{")
        assert heard(connection).startswith(b"HTTP/1.1 408")


def test_a_body_that_is_cut_off(strict: Served) -> None:
    with connect(strict) as connection:
        connection.sendall(HEAD + b"content-length: 1000\r\n\r\n{")
        connection.shutdown(socket.SHUT_WR)
        heard(connection)
    alive(strict)


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"x-long: " + b"a" * 100_000 + b"\r\n\r\n",
        HEAD + b"".join(b"x-%d: y\r\n" % i for i in range(20_000)) + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
    ids=["one header", "many headers", "path"],
)
def test_endless_headers(strict: Served, head: bytes) -> None:
    with connect(strict) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(head)
        assert heard(connection)[:12] in (b"HTTP/1.1 431", b"")
    alive(strict)


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"\r\n\r\n\r\n" + b"\x00" * 500,
        HEAD + b"content-length: -5\r\n\r\n",
        HEAD + b"content-length: 5\r\ncontent-length: 6\r\n\r\n{}{}{}",
        HEAD + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_what_is_no_http(strict: Served, request_: bytes) -> None:
    with connect(strict) as connection:
        connection.sendall(request_)
        connection.shutdown(socket.SHUT_WR)
        answer = heard(connection)
        assert not answer.startswith(b"HTTP/1.1 5")
    alive(strict)
    assert not strict.events("fault")


def test_another_protocol_is_not_taken_up(strict: Served) -> None:
    with connect(strict) as connection:
        connection.sendall(
            b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n"
            b"sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==\r\nsec-websocket-version: 13\r\n\r\n"
        )
        assert not heard(connection).startswith(b"HTTP/1.1 101")
    alive(strict)


@pytest.mark.parametrize("path", ["/v1/decisions", "/k8s/validate"])
def test_a_body_too_large(strict: Served, path: str) -> None:
    with strict.client() as client:
        content = b'{"hush":"' + b"a" * 200_000
        for body in (content, (content[i : i + 1000] for i in range(0, len(content), 1000))):
            answer = client.post(path, content=body, headers={"content-type": "application/json"})
            assert (answer.status_code, answer.json()["title"]) == (413, "too-large")


def test_a_line_of_a_batch_too_large(strict: Served) -> None:
    with strict.client() as client:
        body = json.dumps({"manifest": "x" * 70_000 + "hush"}).encode() + b"\n"
        answer = client.post(
            "/v1/decisions/batch", content=body * 3, headers={"content-type": "application/x-ndjson"}
        )
        assert answer.status_code == 200
        assert "too-large" in answer.text
        assert "hush" not in answer.text


def test_many_idle_connections_are_bounded(strict: Served) -> None:
    held = [connect(strict) for _ in range(60)]
    time.sleep(0.2)
    for connection in held:
        connection.close()
    alive(strict)


@pytest.mark.parametrize(
    "said", [b"", b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"], ids=["nothing", "health"]
)
def test_idle_connections_keep_nobody_out(strict: Served, said: bytes) -> None:
    held = [connect(strict) for _ in range(40)]
    for connection in held:
        connection.sendall(said)
        if said:
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    with strict.client() as client:
        began = time.monotonic()
        for _ in range(3):
            assert client.get("/healthz").status_code == 200
        assert time.monotonic() - began < 0.5
    for connection in held:
        connection.close()


def test_bodies_that_do_not_come_keep_nobody_out(workspace: Path) -> None:
    with serving(workspace, "--max-pending", "2", "--body-seconds", "30") as served:
        held = [connect(served) for _ in range(20)]
        for number, connection in enumerate(held):
            path = b"/v1/decisions/batch" if number % 2 else b"/k8s/validate"
            media = b"application/x-ndjson" if number % 2 else b"application/json"
            connection.sendall(
                b"POST %s HTTP/1.1\r\nhost: x\r\ncontent-type: %s\r\ncontent-length: 99\r\n\r\n{"
                % (path, media)
            )
        time.sleep(0.3)
        with served.client() as client:
            answer = client.post("/k8s/validate", json=review(inference_service()))
            assert (answer.status_code, answer.json().get("response", {}).get("allowed")) == (200, True)
            assert client.post("/v1/decisions", json={"apiVersion": "aims/v1"}).status_code == 422
        for connection in held:
            connection.close()


def test_large_bodies_that_do_not_come_to_their_end_take_no_more_than_there_is(workspace: Path) -> None:
    options = ("--max-body", "100000", "--body-seconds", "30")
    with serving(workspace, *options) as served:
        held = [connect(served) for _ in range(20)]
        for connection in held:
            connection.sendall(HEAD + b"content-length: 99999\r\n\r\n" + b"x" * 90_000)
        busy = [c for c in held if _hears(c, b"HTTP/1.1 503")]
        assert 1 <= len(busy) <= 5
        with served.client() as client:  # what comes at once needs no room
            assert client.post("/k8s/validate", json=review(inference_service())).status_code == 200
        for connection in held:
            connection.close()
        alive(served)
        until(lambda: _takes(served, b"x" * 90_000))


def _hears(connection: socket.socket, start: bytes) -> bool:
    connection.settimeout(0.2)
    try:
        return connection.recv(4096).startswith(start)
    except TimeoutError:
        return False


def _takes(served: Served, body: bytes) -> bool:
    """Whether a body that comes in two pieces is read, though it means nothing."""
    with connect(served) as connection:
        connection.sendall(HEAD + b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body))
        time.sleep(0.05)
        connection.sendall(body)
        return heard(connection).startswith(b"HTTP/1.1 422")


def test_answers_that_nobody_reads(strict: Served) -> None:
    held = []
    for _ in range(10):
        connection = connect(strict)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(b"GET /v1/controls HTTP/1.1\r\nhost: x\r\n\r\n" * 50)
        held.append(connection)
    alive(strict)
    for connection in held:
        connection.close()
    alive(strict)


DEEP = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
YAML_BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(ord("b"), ord("j"))
)


@pytest.mark.parametrize("path", ["/v1/decisions", "/k8s/validate", "/v1/decisions/batch"])
@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b'"hush-4711"', b"{", b"\xff\xfe\x00hush", b"\x00" * 1000, DEEP, YAML_BOMB, b"1e999999",
     gzip.compress(b"{}", mtime=0),
     b'{"hush-4711": NaN}', b"hush-4711: [", b'{"request": {"uid": "\\ud800"}}', b"[" * 100_000],
    ids=lambda c: repr(c[:12]),
)  # fmt: skip
def test_bodies_that_mean_nothing(client: httpx.Client, server: Served, path: str, content: bytes) -> None:
    for media in ("application/json", "application/yaml", "application/x-ndjson", "text/markdown"):
        answer = client.post(path, content=content, headers={"content-type": media})
        assert answer.status_code < 500, answer.text
        assert "hush" not in answer.text
    assert "hush-4711" not in server.text
    assert not server.events("fault")


def test_a_review_with_anything_in_it_is_answered(client: httpx.Client, server: Served) -> None:
    """Recorded and made-up reviews with bytes and values changed: an answer that holds, or a refusal; never a fault."""
    chance = random.Random(4711)  # noqa: S311 - the same every time, and no secret
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": [{"args": ["--model", "a/b"]}]},
    }
    whole = [
        json.dumps(review(v)).encode()
        for v in (inference_service(), pod, inference_service(manifest="kind: Model"))
    ]
    for _ in range(300):
        body = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(body))
            body[at : at + chance.randint(0, 3)] = bytes(
                chance.choice(b'{}[]",:01ntf\\\xff a') for _ in range(chance.randint(0, 3))
            )
        answer = client.post(
            "/k8s/validate", content=bytes(body), headers={"content-type": "application/json"}
        )
        assert answer.status_code in (200, 400), answer.text
        if answer.status_code == 200:
            asked = json.loads(bytes(body).decode("utf-8", "replace"))
            checked(answer.json(), asked)
    assert not server.events("fault")


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "metadata": _VALUES | st.fixed_dictionaries({"annotations": st.dictionaries(
            st.sampled_from(["aims/asset", "aims/digest", "aims/manifest"]), st.text(max_size=20) | _VALUES)}),
        "spec": _VALUES | st.fixed_dictionaries({"containers": st.lists(_VALUES, max_size=2)}),
        "status": _VALUES,
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def snapshot() -> Any:
    from aims_policy.server.settings import Settings
    from aims_policy.server.snapshot import load

    return load(Settings(workspace=str(Path(__file__).parent / "workspace")), 1)


@given(
    value=_OBJECTS | _VALUES,
    kind=st.sampled_from(
        ["aims Model", "aims Dataset", "serving.kserve.io InferenceService", " Pod", "apps Deployment"]
    ),
    operation=st.sampled_from(["CREATE", "UPDATE", "DELETE", "CONNECT", "OTHER", ""]),
)
def test_whatever_is_under_review_is_judged(snapshot: Any, value: Any, kind: str, operation: str) -> None:
    from datetime import datetime, timezone

    from aims_policy.server.kubernetes.admission import judge
    from aims_policy.server.kubernetes.review import answer, read_review

    group, _, name = kind.partition(" ")
    asked = review(None, operation=operation, kind={"group": group, "version": "v1", "kind": name})
    asked["request"]["object"] = value
    read = read_review(json.dumps(asked).encode())
    found = judge(read, snapshot, "production", datetime(2026, 1, 1, tzinfo=timezone.utc))
    own = answer(
        read.api_version,
        allowed=found.allowed,
        code=found.code,
        message=found.message,
        warnings=found.warnings,
        audit=found.audit,
    )
    checked(json.loads(own.to(read.uid)), asked)
    if found.allowed and operation in ("CREATE", "UPDATE") and group == "aims":
        assert found.records or found.reason == "not-deciding"


def test_memory_does_not_grow(server: Served, client: httpx.Client) -> None:
    """A short run of what the benchmark does for longer: different objects every time, so that nothing is shared."""

    def ask(count: int, tag: str) -> None:
        for number in range(count):
            client.post("/k8s/validate", json=review(inference_service(f"s3://x/{tag}/{number}")))

    ask(1000, "warm")
    before = resident(server)
    ask(2000, "more")
    assert resident(server) - before < 8_000, "KiB"


def test_long_texts_of_strangers_are_neither_kept_nor_logged(server: Served, client: httpx.Client) -> None:
    def ask(count: int) -> None:
        for number in range(count):
            asked = review(inference_service(f"s3://{number}/" + "a" * 1_000_000), name=f"{number}" * 100_000)
            assert not client.post("/k8s/validate", json=asked).json()["response"]["allowed"]

    ask(10)
    until(lambda: len(server.events("request")))
    before, logged = resident(server), len(server.text)
    ask(60)
    until(lambda: len(server.text) > logged)
    assert resident(server) - before < 30_000, "KiB"
    assert len(server.text) - logged < 100_000


def test_names_cannot_make_lines_of_the_log_or_colours_of_a_terminal(
    server: Served, client: httpx.Client
) -> None:
    name = 'x\n{"event":"forged"}\u2028{"event":"forged"}\u0085\u009b31m\u202e\x1b[2J'
    client.post("/k8s/validate", json=review(inference_service(), name=name, namespace="naïve"))
    [line] = until(lambda: [e for e in server.events("request") if e.get("namespace") == "naïve"])
    assert line["name"] == name
    assert all(json.loads(text)["event"] != "forged" for text in server.text.splitlines())
    assert server.text.isascii()
    assert "\x1b" not in server.text


def resident(served: Served) -> int:
    """KiB of memory."""
    text = Path(f"/proc/{served.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS")))


def alive(served: Served) -> None:
    """Somebody else is answered, and soon."""
    with served.client() as client:
        until(lambda: _healthy(client), 10)


def _healthy(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


assert os.sep == "/", "these tests look into /proc"
