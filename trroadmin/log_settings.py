"""Logs: one line of JSON for each event, to standard error."""

from typing import Any

import structlog

from recordings import log_lines

_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING, at `level` except for loggers that would print credentials."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    log_lines.render,
                ],
                "foreign_pre_chain": _PROCESSORS,
            }
        },
        "filters": {
            "queue": {"()": "recordings.rate_limited_log.QueueTrouble"},
            "message_only": {"()": "recordings.log_lines.MessageOnly"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["queue"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.security.DisallowedHost": {"filters": ["message_only"]},
            # At DEBUG these print credentials or whole statements, so LOG_LEVEL does not reach them
            "tencentcloud_sdk_common": {"level": "WARNING"},
            "huey": {"level": "WARNING"},  # it logs every message
            "botocore": {"level": "INFO"},
            "boto3": {"level": "INFO"},
            "django.db.backends": {"level": "INFO"},
        },
    }


def configure_structlog() -> None:
    """Send structlog's events through the handlers of `logging_settings`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_PROCESSORS,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
