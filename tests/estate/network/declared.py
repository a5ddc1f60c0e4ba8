"""Small networks for tests: one network, two subnets, two machines, and what a test adds."""

from collections.abc import Mapping

from simulator.estate.model import Estate, Resource
from simulator.estate.network.ends import End, placed
from simulator.estate.network.paths import Path, reach
from tests.controls.build import estate, id_of, resource

VNET = resource(
    "azurerm_virtual_network.v", name="v", address_space=["10.0.0.0/16"], resource_group_name="rg"
)


def subnet(name: str, prefix: object, network: str = "v", **values: object) -> Resource:
    """A subnet of the network with this name."""
    where = {"virtual_network_name": network, "address_prefixes": prefix}
    return resource(
        f"azurerm_subnet.{name}", name=name, resource_group_name="rg", **where, **values
    )  # type: ignore[arg-type]


WEB = subnet("web", ["10.0.1.0/24"])
DATA = subnet("data", ["10.0.2.0/24"])


def rule(priority: object, access: object, **values: object) -> dict[str, object]:
    """A rule that matches everything inbound, but for what is given."""
    return {
        "name": f"r{priority}",
        "priority": priority,
        "direction": "Inbound",
        "access": access,
        "protocol": "*",
        "source_port_range": "*",
        "destination_port_range": "*",
        "source_address_prefix": "*",
        "destination_address_prefix": "*",
        **values,
    }


def group(name: str, *rules: Mapping[str, object]) -> Resource:
    """A security group with these rules."""
    where = {"name": name, "resource_group_name": "rg"}
    made: list[Mapping[str, object]] = list(rules)
    return resource(f"azurerm_network_security_group.{name}", security_rule=made, **where)  # type: ignore[arg-type]


def tie(subnet_: str, group_: str) -> Resource:
    """The association of a subnet with a security group."""
    return resource(
        f"azurerm_subnet_network_security_group_association.{subnet_}",
        subnet_id=id_of(f"azurerm_subnet.{subnet_}"),
        network_security_group_id=id_of(f"azurerm_network_security_group.{group_}"),
    )


def machine(name: str, subnet_: str, **values: object) -> tuple[Resource, Resource]:
    """A machine with a network interface in a subnet."""
    address = {"subnet_id": id_of(f"azurerm_subnet.{subnet_}"), **values}
    nic = resource(f"azurerm_network_interface.{name}", name=name, ip_configuration=[address])
    ids = id_of(nic.address)
    return nic, resource(f"azurerm_linux_virtual_machine.{name}", network_interface_ids=ids)


BOTH = (*machine("app", "web"), *machine("db", "data"))


def shop(*more: Resource) -> Estate:
    """Two machines, ``app`` in ``web`` and ``db`` in ``data``, and what a test adds."""
    return estate(VNET, WEB, DATA, *BOTH, *more)


def end(made: Estate, name: str) -> End:
    """The end that a machine or another resource is."""
    (found,) = [e for e in placed(made).ends if e.workload and e.workload.name == name]
    return found


def paths(made: Estate, source: str = "app", destination: str = "db") -> tuple[Path, ...]:
    """The paths between two workloads, by their Terraform names."""
    return reach(made, end(made, source), end(made, destination))


def told(made: Estate, source: str = "app", destination: str = "db") -> list[tuple[str, str, bool]]:
    """Of each path: the traffic, the last rule or what else let it through, and whether surely."""
    found = []
    for path in paths(made, source, destination):
        gate = path.opening.gates[-1]
        by = gate.rule.name if gate.rule else gate.lets.name
        found.append((path.opening.traffic.words, by, path.opening.sure))
    return found
