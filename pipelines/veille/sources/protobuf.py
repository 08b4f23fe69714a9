"""Protobuf as a schema registry frames it: the path to the message's type, then the message."""

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import Descriptor, FileDescriptor


def reader(serialized: str, references: Mapping[str, str]) -> Callable[[bytes], Any]:
    """What turns the content of a frame into an object with the names of the schema.

    serialized: the file's descriptor, base64; references: the same of the files that it imports, by name. Raises ValueError
    or TypeError where they are none.
    """
    pool = descriptor_pool.DescriptorPool()
    files = {name: _file(name, content) for name, content in references.items()}
    main = _file("main.proto", serialized)
    for file in _in_order(main, files):
        pool.Add(file)
    found: FileDescriptor = pool.FindFileByName("main.proto")

    def read(content: bytes) -> Any:
        path, rest = _path(content)
        message = message_factory.GetMessageClass(_type(found, path))()
        message.ParseFromString(rest)
        return json_format.MessageToDict(message, preserving_proto_field_name=True)

    return read


def _file(name: str, content: str) -> Any:
    file = descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(content, validate=True))
    file.name = name
    return file


def _in_order(main: Any, files: Mapping[str, Any]) -> Iterable[Any]:
    """Every file after those that it imports."""
    done: dict[str, Any] = {}

    def add(file: Any) -> None:
        for name in file.dependency:
            if name in done:
                continue
            if name in files:
                add(files[name])
            elif name.startswith("google/protobuf/"):
                done[name] = _well_known(name)
        done.setdefault(file.name, file)

    add(main)
    return done.values()


def _well_known(name: str) -> Any:
    from google.protobuf import (  # noqa: PLC0415  few schemas need them
        any_pb2,
        duration_pb2,
        empty_pb2,
        struct_pb2,
        timestamp_pb2,
        wrappers_pb2,
    )

    modules = (any_pb2, duration_pb2, empty_pb2, struct_pb2, timestamp_pb2, wrappers_pb2)
    module = next((each for each in modules if each.DESCRIPTOR.name == name), None)
    if module is None:
        raise ValueError(name)
    file = descriptor_pb2.FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(file)
    return file


def _path(content: bytes) -> tuple[list[int], bytes]:
    """Indexes of the message's type, and the message. A single zero byte means the first type of the file."""
    count, at = _number(content, 0)
    if count == 0:
        return [0], content[at:]
    path = []
    for _ in range(min(count, 64)):
        index, at = _number(content, at)
        path.append(index)
    return path, content[at:]


def _number(content: bytes, at: int) -> tuple[int, int]:
    """A zigzag varint, and where it ends."""
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at


def _type(file: FileDescriptor, path: list[int]) -> Descriptor:
    found = list(file.message_types_by_name.values())[path[0]]
    for index in path[1:]:
        found = found.nested_types[index]
    return found
