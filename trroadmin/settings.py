"""Settings of TRRO Admin, all from TRROADMIN_ environment variables; docs/operations.md lists them.

Production is the default and has no insecure defaults: without its keys the program does not start.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from trroadmin.caches import safe_cache
from trroadmin.databases import CACHE_SCHEMES, database, queue_url
from trroadmin.environment import (
    address,
    development_keys,
    environment,
    host_header,
    known_scheme,
    listed,
    mode,
    number,
    one_of,
    openid_connect,
    origin,
    private_folder,
    required,
    time_zone,
    web_address,
)
from trroadmin.log_settings import configure_structlog, logging_settings
from trroadmin.mail import mail_server

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment()
MODE = mode(env)
DEVELOPMENT = MODE == "development"
VAR_DIR = private_folder(Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))))

# Keys ---------------------------------------------------------------------------------------------------
if DEVELOPMENT:
    development_keys(VAR_DIR / "keys.env")
SECRET_KEY = required(env, "SECRET_KEY", "at least 50 random characters that sign sessions and forms")
ENCRYPTION_KEYS = required(env, "ENCRYPTION_KEYS", "id:base64 of 32 random bytes, comma separated; the first encrypts")
AUDIT_KEY = required(env, "AUDIT_KEY", "base64 of 32 random bytes that chain the audit trail")

# Addresses ----------------------------------------------------------------------------------------------
DEBUG = DEVELOPMENT and env.bool("DEBUG", default=False)
DEFAULT_EXCEPTION_REPORTER_FILTER = "recordings.web.error_report.NoValues"
PUBLIC_URL = web_address(env, "PUBLIC_URL", default="http://127.0.0.1:8000" if DEVELOPMENT else "")
if not PUBLIC_URL:
    raise ImproperlyConfigured("Set TRROADMIN_PUBLIC_URL: the https address of this server for users and callbacks.")
PUBLIC_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = listed(env, "ALLOWED_HOSTS", default=[host_header(PUBLIC_URL), "127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = listed(env, "TRUSTED_PROXIES")
"""Addresses or networks, `unix` for the peers of a unix socket, or `none` where gunicorn itself ends TLS."""
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The vendor ---------------------------------------------------------------------------------------------
SANDBOX_ENDPOINT = web_address(env, "SANDBOX_ENDPOINT")
SANDBOX_STORAGE = web_address(env, "SANDBOX_STORAGE")
HTTP_PROXY = web_address(env, "HTTP_PROXY")
if HTTP_PROXY:
    known_scheme(HTTP_PROXY, "HTTP_PROXY", ("http", "https"))
BATCH_CONFIRM_ABOVE = number(env, "BATCH_CONFIRM_ABOVE", default=0, least=0)
"""A second user must confirm a batch of more items than this; 0: none."""
CALL_DEADLINE = number(env, "CALL_DEADLINE", default=15.0, least=0.1)
SYNC_EVERY = timedelta(hours=number(env, "SYNC_HOURS", default=6.0, least=0.0))
"""Between two readings of an account's projects and devices; 0: on demand only."""

# The program --------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "lucide",
    "csp",
    "django_structlog",
    "recordings",
]
MIDDLEWARE = [
    "recordings.status.health_middleware.HealthMiddleware",
    "recordings.addresses.ProxyMiddleware",
    "recordings.addresses.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "recordings.web.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "recordings.web.request_limits.GateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "recordings.identity.sessions.NoStoreMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "recordings.text.HiddenCharactersMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "recordings.identity.sessions.SessionLimitsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "recordings.web.request_log.PathOnlyMiddleware",
]
ROOT_URLCONF = "trroadmin.urls"
WSGI_APPLICATION = "trroadmin.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recordings.web.navigation.navigation_context",
            ],
            "builtins": [
                "recordings.templatetags.icons",
                "recordings.templatetags.moments",
                "django.templatetags.i18n",
            ],
        },
    }
]

# Data ---------------------------------------------------------------------------------------------------
DATABASE_POOLING = one_of(env, "DATABASE_POOLING", default="SESSION", values=("SESSION", "TRANSACTION"))
DATABASES = {"default": database(env, VAR_DIR / "trroadmin.sqlite3", is_pooled=DATABASE_POOLING == "TRANSACTION")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
QUEUE_URL = queue_url(env, VAR_DIR / "queue.sqlite3")
KEY_AGE_WARNING = int(number(env, "KEY_AGE_WARNING", default=90, least=1))
"""Days after which a cloud account's or a storage's key is called old."""
EXPORTS_DIR = Path(env.str("EXPORTS_DIR", default=str(VAR_DIR / "exports")))
AUDIT_ANCHOR = Path(env.str("AUDIT_ANCHOR", default=str(VAR_DIR / "audit-anchors.jsonl")))
CACHES = {
    "default": safe_cache(address(env.cache_url, "CACHE_URL", default="dbcache://django_cache", schemes=CACHE_SCHEMES))
}

# Signing in ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "recordings.User"
AUTHENTICATION_BACKENDS = ["recordings.identity.auth_backend.NameBackend"]
PASSWORD_HASHERS = ["recordings.identity.auth_backend.BoundedArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "recordings.signin.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
"""Seconds for which a confirmed identity is valid: after it, sensitive actions require another confirmation."""
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
"""Requests, counted in the shared cache. Wrong passwords are counted by identity/signin_limits.py."""
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
"""Seconds for which a link to choose a password works (identity/password_links.py)."""
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_AGE = 30 * 60
"""Seconds without user activity after which a session ends. A page that refreshes itself is not activity."""
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEVELOPMENT)
"""Whether a credential admin needs a second factor. Production requires it (system_checks/keys.py)."""
MFA_ADAPTER = "recordings.identity.factors.SealedFactors"
MFA_FORMS = {
    "authenticate": "recordings.signin.factor_forms.CodeForm",
    "reauthenticate": "recordings.signin.factor_forms.ConfirmCodeForm",
    "activate_totp": "recordings.signin.factor_forms.AddAppForm",
    "add_webauthn": "recordings.signin.passkey_forms.AddPasskeyForm",
    "edit_webauthn": "recordings.signin.passkey_forms.NamePasskeyForm",
    "login_webauthn": "recordings.signin.passkey_forms.PasskeySignInForm",
    "authenticate_webauthn": "recordings.signin.passkey_forms.PasskeyFactorForm",
    "reauthenticate_webauthn": "recordings.signin.passkey_forms.ConfirmPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "TRRO Admin"
MFA_TOTP_TOLERANCE = 1  # the code before and the one after count too: clocks differ, and typing takes a while
MFA_REAUTHENTICATION_REQUIRED = False  # signin/guard.py demands it, by our rules
MFA_ALLOW_UNVERIFIED_EMAIL = True  # e-mail addresses are not used for signing in

# Single sign-on: OpenID Connect, on as soon as there is an issuer ------------------------------------------
OIDC_ISSUER = web_address(env, "OIDC_ISSUER")
OIDC_NAME = env.str("OIDC_NAME", default="") or urlsplit(OIDC_ISSUER).hostname or ""
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", default="groups")
OIDC_ROLES = env.str("OIDC_ROLES", default="")
"""`group=role`, `group=role@ProjectId` or `group=role@account/ProjectId`, comma separated.

A user in none of these groups cannot sign in."""
SOCIALACCOUNT_ADAPTER = "recordings.signin.oidc_adapter.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = openid_connect(env, OIDC_ISSUER, OIDC_NAME)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_HTTPS
CSRF_FAILURE_VIEW = "recordings.web.expired_form.form_expired"

# E-mail: links for invited users. Without a mail server the admin passes them on -------------------------
MAILS = bool(env.str("EMAIL_URL", default=""))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"TRRO Admin <no-reply@{urlsplit(PUBLIC_URL).hostname}>")
globals().update(mail_server(env))  # Django's EMAIL_ settings

# Headers ------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = PUBLIC_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PUBLIC_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PUBLIC_HTTPS
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
"""Bytes of a posted form. The longest is a decision about a thousand recordings."""
FILE_UPLOAD_HANDLERS: list[str] = []
"""No page accepts a file: an uploaded file is discarded while it is read and never written to disk."""
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Where buckets are: recordings are played from there
MEDIA_HOSTS = ["https://*.myqcloud.com", "https://*.amazonaws.com", "https://*.amazonaws.com.cn"]
if DEVELOPMENT and SANDBOX_STORAGE:
    MEDIA_HOSTS.append(SANDBOX_STORAGE)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, *MEDIA_HOSTS],
        "form-action": [SELF, *([origin(OIDC_ISSUER)] if OIDC_ISSUER else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {}
for _feature in ("camera", "geolocation", "microphone", "payment", "usb"):
    PERMISSIONS_POLICY[_feature] = []

# Language, time, files ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LOCALE_PATHS = [BASE_DIR / "recordings" / "locale"]
TIME_ZONE = time_zone(env, "TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["trroadmin.bundles.BundleFinder", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT

# Logs: one line of JSON an event, to standard error -----------------------------------------------------
LOG_LEVEL = one_of(env, "LOG_LEVEL", default="INFO", values=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = logging_settings(LOG_LEVEL)
configure_structlog()
