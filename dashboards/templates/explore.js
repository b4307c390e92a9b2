// The explorer: what is chosen stands in the address, and what is shown are published figures alone. It forms no
// sentence of its own about change: those come with the figures, made where all the others are.
"use strict";

(() => {
  const held = JSON.parse(document.getElementById("explorer").textContent);
  held.series = {};
  window.explorerArea = (figures) => Object.assign(held.series, figures);
  const by = (id) => document.getElementById(id);
  const periodNames = { month: "Months", quarter: "Quarters", year_ending_march: "Years ending March" };
  const span = { month: 1, quarter: 3, year_ending_march: 12 };
  const names = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const keys = ["area", "characteristic", "class", "show", "by", "from", "to"];
  let state = {};
  let figures = [];

  const plus = (month, count) => {
    const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
  };
  const monthName = (month) => `${names[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;
  const periodName = (month, kind) => {
    if (kind === "month") return monthName(month);
    const last = plus(month, span[kind] - 1);
    if (kind === "year_ending_march") return `Year ending ${monthName(last)}`;
    const first = month.slice(0, 4) === last.slice(0, 4) ? names[Number(month.slice(5)) - 1] : monthName(month);
    return `${first} to ${monthName(last)}`;
  };
  const number = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 1 });
  const inWords = (value, marker) => {
    if (value !== null) return `${number(value)} ${marker}`.trim();
    return marker.includes("[c]") ? held.hidden : marker.includes("[z]") ? "not applicable" : "not available";
  };
  const entry = () => held.series[[state.area, state.characteristic, state.class].join("|")];

  const startsOf = ([first, values], kind) => {
    return values.map((_, at) => plus(first, at * span[kind]));
  };

  const fill = (select, choices, chosen) => {
    select.replaceChildren(...choices.map(([value, words]) => {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = words;
      return option;
    }));
    const values = choices.map(([value]) => value);
    select.value = values.includes(chosen) ? chosen : values[0];
    return select.value;
  };

  const loadArea = window.placeLoader(held.files);

  // Each choice narrows the next to what the release holds; a choice that is not there becomes the first that is.
  const settle = async (wanted) => {
    const has = (area, code, kind) => Object.hasOwn(held.series, [area, code, kind].join("|"));
    const state = { area: fill(by("area"), held.areas, wanted.area) };
    await loadArea(state.area);
    const entry = () => held.series[[state.area, state.characteristic, state.class].join("|")];
    const kinds = held.classes.filter(([kind]) => has(state.area, "all", kind));
    state.class = fill(by("class"), kinds, wanted.class);
    const codes = held.characteristics.filter(([code]) => has(state.area, code, state.class));
    state.characteristic = fill(by("characteristic"), codes, wanted.characteristic);
    const measures = held.measures.filter(([measure]) => Object.keys(entry()[measure]).length);
    state.show = fill(by("show"), measures, wanted.show);
    const there = Object.keys(periodNames).filter((kind) => entry()[state.show][kind]);
    const offered = there.map((kind) => [kind, kind === entry().finest ? `${periodNames[kind]} (finest safe)` : periodNames[kind]]);
    state.by = fill(by("by"), offered, wanted.by ?? (there.includes(entry().finest) ? entry().finest : there.at(-1)));
    const starts = startsOf(entry()[state.show][state.by], state.by);
    const at = (month) => starts.findLast((start) => start <= month);
    state.from = fill(by("from"), starts.map((start) => [start, monthName(start)]), wanted.from && at(wanted.from));
    const ends = starts.filter((start) => start >= state.from).map((start) => plus(start, span[state.by] - 1));
    const last = wanted.to && ends.find((end) => end >= wanted.to);
    state.to = fill(by("to"), ends.map((end) => [end, monthName(end)]), last ?? ends.at(-1));
    return state;
  };

  const shown = () => {
    const [, values, markers, lower, upper] = entry()[state.show][state.by];
    return startsOf(entry()[state.show][state.by], state.by)
      .map((start, at) => ({ start, name: periodName(start, state.by), value: values[at], marker: markers[at] ?? "", lower: lower?.[at] ?? null, upper: upper?.[at] ?? null }))
      .filter(({ start }) => start >= state.from && plus(start, span[state.by] - 1) <= state.to);
  };

  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("$", "&#36;");

  const figure = () => {
    const places = figures.map((_, at) => at);
    const { top, ticks } = window.scaleFor(Math.max(0, ...figures.map(({ value, upper }) => upper ?? value ?? 0)));
    const every = Math.ceil(figures.length / (by("view-chart").clientWidth < 560 ? 4 : 7));
    const isProvisional = ({ start }) => state.by === "month" && `${start}-01` > held.lastComplete;
    const shape = (at, run, marker) => ({
      type: "rect", xref: "x", yref: "paper", x0: at - 0.5, x1: at + run - 0.5, y0: 0, y1: 1, layer: "below",
      fillcolor: "#eceef0", line: { width: 1, color: "#6b747c", dash: marker.includes("[c]") ? "dot" : "solid" },
    });
    const words = (x, y, text, more) => ({ x, y, xref: "x", yref: "paper", text, showarrow: false, font: { size: 13, color: "#1d2329" }, ...more });
    const shapes = [];
    const annotations = [];
    for (let at = 0; at < figures.length; ) {
      let run = 1;
      const { value, marker } = figures[at];
      if (value === null) {
        while (at + run < figures.length && figures[at + run].value === null && figures[at + run].marker === marker) run += 1;
        shapes.push(shape(at, run, marker));
        if (run * 40 >= figures.length) annotations.push(words(at + (run - 1) / 2, 0.5, inWords(null, marker), { textangle: -90 }));
      }
      at += run;
    }
    entry().events.forEach(([day, , ], index) => {
      const month = day.slice(0, 7);
      const at = figures.findIndex(({ start }) => start <= month && plus(start, span[state.by] - 1) >= month);
      if (at < 0) return;
      shapes.push({ type: "line", xref: "x", yref: "paper", x0: at, x1: at, y0: 0, y1: 1, layer: "below", line: { color: "#6b747c", width: 1, dash: "dot" } });
      annotations.push(words(at, 1, String(index + 1), { yanchor: "bottom" }));
    });
    const provisional = figures.findIndex(isProvisional);
    if (provisional >= 0) annotations.push(words(figures.length - 1, 1, "provisional: month not complete", { xanchor: "right", yanchor: "bottom", yshift: 12 }));
    const line = (isLater) => figures.map((one) => (isProvisional(one) === isLater ? one.value : null));
    const hovered = { customdata: figures.map(({ name }) => escaped(name)), hovertemplate: "%{customdata}: %{y:,}<extra></extra>", cliponaxis: false };
    const data = [
      ...(figures.some(({ lower }) => lower !== null)
        ? [{
            type: "scatter", mode: "markers", x: places, y: figures.map(({ value }) => value), marker: { size: 1, color: "#6b747c" }, hoverinfo: "skip",
            error_y: {
              type: "data", symmetric: false, color: "#6b747c", thickness: 2, width: 0,
              array: figures.map(({ value, upper }) => (upper === null ? 0 : upper - value)),
              arrayminus: figures.map(({ value, lower }) => (lower === null ? 0 : value - lower)),
            },
          }]
        : []),
      { type: "scatter", mode: "lines+markers", x: places, y: line(false), line: { color: "#12436d", width: 2 }, marker: { size: 7, color: "#12436d" }, ...hovered },
      { type: "scatter", mode: "markers", x: places, y: line(true), marker: { size: 8, color: "#ffffff", line: { color: "#12436d", width: 2 } }, ...hovered },
    ];
    const axis = { fixedrange: true, zeroline: false, showgrid: false, ticks: "", automargin: false };
    const label = (start) => (state.by === "year_ending_march" ? `Mar<br>${plus(start, 11).slice(0, 4)}` : `${monthName(start).slice(0, 3)}<br>${start.slice(0, 4)}`);
    const layout = {
      template: {}, height: 380, autosize: true, margin: { l: 56, r: 16, t: 40, b: 44 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif', size: 14, color: "#4d5761" },
      showlegend: false, dragmode: false, hovermode: "closest", shapes, annotations,
      hoverlabel: { bgcolor: "#1d2329", bordercolor: "#1d2329", font: { color: "#ffffff", size: 14 } },
      xaxis: { ...axis, range: [-0.6, figures.length - 0.4], linecolor: "#4d5761", showline: true, tickvals: places.filter((at) => at % every === 0), ticktext: places.filter((at) => at % every === 0).map((at) => label(figures[at].start)) },
      yaxis: { ...axis, range: [0, top], showgrid: true, gridcolor: "#d5dadf", tickvals: ticks, ticktext: ticks.map(number) },
    };
    return { data, layout };
  };

  const cell = (kind, words) => {
    const made = document.createElement(kind);
    made.textContent = words;
    return made;
  };
  const marked = (mark, words) => {
    const made = cell("li", ` ${words}`);
    made.prepend(cell("strong", mark));
    return made;
  };
  const nameOf = (choices, value) => choices.find(([code]) => code === value)?.[1] ?? value;
  const address = () => `#${new URLSearchParams(keys.map((key) => [key, state[key]]))}`;

  const show = async () => {
    figures = shown();
    const place = nameOf(held.areas, state.area);
    const kind = nameOf(held.characteristics, state.characteristic);
    const over = figures.length ? `${monthName(state.from)} to ${monthName(state.to)}` : "";
    by("view-heading").textContent = `${kind}: ${place}, ${over}`;
    by("view-subtitle").textContent = `${nameOf(held.measures, state.show)} to police, ${nameOf(held.classes, state.class).toLowerCase()}, by ${periodNames[state.by].toLowerCase()}`;
    by("view-said").textContent = entry().said;
    by("view-events").replaceChildren(...entry().events.flatMap(([day, when, what], index) => {
      const month = day.slice(0, 7);
      return month >= state.from && month <= state.to ? [marked(index + 1, `${when}: ${what}`)] : [];
    }));
    const hidden = figures.filter(({ value, marker }) => value === null && marker.includes("[c]")).length;
    by("view-gaps").textContent = hidden ? `${hidden} of ${figures.length} figures ${hidden === 1 ? "is" : "are"} ${held.hidden}, which is not zero.` : "";
    by("view-caption").textContent = `${by("view-heading").textContent}. ${by("view-subtitle").textContent}`;
    by("view-rows").replaceChildren(...figures.map((one) => {
      const row = document.createElement("tr");
      const name = cell("th", one.name);
      name.scope = "row";
      row.append(name, cell("td", inWords(one.value, one.marker)), cell("td", one.lower === null ? "" : number(one.lower)), cell("td", one.upper === null ? "" : number(one.upper)));
      return row;
    }));
    by("step").max = Math.max(0, figures.length - 1);
    by("step").value = figures.length - 1;
    step();
    by("view-chart").setAttribute("aria-label", `Chart. ${by("view-caption").textContent}. The figures are in the table below.`);
    await window.loadPlotly();
    const { data, layout } = window.inPageColours(JSON.stringify(figure()), held.colours);
    await window.Plotly.react(by("view-chart"), data, layout, held.config);
    page.dataset.shown = location.hash;
  };
  const step = () => {
    const one = figures[Number(by("step").value)];
    const said = one ? `${one.name}: ${inWords(one.value, one.marker)}` : "";
    by("step-said").textContent = said;
    by("step").setAttribute("aria-valuetext", said);
  };

  const page = document.body;
  // The latest choice wins, however long the figures of an earlier one take to load.
  let turn = 0;
  const choose = async (wanted) => {
    turn += 1;
    const mine = turn;
    try {
      const settled = await settle(wanted);
      if (mine !== turn) return;
      state = settled;
      history.replaceState(null, "", address());
      await show();
    } catch {
      by("failed").hidden = false;
    }
  };
  const open = () => choose(Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
  by("choices").addEventListener("change", () => {
    const wanted = Object.fromEntries(keys.map((key) => [key, by(key).value]));
    for (const key of wanted.by === state.by ? [] : ["from", "to"]) wanted[key] = state[key];
    // Another place or characteristic may stand at another grain: take its own finest, unless one was chosen.
    if (["area", "characteristic", "class", "show"].some((key) => wanted[key] !== state[key])) delete wanted.by;
    choose(wanted);
  });
  by("step").addEventListener("input", step);
  window.addEventListener("hashchange", open);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);

  const quoted = (text) => `"${String(text).replace(/^[=+\-@\t\r\n＝＋－＠]/, "'$&").replaceAll('"', '""')}"`;
  const fileName = () => [state.area, state.characteristic, state.class, state.show, state.by].join("-").replace(/[^\w-]+/g, "_");
  by("save-csv").addEventListener("click", () => {
    const head = ["measure", "area_code", "area_name", "characteristic", "record_class", "period_type", "period_start", "value", "lower_ci", "upper_ci", "marker", "source"];
    const rows = figures.map((one) => [
      state.show, quoted(state.area), quoted(nameOf(held.areas, state.area)), state.characteristic, state.class, state.by,
      `${one.start}-01`, one.value ?? "", one.lower ?? "", one.upper ?? "", one.marker, quoted(held.source),
    ].join(","));
    window.save(new Blob(["\ufeff", [head.join(","), ...rows].join("\r\n"), "\r\n"], { type: "text/csv" }), `${fileName()}.csv`);
  });
  // Plotly's own way to a picture sets style attributes, which the policy of the page refuses: its drawing is copied.
  for (const kind of ["png", "svg"]) {
    by(`save-${kind}`).addEventListener("click", async () => {
      const { data, layout } = figure();
      const bench = document.createElement("div");
      bench.className = "bench";
      document.body.append(bench);
      await window.Plotly.newPlot(bench, data, { ...layout, width: 1136 }, { ...held.config, responsive: false });
      const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      for (const [name, value] of [["height", layout.height], ["data-left", 0], ["data-right", 0]]) drawing.setAttribute(name, value);
      for (const layer of bench.querySelectorAll("svg.main-svg")) drawing.append(layer.cloneNode(true));
      window.Plotly.purge(bench);
      bench.remove();
      const lines = [...by("view-events").children].map((line) => line.textContent);
      const picture = window.picture(drawing, {
        title: by("view-heading").textContent,
        subtitle: by("view-subtitle").textContent,
        notes: [...lines, by("view-gaps").textContent, held.source].filter(Boolean),
      });
      await window.savePicture(picture, kind, fileName());
    });
  }
  by("copy-link").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      by("told").textContent = "Link copied.";
    } catch {
      by("told").textContent = "Copy the address above: it holds this view.";
    }
  });

  by("choices").hidden = false;
  by("view").hidden = false;
  open();
})();
