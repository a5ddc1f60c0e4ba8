# People hold no standing right over personal information, keys or evidence. They ask, say why,
# prove who they are again, are approved by a privacy lead, and lose the right two hours later.

resource "azurerm_pim_eligible_role_assignment" "people" {
  for_each = var.eligible

  scope              = each.value.scope
  role_definition_id = "${var.subscription_scope}/providers/Microsoft.Authorization/roleDefinitions/${each.value.role}"
  principal_id       = each.value.group_id
  justification      = "Just-in-time access: ${each.key}"

  schedule {
    expiration {
      duration_days = 180
    }
  }
}

# A policy governs one role at one scope and is not inherited, so each pair above has its own.
resource "azurerm_role_management_policy" "people" {
  for_each = var.eligible

  scope              = each.value.scope
  role_definition_id = "${var.subscription_scope}/providers/Microsoft.Authorization/roleDefinitions/${each.value.role}"

  activation_rules {
    maximum_duration                   = "PT2H"
    require_approval                   = true
    require_justification              = true
    require_multifactor_authentication = true
    require_ticket_info                = true

    approval_stage {
      primary_approver {
        object_id = var.approvers_group_id
        type      = "Group"
      }
    }
  }

  active_assignment_rules {
    expiration_required                = true
    expire_after                       = "P15D"
    require_justification              = true
    require_multifactor_authentication = true
  }

  eligible_assignment_rules {
    expiration_required = true
    expire_after        = "P180D"
  }

  notification_rules {
    eligible_activations {
      admin_notifications {
        notification_level    = "All"
        default_recipients    = true
        additional_recipients = [var.privacy_email]
      }
    }
  }
}

# Working an incident needs the incident, not the data in it.
resource "azurerm_role_assignment" "analysts" {
  scope                = var.workspace_id
  role_definition_name = "Microsoft Sentinel Responder"
  principal_id         = var.analysts_group_id
  principal_type       = "Group"
}

resource "azuread_conditional_access_policy" "management" {
  display_name = "Azure management needs multifactor authentication and short sessions"
  state        = "enabled"

  conditions {
    client_app_types = ["all"]

    applications {
      included_applications = ["797f4846-ba00-4fd7-ba43-dac1f8f63013"] # Windows Azure Service Management API
    }

    users {
      included_users  = ["All"]
      excluded_groups = [var.break_glass_group_id]
    }
  }

  grant_controls {
    operator          = "OR"
    built_in_controls = ["mfa"]
  }

  session_controls {
    sign_in_frequency        = 4
    sign_in_frequency_period = "hours"
  }
}
