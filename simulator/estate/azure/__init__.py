"""The live reader: what exists in an Azure subscription, as an Estate.

Only reads are sent, and only to Azure Resource Manager. What Microsoft Entra holds (users, groups,
applications and their rights) is Microsoft Graph's, which is another service with other
permissions: it is named as a gap.
"""

from simulator.estate.azure.subscription import read_subscription

__all__ = ["read_subscription"]
