# Two alarms beside the worker's own daily scan: one on open requests that come near the deadline,
# one on any request that the queue gave up on. The scan writes an event (AppEvents) for each
# request that is still open, so a scan that stops is seen as well.

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "near_deadline" {
  name                 = "consumer-request-near-deadline"
  display_name         = "A consumer request is older than ${local.warning_days} days"
  location             = var.location
  resource_group_name  = var.resource_group_name
  scopes               = [var.workspace_id]
  severity             = 1
  evaluation_frequency = "P1D"
  window_duration      = "P1D"
  tags                 = var.tags

  criteria {
    query                   = <<-KQL
      AppEvents
      | where Name == "ConsumerRequestOpen"
      | extend AgeInDays = datetime_diff("day", TimeGenerated, todatetime(Properties.receivedAt))
      | where AgeInDays > ${local.warning_days}
    KQL
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }

  action {
    action_groups = [var.action_group_id]
  }
}

resource "azurerm_monitor_metric_alert" "expired" {
  name                = "consumer-request-expired"
  resource_group_name = var.resource_group_name
  description         = "A consumer request reached ${local.response_days} days, or could not be worked at all."
  scopes              = [azurerm_servicebus_namespace.privacy.id]
  severity            = 0
  frequency           = "PT5M"
  window_size         = "PT15M"
  tags                = var.tags

  criteria {
    metric_namespace = "Microsoft.ServiceBus/namespaces"
    metric_name      = "DeadletteredMessages"
    aggregation      = "Maximum"
    operator         = "GreaterThan"
    threshold        = 0
  }

  action {
    action_group_id = var.action_group_id
  }
}
