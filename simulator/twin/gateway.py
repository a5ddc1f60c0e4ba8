"""The gateway: a reverse proxy in front of Azurite that decides first, and keeps the log.

It listens on loopback in a thread of its own and streams both ways. Nothing that it refuses reaches
Azurite.
"""

import asyncio
import ssl
import threading
from typing import Final

import aiohttp
from aiohttp import web

from simulator.telemetry.exchange import Exchange
from simulator.twin.background import BackgroundLoop
from simulator.twin.errors import TwinError
from simulator.twin.visit import Behind, Visit

_SETTLES_WITHIN: Final = 60.0
"""Seconds that a request may still be under way when the log is asked for."""


class Gateway:
    """The proxy, on HTTPS and on HTTP.

    ``server_tls`` is what it shows its callers, ``client_tls`` what it expects of Azurite. Raises
    ``TwinError`` if it cannot listen.
    """

    def __init__(
        self, behind: Behind, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
    ) -> None:
        self._behind = behind
        self._client_tls = client_tls
        self._exchanges: list[Exchange] = []
        self._arrived = self._under_way = 0
        self._quiet = threading.Condition()
        self._background = BackgroundLoop()
        self._closed = False
        self._runner, self._client = self._background.run(self._prepare())
        try:
            self._urls = self._background.run(self._listen(server_tls))
        except OSError as error:
            self.close()
            why = f"the gateway cannot listen on 127.0.0.1 ({error.strerror or error})"
            raise TwinError(f"{why}; loopback sockets must be allowed") from error

    def url(self, scheme: str = "https") -> str:
        """Where the gateway listens, without an account."""
        return self._urls[scheme]

    def exchanges(self) -> tuple[Exchange, ...]:
        """Every request so far, in the order in which they were finished.

        Waits until none is under way, because a caller may have its answer a moment before it is
        written down. Raises ``TwinError`` if one stays under way.
        """
        with self._quiet:
            if not self._quiet.wait_for(lambda: self._under_way == 0, _SETTLES_WITHIN):
                raise TwinError(f"{self._under_way} requests do not come to an end in the gateway")
            return tuple(self._exchanges)

    def hang_up(self) -> None:
        """Close the connections to the storage server, so that it can leave at once."""
        self._background.run(self._renew_client())

    def close(self) -> None:
        """Stop listening. Idempotent."""
        if not self._closed:
            self._closed = True
            self._background.run(self._shut())
            self._background.close()

    async def _prepare(self) -> tuple[web.ServerRunner, aiohttp.ClientSession]:
        self._server = web.Server(self._handle, auto_decompress=False, access_log=None)
        return web.ServerRunner(self._server), await self._new_client()

    async def _listen(self, server_tls: ssl.SSLContext) -> dict[str, str]:
        await self._runner.setup()
        for tls in (server_tls, None):
            await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls).start()
        ports = [address[1] for address in self._runner.addresses]
        schemes = zip(("https", "http"), ports, strict=True)
        return {scheme: f"{scheme}://127.0.0.1:{port}" for scheme, port in schemes}

    async def _new_client(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._client_tls, limit=0),
            timeout=aiohttp.ClientTimeout(total=None, connect=10, sock_read=60),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )

    async def _renew_client(self) -> None:
        old, self._client = self._client, await self._new_client()
        await old.close()

    async def _shut(self) -> None:
        for connection in self._server.connections:
            if connection.transport is not None:
                connection.transport.abort()  # a polite TLS farewell would outlast the loop
        await self._runner.cleanup()
        await self._client.close()
        for _ in range(10):  # turns of the loop, in which transports come to their end
            turn = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(turn.set_result, None)
            await turn

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        with self._quiet:
            number, self._arrived = self._arrived, self._arrived + 1
            self._under_way += 1
        try:
            return await Visit(self._behind, self._client, incoming, number, self._keep).answer()
        finally:
            with self._quiet:
                self._under_way -= 1
                self._quiet.notify_all()

    def _keep(self, exchange: Exchange) -> None:
        with self._quiet:
            self._exchanges.append(exchange)
