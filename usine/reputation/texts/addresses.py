"""One address for one page: without what only counts clicks, tells readers apart or picks a layout.

For comparing and storing; a page is fetched at the address that was heard. Syntax: RFC 3986, 6.2.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}
LAYOUT_HOSTS = frozenset({"www", "www2", "www3", "m", "mobile", "mobil", "touch", "amp", "wap"})
"""First labels of a host that name a layout of the same pages."""
TRACKING = re.compile(
    r"""^(?:
    utm_.* | mtm_.* | pk_(?:campaign|kwd|source|medium|content|cid) | piwik_.* | matomo_.* | hsa_.* | at_.* | itm_.*
    | ga_(?:source|medium|term|content|campaign) | _ga | _gl | gclid | gclsrc | gbraid | wbraid | dclid | gad_source
    | gad_campaignid | fbclid | fb_(?:action_ids|action_types|source|ref) | msclkid | yclid | ysclid | twclid | ttclid
    | ref_(?:src|url) | li_fat_id | igsh | igshid | epik | scid | sc_cid | s_cid | rdt_cid | srsltid | wt[._]mc_id
    | mc_(?:cid|eid) | mkt_tok | _hsenc | _hsmi | __hs.* | hsctatracking | vero_(?:id|conv) | oly_(?:anon|enc)_id
    | _openstat | wickedid | xtor | xtref | xtcr | spm | scm | cmpid | cmp | campaign_id | ncid | icid | trk
    | trkcampaign | guccounter | guce_referrer.* | share_?id | smid | smtyp | _branch_.* | dicbo
    | (?:php)?sess(?:ion)?_?id | phpsessid | jsessionid | aspsessionid.* | amp | amp_.* | usqp | outputtype | aoh | ref
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
"""Parameters after whose names nothing follows that chooses another page."""
MAX_TURNS = 20
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SLASHES = re.compile(r"/{2,}")
_SESSION = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/;?]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_START = re.compile(r"^(?:/amp)+(?=/)", re.IGNORECASE)
_AMP_END = re.compile(r"(?:/amp)+$|(?:\.amp)+(?=(?:\.html?)?$)", re.IGNORECASE)
_CACHES = (
    (
        "/amp/",
        re.compile(r"^https?://(?:www\.)?google\.[a-z.]+/amp/(?P<secure>s/)?(?P<rest>[^?#]+)", re.IGNORECASE),
    ),
    (
        ".cdn.ampproject.org/",
        re.compile(
            r"^https?://[^/]+\.cdn\.ampproject\.org/[a-z]+/(?P<secure>s/)?(?P<rest>[^?#]+)", re.IGNORECASE
        ),
    ),
)
"""Pages kept by others for quick reading: the page's own address is written into the path. With what each must have."""


def canonicalise(address: str) -> str:
    """The address under which a page is known, `https://host/path?query`; doing it twice changes nothing.

    What is no web address (`at://`, `urn:`, a word) is kept as it is, without spaces around it. Never refuses.
    """
    address = _CONTROLS.sub("", address.strip())
    for _turn in range(MAX_TURNS):  # an address within an address: each turn is shorter
        if (again := _canonicalise(address)) == address:
            break
        address = again
    return address


def _canonicalise(address: str) -> str:
    if address.startswith("//"):
        address = f"https:{address}"
    elif not _SCHEME.match(address) or re.match(r"^[^/?#]+\.[^/?#]+:\d+(?:[/?#]|$)", address):
        if not re.match(r"^[^\s/@:?#]+\.[^\s/@:?#.]{2,}(?::\d+)?(?:[/?#]|$)", address):
            return address
        address = f"https://{address}"
    for said, cache in _CACHES:
        if said in address.lower() and (found := cache.match(address)):
            address = f"https://{found['rest']}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not parts.hostname:
        return address
    host = _clean_host(parts.hostname)
    if port and port not in PORTS.values():
        host = f"{host}:{port}"
    query = _clean_query(parts.query)
    return f"https://{host}{_clean_path(parts)}{f'?{query}' if query else ''}{_keep_fragment(parts.fragment)}"


def _clean_host(host: str) -> str:
    """In lower case and in ASCII, without labels of layouts, if two labels stay."""
    if ":" in host:  # an IPv6 address
        return f"[{host.lower()}]"
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return host
    labels = host.split(".")
    if all(label.isdigit() for label in labels):
        return host
    kept = [label for label in labels[:-2] if label not in LAYOUT_HOSTS]
    return ".".join([*kept, *labels[-2:]])


def _clean_path(parts: SplitResult) -> str:
    path = _SESSION.sub("", path) if ";" in (path := _unescape(parts.path)) else path
    if "//" in path:
        path = _SLASHES.sub("/", path)
    if "/." in path:
        path = _remove_dots(path)
    path = _INDEX.sub("/", path)
    path = _AMP_END.sub("", _AMP_START.sub("", path.rstrip("/")))
    return path if path.startswith("/") else f"/{path}"


def _remove_dots(path: str) -> str:
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


def _clean_query(query: str) -> str:
    pairs = [_unescape(pair) for pair in query.split("&") if pair]
    kept = [pair for pair in pairs if not TRACKING.match(pair.partition("=")[0])]
    return "&".join(sorted(kept))


def _keep_fragment(fragment: str) -> str:
    """`#!/page` chooses a page, every other fragment a place on one."""
    return f"#{_unescape(fragment)}" if fragment.startswith("!") and len(fragment) > 1 else ""


def _unescape(text: str) -> str:
    """Letters and digits never escaped, everything that is not ASCII always, in capitals."""
    if "%" not in text and " " not in text and text.isascii():
        return text
    plain = _ESCAPE.sub(lambda found: _plain(int(found[1], 16)), text)
    return "".join(
        sign
        if sign.isascii() and sign != " "
        else "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))
        for sign in plain
    )


def _plain(byte: int) -> str:
    return chr(byte) if byte in _PLAIN else f"%{byte:02X}"
