"""The built-in policies and initiatives that matter to stored personal information, by their id.

Source: Azure/azure-policy, ``built-in-policies``, as of 2026-04-29. Each is told by what it looks
at and by the effects that it takes, not copied. There is no built-in CCPA or CPRA initiative.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.policy.built_in_logs import LOG_SETS, LOGS
from simulator.estate.policy.built_in_stores import PUBLIC_BLOBS, STORES
from simulator.estate.policy.built_in_tags import TAGS
from simulator.estate.policy.definitions import Definition, Initiative, Member

DEFINITIONS: Final[Mapping[str, Definition]] = MappingProxyType({**STORES, **LOGS, **TAGS})
"""Definition by id, in lower case."""


def _standard(name: str, *members: Member, **defaults: object) -> Initiative:
    return Initiative(name, members, defaults, benchmark=True)


INITIATIVES: Final[Mapping[str, Initiative]] = MappingProxyType(
    {
        "1f3afdf9-d0c9-4c3d-847f-89da613e70a8": _standard(
            "Microsoft cloud security benchmark",
            Member(
                PUBLIC_BLOBS,
                "StorageDisallowPublicAccess",
                {"effect": "[parameters('disallowPublicBlobAccessEffect')]"},
            ),
            disallowPublicBlobAccessEffect="audit",
        ),
        "e3ec7e09-768c-4b64-882c-fcada3772047": _standard(
            "[Preview]: Microsoft cloud security benchmark v2"
        ),
        "470a962c-86a0-433b-803a-3c176b5ce79c": _standard("CIS Azure Foundations v3.0.0"),
        "fe7782e4-6ff3-4e39-8d8a-64b6f7b82c85": _standard("CIS Azure Foundations v2.1.0"),
        "06f19060-9e68-4070-92ca-f15cc126059e": _standard(
            "CIS Microsoft Azure Foundations Benchmark v2.0.0"
        ),
        "179d1daa-458f-4e47-8086-2a68d0d6c38f": _standard("NIST SP 800-53 Rev. 5"),
        "60205a79-6280-4e20-a147-e2011e09dc78": _standard("NIST SP 800-53 R5.1.1"),
        "a06d5deb-24aa-4991-9d58-fa7563154e31": _standard("PCI DSS v4.0.1"),
        "184a0e05-7b06-4a68-bbbe-13b8353bc613": _standard("NIST CSF v2.0"),
        "5e4ff661-23bf-42fa-8e3a-309a55091cc7": _standard("ISO/IEC 27001 2022"),
        "7326812a-86a4-40c8-af7c-8945de9c4913": _standard(
            "EU General Data Protection Regulation (GDPR) 2016/679"
        ),
        **LOG_SETS,
        "f08c57cd-dbd6-49a4-a85e-9ae77ac959b0": Initiative(
            "Configure Microsoft Defender for Cloud plans", ()
        ),
    }
)
"""Initiative by id, in lower case: the standards, and three that are easily taken for one."""


def by_id(id_: str) -> Definition | Initiative | None:
    """The built-in definition or initiative of this id, in any case.

    >>> by_id("871B6D14-10aa-478d-b590-94f262ecfa99").name
    'Require a tag on resources'
    """
    found = DEFINITIONS.get(id_.lower())
    return INITIATIVES.get(id_.lower()) if found is None else found


def by_name(display_name: str) -> Definition | Initiative | None:
    """The built-in definition or initiative that Azure shows under this name, in any case."""
    wanted = _plain(display_name)
    every: tuple[Definition | Initiative, ...] = (*DEFINITIONS.values(), *INITIATIVES.values())
    return next((one for one in every if _plain(one.name) == wanted), None)


def _plain(name: str) -> str:
    return name.casefold().removeprefix("[preview]:").strip()
