"""The keys that pages know: a page and, for the key `?`, a dialog."""

from django.test import Client


def test_the_keys_are_a_page_and_a_fragment_open_to_all(client: Client, db: None) -> None:
    assert "</html>" in client.get("/keyboard/").content.decode()
    fragment = client.get("/keyboard/", headers={"HX-Request": "true"}).content.decode()
    assert "</html>" not in fragment
    assert "<kbd>/</kbd>" in fragment
    assert client.post("/keyboard/").status_code == 405
