"""The one visual theme: colours for light and dark, and how charts look in them.

Series colours are those of Okabe and Ito (Color Universal Design, 2008), which people with any common colour vision tell
apart; the dark set is the same hues, lighter. Vermilion always stands for the outcome that hurts someone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from dashboards.texts import language

FONT = "Source Sans, Source Sans Pro, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of one mode, as hex."""

    text: str
    quiet: str
    line: str
    vermilion: str
    orange: str
    blue: str
    sky: str
    green: str
    purple: str
    grey: str

    @property
    def series(self) -> dict[str, str]:
        """Colour by value of the contract, of request class, outcome and feed."""
        return {
            "sexualising": self.vermilion,
            "other_edit": self.blue,
            "question": self.sky,
            "other": self.green,
            "unknown": self.grey,
            "fulfilled": self.vermilion,
            "partial": self.orange,
            "refused": self.blue,
            "error": self.purple,
            "unanswered": self.grey,
            "accepted": self.blue,
            "duplicates": self.sky,
            "dead_letters": self.vermilion,
        }

    def of(self, keys: Collection[str]) -> dict[str, str]:
        """Colours of one set of values. Among answers, `unknown` is apart from `unanswered`."""
        return self.series | ({"unknown": self.sky} if "unanswered" in keys else {})


LIGHT = Palette(
    text="#1C2430", quiet="#5B6675", line="#E3E7EC", vermilion="#D55E00", orange="#E69F00", blue="#0072B2", sky="#56B4E9",
    green="#009E73", purple="#CC79A7", grey="#B9C0CA",
)  # fmt: skip
DARK = Palette(
    text="#E6EAF0", quiet="#A3AEBC", line="#2B3542", vermilion="#F0803C", orange="#F2BE4B", blue="#4C9FD6", sky="#8CCDF2",
    green="#3CBF98", purple="#DB9CC0", grey="#5D6A7A",
)  # fmt: skip


def look(mode: str | None) -> Palette:
    """The colours of Streamlit's mode; light while it is not known."""
    return DARK if mode == "dark" else LIGHT


def chart_config(colours: Palette) -> dict[str, Any]:
    """Vega-Lite configuration: quiet axes, no frame, the page's font."""
    text = {"labelColor": colours.quiet, "titleColor": colours.quiet, "labelFont": FONT, "titleFont": FONT}
    return {
        "background": "transparent",
        "locale": _LOCALES[language()],
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **text,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": colours.line,
            "domainColor": colours.line,
            "tickColor": colours.line,
            "labelPadding": 6,
        },
        "legend": {
            **text,
            "labelFontSize": 12,
            "symbolType": "square",
            "symbolSize": 110,
            "orient": "top",
            "title": None,
            "padding": 0,
        },
        "text": {"color": colours.text, "font": FONT},
    }


_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_DAYS = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
_LOCALES: dict[str, dict[str, Any]] = {
    "en": {},
    "fr": {
        "number": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"]},
        "time": {
            "dateTime": "%A %e %B %Y à %X", "date": "%d/%m/%Y", "time": "%H:%M:%S", "periods": ["AM", "PM"],
            "days": _DAYS, "shortDays": [day[:3] + "." for day in _DAYS], "months": _MONTHS,
            "shortMonths": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
        },
    },
}  # fmt: skip
"""How charts write numbers and dates."""

STREAMLIT_OPTIONS: dict[str, str] = {
    "theme.headingFontSizes": "2rem,1.2rem,1.1rem,1rem,1rem,1rem",
    "theme.light.primaryColor": "#0072B2",
    "theme.light.backgroundColor": "#FFFFFF",
    "theme.light.secondaryBackgroundColor": "#F4F6F8",
    "theme.light.textColor": LIGHT.text,
    "theme.light.borderColor": LIGHT.line,
    "theme.light.redColor": "#C44F00",
    "theme.light.greenColor": "#00805D",
    "theme.dark.primaryColor": "#56B4E9",
    "theme.dark.backgroundColor": "#12171E",
    "theme.dark.secondaryBackgroundColor": "#1B222C",
    "theme.dark.textColor": DARK.text,
    "theme.dark.borderColor": DARK.line,
    "theme.dark.redColor": "#F0803C",
    "theme.dark.greenColor": "#3CBF98",
}
"""Options of `streamlit run` that dress the page in the same colours; `veille dashboard` passes them."""

_STYLE = """
.block-container {padding-top: 4.2rem; padding-bottom: 3rem; max-width: 1680px;}
[data-testid="stMetricValue"] {font-variant-numeric: tabular-nums;}
[data-testid="stMetricLabel"] p {font-size: .95rem;}
[data-testid="stCaptionContainer"] {color: inherit !important; opacity: .8;}
[data-stale="true"] {opacity: 1 !important;}
[data-testid="stButtonGroup"] button {min-height: 2.5rem;}
[data-testid^="stBaseButton"] kbd {color: inherit !important; opacity: 1 !important;}
[data-testid="stElementContainer"]:has(> .stHtml > script) {display: none;}
.st-key-refusal {position: sticky; top: 4rem; bottom: 1rem; z-index: 90;}
.st-key-sql_text textarea {font-family: "Source Code Pro", monospace; font-size: .9rem;}
"""
# Streamlit's own download of a table is written in the browser and guards against no formula: the pages have buttons of their own.
_STYLE += """
[data-testid="stElementToolbar"] button[aria-label^="Download as CSV"] {display: none;}
"""
# Links within a page: Streamlit greys the one that leads to the page one is on, and cuts long ones off.
_STYLE += """
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] {background: transparent !important;}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] * {font-weight: inherit; white-space: normal; overflow: visible;}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] :is(p, span) {color: LINK !important;}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"]:hover p {text-decoration: underline;}
"""
_LINK = {"light": "#0069A6", "dark": "#8CCDF2"}
_DARK_STYLE = """
[data-testid^="stBaseButton-primary"] * {color: #0B1016;}
"""


def style(mode: str | None) -> str:
    """What Streamlit's own options cannot say, as a style element: among others the contrast that WCAG 2.2 AA asks for."""
    dark = mode == "dark"
    return f"<style>{_STYLE.replace('LINK', _LINK['dark' if dark else 'light'])}{_DARK_STYLE if dark else ''}</style>"


def spoken(chosen: str) -> str:
    """A script that tells the browser, and so screen readers, in which language the page is. chosen: a key of `texts.LANGUAGES`."""
    return f"<script>document.documentElement.lang = {chosen!r};</script>"
