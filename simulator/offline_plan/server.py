"""Services on local sockets that Terraform attaches to, in this process.

Terraform attaches to a running provider that ``TF_REATTACH_PROVIDERS`` names, in place of starting
one; it was made for debugging providers. Nothing listens on a network.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path

import grpc

from simulator.offline_plan.protocol import MESSAGES, METHODS, SERVICE, Message
from simulator.offline_plan.service import Service


@contextmanager
def serve(services: Mapping[str, Service], sockets: Path) -> Iterator[str]:
    """Serve while the context lasts; gives the text of ``TF_REATTACH_PROVIDERS``.

    ``services`` are by the provider's full name, with its host. ``sockets`` is an empty directory
    with a short path: a socket's path has at most 104 to 108 bytes.
    """
    servers: list[grpc.Server] = []
    attach: dict[str, object] = {}
    try:
        for number, (source, service) in enumerate(services.items()):
            path = sockets / str(number)
            servers.append(_start(service, path))
            attach[source] = {
                "Protocol": "grpc",
                "ProtocolVersion": 6,
                "Pid": os.getpid(),
                "Test": True,  # Terraform must not end this process
                "Addr": {"Network": "unix", "String": str(path)},
            }
        yield json.dumps(attach)
    finally:
        for stopping in [server.stop(grace=None) for server in servers]:
            stopping.wait()


def _start(service: Service, path: Path) -> grpc.Server:
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4, thread_name_prefix=service.provider.name),
        options=[("grpc.max_receive_message_length", -1)],
    )
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            _without_context(call),
            request_deserializer=MESSAGES[METHODS[name][0]].FromString,
            response_serializer=MESSAGES[METHODS[name][1]].SerializeToString,
        )
        for name, call in service.calls().items()
    }
    # go-plugin asks for a stream of what the plugin prints: there is none.
    prints = {"StreamStdio": grpc.unary_stream_rpc_method_handler(lambda _, __: iter(()))}
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler(SERVICE, handlers),
            grpc.method_handlers_generic_handler("plugin.GRPCStdio", prints),
        )
    )
    server.add_insecure_port(f"unix://{path}")
    server.start()
    return server


def _without_context(call: Callable[[Message], Message]) -> Callable[[Message, object], Message]:
    def answer(request: Message, _: object) -> Message:
        return call(request)

    return answer
