// What a reader of the page of questions sees and does.
"use strict";

(() => {
  const { held, table, areaName, monthName, lowerFirst, rowName, cellOf, seriesOf, under, heading, nearText, caveatsOf, asText, ask } = window.asking;
  const by = (id) => document.getElementById(id);
  const made = (kind, words, more = {}) => Object.assign(document.createElement(kind), { textContent: words, ...more });
  const monthsAsked = (start, end) => (start === end ? monthName(start) : `${monthName(start)} to ${monthName(end)}`);
  const questionFor = ({ key: [area, characteristic, kind], figure }) => {
    const place = held.choices.place.find(([, name]) => name === areaName(area))?.[0] ?? area;
    return [table.characteristics[characteristic], place, monthsAsked(figure.start, figure.end), ...(kind === "crime" ? [] : ["non-crime incidents"])].join(", ");
  };
  const asking = (words, question) => {
    const button = made("button", words, { type: "button", className: "action" });
    button.addEventListener("click", () => { location.hash = address(question); });
    return button;
  };
  let reply = null;
  const tableOf = (one) => {
    const whole = made("table", "");
    const [over, figures] = under(one);
    whole.append(made("caption", [heading(one.key, one.start, one.end), over].filter(Boolean).join(". ")));
    const head = document.createElement("tr");
    head.append(...["Period", "Reports"].map((words) => made("th", words, { scope: "col" })));
    const rows = figures.map((figure) => {
      const row = document.createElement("tr");
      row.append(made("th", rowName(figure), { scope: "row" }), made("td", cellOf(figure)));
      return row;
    });
    const [top, body] = [document.createElement("thead"), document.createElement("tbody")];
    top.append(head);
    body.append(...rows);
    whole.append(top, body);
    const scroll = made("div", "", { className: "scroll", tabIndex: 0 });
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", whole.caption.textContent);
    scroll.append(whole);
    return scroll;
  };
  // A chart of the figures of the table: months between them that have none are gaps in it.
  const short = (index) => held.monthNames[index % 12].slice(0, 3);
  const labelOf = ({ start, end }) => {
    const year = String(Math.floor(end / 12));
    if (end - start === 11) return [`to ${short(end)}`, year];
    return [start === end ? short(end) : `${short(start)}–${short(end)}`, year];
  };
  const chartOf = (one) => {
    const [, figures] = under(one);
    if (figures.length < held.leastDrawn || figures.every(({ value }) => value === null)) return [];
    const step = one.others.length ? 12 : figures[0].months;
    const changes = seriesOf(one.key).breaks.filter(([month]) => figures[0].end < month && month <= figures.at(-1).end);
    const items = [];
    let before = null;
    for (const figure of figures) {
      for (let end = before ? before.end + step : figure.end; end < figure.end; end += step) {
        items.push({ value: null, gap: held.gaps[""], label: labelOf({ start: end - figure.months + 1, end }), isBreak: false });
      }
      items.push({
        value: figure.value, gap: figure.value === null ? cellOf(figure) : "", label: labelOf(figure), isProvisional: figure.end > table.complete,
        isBreak: before !== null && changes.some(([month]) => before.end < month && month <= figure.end),
      });
      before = figure;
    }
    const chart = made("div", "", { className: "chart" });
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", `Bar chart. ${heading(one.key, one.start, one.end)}. The figures are in the table below.`);
    chart.append(window.barsOf(items));
    const notes = [...(items.some(({ isProvisional }) => isProvisional) ? [`Hatched bar: ${held.provisional}.`] : []), ...changes.map(([, what]) => `Dashed line: ${lowerFirst(what)}`)];
    return [chart, ...notes.map((words) => made("p", words, { className: "note" }))];
  };
  const section = (one) => {
    const part = made("section", "", { className: "panel answer" });
    part.append(made("p", `Understood: ${heading(one.key, one.start, one.end)}.`, { className: "subtitle" }), made("h2", one.sentence));
    if (one.comparison) part.append(made("p", one.comparison));
    const may = document.createElement("p");
    may.append(made("strong", held.inPublic), ` ${one.inPublic}`);
    part.append(may);
    if (one.near.length) {
      const list = document.createElement("ul");
      list.append(...one.near.map((near) => {
        const item = document.createElement("li");
        item.append(asking(nearText(near), questionFor(near)));
        return item;
      }));
      part.append(made("p", held.nearest), list);
    }
    if (under(one)[1].length) {
      const drawn = made("div", "", { className: "drawn" });
      drawn.append(...chartOf(one), tableOf(one));
      part.append(drawn);
    }
    if (one.why) part.append(made("p", one.why, { className: "note" }));
    const [area, characteristic, kind] = one.key;
    const closer = made("p", "", { className: "onward" });
    closer.append(made("a", `Explore ${lowerFirst(table.characteristics[characteristic])}, ${areaName(area)}`, { href: `explore.html#${new URLSearchParams({ area, characteristic, class: kind })}` }));
    const pack = kind === "crime" ? held.packs[`${area}|${characteristic}`] : undefined;
    if (pack?.length) closer.append(...pack.flatMap(([words, href]) => [" · ", made("a", words, { href })]));
    else if (pack) {
      closer.append(document.createElement("br"), made("span", `${held.packNote} `, { className: "note" }));
      closer.append(made("code", `hatecrime briefing --characteristic ${characteristic} --area ${area}`));
    }
    part.append(closer);
    return part;
  };
  const show = () => {
    const parts = [];
    if (reply.refused) {
      parts.push(made("h2", reply.refused), made("p", reply.instead));
      if (reply.ask) {
        const line = made("p", `${held.ask}: `);
        line.append(asking(reply.ask, reply.ask));
        parts.push(line);
      }
    }
    else {
      parts.push(...reply.remarks.map((words) => made("p", words, { className: "note" })), ...reply.answers.map(section));
      const list = made("ul", "", { className: "plain" });
      list.append(...caveatsOf(reply).map((words) => made("li", words)));
      parts.push(made("h2", "What to bear in mind"), list, made("p", held.source, { className: "note" }));
    }
    by("reply").replaceChildren(...parts);
    by("reply-tools").hidden = false;
    by("save-csv").hidden = !reply.answers.length;
    by("told").textContent = "";
  };
  const address = (question) => new URLSearchParams({ q: question }).toString();
  let turn = 0;
  const open = async () => {
    turn += 1;
    const mine = turn;
    const question = new URLSearchParams(location.hash.slice(1)).get("q") ?? "";
    by("question").value = question;
    if (question.trim()) {
      try {
        const found = await ask(question);
        if (mine !== turn) return;
        reply = found;
        show();
      } catch {
        by("failed").hidden = false;
      }
    }
    document.body.dataset.shown = location.hash;
  };
  for (const [id, choices] of Object.entries(held.choices)) {
    by(id).replaceChildren(...choices.map(([value, words]) => made("option", words, { value })));
    by(id).addEventListener("change", () => {
      by("question").value = ["kind", "place", "period"].map((one) => by(one).value).join(", ");
      location.hash = address(by("question").value);
    });
  }
  by("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const next = address(by("question").value);
    if (location.hash.slice(1) === next) open();
    else location.hash = next;
  });
  window.addEventListener("hashchange", open);

  const copy = async (text, done, otherwise) => {
    try {
      await navigator.clipboard.writeText(text);
      by("told").textContent = done;
    } catch {
      by("told").textContent = otherwise;
    }
  };
  by("print").addEventListener("click", () => window.print());
  by("copy-text").addEventListener("click", () => copy(asText(reply), "Answer copied.", "Copying is not allowed here: mark the answer above and copy it."));
  by("copy-link").addEventListener("click", () => copy(location.href, "Link copied.", "Copy the address above: it holds this question."));
  const quotedCell = (text) => `"${String(text).replace(/^[=+\-@\t\r\n＝＋－＠]/, "'$&").replaceAll('"', '""')}"`;
  const day = (index, next) => new Date(Date.UTC(Math.floor(index / 12), (index % 12) + next, next ? 0 : 1)).toISOString().slice(0, 10);
  by("save-csv").addEventListener("click", () => {
    const head = ["area_code", "area_name", "characteristic", "record_class", "period_start", "period_end", "value", "marker", "release_id", "stamp"];
    const seen = new Map();
    for (const { key, figure, shown, others, near } of reply.answers) {
      for (const one of [...(figure ? [{ key, figure }] : []), ...[...shown, ...others].map((found) => ({ key, figure: found })), ...near]) {
        seen.set(JSON.stringify([one.key, one.figure.start, one.figure.end]), one);
      }
    }
    const rows = [...seen.values()].map(({ key: [area, characteristic, kind], figure }) => [
      quotedCell(area), quotedCell(areaName(area)), characteristic, kind, day(figure.start, 0), day(figure.end, 1), figure.value ?? "", figure.marker, quotedCell(held.release), quotedCell(held.stamp),
    ].join(","));
    window.save(new Blob(["\ufeff", [head.join(","), ...rows].join("\r\n"), "\r\n"], { type: "text/csv" }), "hate-crime-figures.csv");
  });

  by("example").textContent = held.help.example;
  by("ask").hidden = false;
  open();
})();
