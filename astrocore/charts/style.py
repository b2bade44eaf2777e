"""The look that all charts share: transparent, quiet grid, text in the colour of the page."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go

CONFIG: dict[str, object] = {"displaylogo": False, "showSendToCloud": False, "responsive": True}
"""Options of plotly.js for every place that shows a chart: no logo, no upload button."""
HEIGHT = 460
WRAP, NOTE_WRAP = 52, 72
"""Characters of a line of a title and of the note below it: what half a page, 440 pixels, holds."""
PANEL_TITLE = 14
"""Size of the title of one of several panels, below that of the chart."""

_AXIS = {
    "gridcolor": "rgba(128,128,128,0.2)",
    "linecolor": "rgba(128,128,128,0.5)",
    "zeroline": False,
    "title": {"standoff": 8},
}
_SPACE = {"gridcolor": "#999999", "showbackground": False, "zeroline": False}  # WebGL loses faint lines on white
_MODEBAR = {"bgcolor": "rgba(0,0,0,0)", "color": "rgba(128,128,128,0.7)", "activecolor": "rgba(128,128,128,1)"}
# What a page's own theme may replace goes into the template; what a chart needs to be read goes into its layout.
_TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "scene": dict.fromkeys(("xaxis", "yaxis", "zaxis"), _SPACE),
        "legend": {"bgcolor": "rgba(0,0,0,0)"},
    }
)


def styled(fig: go.Figure, title: str = "", note: str = "", height: int = HEIGHT, headroom: int = 0) -> go.Figure:
    """The figure with the shared look: a wrapped title, a small wrapped note below it, the legend below the plot.

    `headroom` is added above the plot, for the titles of panels.
    """
    small = '<span style="font-size:12px;font-weight:normal">{}</span>'
    lines = [*textwrap.wrap(title, WRAP), *map(small.format, textwrap.wrap(note, NOTE_WRAP))]
    top = (
        8 if len(lines) == 1 else 20
    )  # plotly.js hangs several lines by the first one's foot, a single one by its head
    fig.update_layout(
        template=_TEMPLATE,
        height=height,
        margin={"l": 10, "r": 16, "t": 20 + 20 * len(lines) + headroom, "b": 10},
        title={"text": "<br>".join(lines), "font_size": 15, "pad": {"t": top, "l": 6}},
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"align": "left"},
        modebar=_MODEBAR,
    )
    fig.update_layout(title={"x": 0, "xanchor": "left", "y": 1, "yanchor": "top", "yref": "container"})
    fig.update_xaxes(automargin=True)
    fig.update_yaxes(automargin=True)
    return fig


def placeholder(message: str, title: str = "") -> go.Figure:
    """An empty chart that says why there is nothing to see."""
    fig = go.Figure()
    fig.add_annotation(text=message, showarrow=False, xref="paper", yref="paper", x=0.5, y=0.5)
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    return styled(fig, title, height=240)


def counted(n: int, title: str = "") -> str:
    """The number of objects as charts write it: n = 1,234; nothing where the title says it."""
    return "" if "n = " in title else f"n = {n:,}"
