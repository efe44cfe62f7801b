"""Django's settings. What differs between installations comes from `environment.py`."""

import warnings
from pathlib import Path

from csp.constants import NONCE

from chatapp import environment
from chatapp.chat.embedding import let_frames_load
from chatapp.observability.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = environment.read()

SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENV.origins)
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "channels",
    "django_htmx",
    "procrastinate.contrib.django",
    "chatapp.accounts",
    "chatapp.live",
    "chatapp.prompts",
    "chatapp.conversations",
    "chatapp.usage",
    "chatapp.context",
    "chatapp.generation",
    "chatapp.workbench",
    "chatapp.review",
    "chatapp.chat",
    "chatapp.ops",
]

MIDDLEWARE = [
    # Before all that may answer by itself: static files and refusals have headers too.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chatapp.chat.middleware.PrivatePages",
    "chatapp.chat.middleware.Compressed",
    "csp.middleware.CSPMiddleware",
    "chatapp.chat.assets.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chatapp.accounts.middleware.Manners",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chatapp.accounts.middleware.LastSeen",
    "chatapp.accounts.middleware.Threshold",
    "chatapp.errors.ErrorPages",
    "chatapp.accounts.audit.FromWhere",
]

ROOT_URLCONF = "chatapp.urls"
ASGI_APPLICATION = "chatapp.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Every template has words, so every one may have them translated.
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chatapp.accounts.context.rights",
                "chatapp.review.context.mentioned",
                "chatapp.chat.context.simulated",
                "chatapp.chat.context.translations",
            ],
        },
    }
]

DATABASES = {"default": ENV.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("ja", "日本語"),
]
LOCALE_PATHS = [BASE_DIR / "chatapp" / "locale"]
FORMAT_MODULE_PATH = "chatapp.locale"

# The doorbell needs only that an announcement is seldom lost; whoever misses
# one reads the database. redis-py's own read timeout would end an idle layer.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [
                {"address": ENV.redis_url, "socket_timeout": None, "socket_connect_timeout": 2}
            ],
            "prefix": "chatapp",
        },
    }
    if ENV.redis_url
    else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV.redis_url}
    if ENV.redis_url
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "UserAttributeSimilarityValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "chatapp.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# Where one address may fail (ip), and fail at one account (key); and how often an
# account may be tried from anywhere, which no single address can use up.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "login_to_account": "100/h/key"}
# The second factor. Its secrets are encrypted with a key that comes of SECRET_KEY.
MFA_ADAPTER = "chatapp.accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "chatapp.accounts.keys.AddKey",
    "login_webauthn": "chatapp.accounts.keys.SignInByKey",
    "authenticate_webauthn": "chatapp.accounts.keys.ConfirmByKey",
    "reauthenticate_webauthn": "chatapp.accounts.keys.ReauthenticateByKey",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators make the accounts, so they know the address
MFA_TOTP_ISSUER = "Chat"
REQUIRE_MFA_FOR_STAFF = ENV.require_mfa_for_staff
ACCOUNT_GRACE_DAYS = ENV.grace_days
# Sign-in by another house. Its word counts for a person only if it has verified the address.
SOCIALACCOUNT_ADAPTER = "chatapp.accounts.signon.SignOnAdapter"
# A form may not lead out (form-action), and a link that leads to the provider gives nothing away.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": ENV.oidc.apps if ENV.oidc else []}}
OIDC_DOMAINS = ENV.oidc.domains if ENV.oidc else ()
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if ENV.mail else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from
EMAIL_TIMEOUT = 10
ACCOUNT_EMAIL_NOTIFICATIONS = ENV.mail is not None  # of changes to what one signs in with
if ENV.mail:
    EMAIL_HOST, EMAIL_PORT = ENV.mail.host, ENV.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.mail.user, ENV.mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = ENV.mail.is_ssl, ENV.mail.starts_tls
SESSION_ENGINE = "chatapp.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# Headers and cookies (OWASP ASVS 5, V3). Plain http happens on loopback alone.
SECURE_COOKIES = ENV.is_secure
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
MESSAGE_STORAGE = "chatapp.accounts.notices.Notices"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
# Who comes by https comes through a proxy, which appends the address it saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_COOKIES else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        # A nonce and nothing else: 'self' and 'strict-dynamic' both let injected
        # script run once htmx has swapped it in.
        "script-src": [NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-src": ["'self'"],  # of diagrams, which have a page without rights
        "frame-ancestors": ["'none'"],
    }
}
# The longest message, each of its characters as the twelve of "%F0%9F%98%80".
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
# Of a form with a file; `ops/web.py` refuses longer bodies before it reads them.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
STORAGES = {
    "default": ENV.file_storage,
    "staticfiles": {"BACKEND": "chatapp.chat.assets.HashedFiles"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_100  # a thousand ticked conversations, and what is done to them

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# WhiteNoise hands out files by a sync iterator; Django warns of each under ASGI.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = let_frames_load

LOGGING = logging_config(ENV.log_level, ENV.secrets)

# Claude, and the limits of an answer
DEFAULT_MODEL = "claude-sonnet-5-5"
TITLE_MODEL = "claude-haiku-5-5"
CLASSIFIER_MODEL = "claude-haiku-5-5"
JUDGE_MODEL = "claude-sonnet-5-5"
REPLAY_CONCURRENCY = 8
MODELS_OFFERED = ["claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-5-5", "claude-fable-5-2"]
MODEL_OVERRIDES: dict[str, dict[str, object]] = {}
# Of the first prompt, which is made when somebody needs one.
DEFAULT_SYSTEM_PROMPT = (
    "You are a helpful assistant. Answer in the language of the question, "
    "in Markdown where it helps."
)
MESSAGE_MAX_CHARACTERS = 200_000
COMMENT_MAX_CHARACTERS = 2_000
ANSWER_MAX_TOKENS = 16_000
ANSWER_MAX_CHARACTERS = 1_000_000
TOOL_ROUNDS = 8  # of tools in one answer; then Claude has to answer without
RUN_DEADLINE_SECONDS = 30 * 60
TAKEOVER_IDLE_MINUTES = 15  # without a sign of life of who took over
WARN_MINUTES = 15  # before a time of the support room is missed
REOPEN_DAYS = 14  # in which a new message reopens what was resolved
RUNS_PER_USER = 4
RUNS_PER_RUNNER = 1_000
DRAIN_SECONDS = ENV.drain_seconds

# Long conversations: the marks of `context/policy.py` that differ here. Versions of prompts
# may say otherwise.
SUMMARY_MODEL = "claude-haiku-5-5"
SUMMARY_PROMPT = ""  # empty: the one of `context/summarize.py`
SUMMARY_SECONDS = 60
CONTEXT_MARKS: dict[str, int] = {}
PROTECTED_MAX_TOKENS = 4_000
