"""The sample fleet obeys the vendor's rules and shows a visitor something of everything."""

import re
from collections import Counter

from recordings.sandbox.fleet import ACCOUNT, FLEET, MINE, PORT, STORAGE, TROUBLES
from recordings.sandbox.names import room_of


def test_the_fleet_has_forty_field_and_six_remote_devices_in_two_projects() -> None:
    assert Counter(device.device_type for device in FLEET.devices) == {"field": 40, "remote": 6}
    assert {device.project_id for device in FLEET.devices} == {MINE.project_id, PORT.project_id}


def test_ids_obey_the_rules_and_are_unique_in_their_project() -> None:
    ids = [(device.project_id, device.device_id) for device in FLEET.devices]
    assert len(set(ids)) == len(ids)
    for project_id, device_id in ids:
        assert re.fullmatch(r"[a-z0-9]{16}", project_id)
        assert re.fullmatch(r"[a-z0-9_]{1,32}", device_id)


def test_every_status_occurs_in_both_projects() -> None:
    for project in FLEET.projects:
        statuses = {d.status for d in FLEET.devices if d.project_id == project.project_id}
        assert statuses == {"offline", "ready", "connected"}


def test_names_are_chinese_and_english_and_unique() -> None:
    names = [device.name for device in FLEET.devices]
    assert len(set(names)) == len(names)
    assert any(re.search(r"[\u4e00-\u9fff]", name) for name in names)
    assert any(name.isascii() for name in names)


def test_every_trouble_belongs_to_a_device_that_says_so_in_its_name() -> None:
    by_id = {device.device_id: device for device in FLEET.devices}
    for plan in TROUBLES:
        assert "Demo fault" in by_id[plan.device_id].name


def test_sessions_join_a_field_and_a_remote_device_of_the_same_project() -> None:
    types = {(d.project_id, d.device_id): d.device_type for d in FLEET.devices}
    for session in FLEET.sessions:
        assert types[session.project_id, session.field_device_id] == "field"
        assert types[session.project_id, session.remote_device_id] == "remote"


def test_the_projects_differ_in_how_their_rooms_are_named() -> None:
    rooms = {type(room_of(project.project_id, "device", 0)) for project in FLEET.projects}
    assert rooms == {str, int}


def test_keys_say_that_they_are_the_sandboxs_and_are_not_shown() -> None:
    for key in (ACCOUNT.secret_id, ACCOUNT.secret_key, STORAGE.access_key, STORAGE.secret_key):
        assert "sandbox" in key
    assert STORAGE.secret_key not in repr(STORAGE)
    assert ACCOUNT.secret_key not in repr(ACCOUNT)
    assert re.fullmatch(r"recording-\d{10}", STORAGE.bucket)
