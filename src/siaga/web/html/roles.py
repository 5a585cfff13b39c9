"""What people are told of the roles that an account can have."""

from typing import Final

from siaga.i18n.speech import N_
from siaga.people.roles import StaffRole

ROLES: Final = {
    StaffRole.WATCHER: N_("Viewer: sees everything in the control room"),
    StaffRole.OPERATOR: N_("Operator: works on cases"),
    StaffRole.APPROVER: N_("Approver: also approves and publishes"),
    StaffRole.ADMINISTRATOR: N_("Administrator: also manages people"),
}
