"""Terraform addresses and traversals, parsed: module paths, instance keys, quoted strings and all.

``module.a["x.y"].azurerm_subnet.s[0]`` cannot be split at dots: an instance key is any string.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

Key: TypeAlias = str | int
"""An instance key: a ``for_each`` key (text) or a ``count`` index."""


@dataclass(frozen=True, slots=True)
class Step:
    """One name of a traversal, with the keys that follow it."""

    name: str
    keys: tuple[Key, ...] = ()

    def __str__(self) -> str:
        return self.name + "".join([f"[{_key_text(key)}]" for key in self.keys])


@dataclass(frozen=True, slots=True)
class Address:
    """A resource instance's address.

    ``modules`` is the path of module instances from the root; each step has at most one key.

    >>> str(Address((Step("shop", ("eu",)),), "azurerm_subnet", "s", 0))
    'module.shop["eu"].azurerm_subnet.s[0]'
    """

    modules: tuple[Step, ...]
    type: str
    name: str
    key: Key | None = None
    mode: str = "managed"

    def __str__(self) -> str:
        path = "".join([f"module.{step}." for step in self.modules])
        mode = "" if self.mode == "managed" else f"{self.mode}."
        key = "" if self.key is None else f"[{_key_text(self.key)}]"
        return f"{path}{mode}{self.type}.{self.name}{key}"

    @property
    def base(self) -> "Address":
        """The address without any instance key: the block as written."""
        bare = tuple(Step(step.name) for step in self.modules)
        return Address(bare, self.type, self.name, None, self.mode)


_MODES: Final = (Step("data"), Step("ephemeral"))


def parse_address(text: str) -> Address:
    """The address in ``text``; ``ValueError`` if it is not that of a resource.

    >>> parse_address('data.azurerm_subnet.s["a.b"]')
    Address(modules=(), type='azurerm_subnet', name='s', key='a.b', mode='data')
    """
    steps = parse_steps(text)
    modules: list[Step] = []
    while len(steps) > 1 and steps[0] == Step("module") and len(steps[1].keys) <= 1:
        modules.append(steps[1])
        steps = steps[2:]
    mode = "managed"
    if len(steps) == 3 and steps[0] in _MODES:
        mode, steps = steps[0].name, steps[1:]
    if len(steps) != 2 or steps[0].keys or len(steps[1].keys) > 1:
        raise ValueError(f"{text!r} is not the address of a resource")
    key = steps[1].keys[0] if steps[1].keys else None
    return Address(tuple(modules), steps[0].name, steps[1].name, key, mode)


@lru_cache(maxsize=4096)  # a configuration's references are followed for every instance
def parse_steps(text: str) -> tuple[Step, ...]:
    """The steps of an address or of a reference in a plan; ``ValueError`` if it is neither.

    >>> parse_steps('azurerm_linux_web_app.shop["eu"].identity[0].principal_id')[1:3]
    (Step(name='shop', keys=('eu',)), Step(name='identity', keys=(0,)))
    """
    if "[" not in text and all(map(_is_name, text.split("."))):
        return tuple(map(Step, text.split(".")))
    steps: list[Step] = []
    position = 0
    while True:
        start = position
        while position < len(text) and text[position] not in ".[":
            position += 1
        name = text[start:position]
        if not _is_name(name):
            raise ValueError(f"{text!r} has no name at character {start + 1}")
        keys: list[Key] = []
        while position < len(text) and text[position] == "[":
            key, position = _parse_key(text, position + 1)
            keys.append(key)
        steps.append(Step(name, tuple(keys)))
        if position == len(text):
            return tuple(steps)
        if text[position] != ".":
            raise ValueError(f"{text!r} goes on after a key at character {position + 1}")
        position += 1


def _is_name(text: str) -> bool:
    return text.replace("_", "a").replace("-", "a").replace("*", "a").isalnum()


def _parse_key(text: str, start: int) -> tuple[Key, int]:
    """The key that begins at ``start`` and the position after its closing bracket."""
    if not text.startswith('"', start):
        end = text.find("]", start)
        index = text[start:end] if end > 0 else ""
        if not (index.isascii() and index.isdecimal()):
            raise ValueError(f"{text!r} has no valid key at character {start + 1}")
        return int(index), end + 1
    position = start + 1
    key: list[str] = []
    while position < len(text):
        char = text[position]
        if char == '"':
            if not text.startswith("]", position + 1):
                break
            return "".join(key), position + 2
        if char == "\\":
            part, position = _parse_escape(text, position + 1)
        else:
            # A template mark is written with its first character doubled.
            marked = char in "$%" and text.startswith(char + "{", position + 1)
            part, position = char, position + (2 if marked else 1)
        key.append(part)
    raise ValueError(f"{text!r} has a key without an end at character {start + 1}")


_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_UNESCAPES: Final = {plain: f"\\{letter}" for letter, plain in _ESCAPES.items()}


def _parse_escape(text: str, start: int) -> tuple[str, int]:
    letter = text[start : start + 1]
    if letter in _ESCAPES and letter:
        return _ESCAPES[letter], start + 1
    size = {"u": 4, "U": 8}.get(letter, 0)
    digits = text[start + 1 : start + 1 + size]
    if size and len(digits) == size:
        try:
            return chr(int(digits, 16)), start + 1 + size
        except (ValueError, OverflowError):
            pass
    raise ValueError(f"{text!r} has an unknown escape at character {start}")


@lru_cache(maxsize=4096)  # a key stands in the addresses of many resources
def _key_text(key: Key) -> str:
    """A key as Terraform writes it between brackets."""
    if isinstance(key, int):
        return str(key)
    if key.isalnum():
        return f'"{key}"'
    written: list[str] = []
    for position, char in enumerate(key):
        if char in _UNESCAPES:
            written.append(_UNESCAPES[char])
        elif char in "$%" and key.startswith("{", position + 1):
            written.append(char * 2)
        elif char.isprintable():
            written.append(char)
        else:
            written.append(f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}")
    return '"' + "".join(written) + '"'
