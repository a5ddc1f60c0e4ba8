"""The four states of a declared value, and values in words.

* ``Known`` - the configuration gives the value itself;
* ``Reference`` - the value comes from another resource (``azurerm_storage_account.a.id``);
* ``Omitted`` - the configuration does not set it, so the provider's default applies;
* ``Unresolvable`` - it is set, but nothing here can tell to what (a variable without a value, a
  data source, a function of unknown values).

"Not written down" and "not known yet" are different facts: a control must never mistake one for
the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something is declared.

    ``file`` is relative to the estate's root (or the plan file's name); ``line`` counts from 1 and
    is ``None`` where the source has no lines to speak of (plan JSON, a live subscription).
    """

    file: str
    line: int | None = None

    def __str__(self) -> str:
        file = printable(self.file)
        return file if self.line is None else f"{file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the configuration gives.

    ``value`` is JSON-like: ``str``, ``int``, ``float``, ``bool``, ``None``, ``tuple`` or a
    read-only mapping. A ``sensitive`` value never shows itself.

    >>> Known("Deny")
    Known('Deny')
    >>> Known("hunter2", sensitive=True)
    Known(<sensitive>)
    """

    value: object
    sensitive: bool = False

    def __repr__(self) -> str:
        return "Known(<sensitive>)" if self.sensitive else f"Known({self.value!r})"


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that comes from another resource.

    ``to`` is that resource's address and ``attribute`` the attribute read from it. ``text`` is the
    whole value with every reference written as ``${address.attribute}``; it is ``None`` where the
    source lost the literal part (plan JSON keeps references alone), or it is ``sensitive``, as
    Terraform marks it. ``also`` names any further addresses in the text.

    >>> Reference("azurerm_storage_account.a", text="${azurerm_storage_account.a.id}/x").suffix
    '/x'
    >>> Reference("azurerm_storage_account.a").suffix is None
    True
    """

    to: str
    attribute: str = "id"
    text: str | None = None
    also: tuple[str, ...] = ()
    sensitive: bool = field(default=False, compare=False, repr=False)

    @property
    def suffix(self) -> str | None:
        """What follows the reference; ``""`` if nothing, ``None`` if the source lost it."""
        if self.text is None:
            return None
        head = "${" + f"{self.to}.{self.attribute}" + "}"
        return self.text[len(head) :] if self.text.startswith(head) else None


_LONGEST: Final = 2000  # characters of a text in words; a playbook's body would fill the report


class _Unstated:
    """The provider default that nobody has written down."""

    def __repr__(self) -> str:
        return "UNSTATED"


UNSTATED: Final = _Unstated()


@dataclass(frozen=True, slots=True)
class Omitted:
    """A value that the configuration does not set.

    ``default`` is what the provider (or the service) then uses, ``UNSTATED`` if that is not known
    here; ``decided_by`` says whose default it is, for the finding ("azurerm 4.x default").
    """

    default: object = UNSTATED
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Unresolvable:
    """A value that is set, but to something that cannot be known from this source.

    ``after_run`` is how long after Terraform runs it is, if it is such a moment.
    """

    why: str
    after_run: timedelta | None = None


Value: TypeAlias = Known | Reference | Omitted | Unresolvable


def effective(value: Value) -> object:
    """The value in force: what is set, else the provider's default, else ``UNSTATED``.

    References and unresolvable values have no value in force here: they give ``UNSTATED`` too, so
    test for them first where the difference matters.

    >>> effective(Known("Deny")), effective(Omitted(default=True)), effective(Omitted())
    ('Deny', True, UNSTATED)
    """
    if isinstance(value, Known):
        return value.value
    return value.default if isinstance(value, Omitted) else UNSTATED


@dataclass(frozen=True, slots=True)
class Drift:
    """What was changed outside Terraform since it last looked.

    ``attribute`` is a dotted path in the resource at ``address``, ``""`` for all of it; ``before``
    and ``after`` are in words, as :func:`show` gives them.
    """

    address: str
    attribute: str
    before: str
    after: str


def show(value: Value) -> str:
    """A value in words for a finding: one line, sensitive values hidden, very long ones cut.

    >>> show(Omitted(default=True, decided_by="azurerm 4.x default"))
    'not set (azurerm 4.x default: true)'
    >>> show(Known("s3cret", sensitive=True))
    '(sensitive value)'
    """
    match value:
        case Known(sensitive=True):
            return "(sensitive value)"
        case Known(value=inner):
            return _words(inner)
        case Reference(to=to, attribute=attribute):
            return printable(value.text or f"a reference to {to}.{attribute}")
        case Omitted(default=default, decided_by=decided_by):
            if default is UNSTATED:
                return f"not set ({decided_by})" if decided_by else "not set"
            return f"not set ({decided_by or 'default'}: {_words(default)})"
        case Unresolvable(why=why):
            return f"not known ({printable(why)})"


def _words(inner: object) -> str:
    if isinstance(inner, bool) or inner is None:
        return {True: "true", False: "false", None: "null"}[inner]
    if isinstance(inner, str):
        return f'"{printable(inner)}"'
    if isinstance(inner, tuple):
        return "[" + ", ".join(map(_words, inner)) + "]"
    if isinstance(inner, Mapping):
        return "{" + ", ".join(f"{printable(str(k))} = {_words(v)}" for k, v in inner.items()) + "}"
    return str(inner)


def printable(text: str) -> str:
    r"""``text`` on one line, with what no reader can see or a terminal would act on written out.

    Names and values come from whoever wrote the configuration; a report must show them as they are.

    >>> print(printable("a\x1b[31m\nb\u202e"))
    a\x1b[31m\nb\u202e
    >>> printable("x" * 5000)[1990:]
    'xxxxxxxxxx... (3000 more characters)'
    """
    if len(text) > _LONGEST:
        return f"{printable(text[:_LONGEST])}... ({len(text) - _LONGEST} more characters)"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def freeze(value: object) -> object:
    """A JSON value with its lists as tuples and its objects read-only, all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({str(k): freeze(v) for k, v in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(v) for v in value)
    return value
