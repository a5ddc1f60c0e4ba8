"""The part of Terraform's plugin protocol, version 6, that planning needs, as protobuf messages.

Only field numbers and types are on the wire, so the messages are built here from a table, without
generated code: whichever protobuf release is installed will do. Fields that are neither read nor
written are left out; protobuf skips them. Numbers: docs/plugin-protocol/tfplugin6.proto in
hashicorp/terraform (``write_only`` came with Terraform 1.11).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

Message: TypeAlias = Any
MessageClass: TypeAlias = Any

SERVICE: Final = "tfplugin6.Provider"
NESTING: Final[Mapping[str, int]] = {"single": 1, "list": 2, "set": 3}

# name=number:type; a star is for repeated, a capital letter for another message. A map is on the
# wire what a repeated message of key and value is.
_FIELDS: Final[Mapping[str, str]] = {
    "Nothing": "",
    "DynamicValue": "msgpack=1:bytes json=2:bytes",
    "Schema": "version=1:int64 block=2:Block",
    "Block": "version=1:int64 attributes=2:*Attribute block_types=3:*NestedBlock",
    "Attribute": (
        "name=1:string type=2:bytes nested_type=10:Object required=4:bool optional=5:bool "
        "computed=6:bool sensitive=7:bool write_only=11:bool"
    ),
    "Object": "attributes=1:*Attribute nesting=3:int32",
    "NestedBlock": (
        "type_name=1:string block=2:Block nesting=3:int32 min_items=4:int64 max_items=5:int64"
    ),
    "NamedSchema": "key=1:string value=2:Schema",
    "Named": "type_name=1:string",
    "Capabilities": "get_provider_schema_optional=2:bool",
    "Metadata": "server_capabilities=1:Capabilities data_sources=3:*Named resources=4:*Named",
    "ProviderSchema": (
        "provider=1:Schema resource_schemas=2:*NamedSchema data_source_schemas=3:*NamedSchema "
        "provider_meta=5:Schema server_capabilities=6:Capabilities"
    ),
    "ReadRequest": "type_name=1:string current_state=2:DynamicValue private=3:bytes",
    "ReadResponse": "new_state=1:DynamicValue private=3:bytes",
    "PlanRequest": "type_name=1:string proposed_new_state=3:DynamicValue",
    "PlanResponse": "planned_state=1:DynamicValue legacy_type_system=5:bool",
    "ImportRequest": "type_name=1:string id=2:string",
    "Imported": "type_name=1:string state=2:DynamicValue",
    "ImportResponse": "imported_resources=1:*Imported",
    "DataRequest": "type_name=1:string config=2:DynamicValue",
    "DataResponse": "state=1:DynamicValue",
}

METHODS: Final[Mapping[str, tuple[str, str]]] = {
    "GetMetadata": ("Nothing", "Metadata"),
    "GetProviderSchema": ("Nothing", "ProviderSchema"),
    "ValidateProviderConfig": ("Nothing", "Nothing"),
    "ValidateResourceConfig": ("Nothing", "Nothing"),
    "ValidateDataResourceConfig": ("Nothing", "Nothing"),
    "ConfigureProvider": ("Nothing", "Nothing"),
    "ReadResource": ("ReadRequest", "ReadResponse"),
    "PlanResourceChange": ("PlanRequest", "PlanResponse"),
    "ImportResourceState": ("ImportRequest", "ImportResponse"),
    "ReadDataSource": ("DataRequest", "DataResponse"),
    "GetFunctions": ("Nothing", "Nothing"),
    "StopProvider": ("Nothing", "Nothing"),
}
"""Every call that is answered, with the messages of its request and its response."""


def _messages() -> Iterator[tuple[str, MessageClass]]:
    scalar = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="cpra_drill_tfplugin6.proto", package="tfplugin6", syntax="proto3"
    )
    for message, fields in _FIELDS.items():
        described = file.message_type.add(name=message)
        for field in fields.split():
            name, _, typed = field.partition("=")
            number, _, kind = typed.partition(":")
            added = described.field.add(name=name, number=int(number))
            added.label = scalar.LABEL_REPEATED if kind[0] == "*" else scalar.LABEL_OPTIONAL
            kind = kind.removeprefix("*")
            if kind in _FIELDS:
                added.type, added.type_name = scalar.TYPE_MESSAGE, f".tfplugin6.{kind}"
            else:
                added.type = scalar.Type.Value(f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    for name in _FIELDS:
        described = pool.FindMessageTypeByName(f"tfplugin6.{name}")
        yield name, message_factory.GetMessageClass(described)


MESSAGES: Final[Mapping[str, MessageClass]] = dict(_messages())
"""Message name -> class."""


def message(kind: str, /, **fields: object) -> Message:
    """A message of this kind with these fields.

    >>> message("Named", type_name="azurerm_subnet").type_name
    'azurerm_subnet'
    """
    return MESSAGES[kind](**fields)
