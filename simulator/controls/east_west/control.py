"""RESP-09: between workloads of which one holds personal information, only named flows pass."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from simulator.controls.east_west.flows import culprit, is_named
from simulator.controls.east_west.subjects import because
from simulator.controls.findings import once
from simulator.controls.judge import Demand, judge, one_of
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Harm,
    Severity,
    Verdict,
    Weakening,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import Block, Estate, Omitted, Resource
from simulator.estate.network.ends import End, hosts, placed
from simulator.estate.network.paths import Gate, Lets, Path, Spot, reach, spot
from simulator.estate.network.peerings import beyond
from simulator.estate.network.rules import GROUP
from simulator.estate.network.standing import Standing
from simulator.estate.network.topology import GROUP_LINK, NETWORK, SUBNET

_WHY: Final = (
    "whoever gets into one workload can go on from there to the personal information in another; "
    "network segmentation is an audit component of 11 CCR 7123(c)(10), and reasonable security is "
    "owed under Civ. Code 1798.81.5(b)"
)
_CLUSTER: Final = "azurerm_kubernetes_cluster"
_FILTERED: Final = 'private_endpoint_network_policies = "NetworkSecurityGroupEnabled"'
_DENY: Final = (
    'azurerm_network_security_rule: direction = "Inbound", access = "Deny", priority = 4096, '
    'protocol = "*", source_address_prefix = "VirtualNetwork", destination_address_prefix = "*", '
    'source_port_range = "*", destination_port_range = "*"'
)
_EXPECTED: Final = (
    "flows named by source, destination and port, and all others in the network denied before rule "
    "65000"
)
_POLICY: Final = Demand(
    "network_profile.network_policy",
    one_of("azure", "calico", "cilium"),
    '"azure", "calico" or "cilium"',
    f"without it every pod reaches every other, whatever Kubernetes policies say; {_WHY}",
    'network_profile { network_policy = "cilium" }',
    default=Omitted("none", "Azure default"),
)
_LESS: Final = Severity.MEDIUM  # from personal information into what has none
_SHOWN: Final = 3


def _assess(estate: Estate) -> Verdict:
    stand = placed(estate)
    subjects = {end.words: end for end in stand.ends if because(estate, end)}
    homeless = [one for one in stand.homeless if one.receives and because(estate, one)]
    clusters = [one for one in estate.of_type(_CLUSTER) if _is_subject(estate, one)]
    if not (subjects or homeless or clusters):
        return not_applicable(
            "RESP-09", "a workload with personal information in a virtual network", NETWORK, SUBNET
        )
    unnamed: dict[tuple[str, str], list[Path]] = {}
    for path in _paths(estate):
        if not is_named(estate, path):
            unnamed.setdefault(_place(culprit(path)), []).append(path)
    found = (
        *(_finding(estate, paths) for paths in unnamed.values()),
        *(_homeless(one) for one in homeless),
        *(one for cluster in clusters for one in judge(cluster, _POLICY)),
    )
    looked_at = (*subjects, *(f"{one.via.address} (its subnet is not known)" for one in homeless))
    told = (*looked_at, *(one.address for one in clusters if one.address not in subjects))
    doubted = in_doubt(estate, once(found), ("network_security_group",), (GROUP_LINK, GROUP))
    return verdict("RESP-09", told, doubted)


def _is_subject(estate: Estate, cluster: Resource) -> bool:
    return bool(because(estate, Standing(cluster, cluster, "", Omitted())))


def _paths(estate: Estate) -> Iterator[Path]:
    """The open paths between workloads of which one is a subject; a subject is closed to others.

    Of workloads that are all alike to the network, a few stand for all: a thousand apps in one
    subnet reach what any of them does.
    """
    alike: dict[tuple[Spot, bool], list[End]] = {}
    for end in placed(estate).ends:
        alike.setdefault((spot(end), bool(because(estate, end))), []).append(end)
    others = (*hosts(estate), *beyond(estate))
    for (_, subject), destinations in alike.items():
        for (_, from_subject), sources in alike.items():
            if subject or from_subject:
                for source, destination in _pairs(sources, destinations):
                    yield from reach(estate, source, destination)
        for source in others if subject else ():
            if not _has_it_to_itself(destinations[0], source):
                yield from reach(estate, source, destinations[0])


def _pairs(sources: list[End], destinations: list[End]) -> Iterator[tuple[End, End]]:
    """A few pairs of different workloads, enough to tell of."""
    apart = (
        (source, destination)
        for destination in destinations
        for source in sources
        if source.workload is not destination.workload
    )
    return islice(apart, _SHOWN)


def _has_it_to_itself(destination: End, source: End) -> bool:
    """Whether nothing but the workload itself can be in the subnet that both are in.

    The nodes of a cluster need each other, on any port.
    """
    one = source.subnet.key == destination.subnet.key
    what = destination.what
    return one and bool(destination.subnet.delegated or (what is not None and what.many))


def _place(gate: Gate) -> tuple[str, str]:
    """The resource and the attribute that a finding about a gate is about."""
    if gate.lets is Lets.NOT_FILTERED:
        return gate.subnet.resource.address, "private_endpoint_network_policies"
    if gate.rule is None:
        return gate.subnet.resource.address, "network_security_group"
    rule, group = gate.rule, gate.group
    if rule.owner is not None and rule.owner.type != GROUP:
        return rule.owner.address, _given(rule.owner, "source_address_prefix")
    owner = rule.owner or group
    return (owner or gate.subnet.resource).address, "security_rule"


def _given(rule: Resource, name: str) -> str:
    """The argument, singular or plural, by which a rule says it."""
    return f"{name}es" if not isinstance(rule.get(f"{name}es"), Omitted) else name


def _finding(estate: Estate, paths: list[Path]) -> Finding:
    gate = culprit(paths[0])
    address, attribute = _place(gate)
    sure = [path for path in paths if path.opening.sure]
    told = sure or paths
    actual = f"{_lets(gate)}: {_listed(told)}"
    if not sure:
        doubts = dict.fromkeys(one for path in paths for one in path.opening.doubt.split("; "))
        actual = f"perhaps {actual}; {'; '.join(list(doubts)[:_SHOWN])}"
    return finding(
        _resource(estate, address, gate),
        attribute,
        actual,
        expected=_EXPECTED,
        why=_WHY,
        remedy=_settle(gate, told) if not sure else _remedy(gate, told),
        severity=Severity.HIGH if any(because(estate, p.destination) for p in told) else _LESS,
        unknown=not sure,
        block=_block(gate),
    )


def _resource(estate: Estate, address: str, gate: Gate) -> Resource:
    return estate.by_address.get(address, gate.subnet.resource)


def _block(gate: Gate) -> Block | None:
    if gate.rule is not None:
        return gate.rule.block
    return gate.subnet.block if gate.subnet.resource.type == NETWORK else None


def _lets(gate: Gate) -> str:
    if gate.lets is Lets.NOT_FILTERED:
        value = gate.subnet.block.get("private_endpoint_network_policies")
        by = f" ({value.decided_by})" if isinstance(value, Omitted) and value.decided_by else ""
        return f"the security group does not filter traffic to private endpoints{by}, which lets in"
    return f"{gate.words} lets in"


def _listed(paths: list[Path]) -> str:
    """The paths in words, those between declared workloads first."""
    ordered = sorted(paths, key=lambda path: (path.source.what is None, path.words))
    words = list(dict.fromkeys(path.words for path in ordered))
    return ", ".join(words[:_SHOWN]) + (" and others" if len(words) > _SHOWN else "")


def _remedy(gate: Gate, paths: list[Path]) -> str:
    if gate.lets is Lets.NOT_FILTERED:
        return _FILTERED
    if gate.lets is Lets.NO_GROUP:
        ends = (path.destination.what for path in paths)
        into_endpoint = any(what is not None and what.endpoint for what in ends)
        # Else the group would be there, and let everything through to the endpoint all the same.
        also = f"; {_FILTERED}" if into_endpoint and gate.subnet.filters is not True else ""
        return (
            f"{GROUP_LINK}: subnet_id = {gate.subnet.key}.id, network_security_group_id = "
            f"{GROUP}.closed.id{also}  # whose last inbound rule denies VirtualNetwork"
        )
    if gate.rule is not None and gate.rule.owner is not None:
        return (
            "source_address_prefix = azurerm_subnet.caller.address_prefixes[0], "
            'destination_port_range = "443"'
        )
    return _DENY


def _settle(gate: Gate, paths: list[Path]) -> str:
    return f"read a plan, or check what decides it; then {_remedy(gate, paths)}"


def _homeless(one: Standing) -> Finding:
    return finding(
        one.via,
        one.attribute,
        one.subnet,
        expected="a subnet whose security group can be read",
        why=_WHY,
        remedy="declare the subnet in the same estate, or check the estate that declares it",
        unknown=True,
    )


RESP_09: Final = Control(
    id="RESP-09",
    title="Workloads with personal information accept only named flows from within the network; "
    "every other one is denied before rule 65000",
    gap="network security groups fail to restrict east-west traffic between microservices handling "
    "PII",
    severity=Severity.HIGH,
    citations=(
        "11 CCR 7123(c)(10)",
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.100(e)",
    ),
    frameworks=(
        ("CIS Azure 5.0", ("7.11", "7.16")),
        ("CIS Azure 6.0", ("7.11", "7.16")),
        ("MCSB", ("NS-1", "NS-2", "NS-7")),
        ("NIST SP 800-53", ("AC-4", "AC-4(21)", "SC-7", "SC-7(3)", "SC-7(5)", "SC-7(21)")),
    ),
    techniques=("T1021", "T1046", "T1210", "T1570"),
    remedy=_DENY,
    cannot_show=(
        "the flows that there really are (virtual network flow logs)",
        "what a firewall, a service mesh or a network security perimeter stops besides",
        "networks on premises and those that other configurations declare",
        "Kubernetes network policies, and what apps in one container environment send each other",
        "pods behind an overlay network: a security group sees the addresses of their nodes",
        "connections that are open already: a new rule does not cut them",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.DELETE, GROUP_LINK),
        Weakening(Harm.DELETE, GROUP, "security_rule"),
        Weakening(Harm.WEAKEN, SUBNET, "private_endpoint_network_policies", '"Disabled"'),
        Weakening(Harm.WEAKEN, SUBNET, "private_endpoint_network_policies", '"RouteTableEnabled"'),
        Weakening(Harm.DELETE, SUBNET, "private_endpoint_network_policies"),
        Weakening(Harm.WIDEN, GROUP, "security_rule.source_address_prefix", '"VirtualNetwork"'),
        Weakening(Harm.WIDEN, GROUP, "security_rule.access", '"Allow"'),
        Weakening(Harm.WEAKEN, GROUP, "security_rule.destination_port_range", '"443"'),
        Weakening(Harm.MISSPELL, GROUP, "security_rule.destination_address_prefix", '"AzureCloud"'),
        Weakening(Harm.WEAKEN, GROUP, "security_rule.protocol", '"Udp"'),
        Weakening(Harm.WEAKEN, GROUP, "security_rule.direction", '"Outbound"'),
        Weakening(Harm.MISSPELL, GROUP, "security_rule.source_address_prefix", '"Internet"'),
    ),
)
