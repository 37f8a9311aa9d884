"""The command create_token."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.api_auth import digest_of
from accounts.models import ApiToken


def run(*args: str) -> str:
    out = StringIO()
    call_command("create_token", *args, stdout=out)
    return out.getvalue()


def test_the_token_is_the_last_word(owner):
    plain = run("olga").split()[-1]
    token = ApiToken.objects.get()
    assert token.digest == digest_of(plain)
    assert (token.user, token.scope) == (owner, "ingest")


def test_a_read_token_whatever_the_case_of_the_name(owner):
    run("OLGA", "--scope", "read")
    assert ApiToken.objects.get().scope == "read"


def test_as_json(owner):
    figures = json.loads(run("olga", "--json"))
    assert figures["username"] == "olga"
    assert digest_of(figures["token"]) == ApiToken.objects.get().digest


def test_nobody_of_that_name_is_wrong_use(db):
    with pytest.raises(CommandError, match="nobody") as refused:
        run("nobody")
    assert refused.value.returncode == 2


def test_an_unknown_scope_is_wrong_use(owner):
    with pytest.raises(CommandError, match="scope"):
        run("olga", "--scope", "all")
