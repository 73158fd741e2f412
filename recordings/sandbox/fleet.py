"""A sample fleet for demonstrations and tests: plain data, nothing runs here.

An open pit mine and a container port. Names are as people on site give them, Chinese, English or both.
Devices whose ids begin with `demo_` meet the trouble that their name tells, for a visitor to see.
"""

from recordings.sandbox.faults import Fault, FaultPlan
from recordings.sandbox.samples import (
    Fleet,
    SampleAccount,
    SampleDevice,
    SampleProject,
    SampleSession,
    SampleStorage,
)

ACCOUNT = SampleAccount(
    secret_id="AKIDsandboxsandboxsandboxsandboxonly",  # noqa: S106 - as below
    secret_key="sandbox-only-secret-key-of-nobody",  # noqa: S106 - opens the sandbox, nothing else
    sdk_app_id=1400704311,
)
STORAGE = SampleStorage(
    vendor=0,
    region="ap-guangzhou",
    bucket="recording-1304123456",
    access_key="AKIDsandboxstoragestoragesandboxonly",
    secret_key="sandbox-only-storage-key-of-nobody",  # noqa: S106 - opens the stand-in for COS, nothing else
)

MINE = SampleProject(
    project_id="m82k5408n123phvb",
    name="金堆城露天矿",
    description="矿卡与电铲远程驾驶 / haul trucks and shovels, driven from the control room",
)
PORT = SampleProject(
    project_id="t3q9w7x1c5r8n2kd",
    name="Tianjin East Terminal",
    description="Quay cranes, yard cranes and inspection robots",
    policy_mode="white",
)

# device id, name, status
_MINE_FIELD = (
    ("truck_001", "矿卡 001 号", "connected"),
    ("truck_002", "矿卡 002 号", "connected"),
    ("truck_003", "矿卡 003 号", "ready"),
    ("truck_004", "矿卡 004 号", "connected"),
    ("truck_005", "矿卡 005 号", "offline"),
    ("truck_006", "矿卡 006 号", "ready"),
    ("truck_007", "矿卡 007 号", "connected"),
    ("truck_008", "矿卡 008 号", "connected"),
    ("truck_009", "矿卡 009 号（检修）", "offline"),
    ("truck_010", "矿卡 010 号", "ready"),
    ("truck_011", "矿卡 011 号", "connected"),
    ("truck_012", "矿卡 012 号", "ready"),
    ("shovel_01", "电铲 1 号 · 东采区", "connected"),
    ("shovel_02", "电铲 2 号 · 西采区", "connected"),
    ("shovel_03", "电铲 3 号 · 南采区", "ready"),
    ("drill_01", "牙轮钻机 1 号", "ready"),
    ("drill_02", "牙轮钻机 2 号", "offline"),
    ("dozer_01", "推土机 1 号", "connected"),
    ("dozer_02", "推土机 2 号", "ready"),
    ("demo_storage_refused", "演示故障：存储密钥无权限 / Demo fault: storage key refused", "connected"),
    ("demo_no_license", "演示故障：许可证不足 / Demo fault: no licence left", "connected"),
    ("demo_answer_lost", "演示故障：已启动但应答丢失 / Demo fault: started, answer lost", "connected"),
)
_PORT_FIELD = (
    ("qc_01", "Quay crane 1 / 岸桥 1", "connected"),
    ("qc_02", "Quay crane 2 / 岸桥 2", "connected"),
    ("qc_03", "Quay crane 3 / 岸桥 3", "ready"),
    ("qc_04", "Quay crane 4 / 岸桥 4", "offline"),
    ("rtg_01", "Yard crane 1", "connected"),
    ("rtg_02", "Yard crane 2", "connected"),
    ("rtg_03", "Yard crane 3", "ready"),
    ("rtg_04", "Yard crane 4", "ready"),
    ("rtg_05", "Yard crane 5", "connected"),
    ("rtg_06", "Yard crane 6", "offline"),
    ("agv_01", "Container carrier 1", "ready"),
    ("agv_02", "Container carrier 2", "connected"),
    ("robot_01", "Inspection robot Fuxing / 巡检机器人 复兴号", "connected"),
    ("robot_02", "Inspection robot Haihe / 巡检机器人 海河号", "ready"),
    ("robot_03", "Lashing robot", "ready"),
    ("demo_internal_error", "Demo fault: vendor's internal error / 演示故障：服务内部错误", "connected"),
    ("demo_too_many_calls", "Demo fault: first call over the quota / 演示故障：首次调用超频", "connected"),
    (
        "demo_nobody_publishes",
        "Demo fault: stops by itself, no video / 演示故障：无推流，自动停止",
        "offline",
    ),
)
_MINE_REMOTE = (
    ("cockpit_01", "远程驾驶舱 1", "connected"),
    ("cockpit_02", "远程驾驶舱 2", "connected"),
    ("cockpit_03", "远程驾驶舱 3", "ready"),
    ("cockpit_04", "远程驾驶舱 4", "offline"),
)
_PORT_REMOTE = (
    ("desk_01", "Operator desk 1", "connected"),
    ("desk_02", "Operator desk 2", "ready"),
)


def _devices(
    project: SampleProject, device_type: str, rows: tuple[tuple[str, str, str], ...]
) -> tuple[SampleDevice, ...]:
    return tuple(
        SampleDevice(
            project_id=project.project_id,
            device_id=device_id,
            name=name,
            device_type=device_type,
            status=status,
        )
        for device_id, name, status in rows
    )


def _sessions(project: SampleProject, pairs: tuple[tuple[str, str], ...]) -> tuple[SampleSession, ...]:
    """A few shifts for each pair: 50 minutes every four hours, the latest ended an hour ago."""
    return tuple(
        SampleSession(
            project_id=project.project_id,
            field_device_id=field,
            remote_device_id=remote,
            began_ago=6600 + shift * 14400 + place * 300,
            lasted=3000,
            quality=("good", "normal", "good", "bad")[(shift + place) % 4],
        )
        for place, (field, remote) in enumerate(pairs)
        for shift in range(6)
    )


FLEET = Fleet(
    projects=(MINE, PORT),
    devices=(
        *_devices(MINE, "field", _MINE_FIELD),
        *_devices(MINE, "remote", _MINE_REMOTE),
        *_devices(PORT, "field", _PORT_FIELD),
        *_devices(PORT, "remote", _PORT_REMOTE),
    ),
    sessions=(
        *_sessions(MINE, (("truck_001", "cockpit_01"), ("truck_002", "cockpit_02"), ("shovel_01", "cockpit_03"))),
        *_sessions(PORT, (("qc_01", "desk_01"), ("robot_01", "desk_02"))),
    ),
)

TROUBLES = (
    FaultPlan(
        device_id="demo_storage_refused",
        fault=Fault.REFUSE,
        code="UnauthorizedOperation.StorageAuthFailed",
        message="The storage key is invalid or has no permission on the bucket.",
        times=None,
    ),
    FaultPlan(
        device_id="demo_no_license",
        fault=Fault.REFUSE,
        code="OperationDenied.LicensesNotEnoughError",
        message="Not enough licenses.",
        times=None,
    ),
    FaultPlan(device_id="demo_answer_lost", fault=Fault.RESET_AFTER, times=None),
    FaultPlan(device_id="demo_internal_error", fault=Fault.INTERNAL_ERROR, times=None),
    FaultPlan(device_id="demo_too_many_calls", fault=Fault.REQUEST_LIMIT),
)
