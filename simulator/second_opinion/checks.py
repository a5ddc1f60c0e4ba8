"""Which of checkov's checks are about what a control is about.

They demand less, more or something else: that is what the comparison is for. checkov has nothing on
the controls that are missing here (checkov 3.3.30, its list of Azure checks).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def _ids(plain: str, graph: str = "") -> tuple[str, ...]:
    """Check ids from their numbers: of plain checks, and of those that follow connections.

    >>> _ids("190 34", "47")
    ('CKV_AZURE_190', 'CKV_AZURE_34', 'CKV2_AZURE_47')
    """
    return (
        *(f"CKV_AZURE_{number}" for number in plain.split()),
        *(f"CKV2_AZURE_{number}" for number in graph.split()),
    )


CHECKS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "DATA-01": _ids("190 34 35 36 59", "8 47"),
        "DATA-02": _ids("244", "40 41"),
        "DATA-03": _ids("3 14 15 28 29 44 52 54 70 78 91 145 147 148 153 154"),
        "DATA-05": _ids("2 93 100", "1 16 17"),
        "DATA-06": _ids("11 23 24 113 156 224", "25 27 34"),
        "DATA-07": _ids("40 41 42 109 110 111 112 189"),
        "DATA-08": _ids("206", "38"),
        "DATA-09": _ids("53", "32 33 45 56 57"),
        "DATA-11": _ids("53 94 99 100 101 132 136 140", "26"),
        "RESP-01": _ids("4 23 24 33 156", "20 21 53 54"),
        "RESP-02": _ids("12 24 37 38"),
        "RESP-04": _ids("73", "24 36"),
        "RESP-05": _ids("19 20 21 22 25 26 27 55 61 69 79 84 85 86 87 131 234"),
        "RESP-06": _ids("20 21 22 26 27", "5 8"),
        "RESP-07": _ids("39 249"),
        "RESP-09": _ids("7 9 10 77 160", "29 31"),
        "RESP-10": _ids("56 67 159 202 204 205 221"),
        "RESP-12": _ids("107 152 173 174 215"),
        "RESP-13": _ids("116"),
        "RESP-14": _ids("12 37 38", "8"),
    }
)
"""Control id -> the ids of checkov's checks."""
