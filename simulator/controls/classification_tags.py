"""DATA-04: every data store says how sensitive what it holds is, and a policy asks for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from simulator.clock import wall_clock
from simulator.controls.findings import once
from simulator.controls.judge import ignored
from simulator.controls.policy_guards import (
    MAKERS,
    MISSING,
    Guard,
    Words,
    judge_guard,
    refuses,
    unguarded,
)
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Harm,
    Severity,
    Verdict,
    Weakening,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.document import at
from simulator.estate.model import UNSTATED, Estate, Resource, effective
from simulator.estate.personal_information import (
    STORES,
    classification,
    is_class,
    is_classification,
)
from simulator.estate.policy.assignments import Policy
from simulator.estate.policy.subjects import Subject, tag_of
from simulator.estate.scopes import Answer

TAGGED: Final = tuple(
    dict.fromkeys(
        (
            *STORES,
            "azurerm_mssql_elasticpool",
            "azurerm_key_vault",
            "azurerm_app_configuration",
            "azurerm_recovery_services_vault",
            "azurerm_data_protection_backup_vault",
            "azurerm_netapp_volume",
            "azurerm_managed_disk",
            "azurerm_snapshot",
            "azurerm_storage_sync",
            "azurerm_data_factory",
            "azurerm_machine_learning_workspace",
            "azurerm_healthcare_fhir_service",
            "azurerm_elastic_cloud_elasticsearch",
            "azurerm_oracle_autonomous_database",
        )
    )
)
"""The kinds of store that take tags. What is in one, such as a container, has its parent's."""

_CLASSES: Final = "public, internal, confidential or restricted"
_SPELLINGS: Final = (
    "dataclassification",
    "data_classification",
    "data-classification",
    "data classification",
    "classification",
    "sensitivity",
)
_WHY: Final = (
    "when it leaks, nobody can say whose information was in it, and no rule or policy can treat it "
    "as it deserves; inventory with classification and tagging is an audit component of 11 CCR "
    "7123(c)(4)"
)
_REMEDY: Final = 'tags = merge(local.tags, { dataclassification = "restricted" })'
_FIRST: Final = 'tags = { dataclassification = "restricted" }'
_POLICY: Final = Words(
    "a store that somebody makes tomorrow has no label, and nobody is told; inventory with "
    "classification and tagging is an audit component of 11 CCR 7123(c)(4)",
    'azurerm_subscription_policy_assignment: policy_definition_id = "/providers/Microsoft.'
    'Authorization/policyDefinitions/871b6d14-10aa-478d-b590-94f262ecfa99", parameters = '
    'jsonencode({ tagName = { value = "dataclassification" } })',
    Severity.MEDIUM,
)


def _labelled(subject: Subject) -> Subject:
    """The store with a label, its own if it has one; under every name that a policy may ask for."""
    tags = subject.tags or {}
    known = {key: value for key, value in tags.items() if value is not UNSTATED}
    if classification(known) is not None:
        return subject
    return replace(subject, tags={**tags, **dict.fromkeys(_SPELLINGS, "restricted")})


def _is_label(field: str) -> bool:
    """Whether a field is all tags, or the one that classifies."""
    key = tag_of(field)
    return field.casefold() == "tags" or (key is not None and is_classification(key))


LABEL: Final = refuses(
    "a store without a classification tag",
    _is_label,
    _labelled,
    lambda labelled: labelled.tagged(lambda key: not is_classification(key)),
)


def _writes(policy: Policy, subject: Subject) -> Answer:
    """Whether a policy puts the label on by itself."""
    definition = policy.definition
    writes = str(definition.effect).casefold() in {"modify", "append"} or isinstance(
        at(definition.details, "operations"), tuple
    )
    return LABEL.noticed(policy, subject) if writes else False


_WRITTEN: Final = Guard("", _writes)


def _assess(estate: Estate, today: date) -> Verdict:
    stores = estate.of_type(*TAGGED)
    if not stores:
        return not_applicable("DATA-04", *TAGGED)
    found = (
        *(f for store in stores for f in _tags(estate, store, today)),
        *judge_guard(estate, LABEL, _POLICY, stores, today),
    )
    return verdict("DATA-04", stores, in_doubt(estate, once(found), (MISSING,), MAKERS))


def _tags(estate: Estate, store: Resource, today: date) -> Iterator[Finding]:
    lost = store.unresolved("tags")
    if lost is not None:
        yield _finding(store, f"not known ({lost.why})", unknown=True)
        return
    tags = {key: effective(value) for key, value in store.entries("tags").items()}
    label = classification(tags)
    if label is None:
        yield from _unlabelled(estate, store, tags, today)
    elif label[1] is UNSTATED:
        yield _finding(store, f"{label[0]} is not known", unknown=True)
    elif not is_class(label[1]):
        yield _finding(store, f"{label[0]} = {str(label[1])!r}, which is no class")


def _unlabelled(
    estate: Estate, store: Resource, tags: Mapping[str, object], today: date
) -> Iterator[Finding]:
    """A store whose label Terraform does not write: a policy may, and Terraform may let it."""
    written = unguarded(estate, _WRITTEN, store, today)
    actual = f"tags without one: {', '.join(sorted(tags))}" if tags else "no tags"
    if written is None or any(not one.unknown for one in written):
        yield _finding(store, actual, remedy=_REMEDY if tags else _FIRST)
    elif written:
        yield _finding(store, f"{actual}; a policy may add it", unknown=True)
    elif not ignored(store, "tags"):
        yield _finding(
            store,
            f"{actual}; a policy adds it, and the next apply takes it away",
            remedy=f"lifecycle {{ ignore_changes = [tags] }}, or {_REMEDY}",
            unknown=True,
        )


def _finding(
    store: Resource, actual: str, *, remedy: str = _REMEDY, unknown: bool = False
) -> Finding:
    return finding(
        store,
        "tags",
        actual,
        expected=f"a tag dataclassification that is {_CLASSES}",
        why=_WHY,
        remedy=remedy,
        severity=Severity.MEDIUM,
        unknown=unknown,
    )


_ASSIGNMENT: Final = "azurerm_subscription_policy_assignment"
_ALL: Final = ("DATA-05", "RESP-13")
_NO_LABEL: Final = '{ workload = "golden-poppy" }'


def data_04(today: Callable[[], date]) -> Control:
    """DATA-04 on the day that ``today`` gives."""
    return Control(
        id="DATA-04",
        title="Every data store carries a data-classification tag with an allowed value, and an "
        "enforced policy requires it",
        gap="lack of automated data classification tagging",
        severity=Severity.MEDIUM,
        citations=("11 CCR 7123(c)(4)", "Civ. Code 1798.100(e)", "Civ. Code 1798.81.5(b)"),
        frameworks=(
            ("MCSB", ("DP-1", "AM-2")),
            ("NIST SP 800-53", ("RA-2", "AC-16", "CM-8")),
        ),
        techniques=("T1530",),
        remedy=_REMEDY,
        cannot_show=(
            "whether the label is true of the data",
            "tags edited in the portal",
            "sensitivity labels of columns and of Purview",
        ),
        assess=lambda estate: _assess(estate, today()),
        weakenings=(
            Weakening(Harm.DELETE, "azurerm_mssql_database", "tags"),
            # Without a label it may hold personal information, and then requests must reach it.
            Weakening(
                Harm.DELETE,
                "azurerm_storage_account",
                "tags",
                where="evidence",
                also=("RESP-10", "RESP-11"),
            ),
            Weakening(Harm.WEAKEN, "azurerm_key_vault", "tags", _NO_LABEL),
            Weakening(
                Harm.MISSPELL,
                "azurerm_mssql_server",
                "tags",
                '{ dataclasification = "restricted" }',
            ),
            Weakening(
                Harm.WEAKEN,
                "azurerm_log_analytics_workspace",
                "tags",
                '{ dataclassification = "tbd" }',
            ),
            Weakening(
                Harm.WEAKEN, "azurerm_application_insights", "tags", '{ dataclassification = "" }'
            ),
            Weakening(Harm.DELETE, _ASSIGNMENT, where="refused", also=_ALL),
            Weakening(Harm.FLIP, _ASSIGNMENT, "enforce", where="refused", also=_ALL),
            Weakening(
                Harm.WIDEN,
                _ASSIGNMENT,
                "not_scopes",
                "[var.subscription_scope]",
                where="refused",
                also=_ALL,
            ),
            Weakening(
                Harm.MISSPELL,
                _ASSIGNMENT,
                "parameters",
                'jsonencode({ tagName = { value = "environment" } })',
                where="refused",
                also=_ALL,
            ),
        ),
    )


DATA_04: Final = data_04(lambda: wall_clock().date())
