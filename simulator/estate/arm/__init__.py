"""Azure Resource Manager's own resources read as the azurerm resources that they are.

Two sources speak ARM: azapi resources in Terraform, and a live subscription. Both become
:class:`~simulator.estate.arm.resource.ArmResource` values, and those become the ``azurerm_*``
resources that controls read.
"""
