"""Which account a subject of the OpenID Connect provider may sign in to."""

from sqlalchemy import Engine, delete, insert, select

from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.i18n.speech import N_
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.people.tables import ACCOUNTS, OPENID


class ProviderLinks:
    """The links between accounts and a provider's subjects. Safe for several threads and processes."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine, self._journal = engine, journal

    def account_of(self, issuer: str, subject: str) -> str | None:
        """The enabled account that is linked to a subject; None where there is none."""
        with self._engine.connect().execution_options(reading=True) as connection:
            return connection.execute(
                select(ACCOUNTS.c.id)
                .join(OPENID, OPENID.c.account == ACCOUNTS.c.id)
                .where(OPENID.c.issuer == issuer, OPENID.c.subject == subject, ACCOUNTS.c.disabled.is_(False))
            ).scalar_one_or_none()

    def link(self, account: str, issuer: str, subject: str) -> None:
        """Let a subject sign in to an account, in place of one that was linked before.

        Raises:
            BadInput: there is no such account, or the subject signs in to another.
        """
        with self._engine.begin() as connection:
            if connection.execute(select(ACCOUNTS.c.id).where(ACCOUNTS.c.id == account)).first() is None:
                do = N_("See the list of people.")
                raise BadInput(Fault(Sentence("There is no user {id}.", id=account), do, field="id"))
            here = (OPENID.c.issuer == issuer) & (OPENID.c.subject == subject)
            owner = connection.execute(select(OPENID.c.account).where(here)).scalar_one_or_none()
            if owner not in {None, account}:
                what = N_("This sign-in is linked to another account.")
                raise BadInput(Fault(what, N_("Unlink it there first.")))
            connection.execute(delete(OPENID).where(OPENID.c.account == account))
            connection.execute(insert(OPENID).values(issuer=issuer, subject=subject, account=account))
            self._journal.append(
                Kind.PERSON_CHANGED, f"person:{account}", {"person": account, "openid": True}
            )

    def unlink(self, account: str, by: str) -> None:
        """Let nobody sign in to an account through the provider."""
        with self._engine.begin() as connection:
            removed = connection.execute(delete(OPENID).where(OPENID.c.account == account))
            if removed.rowcount:
                self._journal.append(Kind.PERSON_CHANGED, by, {"person": account, "openid": False})

    def is_linked(self, account: str) -> bool:
        """Whether a subject of the provider may sign in to an account."""
        with self._engine.connect().execution_options(reading=True) as connection:
            found = connection.execute(select(OPENID.c.account).where(OPENID.c.account == account))
            return found.first() is not None
