"""People in the administration."""

import pytest
from post_office.models import Email

from accounts.models import User
from accounts.services import create_token
from tests.factories import make_user

LIST = "/admin/accounts/user/"


@pytest.fixture
def nora(db):
    return make_user("nora", status="pending", requested_role="manager")


@pytest.fixture
def anna(db):
    """An admin by role, no superuser."""
    return make_user("anna", role="admin", is_staff=True)


def act(client, action: str, *people: User):
    return client.post(LIST, {"action": action, "_selected_action": [one.pk for one in people]}, follow=True)


def test_the_first_page_shows_who_waits(as_user, anna, nora):
    page = as_user(anna).get("/admin/").content.decode()
    assert "1 person waits for approval" in page
    assert "Nora Example" in page


def test_the_list_filters_and_searches(as_user, anna, nora, django_assert_max_num_queries):
    client = as_user(anna)
    with django_assert_max_num_queries(14):
        page = client.get(LIST + "?status__exact=pending&q=nora").content.decode()
    assert "nora@example.org" in page
    assert "anna@example.org" not in page


def test_approve_as_an_action(as_user, anna, nora):
    page = act(as_user(anna), "approve", nora, anna)
    nora.refresh_from_db()
    assert nora.role == "manager"
    assert nora.decided_by == anna
    assert "1 approved." in page.content.decode()
    assert "1 left as they are" in page.content.decode()
    assert Email.objects.count() == 1


def test_reject_as_an_action(as_user, anna, nora):
    act(as_user(anna), "reject", nora)
    nora.refresh_from_db()
    assert nora.status == "rejected"


def test_disable_and_enable_as_actions(as_user, anna, owner):
    client = as_user(anna)
    act(client, "disable", owner)
    owner.refresh_from_db()
    assert not owner.is_active
    act(client, "enable", owner)
    owner.refresh_from_db()
    assert owner.is_active


def test_the_buttons_on_a_persons_page(as_user, anna, nora):
    client = as_user(anna)
    assert "asks to be manager" in client.get(f"{LIST}{nora.pk}/change/").content.decode()
    response = client.post(f"{LIST}{nora.pk}/decide/", {"decision": "approve", "reason": "Hello!"})
    assert response.url == LIST + "?status__exact=pending"
    nora.refresh_from_db()
    assert nora.role == "manager"
    assert "Hello!" in Email.objects.get().message


def test_deciding_takes_a_post(as_user, anna, nora):
    assert as_user(anna).get(f"{LIST}{nora.pk}/decide/").status_code == 405


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_nobody_else_decides(as_user, request, nora, who):
    client = as_user(request.getfixturevalue(who))
    client.post(f"{LIST}{nora.pk}/decide/", {"decision": "approve"})
    act(client, "approve", nora)
    nora.refresh_from_db()
    assert nora.status == "pending"


def test_staff_without_the_right_does_not_decide(as_user, nora):
    clerk = make_user("clerk", role="manager", is_staff=True)
    as_user(clerk).post(f"{LIST}{nora.pk}/decide/", {"decision": "approve"})
    nora.refresh_from_db()
    assert nora.status == "pending"


def person_form(user: User, **change: str) -> dict[str, str]:
    fields = ("username", "first_name", "last_name", "email", "language", "time_zone", "role")
    return {name: getattr(user, name) for name in fields} | {"is_active": "on"} | change


def test_a_change_of_role_moves_the_key_to_the_administration(as_user, anna, owner):
    client = as_user(anna)
    client.post(f"{LIST}{owner.pk}/change/", person_form(owner, role="admin"))
    owner.refresh_from_db()
    assert (owner.role, owner.is_staff) == ("admin", True)
    client.post(f"{LIST}{owner.pk}/change/", person_form(owner, role="resident"))
    owner.refresh_from_db()
    assert (owner.role, owner.is_staff) == ("resident", False)


def test_an_admin_does_not_make_superusers(as_user, anna):
    as_user(anna).post(f"{LIST}{anna.pk}/change/", person_form(anna, is_superuser="on"))
    anna.refresh_from_db()
    assert not anna.is_superuser


def test_an_admin_does_not_change_a_superuser(as_user, anna, admin):
    client = as_user(anna)
    client.post(f"{LIST}{admin.pk}/change/", person_form(admin, first_name="Eve"))
    client.post(f"{LIST}{admin.pk}/password/", {"password1": "taken-over-1", "password2": "taken-over-1"})
    admin.refresh_from_db()
    assert admin.first_name == "Ada"
    assert admin.check_password("correct-horse-9")


def test_a_new_person_can_be_added(as_user, anna):
    named = {"username": "paul", "email": "Paul@Example.org", "first_name": "Paul", "last_name": "P"}
    secret = {"usable_password": "true", "password1": "a-word-of-12", "password2": "a-word-of-12"}
    as_user(anna).post(f"{LIST}add/", named | secret | {"role": "viewer"})
    paul = User.objects.get(username="paul")
    assert (paul.role, paul.email) == ("viewer", "paul@example.org")


def test_names_that_differ_only_in_case_are_refused(as_user, anna, owner, nora):
    page = as_user(anna).post(f"{LIST}{nora.pk}/change/", person_form(nora, username="OLGA"))
    assert page.status_code == 200
    nora.refresh_from_db()
    assert nora.username == "nora"


def test_tokens_are_listed_without_what_opens_them(as_user, admin, owner, now):
    token, plain = create_token(user=owner, name="meter", scope="ingest", now=now)
    for path in ("/admin/accounts/apitoken/", f"/admin/accounts/apitoken/{token.pk}/change/"):
        page = as_user(admin).get(path).content.decode()
        assert token.hint in page
        assert plain not in page
        assert token.digest not in page


def test_the_rights_of_a_role_are_seen_and_changed_in_its_group(as_user, admin):
    assert "resident" in as_user(admin).get("/admin/auth/group/").content.decode()
