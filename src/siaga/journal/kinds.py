"""What the journal can say. One place, so that a reader of the record finds every kind explained."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of event. `what` of each holds plain facts, and never a secret."""

    WATCH_STARTED = "watch-started"
    """A watch began or resumed: `election`, `file` (SHA-256 of the election file), `promise`."""
    WATCH_STOPPED = "watch-stopped"
    """A watch was stopped in order. A kill leaves none."""
    SEED_KEY_COMMITTED = "seed-key-committed"
    """Before a day's first round: `day`, `sha256` of the key that its orders follow from."""
    SEED_KEY_REVEALED = "seed-key-revealed"
    """After the day: `day`, `key` (hexadecimal)."""
    FINDING_OPENED = "finding-opened"
    """A state that needs somebody began: the verdict."""
    FINDING_CHANGED = "finding-changed"
    """It became another such state: the verdict."""
    FINDING_OVER = "finding-over"
    """It ended: the verdict that ended it."""
    CONTROLS_LEFT_OUT = "controls-left-out"
    """Other controls than before are left out of comparisons: `platform`, `surface`, `controls` (ids; empty
    where all are compared with again)."""

    # Cases. Each names its `case`.

    CASE_OPENED = "case-opened"
    """By a finding: `case`, `platform`, `subject` (null for a place), `surface`, `severity`, `verdict`. By
    reports: `reports` (ids) in the verdict's place. Split off another: `split_from` besides."""
    CASE_MEASURED = "case-measured"
    """What measuring says now: `case`, `verdict`."""
    CASE_VERIFIED = "case-verified"
    """Measuring has proven it: `case`, `verdict`."""
    CASE_ACKNOWLEDGED = "case-acknowledged"
    """The platform has it: `case`."""
    CASE_ASKED = "case-asked"
    """A question about it: `case`, `text`."""
    CASE_EXPLAINED = "case-explained"
    """The platform's account of the cause: `case`, `cause`, `text`."""
    CASE_CLAIMED = "case-claimed"
    """The platform says that it is restored: `case`. Measuring decides."""
    CASE_CLAIM_REFUSED = "case-claim-refused"
    """Measured after the claim, and it is not back: `case`, `verdict`."""
    CASE_RESTORED = "case-restored"
    """Verified by measuring: `case`, `verdict`."""
    CASE_CLOSED = "case-closed"
    """`case`, `reason`."""
    CASE_RELAPSED = "case-relapsed"
    """It is there again: `case`, `verdict`."""
    CASE_WITHDRAWN = "case-withdrawn"
    """The finding was wrong: `case`; why, in `why`."""
    CASE_MERGED = "case-merged"
    """`case` is the same as `into`, and is followed there."""
    CASE_LINKED = "case-linked"
    """`case` has to do with `other`."""
    CASE_COMMENTED = "case-commented"
    """`case`, `text`. For the room alone."""
    CASE_ASSIGNED = "case-assigned"
    """`case`, `to` (a person's id; null for nobody). Handing over says why."""
    CASE_GRADED = "case-graded"
    """`case`, `severity`."""
    CASE_ATTACHED = "case-attached"
    """`case`, `name`, `media_type`, `bytes`, `sha256` of a file kept beside the journal."""
    CASE_ESCALATED = "case-escalated"
    """A deadline passed: `case`, `deadline`, `rung` (from 0) of the platform's ladder, `contact`."""
    CASE_REMINDED = "case-reminded"
    """A deadline comes near: `case`, `deadline`."""
    EVENT_UNDONE = "event-undone"
    """An operator's mistake: `case`, `event` (its seq) counts no longer, nor in the case `also` (or null). It
    stays in the record."""

    # Notices and their deliveries

    NOTICE_DRAFTED = "notice-drafted"
    """`case`, `notice`, `type`, `language`, `subject`, `body`, `contacts` (ids), `due` (RFC 3339). Drafted
    again, it replaces what was drafted under the same id, and approvals are void."""
    NOTICE_APPROVED = "notice-approved"
    """`case`, `notice`, `text` (SHA-256 of what was approved)."""
    NOTICE_REFUSED = "notice-refused"
    """`case`, `notice`; why, in `why`."""
    NOTICE_RELEASED = "notice-released"
    """Approved by as many as it takes: `case`, `notice`, `text` (SHA-256), and `deliveries`, each with `id`,
    `contact`, `channel`."""
    DELIVERY_QUEUED = "delivery-queued"
    """A message other than a notice is to be sent: `delivery`, `case` (or null), `contact`, `channel`,
    `subject`, `body`."""
    DELIVERY_MADE = "delivery-made"
    """A receiver has taken it: `delivery`, `attempt`, `answer`."""
    DELIVERY_FAILED = "delivery-failed"
    """An attempt failed: `delivery`, `attempt`, `answer`, `again_at` (RFC 3339; null: given up)."""

    # Liaisons' links

    LINK_ISSUED = "link-issued"
    """`link`, `case`, `contact`, `expires` (RFC 3339). The link itself holds a signature and is not here."""
    LINK_OPENED = "link-opened"
    """The first browser that used it, to which it is bound: `link`, `case`, `browser` (a digest)."""
    LINK_REVOKED = "link-revoked"
    """`link`, `case`."""

    # Reports

    REPORT_ANSWERED = "report-answered"
    """What the reporter's page says: `report`, `case` (or null), `state`."""

    REPORTS_SURGED = "reports-surged"
    """Reports came faster than usual; more rounds are asked: `platform`, `subject`, `reports` (of a day)."""
    CHANNEL_RENEWED = "channel-renewed"
    """A campaign's own address for reports was made anew: `contestant`, `number`."""

    # Accounts of cases

    ACCOUNT_DRAFTED = "account-drafted"
    """The account of a case, in one language: `case`, `language`, `text`. A later one replaces it."""
    ACCOUNT_PUBLISHED = "account-published"
    """`case`, `language`, `text` (SHA-256 of what is published)."""

    # People. Each names the `person`.

    PERSON_ADDED = "person-added"
    """`person` (an id), `role`."""
    PERSON_CHANGED = "person-changed"
    """`person` and what changed: `role` and `disabled`; or `password`,
    `second_factor` (whether there is one), `openid` (whether one may sign in through a provider)."""
    SIGNED_IN = "signed-in"
    """`person`, `session` (an id)."""
    SIGNED_OUT = "signed-out"
    """A session was ended: `person`, `session`."""
    KEY_ISSUED = "key-issued"
    """A program may act from now on: `key` (an id), `scope` (`role:ROLE` or `liaison:CONTACT`)."""
    KEY_REVOKED = "key-revoked"
    """It may no more: `key`."""
    TURNED_AWAY = "turned-away"
    """Somebody showed what opens no door: `door` (`link`, `key`, `sign-in`), `reason`, the `link` if known.
    Once an hour for each."""
