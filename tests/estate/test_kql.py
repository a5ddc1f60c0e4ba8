import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate import kql


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("StorageBlobLogs | take 1", {"StorageBlobLogs"}),
        ("// StorageBlobLogs\nSigninLogs", {"SigninLogs"}),
        ("SigninLogs | where Type == 'StorageBlobLogs'", {"SigninLogs"}),
        ('SigninLogs | where T == @"\\StorageBlobLogs"', {"SigninLogs"}),
        ("SigninLogs | where T == ```StorageBlobLogs```", {"SigninLogs"}),
        ("let t = StorageBlobLogs | where x; t | count", {"StorageBlobLogs"}),
        ("let StorageBlobLogs = datatable(a:int)[1]; StorageBlobLogs", set()),
        ("union StorageBlobLogs, StorageFileLogs", {"StorageBlobLogs", "StorageFileLogs"}),
        ("union kind=outer withsource=T isfuzzy=true StorageBlobLogs", {"StorageBlobLogs"}),
        ("A | join kind=inner (StorageBlobLogs) on x", {"StorageBlobLogs"}),
        ("A | join kind=leftouter StorageBlobLogs on x", {"StorageBlobLogs"}),
        ("A | where x in (StorageBlobLogs | project Uri)", {"StorageBlobLogs"}),
        ("A | where x in~ ((StorageBlobLogs | project Uri))", {"StorageBlobLogs"}),
        ("A | lookup StorageBlobLogs on x", {"StorageBlobLogs"}),
    ],
)
def test_tables_are_read_where_tables_stand_and_nowhere_else(query, names):
    wanted = {"StorageBlobLogs", "StorageFileLogs", "SigninLogs"}
    assert kql.tables(query) & wanted == names


@given(st.text(alphabet=st.characters(exclude_characters="'\\\n\r"), max_size=20))
def test_what_is_in_a_string_literal_is_never_code(text):
    query = f"SigninLogs | where a == '{text}' | take 5"
    assert kql.code(query) == 'SigninLogs | where a == "" | take 5'
    assert kql.literals(query) == (text,)


@pytest.mark.parametrize(
    ("query", "hidden"),
    [
        ("_Im_FileEvent | take 1", ("_Im_FileEvent",)),
        ("imFileEvent() | take 1", ("imFileEvent",)),
        ("MyStorage() | take 1", ("MyStorage",)),
        ("MyStorage(1d)", ("MyStorage",)),
        ("StorageBlobLogs | summarize count() by bin(TimeGenerated, 1h)", ()),
        ("let f = (x:int) { x }; StorageBlobLogs | extend y = f(1)", ()),
        ("union withsource=T StorageBlobLogs", ()),
        ("datatable(a:int)[1]", ()),
    ],
)
def test_functions_that_hide_their_tables_are_named(query, hidden):
    assert tuple(sorted(kql.hidden_sources(query))) == hidden


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("T", None),
        ("T | take 5", 5),
        ("T | top 3 by x | take 5", 3),
        ("T | count", 1),
        ("T | summarize n = count()", 1),
        ("T | summarize n = count() by a", None),
        ("T | take 5 | mv-expand x", None),
        ("T | where false", 0),
        ("T | where (1 == 0) | take 5", 0),
        ("T | where 1 == 1", None),
        ("T | where false or x > 1", None),
        ("T | where x == 'false'", None),
        ("T | where false | summarize n = count()", 1),
    ],
)
def test_how_many_rows_a_query_can_return(query, most):
    assert kql.most_rows(query) == most


IP = "split(CallerIpAddress, ':')[0]"


@pytest.mark.parametrize(
    ("query", "trap"),
    [
        ("T | summarize count() by CallerIpAddress", True),
        ("T | summarize count() by AccountName, CallerIpAddress, bin(TimeGenerated, 1h)", True),
        ("T | summarize count() by Ip = CallerIpAddress", True),
        ("T | summarize count() by tostring(CallerIpAddress)", True),
        ("T | extend Ip = CallerIpAddress | summarize count() by Ip", True),
        ("T | extend Ip = tostring(CallerIpAddress), x = 1 | summarize count() by Ip", True),
        ("T | make-series n = count() on TimeGenerated step 1h by CallerIpAddress", True),
        ("let t = (T | summarize count() by CallerIpAddress); t | take 1", True),
        (f"T | summarize count() by {IP}", False),
        (f"T | summarize count() by Ip = tostring({IP})", False),
        (f"T | extend Ip = tostring({IP}) | summarize count() by Ip", False),
        (
            f"T | extend CallerIpAddress = tostring({IP}) | summarize count() by CallerIpAddress",
            False,
        ),
        ("T | extend Ip = extract('^[^:]+', 0, CallerIpAddress) | summarize count() by Ip", False),
        ("T | parse CallerIpAddress with Ip ':' * | summarize count() by Ip", False),
        ("T | summarize dcount(CallerIpAddress) by AccountName", False),
        ("T | sort by CallerIpAddress asc", False),
        ("T | where CallerIpAddress == '1.2.3.4:5' | summarize count() by AccountName", False),
        ("T // by CallerIpAddress\n| summarize count() by AccountName", False),
    ],
)
def test_grouping_by_an_address_with_its_port_is_seen(query, trap):
    assert kql.groups_by_port(query) is trap


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("T | where AuthenticationType == 'SAS'", True),
        ("T | where AuthenticationType in~ ('SAS')", True),
        ("T | where tostring(AuthenticationType) has 'SAS'", True),
        ("T | project AuthenticationType", False),
        ("T // where AuthenticationType == 'SAS'", False),
    ],
)
def test_a_filter_is_told_from_a_mention(query, filters):
    assert kql.filters_on(query, "AuthenticationType") is filters
