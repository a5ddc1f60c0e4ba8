import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.telemetry.operations import UNKNOWN, Category, Scope, classify

CONTAINER = {"restype": "container"}


R, W, D = Category.READ, Category.WRITE, Category.DELETE
LISTED = {**CONTAINER, "comp": "list"}
ACL = {**CONTAINER, "comp": "acl"}
DELEGATION = {"restype": "service", "comp": "userdelegationkey"}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (("GET", "", {"comp": "list"}), ("ListContainers", R, Scope.ACCOUNT)),
        (("GET", "c", LISTED), ("ListBlobs", R, Scope.BLOB)),
        (("GET", "c", {}), ("GetBlob", R, Scope.BLOB)),
        (("HEAD", "c", {}), ("GetBlobProperties", R, Scope.BLOB)),
        (("HEAD", "c", {"comp": "metadata"}), ("GetBlobMetadata", R, Scope.BLOB)),
        (("PUT", "c", {}), ("PutBlob", W, Scope.BLOB)),
        (("PUT", "c", {"comp": "block"}), ("PutBlock", W, Scope.BLOB)),
        (("PUT", "c", {"comp": "blocklist"}), ("PutBlockList", W, Scope.BLOB)),
        (("DELETE", "c", {}), ("DeleteBlob", D, Scope.BLOB)),
        (("HEAD", "c", CONTAINER), ("GetContainerProperties", R, Scope.CONTAINER)),
        (("PUT", "c", CONTAINER), ("CreateContainer", W, Scope.CONTAINER)),
        (("DELETE", "c", CONTAINER), ("DeleteContainer", D, Scope.CONTAINER)),
        (("PUT", "c", ACL), ("SetContainerACL", W, Scope.CONTAINER)),
        (("POST", "", DELEGATION), ("GetUserDelegationKey", R, Scope.ACCOUNT)),
        (("OPTIONS", "c", {}), ("BlobPreflightRequest", R, Scope.ACCOUNT)),
    ],
)
def test_operations_have_the_names_that_azure_logs(request_, expected):
    operation = classify(*request_, {})
    assert (operation.name, operation.category, operation.scope) == expected


def test_headers_tell_a_copy_a_lease_and_a_cleared_page_apart():
    assert classify("PUT", "c", {}, {"x-ms-copy-source": "https://x"}).name == "CopyBlob"
    lease = {"x-ms-lease-action": "Break"}
    assert classify("PUT", "c", {"comp": "lease"}, lease).name == "BreakBlobLease"
    assert classify("PUT", "c", {**CONTAINER, "comp": "lease"}, lease).name == (
        "BreakContainerLease"
    )
    assert classify("PUT", "c", {"comp": "page"}, {"x-ms-page-write": "clear"}).name == "ClearPage"


@given(
    st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "TRACE"]),
    st.sampled_from(["", "c"]),
    st.dictionaries(st.sampled_from(["comp", "restype"]), st.text(max_size=12)),
)
def test_what_is_not_understood_is_never_a_read(method, container, query):
    operation = classify(method, container, query, {})
    if operation.name == UNKNOWN:
        assert operation.category is Category.WRITE
    if operation.category is Category.READ:
        assert method in {"GET", "HEAD", "POST"}
