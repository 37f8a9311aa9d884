"""Writing to somebody."""

import pytest

from accounts.models import User
from energy.contacts import contacts
from energy.models import Membership
from messaging.models import Conversation
from tests.factories import make_site, make_user

PAGE = "/messages/new/"
GOOD = {"recipient": "Mona Example", "subject": "Hello", "body": "How are you?"}


def names(user: User) -> set[str]:
    return {one.username for one in contacts(user)}


@pytest.fixture
def provider(site) -> User:
    user = make_user("paul", role="provider")
    Membership.objects.create(site=site, user=user, access=Membership.Access.CONSENT)
    return user


def test_residents_write_to_the_people_of_their_homes(owner, viewer, manager, stranger, provider, admin):
    assert names(owner) == {"vera", "mona"}
    assert names(viewer) == {"olga", "mona"}


def test_managers_write_to_the_people_of_the_homes_they_manage(owner, viewer, manager, stranger, provider):
    assert names(manager) == {"olga", "vera"}


def test_admins_write_to_anyone_who_may_sign_in(owner, stranger, admin):
    make_user("gone", is_active=False)
    make_user("nora", status="pending")
    assert names(admin) == {"olga", "sven"}


def test_providers_write_to_nobody(provider, owner):
    assert names(provider) == set()


def test_strangers_are_not_to_be_found(as_user, owner, stranger, manager):
    page = as_user(owner).get(PAGE).content.decode()
    assert "Mona Example (mona)" in page
    assert "Sven" not in page


@pytest.mark.parametrize(
    "name", ["Mona Example", "mona example", "Mona Example (mona)", "mona", " Mona  Example "]
)
def test_a_message_is_sent_by_first_and_last_name(as_user, owner, manager, name):
    response = as_user(owner).post(PAGE, GOOD | {"recipient": name})
    talk = Conversation.objects.get()
    assert response.url == talk.get_absolute_url()
    assert {one.user for one in talk.participants.all()} == {owner, manager}


@pytest.mark.parametrize("name", ["Sven Example", "sven", "Nobody Atall", "", "()", "Example"])
def test_nobody_else_is_written_to(as_user, owner, manager, stranger, name):
    page = as_user(owner).post(PAGE, GOOD | {"recipient": name})
    assert "recipient" in page.context["form"].errors
    assert not Conversation.objects.exists()


def test_of_two_people_of_one_name_the_username_tells(as_user, owner, manager, site):
    twin = make_user("mona2", first_name="Mona")
    Membership.objects.create(site=site, user=twin, access=Membership.Access.VIEW)
    client = as_user(owner)
    page = client.post(PAGE, GOOD)
    assert "more than one" in page.content.decode()
    client.post(PAGE, GOOD | {"recipient": "Mona Example (mona2)"})
    assert Conversation.objects.get().participants.filter(user=twin).exists()


@pytest.mark.parametrize("subject", ["Hello\nBcc: all@example.org", "a\r\nX-Evil: 1", "x" * 201, ""])
def test_a_subject_that_could_be_a_header_is_refused(as_user, owner, manager, subject):
    page = as_user(owner).post(PAGE, GOOD | {"subject": subject})
    assert "subject" in page.context["form"].errors
    assert not Conversation.objects.exists()


def test_an_address_in_the_link_fills_in_the_name(as_user, owner, manager, stranger):
    client = as_user(owner)
    assert 'value="Mona Example (mona)"' in client.get(PAGE, {"to": "mona"}).content.decode()
    assert "Sven" not in client.get(PAGE, {"to": "sven"}).content.decode()


def test_who_knows_nobody_is_told_why(as_user, stranger):
    assert "Nobody to write to yet" in as_user(stranger).get(PAGE).content.decode()


def test_a_role_without_the_right_does_not_write(as_user, provider):
    assert as_user(provider).get(PAGE).status_code == 403


def test_many_neighbours_cost_no_more_queries(as_user, manager, django_assert_max_num_queries):
    block = make_site("block")
    Membership.objects.create(site=block, user=manager, access=Membership.Access.MANAGE)
    for number in range(60):
        neighbour = make_user(f"n{number}")
        Membership.objects.create(site=block, user=neighbour, access=Membership.Access.OWN)
    client = as_user(manager)
    with django_assert_max_num_queries(12):
        client.get(PAGE)
    with django_assert_max_num_queries(25):
        client.post(PAGE, GOOD | {"recipient": "N7 Example"})
    assert Conversation.objects.count() == 1
