"""RESP-12: third parties reach personal information through API Management alone."""

from typing import Final

from simulator.controls.findings import once
from simulator.controls.third_parties.backends import open_backends
from simulator.controls.third_parties.bypass import (
    LOCAL_USER,
    grants,
    judge_grant,
    judge_local_user,
    judge_rule,
    rules,
)
from simulator.controls.third_parties.calls import calls, judge_call
from simulator.controls.third_parties.gateway import (
    BACKEND,
    DIAGNOSTICS,
    NAMED_VALUE,
    judge_backend,
    judge_diagnostic,
    judge_gateway,
    judge_named_value,
    judge_product,
    judge_subscription,
    parts,
    third_party,
)
from simulator.controls.third_parties.weakenings import WEAKENINGS
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import Control, Severity, Verdict, not_applicable, verdict
from simulator.estate.api_gateway import (
    API,
    GATEWAY,
    POLICIES,
    PRODUCT,
    SUBSCRIPTION,
    routes,
)
from simulator.estate.model import Estate

_MISSING: Final = ("inbound.",)
_MAKERS: Final = (f"{GATEWAY}_", "azapi_")


def _assess(estate: Estate) -> Verdict:
    declared = (*parts(estate), *estate.of_type(API, *POLICIES))
    theirs, doors = tuple(grants(estate)), tuple(rules(estate))
    users = estate.of_type(LOCAL_USER)
    ways = calls(estate, routes(estate))
    bypass = [
        *(f for one in theirs for f in judge_grant(estate, one)),
        *(f for one in doors for f in judge_rule(estate, one)),
        *(f for one in users for f in judge_local_user(estate, one)),
    ]
    if not declared and not bypass and not theirs:
        return not_applicable("RESP-12", GATEWAY, "a role or firewall rule of a third party")
    found = [
        *(f for call in ways for f in judge_call(call)),
        *(f for one in estate.of_type(GATEWAY) for f in judge_gateway(one, ways)),
        *(f for one in estate.of_type(PRODUCT) for f in judge_product(one)),
        *(f for one in estate.of_type(SUBSCRIPTION) for f in judge_subscription(one)),
        *(f for one in estate.of_type(NAMED_VALUE) for f in judge_named_value(one)),
        *(f for one in estate.of_type(BACKEND) for f in judge_backend(one)),
        *(f for one in estate.of_type(*DIAGNOSTICS) for f in judge_diagnostic(one)),
        *open_backends(estate),
        *bypass,
    ]
    if not found and not theirs and all(one.type == GATEWAY for one in declared):
        return not_applicable("RESP-12", API, PRODUCT, SUBSCRIPTION, BACKEND)  # nothing to call
    hosts = {
        f"{one.address} (it calls {host}, a third party)": None
        for one in estate.of_type(BACKEND)
        for host in third_party(one.get("url"))
    }
    looked_at = (*(one.address for one in (*declared, *theirs, *doors, *users)), *hosts)
    return verdict("RESP-12", looked_at, in_doubt(estate, once(found), _MISSING, _MAKERS))


RESP_12: Final = Control(
    id="RESP-12",
    title="Third parties reach personal data through API Management alone, where each proves who "
    "it is, has limits of its own, and can be shut out by itself",
    gap="Third-party dependency management becomes critical when using SaaS tools integrated via "
    "Azure API Management.",
    severity=Severity.HIGH,
    citations=(
        "11 CCR 7123(c)(15)",
        "11 CCR 7123(c)(3)",
        "Civ. Code 1798.81.5(c)",
        "Civ. Code 1798.100(e)",
    ),
    frameworks=(
        ("CIS Azure 5.0", ("8.1.2.1",)),
        ("MCSB", ("NS-2", "IM-4", "IM-8", "DP-3", "DP-6", "PA-7")),
        (
            "NIST SP 800-53",
            ("SA-9", "SA-9(2)", "AC-3", "AC-4", "AC-20", "SC-5", "SC-7", "SC-8", "SR-3", "SR-6"),
        ),
    ),
    techniques=("T1199", "T1190", "T1528", "T1567", "T1552.001", "T1195"),
    remedy="azurerm_api_management_subscription: product_id = the partner's own, "
    'state = "active", allow_tracing = false; <validate-azure-ad-token> and <quota> in <inbound>',
    cannot_show=(
        "contracts, and what a partner does with what it gets",
        "whether an API gives a partner no more than it needs",
        "keys that were handed out, and policies edited in the portal",
        "whose the principal or the address behind a bare id or number is",
    ),
    assess=_assess,
    weakenings=WEAKENINGS,
)
