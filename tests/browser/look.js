// What a page shows, as plain facts; complaints.py judges them.
() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const test = (...names) => names.map((name) => `[data-testid="${name}"]`).join(",");
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const text = (element) => element.innerText.replace(/\s+/g, " ").trim();
  const CAPTIONS = test("stCaptionContainer", "stHeading");
  const BLOCKS = test("stElementContainer", "stLayoutWrapper", "stGridCell", "stColumn");

  const width = (name, element) => ({ name, wide: element.scrollWidth, room: element.clientWidth });

  const words = (svgText) => (svgText ?? "").replace(/<[^>]+>/g, " ").replace(/^Click to enter .* title$/, "").trim();

  const axes = (graph) => {
    const layout = graph._fullLayout;
    const flat = (layout._subplots?.cartesian ?? []).flatMap((id) => {
      const [x, y] = id.split("y");
      return [layout[`xaxis${x.slice(1)}`], layout[`yaxis${y}`]];
    });
    const space = (layout._subplots?.gl3d ?? []).flatMap((id) => ["xaxis", "yaxis", "zaxis"].map((n) => layout[id][n]));
    return [...new Set([...flat, ...space])]
      .filter((axis) => axis && axis.visible)
      .map((axis) => ({ name: axis._name ?? "axis", title: title(axis, layout) }));
  };
  // A panel beside another one, or above it, need not repeat the title of the axis that they have in common.
  const title = (axis, layout) => {
    const own = words(axis.title?.text);
    if (own || !axis._id) return own;
    const shared = (other) => other._id === axis.matches || other.matches === axis._id || String(other.domain) === row;
    const row = axis._id[0] === "y" ? String(axis.domain) : "";
    const others = Object.entries(layout).filter(([key]) => key.startsWith(`${axis._id[0]}axis`)).map(([, other]) => other);
    return others.filter((other) => other !== axis && shared(other)).map((other) => words(other.title?.text)).find(Boolean) ?? "";
  };

  const outside = (graph) => {
    const frame = graph.getBoundingClientRect();
    return all("svg text", graph)
      .filter((one) => shown(one) && one.textContent.trim())
      .filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2);
      })
      .map((one) => one.textContent);
  };

  // Captions, headings and chart titles right before or right after the block that an element stands in: the nearest.
  const near = (element) => {
    for (let block = element; block && block.dataset?.testid !== "stMainBlockContainer"; block = block.parentElement) {
      if (!block.matches(BLOCKS)) continue;
      const beside = [block.previousElementSibling, block.nextElementSibling]
        .filter((other) => other && shown(other) && other.matches(test("stElementContainer")))
        .flatMap((other) => [...all(CAPTIONS, other).map(text), ...all(".js-plotly-plot", other).map(heading)]);
      if (beside.length) return beside.join(" ");
    }
    return "";
  };
  const heading = (graph) => words(graph._fullLayout?.title?.text);

  const cut = (element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow !== "visible";

  const main = document.querySelector(test("stMain"));
  const graphs = all(".js-plotly-plot").filter((graph) => graph._fullLayout && shown(graph));
  return {
    exceptions: all(test("stException")).filter(shown).map(text),
    errors: all(test("stAlertContentError")).filter((one) => shown(one) && !one.closest(test("stException"))).map(text),
    widths: [width("the document", document.documentElement), width("the main section", main)],
    charts: graphs.map((graph) => ({
      title: heading(graph), axes: axes(graph), near: near(graph.closest(test("stPlotlyChart"))), outside: outside(graph),
    })),
    metrics: all(test("stMetric")).filter(shown).map((one) => ({ text: text(one), near: near(one) })),
    texts: all(test("stCaptionContainer", "stMarkdown"), main)
      .filter((one) => shown(one) && !one.closest(test("stMetric", "stHeading")))
      .map((one) => ({ text: text(one), near: near(one) })),
    cut: all(test("stMetricValue", "stMetricLabel", "stMetricDelta", "stMarkdownContainer"))
      .flatMap((one) => [one, ...all("div, p", one)])
      .filter((one) => shown(one) && !one.closest(test("stException")) && cut(one)).map(text),
  };
};
