"""What the control of a change demands. It takes two estates, so it is none of the registry's."""

from typing import Final

from simulator.controls.verdict import Control, Severity, not_applicable

CHANGE: Final = Control(
    id="CHANGE",
    title="A change takes no protection of data away",
    gap=(
        "A pull request lowers a protection to a value that each control still accepts, or deletes "
        "one that no control demands, and nobody notices until it is missed"
    ),
    severity=Severity.HIGH,
    citations=("11 CCR 7123(c)(5)", "Civ. Code 1798.81.5(b)"),
    frameworks=(("NIST SP 800-53", ("CM-3", "CM-4")), ("NIST CSF 2.0", ("PR.PS-01", "ID.RA-07"))),
    techniques=("T1562",),
    remedy="keep what the base estate has, or replace it by what protects the same thing as well",
    cannot_show=(
        "whether what was taken away is protected by something that Terraform does not declare",
        "whether a detection whose query is another one still sees as much",
        "what a deployment outside Terraform has changed since the base estate",
    ),
    assess=lambda _: not_applicable("CHANGE", "an estate before the change"),
)
