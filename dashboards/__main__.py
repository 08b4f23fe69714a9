"""`python -m dashboards [options of streamlit run]`: serve the pages with Veille's theme and without telemetry."""

import sys
from pathlib import Path

from streamlit.web import cli

from dashboards.theme import STREAMLIT_OPTIONS

OPTIONS = {
    **STREAMLIT_OPTIONS,
    "browser.gatherUsageStats": "false",
    "server.headless": "true",
    "runner.magicEnabled": "false",
    "server.showEmailPrompt": "false",
    "server.fileWatcherType": "none",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
}


def main() -> None:
    """Hand over to Streamlit; what is given on the command line wins."""
    given = sys.argv[1:]
    defaults = [f"--{name}={value}" for name, value in OPTIONS.items()]
    sys.argv = ["streamlit", "run", str(Path(__file__).with_name("served.py")), *defaults, *given]
    cli.main()


if __name__ == "__main__":
    main()
