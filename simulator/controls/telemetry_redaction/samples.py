"""Sample rows of the Application Insights tables, with a place in each where payment data lands.

Columns and types: Azure Monitor Logs reference, tables AppTraces to AppBrowserTimings. A sample row
has ``MARK`` in one column (in two, where the SDK copies the name of a request to its operation).
"""

from collections.abc import Mapping
from typing import Final

MARK: Final = "{payment}"

_COMMON: Final = {
    "TimeGenerated": "datetime",
    **dict.fromkeys(
        (
            *("TenantId", "AppRoleInstance", "AppRoleName", "AppVersion", "ClientBrowser"),
            *("ClientCity", "ClientCountryOrRegion", "ClientIP", "ClientModel", "ClientOS"),
            *("ClientStateOrProvince", "ClientType", "IKey", "OperationId", "OperationName"),
            *("ParentId", "ResourceGUID", "SDKVersion", "SessionId", "SourceSystem"),
            *("SyntheticSource", "Type", "UserAccountId", "UserAuthenticatedId", "UserId"),
            *("_ResourceId", "_SubscriptionId", "_IsBillable"),
        ),
        "string",
    ),
    "ItemCount": "int",
    "Measurements": "dynamic",
    "Properties": "dynamic",
    "_BilledSize": "real",
}


def _table(types: Mapping[str, str] | None = None, *texts: str) -> Mapping[str, str]:
    return {**_COMMON, **dict.fromkeys(texts, "string"), **(types or {})}


TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "AppTraces": _table({"SeverityLevel": "int"}, "Message", "ReferencedItemId", "ReferencedType"),
    "AppRequests": _table(
        {"DurationMs": "real", "Success": "bool"},
        *("Id", "Name", "Url", "Source", "ResultCode", "ReferencedItemId", "ReferencedType"),
    ),
    "AppDependencies": _table(
        {"DurationMs": "real", "Success": "bool"},
        *("Id", "Name", "Data", "Target", "DependencyType", "ResultCode"),
        *("ReferencedItemId", "ReferencedType"),
    ),
    "AppExceptions": _table(
        {"Details": "dynamic", "SeverityLevel": "int"},
        *("Assembly", "ExceptionType", "HandledAt", "InnermostAssembly", "InnermostMessage"),
        *("InnermostMethod", "InnermostType", "Message", "Method", "OuterAssembly"),
        *("OuterMessage", "OuterMethod", "OuterType", "ProblemId"),
    ),
    "AppEvents": _table(None, "Name"),
    "AppPageViews": _table({"DurationMs": "real"}, "Id", "Name", "Url", "PerformanceBucket"),
    "AppBrowserTimings": _table(
        dict.fromkeys(
            (
                *("NetworkDurationMs", "ProcessingDurationMs", "ReceiveDurationMs"),
                *("SendDurationMs", "TotalDurationMs"),
            ),
            "real",
        ),
        *("Name", "Url", "PerformanceBucket"),
    ),
}
"""The tables that an application's own words reach: column to type, by table."""

_PROPERTIES: Final = (
    '{"orderId":"1042","payment":"{payment}"}',
    '{"orderId":"1042","request":{"body":{"method":"{payment}","cvv":"737"}}}',
    '{"body":"amount=4900&card={payment}&email=ada%40example.com"}',
)
_DETAILS: Final = (
    '[{"message":"Card {payment} was declined","type":"CardDeclined","severityLevel":"Error",'
    '"parsedStack":[{"assembly":"Shop.Checkout","method":"Charge","level":0,"line":118}]}]'
)
_SHOP: Final = "https://shop.example"
_URL: Final = f"{_SHOP}/checkout/pay?order=1042&payment={MARK}&cvv=737&email=ada%40example.com"
_NAMED: Final = f"POST /checkout/pay/{MARK}"
_CALLED: Final = f"POST /v1/charges/{MARK}"
_PAGE: Final = {"Name": f"Pay with {MARK}", "Url": f"{_SHOP}/pay/{MARK}/done?order=1042"}

MARKED: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {
    "AppTraces": (
        {"Message": MARK},
        {"Message": f"Charging {MARK} for order 1042, cvv 737, receipt to ada@example.com"},
        {"Message": f'{{"event":"charge","source":"{MARK}","amount":4900}}'},
    ),
    "AppRequests": ({"Url": _URL}, {"Name": _NAMED, "OperationName": _NAMED}),
    "AppDependencies": (
        {"Data": f"https://api.processor.example/v1/charges?source={MARK}&amount=4900"},
        {"Data": f"INSERT INTO payments (order_id, source) VALUES (1042, '{MARK}')"},  # noqa: S608
        {"Name": _CALLED},
    ),
    "AppExceptions": (
        {"OuterMessage": f"Card {MARK} was declined"},
        {"InnermostMessage": f"processor refused {MARK}: insufficient funds"},
        {"Message": f"Charge of {MARK} failed"},
        {"Details": _DETAILS},
    ),
    "AppEvents": ({"Name": f"Paid with {MARK}"},),
    "AppPageViews": ({"Url": _URL}, _PAGE),
    "AppBrowserTimings": ({"Url": _URL}, _PAGE),
}

_USUAL: Final[Mapping[str, object]] = {
    "TenantId": "6f0d2c1e-0000-4000-8000-000000000001",
    "AppRoleName": "checkout",
    "AppRoleInstance": "checkout-7c9d",
    "AppVersion": "2026.11.3",
    "ClientIP": "0.0.0.0",  # noqa: S104 - what masking leaves of an address
    "ClientType": "Browser",
    "OperationName": "POST /checkout/pay",
    "OperationId": "0af7651916cd43dd8448eb211c80319c",
    "Name": "POST /checkout/pay",
    "Message": "Order 1042 was paid",
    "Url": f"{_SHOP}/checkout/pay",
    "Data": "https://api.processor.example/v1/charges",
    "Target": "api.processor.example",
    "Properties": '{"orderId":"1042"}',
    "Details": "[]",
    "ResultCode": "200",
    "ItemCount": 1,
    "DurationMs": 12.0,
    "SeverityLevel": 1,
    "Success": True,
}


# Filters are mostly on these; some kind of row gets through each of them.
_KINDS: Final[tuple[Mapping[str, object], ...]] = (
    {},
    {"SeverityLevel": 3, "Success": False, "ResultCode": "402", "AppRoleName": "storefront"},
    {"SeverityLevel": 4, "Success": False, "ResultCode": "500", "DurationMs": 4200.0},
)


def sample_rows(table: str) -> tuple[tuple[Mapping[str, object], ...], ...]:
    """The rows of a table in groups: in each the mark stands in one place, in all kinds of row."""
    columns = TABLES[table]
    marked = (
        *MARKED[table],
        {"OperationName": _NAMED},
        *({"Properties": text} for text in _PROPERTIES),
    )
    return tuple(
        tuple(_row(columns, {**kind, "Type": table, **place}) for kind in _KINDS)
        for place in marked
    )


def _row(columns: Mapping[str, str], values: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in {**_USUAL, **values}.items() if name in columns}
