import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.core.rest import HttpRequest
from azure.identity import CredentialUnavailableError

from simulator.estate.azure.client import Arm, NotARead, Transport, Unread, is_read
from simulator.estate.azure.threads import THREADS, each
from simulator.estate.errors import EstateError
from tests.estate.azure.arm_server import Fault
from tests.estate.azure.shop import ACCOUNT, GROUP, ROOT, SHOP, SITE, SUB, Signed, client, read


class SignedOut:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_token(self, *_: str, **__: object) -> object:
        raise self.error


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", ACCOUNT, True),
        ("POST", f"{SITE}/config/appsettings/list", True),
        ("POST", f"{SITE}/slots/next/config/AppSettings/list", True),
        ("POST", f"{SITE}/config/connectionstrings/list", True),
        ("POST", f"{SITE}/config/publishingcredentials/list", False),
        ("POST", f"{SITE}/config/appsettings/list/x", False),
        ("POST", f"{SITE}/restart", False),
        ("POST", f"{ACCOUNT}/listKeys", False),
        ("POST", f"{ROOT}/providers/Microsoft.Security/register", False),
        ("PUT", ACCOUNT, False),
        ("PATCH", ACCOUNT, False),
        ("DELETE", ACCOUNT, False),
        ("get", ACCOUNT, False),
    ],
)
def test_only_reads_are_allowed(method, path, allowed):
    assert is_read(method, path) is allowed


def test_what_is_no_read_is_never_sent(serve):
    server = serve(SHOP)
    with client(server) as arm, pytest.raises(NotARead):
        arm.settings(f"{ACCOUNT}/listKeys", "2023-05-01")
    assert server.requests == []


def test_no_read_leaves_the_endpoint(serve):
    with client(serve(SHOP)) as arm, pytest.raises(NotARead):
        arm._client.send_request(HttpRequest("GET", f"https://127.0.0.1:1{ACCOUNT}"))


@pytest.mark.usefixtures("waits")
def test_the_token_is_of_the_endpoint_and_goes_nowhere_but_over_tls(serve):
    server = serve(SHOP)
    signed = Signed("abc")
    with client(server, signed) as arm:
        arm.get(ACCOUNT, "2023-05-01")
    assert signed.scopes == [f"{server.endpoint}/.default"]
    assert {request.token for request in server.requests} == {"Bearer abc"}
    plain = server.endpoint.replace("https", "http")
    with Arm(SUB, Signed(), plain, Event()) as arm, pytest.raises(Unread, match="no answer"):
        arm.get(ACCOUNT, "2023-05-01")


def test_a_certificate_that_is_not_trusted_is_no_answer(serve, waits, monkeypatch):
    server = serve(SHOP)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(EstateError, match="did not answer"):
        read(server)
    assert server.requests == []
    assert waits


def test_a_redirect_is_not_followed(serve):
    server = serve(SHOP)
    server.faults.append(Fault("orders$", 307, headers={"Location": f"{server.endpoint}{SITE}"}))
    with client(server) as arm, pytest.raises(Unread, match="307"):
        arm.get(ACCOUNT, "2023-05-01")
    assert server.paths() == [ACCOUNT]


@pytest.mark.parametrize(
    "error",
    [
        CredentialUnavailableError("DefaultAzureCredential failed.\nEnvironmentCredential: none"),
        ClientAuthenticationError("None worked.\nCli: AADSTS700082: expired\nOther: not there"),
        ClientAuthenticationError("AADSTS700082: the refresh token has expired"),
    ],
)
def test_without_a_sign_in_the_error_says_how_to(serve, error):
    server = serve(SHOP)
    with client(server, SignedOut(error)) as arm, pytest.raises(EstateError) as told:
        arm.get(ROOT, "2022-12-01")
    assert "az login" in str(told.value)
    assert "AZURE_CLIENT_ID" in str(told.value)
    assert str(error).partition("\n")[0].rstrip(".") in str(told.value)
    assert ("AADSTS700082" in str(told.value)) is ("AADSTS700082" in str(error))
    assert "\n" not in str(told.value)
    assert "not there" not in str(told.value)
    assert server.requests == []


def test_the_first_failure_ends_the_work_of_all():
    stop = Event()
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 3:
            raise EstateError("three")
        stop.wait(10)
        return number

    with pytest.raises(EstateError, match="three"):
        each(work, range(1000), stop)
    assert stop.is_set()
    assert len(begun) <= THREADS + 1


def test_a_wait_ends_when_the_read_is_given_up():
    stop = Event()
    ended: list[str] = []

    def wait() -> None:
        try:
            Transport(stop).sleep(600)
        except Unread as unread:
            ended.append(unread.code)

    thread = Thread(target=wait)
    thread.start()
    stop.set()
    thread.join(5)
    assert ended == ["Stopped"]


_HANGING = """
import os, threading
from simulator.estate.azure.threads import each
def hang(_):
    os.write(1, b"begun\\n")  # past the buffer, which a thread could hold as the process ends
    threading.Event().wait(600)
try:
    each(hang, range(20), threading.Event())
except KeyboardInterrupt:
    os.write(1, b"given up\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child alone")
def test_ctrl_c_does_not_wait_for_a_request_that_hangs():
    here = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", _HANGING], cwd=here, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=10)
    assert "given up\n" in rest
    assert process.returncode == 0


def test_groups_are_listed_as_azure_spells_them(serve):
    with client(serve(SHOP)) as arm:
        (group,) = arm.pages(f"{ROOT}/resourceGroups", "2021-04-01")
    assert group["id"] == GROUP
