"""Signing up, waiting for approval, signing in."""

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.models import User
from accounts.services import approve, disable, reject
from tests.factories import make_user

SIGNUP, LOGIN, PENDING = "/accounts/signup/", "/accounts/login/", "/accounts/pending/"
PASSWORD = "long-enough-77"


def sign_up(client: Client, role: str = "resident", **more: str):
    form = {
        "username": "nora",
        "email": "nora@example.org",
        "first_name": "Nora",
        "last_name": "Neumann",
        "requested_role": role,
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    return client.post(SIGNUP, form | more)


def sign_in(client: Client, login: str, password: str = "correct-horse-9", **more: str):
    return client.post(LOGIN, {"login": login, "password": password} | more)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_resident_signs_up_and_is_in(client, db):
    response = sign_up(client)
    assert response.status_code == 302
    assert response.url == "/"
    assert is_signed_in(client)
    nora = User.objects.get(username="nora")
    assert (nora.role, nora.status, nora.requested_role) == ("resident", "active", "")
    assert (nora.first_name, nora.last_name) == ("Nora", "Neumann")


@pytest.mark.parametrize(
    ("told", "kept"), [("Asia/Kathmandu", "Asia/Kathmandu"), ("Mars/Base", "UTC"), ("", "UTC")]
)
def test_the_browser_tells_the_time_zone(client, db, told, kept):
    sign_up(client, time_zone=told)
    assert User.objects.get().time_zone == kept


def test_a_viewer_needs_no_approval(client, db):
    sign_up(client, "viewer")
    assert User.objects.get().role == "viewer"
    assert is_signed_in(client)


@pytest.mark.parametrize("role", ["manager", "provider", "admin"])
def test_who_asks_for_power_waits_as_a_resident(client, db, role):
    response = sign_up(client, role)
    assert response.url == PENDING
    assert not is_signed_in(client)
    nora = User.objects.get()
    assert (nora.role, nora.requested_role, nora.status) == ("resident", role, "pending")
    assert not nora.is_staff


def test_who_waits_still_gets_the_mail_that_confirms_the_address(client, db):
    sign_up(client, "manager")
    mail = Email.objects.get()
    assert mail.to == ["nora@example.org"]
    assert "http://127.0.0.1:8000/accounts/confirm-email/" in mail.message


def test_who_waits_is_barred_from_signing_in_and_told_kindly(client, db):
    sign_up(client, "manager")
    response = sign_in(client, "nora", PASSWORD)
    assert response.url == PENDING
    assert not is_signed_in(client)
    page = client.get(PENDING)
    assert page.status_code == 200
    assert "an admin looks at it first" in page.content.decode()


def test_an_unknown_role_is_refused(client, db):
    response = sign_up(client, "king")
    assert response.status_code == 200
    assert not User.objects.exists()


def test_after_approval_the_manager_signs_in(client, admin, now):
    sign_up(client, "manager")
    nora = User.objects.get(username="nora")
    assert approve(user=nora, by=admin, now=now)
    assert sign_in(client, "nora", PASSWORD).url == "/"
    assert is_signed_in(client)
    assert nora.role == "manager"


def test_a_rejected_person_stays_out(client, admin, now):
    sign_up(client, "manager")
    assert reject(user=User.objects.get(username="nora"), by=admin, now=now)
    response = sign_in(client, "nora", PASSWORD)
    assert response.url == reverse("account_inactive")
    assert not is_signed_in(client)
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"), [("username", "OLGA"), ("email", "Olga@Example.ORG"), ("email", "nonsense")]
)
def test_names_and_addresses_are_taken_whatever_their_case(client, owner, field, value):
    response = sign_up(client, **{field: value})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert User.objects.count() == 1


def test_the_address_is_kept_in_lower_case(client, db):
    sign_up(client, email="Nora@Example.ORG")
    assert User.objects.get().email == "nora@example.org"


def test_a_weak_password_is_refused(client, db):
    response = sign_up(client, password1="password", password2="password")
    assert "password1" in response.context["form"].errors


@pytest.mark.parametrize("login", ["olga", "OLGA", "olga@example.org", "Olga@Example.org"])
def test_signing_in_by_username_or_address_whatever_the_case(client, owner, login):
    assert sign_in(client, login).url == "/"
    assert is_signed_in(client)


def test_a_wrong_password_is_refused(client, owner):
    assert sign_in(client, "olga", "wrong").status_code == 200
    assert not is_signed_in(client)


def test_many_wrong_passwords_are_slowed_down(client, owner):
    for _ in range(5):
        sign_in(client, "olga", "wrong")
    response = sign_in(client, "olga")
    assert "Too many failed" in response.content.decode()
    assert not is_signed_in(client)


def test_a_disabled_person_is_kept_out(client, owner, admin):
    disable(user=owner, by=admin)
    assert sign_in(client, "olga").url == reverse("account_inactive")
    assert not is_signed_in(client)


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client, owner, where):
    assert sign_in(client, "olga", next=where).url == "/"


def test_signing_in_leads_back_to_the_page_asked_for(client, owner):
    assert client.get("/messages/").url == "/accounts/login/?next=/messages/"
    assert sign_in(client, "olga", next="/messages/").url == "/messages/"


def test_signing_out_takes_a_post(client, owner):
    sign_in(client, "olga")
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_a_forgotten_password_is_reset_by_mail(client, owner):
    response = client.post("/accounts/password/reset/", {"email": "Olga@example.org"})
    assert response.url == reverse("account_reset_password_done")
    mail = Email.objects.get()
    link = next(word for word in mail.message.split() if word.startswith("http"))
    assert link in mail.html_message
    page = client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    new = {"password1": "brand-new-word-5", "password2": "brand-new-word-5"}
    client.post(page.request["PATH_INFO"], new)
    assert sign_in(client, "olga", "brand-new-word-5").url == "/"


def test_a_reset_for_an_unknown_address_tells_nothing_on_the_page(client, db):
    response = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert response.url == reverse("account_reset_password_done")
    assert "no account" in Email.objects.get().message


def test_a_used_confirmation_link_says_so(client, db):
    page = client.get("/accounts/confirm-email/nonsense/")
    assert page.status_code == 200
    assert "used up" in page.content.decode()


ADDRESS = "/accounts/email/"


def test_a_new_address_is_added_confirmed_and_used(client, owner):
    sign_in(client, "olga")
    client.get(ADDRESS)
    client.post(ADDRESS, {"email": "new@example.org", "action_add": "1"})
    owner.refresh_from_db()
    assert owner.email == "olga@example.org"
    link = next(word for word in Email.objects.latest("id").message.split() if word.startswith("http"))
    client.post(link.removeprefix("http://127.0.0.1:8000"))
    client.post(ADDRESS, {"email": "new@example.org", "action_primary": "1"})
    owner.refresh_from_db()
    assert owner.email == "new@example.org"


def test_nobody_takes_the_address_of_another(client, owner, viewer):
    sign_in(client, "vera")
    page = client.post(ADDRESS, {"email": "OLGA@example.org", "action_add": "1"})
    assert "already registered" in page.content.decode()
    client.post(ADDRESS, {"email": "olga@example.org", "action_primary": "1"})
    viewer.refresh_from_db()
    assert viewer.email == "vera@example.org"


def test_the_address_we_write_to_is_not_removed(client, owner):
    sign_in(client, "olga")
    client.get(ADDRESS)
    client.post(ADDRESS, {"email": "olga@example.org", "action_remove": "1"})
    owner.refresh_from_db()
    assert owner.email == "olga@example.org"


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/logout/",
        "/accounts/confirm-email/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/inactive/",
    ],
)
def test_every_page_of_the_account_has_our_face(as_user, owner, path):
    page = as_user(owner).get(path, follow=True)
    assert page.status_code == 200
    assert "brand-mark" in page.content.decode()


def test_two_people_taking_one_name_at_once_is_told_not_a_crash(client, db, monkeypatch):
    make_user("nora2", email="other@example.org")
    monkeypatch.setattr(
        "accounts.adapter.AccountAdapter.clean_username", lambda self, name, shallow=False: name
    )
    response = sign_up(client, username="NORA2")
    assert response.url == SIGNUP
    assert not User.objects.filter(email="nora@example.org").exists()
