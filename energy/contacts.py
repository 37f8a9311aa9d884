"""Whom a person may write to."""

from django.db.models import Q, QuerySet

from accounts.models import User
from energy.models import Membership

LIVING = (Membership.Access.OWN, Membership.Access.VIEW)


def contacts(user: User) -> QuerySet[User]:
    """People of this person's homes and of those they manage; an admin writes to anyone."""
    others: QuerySet[User] = (
        User.objects.active().exclude(pk=user.pk).order_by("first_name", "last_name", "username")
    )
    if user.is_admin:
        return others
    mine = Membership.objects.filter(user=user)
    lived_in = mine.filter(access__in=LIVING).values("site")
    managed = mine.filter(access=Membership.Access.MANAGE).values("site")
    of_a_home = Membership.objects.filter(site__in=lived_in).exclude(access=Membership.Access.CONSENT)
    of_a_building = Membership.objects.filter(site__in=managed).exclude(access=Membership.Access.CONSENT)
    return others.filter(Q(pk__in=of_a_home.values("user")) | Q(pk__in=of_a_building.values("user")))
