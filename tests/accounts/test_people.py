"""Approvals, roles and their groups."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from post_office.models import Email

from accounts import services
from accounts.groups import EVERYTHING, PERMISSIONS, permissions_named
from accounts.models import Role, User
from tests.factories import make_user


@pytest.fixture
def nora(db):
    return make_user("nora", status="pending", requested_role="manager")


def test_approval_gives_the_role_its_rights_and_tells_the_person(nora, admin, now):
    assert not nora.has_perm("energy.add_membership")
    assert services.approve(user=nora, by=admin, now=now, reason="Welcome to Linden Street.")
    assert (nora.status, nora.role, nora.is_staff, nora.is_active) == ("active", "manager", False, True)
    assert (nora.decided_by, nora.decided_at) == (admin, now)
    assert User.objects.get(pk=nora.pk).has_perm("energy.add_membership")
    mail = Email.objects.get()
    assert mail.to == ["nora@example.org"]
    assert mail.subject == "Your EMADS account as manager is approved"
    assert "Welcome to Linden Street." in mail.message
    assert "Welcome to Linden Street." in mail.html_message


def test_approval_happens_once(nora, admin, now):
    assert services.approve(user=nora, by=admin, now=now)
    assert not services.approve(user=nora, by=admin, now=now)
    assert not services.reject(user=nora, by=admin, now=now)
    assert Email.objects.count() == 1


def test_rejection_closes_the_account_and_says_why(nora, admin, now):
    assert services.reject(user=nora, by=admin, now=now, reason="Not known here.")
    assert (nora.status, nora.role, nora.is_active) == ("rejected", "resident", False)
    assert "Not known here." in Email.objects.get().message


def test_a_rejection_can_be_turned_into_an_approval(nora, admin, now):
    services.reject(user=nora, by=admin, now=now)
    assert services.approve(user=nora, by=admin, now=now)
    assert nora.may_sign_in


def test_an_approved_admin_enters_the_administration(as_user, admin, now):
    anna = make_user("anna", status="pending", requested_role="admin")
    services.approve(user=anna, by=admin, now=now)
    assert anna.is_staff
    assert as_user(anna).get("/admin/").status_code == 200
    assert as_user(anna).get("/admin/accounts/user/").status_code == 200


def test_there_is_nothing_to_decide_about_a_resident(owner, admin, now):
    assert not services.approve(user=owner, by=admin, now=now)
    assert owner.role == "resident"


def test_disable_and_enable(owner, admin):
    assert services.disable(user=owner, by=admin)
    assert not services.disable(user=owner, by=admin)
    assert not owner.may_sign_in
    assert services.enable(user=owner)
    assert owner.may_sign_in


def test_nobody_disables_themselves_or_their_superior(admin):
    anna = make_user("anna", role="admin", is_staff=True)
    assert not services.disable(user=admin, by=admin)
    assert not services.disable(user=admin, by=anna)


def test_enabling_does_not_undo_a_rejection(nora, admin, now):
    services.reject(user=nora, by=admin, now=now)
    assert not services.enable(user=nora)
    assert not nora.is_active


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("resident", "energy.add_site", "energy.add_membership"),
        ("viewer", "messaging.add_message", "energy.change_sensor"),
        ("manager", "energy.add_membership", "accounts.approve_user"),
        ("provider", "energy.view_site", "messaging.add_message"),
    ],
)
def test_a_role_may_what_its_group_says(db, role, may, may_not):
    user = make_user("someone", role=role)
    assert user.has_perm(may)
    assert not user.has_perm(may_not)


def test_the_admin_role_may_everything(db):
    assert make_user("anna", role="admin").has_perm("accounts.approve_user")


def test_what_an_admin_changed_in_a_group_counts_and_stays(owner):
    group = Group.objects.get(name="resident")
    group.permissions.remove(Permission.objects.get(codename="add_importjob"))
    call_command("migrate", verbosity=0)
    assert not User.objects.get(pk=owner.pk).has_perm("energy.add_importjob")


def test_a_deleted_group_comes_back_with_its_defaults(db):
    Group.objects.get(name="viewer").delete()
    call_command("migrate", verbosity=0)
    assert Group.objects.get(name="viewer").permissions.count() == len(PERMISSIONS[Role.VIEWER])


def test_a_disabled_person_may_nothing(owner):
    owner.is_active = False
    assert not owner.has_perm("energy.view_site")


@pytest.mark.parametrize("role", [role for role in Role if PERMISSIONS[role] != EVERYTHING])
def test_every_default_names_a_permission_that_exists(db, role):
    assert len(permissions_named(PERMISSIONS[role])) == len(set(PERMISSIONS[role]))


def test_the_admins_are_the_active_ones(admin, owner):
    make_user("anna", role="admin")
    make_user("bert", role="admin", is_active=False)
    assert [one.username for one in User.objects.admins().order_by("username")] == ["ada", "anna"]
