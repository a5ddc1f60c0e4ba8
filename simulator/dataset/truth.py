"""Who is in which blob with what, and so whom a given number of received bytes affects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from simulator.dataset.blobs import Blob
from simulator.dataset.consumers import Consumer
from simulator.dataset.elements import Element

Received: TypeAlias = Mapping[tuple[str, str], int]
"""Bytes received by container and blob name, counted from the blob's first byte."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One consumer whose data was received.

    ``elements`` arrived in the clear, ``encrypted`` only in blobs that the shop had encrypted. They
    are joined over every blob received, as an intruder can join them by customer id or token.
    ``in_part`` says that some element is known only from a record that arrived in part, and so is
    an upper bound.
    """

    consumer: str
    californian: bool
    elements: frozenset[Element]
    encrypted: frozenset[Element]
    in_part: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """What the data set holds."""

    consumers: Mapping[str, Consumer]
    blobs: Mapping[tuple[str, str], Blob]

    @classmethod
    def of(cls, consumers: Iterable[Consumer], blobs: Iterable[Blob]) -> "Truth":
        """The truth about these consumers in these blobs."""
        return cls({c.id: c for c in consumers}, {(b.container, b.name): b for b in blobs})

    def unattributed(self, received: Received) -> tuple[tuple[str, str], ...]:
        """Blobs received in whole or in part that are not of the data set, in order of name."""
        return tuple(
            sorted(key for key, size in received.items() if size and key not in self.blobs)
        )

    def affected(self, received: Received) -> tuple[Affected, ...]:
        """The consumers whose data is within the bytes received, in order of id.

        Give the length of the longest prefix that arrived, not the sum of repeated reads. A record
        counts as soon as one byte of it has arrived: a line that was cut off may hold a name
        already. So does a whole document or an encrypted blob. Then ``in_part`` is set.

        Raises ``ValueError`` for a negative size.

        >>> from simulator.dataset.blobs import blobs
        >>> from simulator.dataset.consumers import consumers
        >>> people = consumers(50, seed=1)
        >>> made = blobs(people, ["customers"], seed=1)
        >>> truth = Truth.of(people, made)
        >>> first = made[0].records[0]
        >>> key = (made[0].container, made[0].name)
        >>> [truth.affected({key: n}) == () for n in (0, first.start)]
        [True, True]
        >>> [(a.consumer == first.consumer, a.in_part) for a in truth.affected({key: first.end})]
        [(True, False)]
        """
        sums: dict[str, _Sum] = {}
        for key, size in received.items():
            if size < 0:
                raise ValueError(f"{'/'.join(key)}: a negative number of bytes was received")
            blob = self.blobs.get(key)
            if blob is None:
                continue  # unattributed() names it
            for record in blob.records:
                if record.start < size:
                    total = sums.setdefault(record.consumer, _Sum())
                    total.add(record.elements, encrypted=blob.encrypted, whole=record.end <= size)
        return tuple(
            Affected(
                consumer=id_,
                californian=self.consumers[id_].californian,
                elements=frozenset(total.clear),
                encrypted=frozenset(total.encrypted - total.clear),
                in_part=total.in_part,
            )
            for id_, total in sorted(sums.items())
        )


@dataclass(slots=True)
class _Sum:
    """What has been received about one consumer so far."""

    clear: set[Element] = field(default_factory=set)
    clear_whole: set[Element] = field(default_factory=set)
    encrypted: set[Element] = field(default_factory=set)
    encrypted_whole: set[Element] = field(default_factory=set)

    def add(self, elements: frozenset[Element], *, encrypted: bool, whole: bool) -> None:
        (self.encrypted if encrypted else self.clear).update(elements)
        if whole:
            (self.encrypted_whole if encrypted else self.clear_whole).update(elements)

    @property
    def in_part(self) -> bool:
        """Whether an element is known only from a record that arrived in part."""
        return bool(self.clear - self.clear_whole or self.encrypted - self.encrypted_whole)
