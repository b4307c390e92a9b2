// The reply to a question: the twin of dashboards/asking/replying.py. It chooses among sentences that were made where
// the command line makes them: a script forms none about figures.
"use strict";

(() => {
  const { held, table, mod, same, fill, areaName, named, understand } = window.asking;
  const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const lowerFirst = (text) => text.slice(0, 1).toLowerCase() + text.slice(1);
  const without = (text) => (text.startsWith("the ") ? text.slice(4) : text);
  const rowName = ({ start, end }) => capital(without(named(start, end)));
  const number = (value) => value.toLocaleString("en-GB");
  const cellOf = ({ value, marker }) => {
    if (value !== null) return `${number(value)} ${marker}`.trimEnd();
    return held.gaps[marker.includes("[c]") ? "[c]" : marker.includes("[z]") ? "[z]" : ""];
  };

  // Figures and the reply: dashboards/asking/replying.py.
  const areas = new Map();
  window.askArea = (code, { series, texts }) => {
    for (const one of Object.values(series)) {
      one.figures = one.figures.map(([start, end, value, marker, sentence, comparison, notes]) => ({
        start, end, value, marker, months: end - start + 1, sentence: texts[sentence], comparison: texts[comparison], notes: texts[notes].split(" ").filter(Boolean),
      }));
    }
    areas.set(code, series);
  };
  const seriesOf = ([area, characteristic, kind]) => areas.get(area)[`${characteristic}|${kind}`];
  const figureFor = (key, start, end) => seriesOf(key)?.figures.find((one) => one.start === start && one.end === end);
  const finest = (within) => {
    const least = Math.min(...within.map(({ months }) => months));
    const kept = [];
    for (const one of within.filter(({ months }) => months === least).sort((a, b) => b.end - a.end)) {
      if (!kept.length || one.end < kept.at(-1).start) kept.push(one);
    }
    return kept.reverse();
  };
  const nearby = (key, start, end) => {
    const printed = seriesOf(key).figures.filter(({ value }) => value !== null);
    const inside = printed.filter((one) => start <= one.start && one.end <= end).sort((a, b) => b.months - a.months || b.start - a.start);
    const around = printed.filter((one) => one.start <= start && end <= one.end).sort((a, b) => a.months - b.months || a.start - b.start);
    const found = [...inside.slice(0, 1), ...around.slice(0, 1)].map((figure) => ({ key, figure }));
    for (const wider of [[table.force, key[1], key[2]], [key[0], "all", key[2]]]) {
      const figure = same(wider, key) ? undefined : figureFor(wider, start, end);
      if (figure && figure.value !== null) found.push({ key: wider, figure });
    }
    return found;
  };
  const otherYears = (figures, { months, end }) => {
    const found = figures.filter((one) => one.months === months && mod(one.end - end, 12) === 0);
    return found.length >= held.leastDrawn ? found.slice(-held.mostYears) : [];
  };
  const under = ({ figure, shown, others }) => (others.length ? [held.otherYears, others] : [figure ? "" : held.within, shown]);
  const answerTo = (key, start, end) => {
    const { figures, unpublished, least, why } = seriesOf(key);
    const figure = figureFor(key, start, end);
    const printed = figure !== undefined && figure.value !== null;
    const called = named(start, end);
    const when = `${called.startsWith("the ") || start === end ? "in" : "from"} ${called}`;
    const sentence = figure ? figure.sentence : fill(unpublished, { when });
    const within = figures.filter((one) => start <= one.start && one.end <= end);
    const standing = within.filter(({ months }) => months >= least);
    const shown = within.length ? finest(standing.length ? standing : within) : [];
    return {
      key, start, end, figure, sentence,
      comparison: figure?.comparison ?? "",
      inPublic: held.notThisRelease || (printed ? fill(held.yes, { sentence }) : figure ? held.noNumber : held.noFigure),
      shown,
      others: figure && shown.length < held.leastDrawn ? otherYears(figures, figure) : [],
      near: printed ? [] : nearby(key, start, end),
      why,
      caveats: [...new Set((figure ? [figure] : figures).flatMap(({ notes }) => notes))].map((note) => held.notes[note]),
    };
  };
  const heading = ([area, characteristic, kind], start, end) =>
    [table.characteristics[characteristic] ?? characteristic, areaName(area), without(named(start, end)), lowerFirst(table.classNames[kind])].join(", ");
  const nearText = ({ key, figure }) =>
    `${heading(key, figure.start, figure.end)}: ${figure.value ? held.about : ""}${number(figure.value)} ${figure.value === 1 ? "report" : "reports"}`;
  const replyTo = (found) => {
    if (found.refused) {
      const slots = { ...found.slots, ...held.help };
      const [text, instead] = held.replies[found.refused];
      return { refused: fill(text, slots), instead: fill(instead, slots), ask: found.instead, remarks: [], answers: [] };
    }
    const keys = found.areas.flatMap((area) => found.characteristics.flatMap((code) => found.classes.map((kind) => [area, code, kind])));
    return {
      refused: "", instead: "", ask: "",
      remarks: found.remarks.map(([reply, slots]) => fill(held.replies[reply][0], slots)),
      answers: keys.flatMap((key) => found.readings.map(([start, end]) => answerTo(key, start, end))),
    };
  };
  const caveatsOf = (reply) => [...new Set(reply.answers.flatMap(({ caveats }) => caveats))];
  const asText = (reply) => {
    if (reply.refused) return [reply.refused, reply.instead, ...(reply.ask ? [`${held.ask}: ${reply.ask}`] : [])].join("\n");
    const lines = reply.answers.map((one) => `Understood: ${heading(one.key, one.start, one.end)}.`);
    lines.push(...reply.remarks);
    reply.answers.forEach((one, at) => {
      lines.push("", reply.answers.length > 1 ? `${at + 1}. ${one.sentence}` : one.sentence);
      if (one.comparison) lines.push(one.comparison);
      lines.push(`${held.inPublic} ${one.inPublic}`);
      if (one.near.length) lines.push(held.nearest, ...one.near.map((near) => `- ${nearText(near)}`));
      const [over, rows] = under(one);
      if (rows.length) lines.push("", ...(over ? [over] : []), ...rows.map((figure) => `${rowName(figure)}  ${cellOf(figure)}`));
      if (one.why) lines.push("", one.why);
    });
    lines.push("", ...caveatsOf(reply), held.source);
    return lines.join("\n");
  };

  const load = window.placeLoader(held.files);
  const ask = async (question) => {
    const found = understand(question);
    if (!found.refused) await Promise.all([...new Set([table.force, ...found.areas])].map(load));
    return replyTo(found);
  };
  window.askInText = async (question) => asText(await ask(question));

  Object.assign(window.asking, { lowerFirst, rowName, number, cellOf, seriesOf, under, heading, nearText, caveatsOf, asText, ask });
})();
