"""The bucket that recordings are uploaded to."""

from django.utils.translation import gettext_lazy as _

from recordings.error_catalogue.entry import Entry, Owner

ENTRIES = (
    Entry(
        code="FailedOperation.StorageCheckFailed",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Test upload to the bucket failed"),
        meaning=_(
            "Before recording, TRRO tries whether it can write to the bucket, and that failed. Nothing was started."
        ),
        action=(
            _(
                "Test the storage credential on its page: bucket name, region, key, and the right to put "
                "objects. Correct what fails, then let the operator try again."
            ),
        ),
    ),
    Entry(
        code="InvalidParameterValue.InvalidRegion",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Bucket is in another region"),
        meaning=_("The storage's region is not the region of the bucket."),
        action=(_("Look up the bucket's region in the COS or AWS console and correct it in the storage credential."),),
    ),
    Entry(
        code="InvalidParameterValue.StorageUnreachable",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Storage cannot be reached"),
        meaning=_(
            "TRRO could not reach the storage at its address: the bucket does not exist there, its name or "
            "region is wrong, or it is closed to the outside."
        ),
        action=(
            _(
                "Check provider, region and full bucket name (a COS name ends in -APPID). Check that the "
                "bucket does not block Tencent Cloud's recorders."
            ),
        ),
    ),
    Entry(
        code="UnauthorizedOperation.StorageAuthFailed",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Bucket rejected the storage key"),
        meaning=_(
            "The storage keys sent with the call were rejected by the bucket: the key is wrong, disabled, or "
            "has no right to write there. Nothing was started."
        ),
        action=(
            _(
                "Test the storage key on its page. Replace it if it no longer works, or grant it the right to "
                "put objects into this bucket; then let the operator try again."
            ),
        ),
    ),
)
