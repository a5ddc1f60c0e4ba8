"""A real ``terraform plan`` for Azure configurations, without credentials or provider downloads.

Terraform itself does the planning: modules, variables, ``for_each``, references, type checks. This
package stands in for the providers: it serves their schemas and answers plan and data-source
requests from those alone. It needs the extra ``plan`` (gRPC, protobuf, msgpack), and Terraform 1.9
or OpenTofu 1.7 or newer.
"""

from simulator.offline_plan.plan import OfflinePlan, plan
from simulator.offline_plan.terraform import NoPlanError, Problem, Program, RefusedError, find

__all__ = ["NoPlanError", "OfflinePlan", "Problem", "Program", "RefusedError", "find", "plan"]
