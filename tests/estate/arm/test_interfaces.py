"""Network interfaces and the groups that they are in, as Azure answers them."""

from simulator.controls.east_west.control import RESP_09
from simulator.estate.arm.translate import as_azurerm
from simulator.estate.network.ends import placed
from simulator.estate.network.paths import open_paths
from tests.controls.build import wrong
from tests.estate.arm.answers import arm
from tests.estate.arm.live import an_id, estate

NETWORK = an_id("Microsoft.Network/virtualNetworks/vnet-shop")
SUBNET = f"{NETWORK}/subnets/data"
GROUP = an_id("Microsoft.Network/networkSecurityGroups/nsg-data")
ASG = an_id("Microsoft.Network/applicationSecurityGroups/asg-data")
NIC = an_id("Microsoft.Network/networkInterfaces/nic-data")
ENDPOINT = an_id("Microsoft.Network/privateEndpoints/pe")
NETWORK_ANSWER = {
    "name": "vnet-shop",
    "id": NETWORK,
    "properties": {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [{"name": "data", "id": SUBNET, "properties": {"addressPrefix": "10.0.1.0/24"}}],
    },
}


def nic(name: str, **properties: object) -> dict[str, object]:
    """An interface in the subnet, in the application security group."""
    given = {
        "name": "ip",
        "properties": {
            "subnet": {"id": SUBNET},
            "privateIPAddress": "10.0.1.4",
            "applicationSecurityGroups": [{"id": ASG}],
        },
    }
    id_ = an_id(f"Microsoft.Network/networkInterfaces/{name}")
    return {"name": name, "id": id_, "properties": {"ipConfigurations": [given], **properties}}


def test_an_interface_stands_in_its_subnet_with_its_groups() -> None:
    tied = {"networkSecurityGroup": {"id": GROUP}}
    group = {"name": "nsg-data", "id": GROUP, "properties": {"securityRules": []}}
    asg = {"name": "asg-data", "id": ASG, "properties": {}}
    made = estate(NETWORK_ANSWER, nic("nic-data", **tied), group, asg)
    (one,) = placed(made).ends
    assert one.what is not None
    assert [r.address.lower() for r in one.what.groups] == [GROUP.lower()]
    assert {a.lower() for a in one.what.asgs} == {ASG.lower()}
    assert one.spans.runs == ((0x0A000104, 0x0A000104),)


def test_the_interface_of_a_private_endpoint_is_not_one_of_a_machine() -> None:
    whole, _ = as_azurerm((arm(nic("pe.nic", privateEndpoint={"id": ENDPOINT})),))
    assert {one.type for one in whole} == {"azapi_resource"}


def test_the_nodes_of_a_live_cluster_are_in_every_subnet_of_its_pools() -> None:
    cluster = {
        "name": "aks-orders",
        "id": an_id("Microsoft.ContainerService/managedClusters/aks-orders"),
        "properties": {
            "agentPoolProfiles": [
                {"name": "system", "vnetSubnetID": SUBNET},
                {"name": "more", "vnetSubnetID": f"{NETWORK}/subnets/gone"},
            ],
            "networkProfile": {"networkPolicy": "none"},
        },
    }
    made = estate(NETWORK_ANSWER, cluster, nic("nic-data"))
    assert (len(placed(made).ends), len(placed(made).homeless)) == (2, 1)
    assert open_paths(made)
    attributes = {attribute for _, attribute in wrong(RESP_09.assess(made))}
    assert attributes == {"network_security_group", "network_profile.network_policy"}
