"""Codes of other TRRO functions (video annotation), which the SDK lists. No recording call should return one."""

from django.utils.translation import gettext_lazy as _

from recordings.error_catalogue.entry import Entry, Owner

ENTRIES = (
    Entry(
        code="InvalidParameterValue.InvalidFilterRegex",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Filter pattern invalid"),
        meaning=_(
            "TRRO could not use the pattern that filters a list of video files. It belongs to TRRO's "
            "annotation function, which this system does not use."
        ),
        action=(_("No setting here causes it. Give the RequestId to Tencent Cloud support."),),
    ),
    Entry(
        code="InvalidParameterValue.InvalidHttpUrl",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Video address unusable"),
        meaning=_(
            "TRRO could not fetch a video from the address given. It belongs to TRRO's annotation function, "
            "which this system does not use."
        ),
        action=(_("No setting here causes it. Give the RequestId to Tencent Cloud support."),),
    ),
    Entry(
        code="InvalidParameterValue.NoVideoFiles",
        owner=Owner.OPERATOR,
        title=_("No video under this prefix"),
        meaning=_(
            "TRRO found no video file under the prefix in the bucket. It belongs to TRRO's annotation "
            "function; for recordings made here it means at most that no file has been uploaded yet."
        ),
        action=(
            _(
                "Look at the recording's files here. If they should be there and are not, check its callbacks "
                "for upload errors."
            ),
        ),
    ),
    Entry(
        code="InvalidParameterValue.UnsupportedVideoFormat",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Video format not supported"),
        meaning=_(
            "A file is not of a video format that TRRO's annotation function can read. This system does not "
            "use that function."
        ),
        action=(_("No setting here causes it. Give the RequestId to Tencent Cloud support."),),
    ),
    Entry(
        code="OperationDenied.AnnotationTypeNotEnabled",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Annotation not enabled"),
        meaning=_("This mode of TRRO's annotation function is not open to the account. This system does not use it."),
        action=(_("No setting here causes it. Ask Tencent Cloud support if you want the function."),),
    ),
    Entry(
        code="OperationDenied.TaskNotRetryable",
        owner=Owner.OPERATOR,
        title=_("Task cannot be retried"),
        meaning=_(
            "The task is in a state in which TRRO does not retry it. This is TRRO's annotation function; a "
            "recording is never retried there, it is started again."
        ),
        action=(_('To record again, use "Try again" on the recording here: it makes a new one.'),),
    ),
)
