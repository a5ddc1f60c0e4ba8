"""RESP-07: no principal holds broad rights over personal data, its keys, its rights or its logs."""

from typing import Final

from simulator.controls.findings import once
from simulator.controls.privilege.assignments import (
    ASSIGNMENTS,
    DELEGATION,
    exempt,
    given,
    judge_given,
)
from simulator.controls.privilege.definitions import (
    COSMOS,
    POLICY,
    VAULT,
    judge_access_policies,
    judge_cosmos_role,
    judge_role,
)
from simulator.controls.privilege.directory import DIRECTORY, judge_directory
from simulator.controls.privilege.weakenings import WEAKENINGS
from simulator.controls.verdict import (
    Control,
    Severity,
    Verdict,
    not_applicable,
    verdict,
)
from simulator.estate.model import Estate
from simulator.estate.roles import DEFINITION

_RIGHTS: Final = (*ASSIGNMENTS, DELEGATION, DEFINITION, COSMOS, POLICY, *DIRECTORY)


def _assess(estate: Estate) -> Verdict:
    declared = estate.of_type(*_RIGHTS)
    vaults = [r for r in estate.of_type(VAULT) if r.blocks("access_policy")]
    if not declared and not vaults:
        return not_applicable("RESP-07", *_RIGHTS)
    rights = tuple(given(estate))
    left_out = {one.resource.address: why for one in rights if (why := exempt(one))}
    looked_at = [
        f"{r.address} (left out: {left_out[r.address]})" if r.address in left_out else r.address
        for r in (*declared, *vaults)
    ]
    roles = [f for r in estate.of_type(DEFINITION) for f in judge_role(estate, r)]
    faulty = frozenset(f.address for f in roles if f.attribute.startswith("permissions"))
    found = (
        *roles,
        *(f for one in rights for f in judge_given(one, faulty)),
        *(f for r in estate.of_type(COSMOS) for f in judge_cosmos_role(r)),
        *judge_access_policies(estate),
        *judge_directory(estate),
    )
    return verdict("RESP-07", looked_at, once(found))


RESP_07: Final = Control(
    id="RESP-07",
    title="No principal holds broad rights over personal data, its keys, its logs or who may do "
    "what: roles are narrow in what they allow and where",
    gap="Identity and access management gaps in Azure AD allow excessive permissions",
    severity=Severity.CRITICAL,
    citations=("11 CCR 7123(c)(3)", "Civ. Code 1798.81.5(b)", "Civ. Code 1798.100(e)"),
    frameworks=(
        ("CIS Azure 3.0", ("2.23", "2.24", "2.26")),
        ("CIS Azure 5.0", ("5.23", "5.24", "5.26", "5.27", "5.3.3")),
        ("CIS Azure 6.0", ("5.4", "5.5", "5.7", "5.3.3")),
        ("MCSB", ("PA-1", "PA-3", "PA-7", "IM-3")),
        (
            "NIST SP 800-53",
            ("AC-2", "AC-2(7)", "AC-3", "AC-5", "AC-6", "AC-6(1)", "AC-6(5)", "AC-6(7)"),
        ),
    ),
    techniques=("T1078.004", "T1098.001", "T1098.003", "T1528", "T1530", "T1552.001", "T1069.003"),
    remedy="scope = azurerm_storage_container.orders.id, "
    'role_definition_name = "Storage Blob Data Reader"',
    cannot_show=(
        "roles given outside this estate, or inherited from above it",
        "who is in a group, and what classic administrators and elevated access may do",
        "what deny assignments take away, and whether rights are used",
        "the rights of whoever can change an application, through that application's identity",
    ),
    assess=_assess,
    weakenings=WEAKENINGS,
)
