// A question in words, read as dashboards/asking reads it: the twin of words.py, spelling.py, windows.py and
// understanding.py, by the same table of words and rules.
"use strict";

(() => {
  const held = JSON.parse(document.getElementById("asking").textContent);
  const { table } = held;
  const phrases = new Map(table.phrases.map(([said, ...meaning]) => [said, meaning]));
  const known = new Set(table.known);
  const has = (object, key) => Object.hasOwn(object, key);
  const mod = (value, by) => ((value % by) + by) % by;
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const fill = (template, slots) => Object.entries(slots).reduce((text, [name, words]) => text.replaceAll(`{${name}}`, () => words), template);

  // Words: dashboards/asking/words.py.
  const OMITTED = new Set(["the", "of", "a", "an"]);
  const TOKEN = /[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\/[0-9]{1,2}\/[0-9]{4}|[0-9]{4}[/-][0-9]{1,4}|[0-9]{1,2}[/-][0-9]{2,4}|[\p{L}\p{N}]+|-/gu;
  const isFigure = (word) => word[0] >= "0" && word[0] <= "9";
  const split = (text) => {
    let plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    plain = plain.replace(/['’‘`]s(?![\p{L}\p{N}_])/gu, "").replace(/['’‘`]/g, "");
    plain = plain.replace(/(?<![\p{L}\p{N}_])fy(?=[0-9])/gu, "fy ").replaceAll("%", " percent ").replaceAll("&", " and ").replaceAll("+", " plus ");
    plain = plain.replace(/[‐-―−]/g, "-").replace(/([0-9]),(?=[0-9]{3}(?![\p{L}\p{N}_]))/gu, "$1");
    const found = [];
    for (const word of plain.match(TOKEN) ?? []) {
      const years = /^([0-9]{4})-([0-9]{4})$/.exec(word);
      if (years && Number(years[2]) !== Number(years[1]) + 1) found.push(years[1], "to", years[2]);
      else if (!OMITTED.has(word)) found.push(word);
    }
    const dated = found.map((word) => isFigure(word) || has(table.months, word));
    return found.flatMap((word, at) => {
      if (word !== "-") return [word];
      return at > 0 && at < found.length - 1 && dated[at - 1] && dated[at + 1] ? ["to"] : [];
    });
  };
  const stem = (word) => (word.length > 3 && word.at(-1) === "s" && word.at(-2) !== "s" ? word.slice(0, -1) : word);
  // Words with a capital, where not all are capitals: they may be names.
  const namesIn = (text) => {
    const plain = text.normalize("NFKD").replace(/\p{M}/gu, "");
    if (!/\p{Ll}/u.test(plain)) return new Set();
    return new Set((plain.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => /^\p{Lu}/u.test(word)).map((word) => word.toLowerCase()));
  };
  const rootOf = (word) => {
    const left = word.slice(0, word.length - table.endings.find((one) => word.endsWith(one)).length);
    return left.length >= 4 ? left : "";
  };
  const phraseOf = (words) => words.map(stem).join(" ");

  // Slips: dashboards/asking/spelling.py.
  const edits = (one, other, most) => {
    let before = [];
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let i = 1; i <= one.length; i += 1) {
      const earlier = before;
      before = row;
      row = [i];
      for (let j = 1; j <= other.length; j += 1) {
        let cost = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) cost = Math.min(cost, earlier[j - 2] + 1);
        row.push(cost);
      }
      if (Math.min(...row) > most) return most + 1;
    }
    return row.at(-1);
  };
  const nearest = (word) => {
    if (word.length < 4 || /[^\u0000-\u007f]/.test(word)) return [];
    let best = word.length >= 8 ? 2 : 1;
    let found = [];
    for (const one of table.correctable) {
      if (Math.abs(one.length - word.length) > best || (one[0] !== word[0] && one.slice(0, 2) !== word[1] + word[0])) continue;
      if (word.length === 4 && !same([...one].sort(), [...word].sort())) continue;
      const distance = edits(word, one, best);
      if (distance < best) [best, found] = [distance, [one]];
      else if (distance === best) found.push(one);
    }
    return found;
  };
  const isBound = (words, at) => table.bindsNext.includes(words[at - 1]) || (at + 1 < words.length && table.boundBy.includes(stem(words[at + 1])));
  const corrected = (words, found) => {
    const right = [];
    const unknown = [];
    const binding = [];
    words.forEach((word, at) => {
      if (known.has(stem(word)) || isFigure(word) || /^[qh][1-4]$/.test(word)) right.push(word);
      else if (has(table.short, word)) right.push(...table.short[word].split(" "));
      else if (has(table.joined, word)) right.push(...table.joined[word].split(" "));
      else if (has(table.roots, rootOf(word))) right.push(table.roots[rootOf(word)]);
      else {
        const near = nearest(word);
        if (near.length === 1) {
          remark(found, "spelling", { words: word, meant: near[0] });
          right.push(near[0]);
        } else {
          unknown.push(word);
          if (isBound(words, at)) binding.push(word);
        }
      }
    });
    return [right, unknown, binding];
  };

  // Periods in words: dashboards/asking/windows.py. A month is its number since year 0.
  const YEAR = /^(19|20)[0-9][0-9]$/;
  const firstYears = (span) => span.readings.map(([, ...months]) => months);
  const dateOf = (word) => {
    let year = 0, month = 0, day = 0, parts;
    if ((parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(word))) [, year, month, day] = parts.map(Number);
    else if ((parts = /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})$/.exec(word))) [, day, month, year] = parts.map(Number);
    else if ((parts = /^([0-9]{1,2})[/-]([0-9]{4})$/.exec(word))) [, month, year] = parts.map(Number);
    else if ((parts = /^([0-9]{2}|[0-9]{4})([/-])([0-9]{1,4})$/.exec(word))) {
      year = Number(parts[1]) + (parts[1].length === 2 ? 2000 : 0);
      month = Number(parts[3]);
      const follows = month === year + 1 || (parts[3].length === 2 && month === (year + 1) % 100);
      if (follows && !(parts[2] === "-" && month >= 1 && month <= 12)) return ["years", { Y: year }];
      if (follows) return ["either", { Y: year, M: month - 1 }];
      if (parts[1].length === 2) month = 0;
    }
    return month >= 1 && month <= 12 ? ["iso", { Y: year, M: month - 1, ...(day ? { D: day } : {}) }] : ["", {}];
  };
  const slotOf = (kind, word) => {
    if (["years", "iso", "either"].includes(kind)) {
      const [found, slots] = dateOf(word);
      return found === kind ? slots : null;
    }
    if (kind === "year") return YEAR.test(word) ? { Y: Number(word) } : null;
    if (kind === "yy") return /^[0-4][0-9]$/.test(word) ? { Y: 2000 + Number(word) } : null;
    if (kind === "day") {
      const day = /^([0-9]{1,2})(st|nd|rd|th)?$/.exec(word);
      return day && Number(day[1]) >= 1 && Number(day[1]) <= 31 ? {} : null;
    }
    const from = (names) => (has(names, word) ? names[word] : null);
    let size;
    if (kind === "month") size = from(table.months);
    else if (kind === "q" || kind === "h") size = /^(q[1-4]|h[12])$/.test(word) && word[0] === kind ? Number(word[1]) : null;
    else if (kind === "ordinal" || kind === "half") {
      size = from(table.ordinals);
      if (kind === "half" && size !== 1 && size !== 2) size = null;
    } else size = /^[1-9][0-9]{0,2}$/.test(word) ? Number(word) : from(table.numbers);
    return size === null ? null : { [kind === "month" ? "M" : "n"]: size };
  };
  const isMonth = (words, at) => {
    const before = at ? words[at - 1] : "";
    const after = at + 1 < words.length ? words[at + 1] : "";
    return table.mayBefore.includes(before) || (before !== "" && isFigure(before)) || YEAR.test(after);
  };
  const fits = (part, words, at, slots) => {
    const word = words[at];
    if (!part.startsWith("{")) return part.split("|").includes(word);
    const found = slotOf(part.slice(1, -1), word);
    if (found === null || (word === "may" && !isMonth(words, at))) return false;
    Object.assign(slots, found);
    return true;
  };
  const fixed = (month) => {
    const end = table.complete;
    const over = end + 1;
    return {
      1: 1, E: end, F: table.first, C: end - mod(end, 12), A: end - mod(end - 3, 12), J: over - mod(over, 12) - 12,
      K: over - mod(over - 3, 12) - 12, B: end - mod(end, 3), Q: over - mod(over, 3) - 3,
      L: month === undefined ? end : end - mod(end - month, 12),
      ...Object.fromEntries([...table.latest].map((letter, at) => [letter, end - mod(end - at, 12)])),
    };
  };
  const sum = (expression, values) => Object.entries(expression).reduce((total, [name, size]) => total + values[name] * size, 0);
  const match = (words, at) => {
    let best = [0, null];
    for (const [written, readings] of table.patterns) {
      if (written.length <= best[0] || at + written.length > words.length) continue;
      const slots = {};
      if (!written.every((part, step) => fits(part, words, at + step, slots))) continue;
      const values = { ...slots, ...fixed(slots.M) };
      const found = [];
      for (const [kind, first, last] of readings) {
        const reading = [kind, sum(first, values), sum(last, values)];
        if (!found.some((one) => same(one.slice(1), reading.slice(1)))) found.push(reading);
      }
      const bare = same(written, ["{month}"]) || same(written, ["{day}", "{month}"]) ? slots.M : null;
      const relative = readings.some(([, first, last]) => [...Object.keys(first), ...Object.keys(last)].some((name) => table.relative.includes(name)));
      const whole = written.includes("{day}") || has(slots, "D");
      best = [written.length, { readings: found, words: words.slice(at, at + written.length).join(" "), bare, relative, whole }];
    }
    return best;
  };
  const opened = (link, span) => {
    const readings = [];
    for (const [kind, start, end] of span.readings) {
      const after = {
        since: [[kind, start, table.complete]],
        from: [[kind, start, end], [kind, start, table.complete]],
        after: [[kind, end + 1, table.complete]],
        until: [[kind, table.first, end]],
        to: [[kind, table.first, end]],
        before: [[kind, table.first, start - 1]],
      };
      const already = readings.map((one) => one.slice(1));
      readings.push(...(has(after, link) ? after[link] : [[kind, start, end]]).filter((one) => !already.some((other) => same(other, one.slice(1)))));
    }
    const isOpened = ["since", "from", "after", "until", "to", "before"].includes(link);
    return { readings, words: isOpened ? `${link} ${span.words}` : span.words, bare: null, relative: span.relative, whole: span.whole };
  };
  const rangeOf = (left, right) => {
    const readings = [];
    if (left.bare !== null) {
      for (const [kind, , end] of right.readings) readings.push([kind, end - mod(end - left.bare, 12), end]);
    } else if (right.bare !== null) {
      for (const [kind, start] of left.readings) readings.push([kind, start, start + mod(right.bare - start, 12)]);
    } else {
      for (const [kind, start] of left.readings) {
        for (const [other, , end] of right.readings) {
          const joins = kind === other || !kind || !other;
          if (joins && !firstYears({ readings }).some((one) => same(one, [start, end]))) readings.push([kind || other, start, end]);
        }
      }
    }
    const relative = (left.relative && left.bare === null) || (right.relative && right.bare === null) || (left.bare !== null && right.bare !== null);
    return { readings, words: `${left.words} to ${right.words}`, bare: null, relative, whole: left.whole || right.whole };
  };
  const isSpan = (item) => item !== null && typeof item === "object";
  const spansOf = (all) => {
    const found = [];
    const isPair = all.includes("compare") && all.filter(isSpan).length === 2;
    const items = isPair ? all.filter((one) => !["to", "until", "compare"].includes(one)) : all;
    for (let at = 0; at < items.length; ) {
      const [one, then, second, third] = [0, 1, 2, 3].map((step) => items[at + step] ?? null);
      if (typeof one === "string" && isSpan(then)) {
        const joins = one === "between" ? ["to", "until", "and"] : ["to", "until"];
        if (["from", "since", "between"].includes(one) && joins.includes(second) && isSpan(third)) {
          found.push(rangeOf(then, third));
          at += 4;
        } else {
          found.push(opened(second === "onwards" && one === "from" ? "since" : one, then));
          at += 2;
        }
      } else if (isSpan(one) && ["to", "until"].includes(then) && isSpan(second)) {
        found.push(rangeOf(one, second));
        at += 3;
      } else {
        if (isSpan(one)) found.push(opened(then === "onwards" ? "since" : "", one));
        at += 1;
      }
    }
    return found;
  };

  // What is asked for: dashboards/asking/understanding.py.
  const remark = (found, reply, slots = {}) => {
    if (!found.remarks.some((one) => same(one, [reply, slots]))) found.remarks.push([reply, slots]);
  };
  const refuse = (found, refused, slots = {}) => Object.assign(found, { refused, slots });
  const quoted = (words) => words.map((word) => `“${word}”`).join(", ");
  const areaName = (code) => table.areas[code][0];
  const nameOf = (code) => table.names[code] ?? code;

  const understand = (question) => {
    const found = { characteristics: [], areas: [], classes: [], readings: [], remarks: [], refused: "", instead: "", slots: {}, noun: false };
    if ([...question].length > held.longest) return refuse(found, "too_long");
    const [words, unknown, binding] = corrected(split(question), found);
    const called = namesIn(question);
    binding.push(...unknown.filter((word) => called.has(word)));
    const periods = [];
    const refusals = [];
    let denied = 0;
    for (let at = 0; at < words.length; ) {
      const [taken, period] = match(words, at);
      let size = Math.min(table.longest, words.length - at);
      while (size > 1 && !phrases.has(phraseOf(words.slice(at, at + size)))) size -= 1;
      const said = phraseOf(words.slice(at, at + size));
      const [kind, means, more] = phrases.get(said) ?? ["unknown", words[at], ""];
      if (taken >= size && period !== null) {
        periods.push(period);
        at += taken;
        continue;
      }
      if (size === 1 && /^[0-9]+$/.test(words[at]) && !isBound(words, at)) {
        remark(found, "claim");
        at += words[at + 1] === "percent" ? 2 : 1;
        continue;
      }
      at += size;
      if (kind === "link") periods.push(means);
      else if (kind !== "filler") periods.push(null);
      if (denied && (kind === "area" || kind === "characteristic")) refusals.push(["except", {}]);
      denied = size === 1 && table.negations.includes(words[at - 1]) ? 2 : Math.max(0, denied - 1);
      if (kind === "unknown") {
        unknown.push(means);
        binding.push(means);
      }
      else if (kind === "refusal") refusals.push([means, {}]);
      else if (kind === "elsewhere" || kind === "choice") refusals.push([kind, { words: means }]);
      else if (kind === "town") refusals.push([kind, { words: more, place: areaName(means) }]);
      else take(found, kind, means, more, said);
    }
    const spans = spansOf(periods);
    if (refusals.length) {
      const order = ([reply]) => table.replies.indexOf(reply);
      const first = refusals.reduce((best, one) => (order(one) < order(best) ? one : best));
      found.instead = held.askInstead.includes(first[0]) ? insteadOf(found, spans, first[1]) : "";
      return refuse(found, ...first);
    }
    if (unknown.length && (binding.length || !(found.areas.length && found.characteristics.length))) {
      const maybe = perhaps(unknown);
      found.instead = insteadOf(found, spans, {});
      return refuse(found, maybe.length ? "perhaps" : "unknown", { words: quoted(unknown), rest: restOf(found, spans), maybe: maybe.join(", ") });
    }
    for (const word of unknown) remark(found, "left_out", { words: `“${word}”` });
    if (!(found.characteristics.length || found.areas.length || found.classes.length || spans.length || found.noun)) {
      return refuse(found, found.remarks.some((one) => same(one, ["why", {}])) ? "why" : "empty");
    }
    if (spans.length > 2) return refuse(found, "many_periods");
    if (periods.includes("beside") && spans.length === 1) spans.unshift(latest(found));
    return holds(found, spans) ? covered(found, spans) : found;
  };
  const take = (found, kind, means, more, said) => {
    const into = { characteristic: found.characteristics, area: found.areas, record_class: found.classes }[kind];
    if (into) {
      into.push(...(kind === "area" ? [means] : means.split(" ")).filter((code) => !into.includes(code)));
      if (has(table.former, said)) {
        const [code, day] = table.former[said];
        remark(found, "former_code", { code: said.toUpperCase(), place: areaName(code), day });
      }
    }
    if (kind === "noun") found.noun = true;
    if (kind === "remark") remark(found, means);
    else if (more) remark(found, more);
  };
  const perhaps = (unknown) => {
    const near = new Set(unknown.flatMap((word) => [word, ...nearest(word)]).map(stem));
    const found = [];
    for (const [said, [kind, means]] of phrases) {
      if ((kind !== "area" && kind !== "characteristic") || !said.split(" ").some((word) => near.has(word))) continue;
      const name = kind === "area" ? areaName(means) : table.names[means];
      if (name && !found.includes(name)) found.push(name);
    }
    return found.slice(0, held.most);
  };
  const restOf = (found, spans) => [
    ...found.characteristics.map(nameOf), ...found.areas.map(areaName), ...found.classes.map((code) => table.classNames[code]), ...spans.map(({ words }) => words),
  ].join(", ") || "nothing yet";
  const insteadOf = (found, spans, { place = "" }) => {
    if (!found.areas.length && !place) return "";
    const rest = restOf(found, spans);
    return !found.areas.length && rest === "nothing yet" ? place : [rest, place].filter(Boolean).join(", ");
  };
  const latest = (found) => {
    remark(found, "no_period");
    return { readings: [["", Math.max(table.first, table.complete - 11), table.complete]], words: "", bare: null, relative: true, whole: false };
  };
  const holds = (found, spans) => {
    for (const code of found.characteristics) {
      if (!has(table.characteristics, code)) {
        refuse(found, "not_held", { words: nameOf(code) });
        return false;
      }
    }
    const named = found.classes;
    found.classes = named.filter((code) => table.classes.includes(code));
    if (named.length && !found.classes.length) {
      refuse(found, "no_class");
      return false;
    }
    if (named.length !== found.classes.length) remark(found, "class_absent", { words: table.classNames.non_crime_incident });
    if (found.characteristics.length > 1 || found.areas.length > 1) remark(found, "sum");
    if (!found.areas.length) {
      found.areas = [table.force];
      remark(found, "no_area", { place: areaName(table.force) });
    }
    if (!found.characteristics.length) {
      found.characteristics = ["all"];
      remark(found, "no_characteristic");
    }
    if (!found.classes.length) found.classes = [table.classes[0]];
    if (!spans.length) spans.push(latest(found));
    return true;
  };
  const covered = (found, spans) => {
    for (const span of spans) {
      const forward = span.readings.map(([, start, end]) => [start, end]).filter(([start, end]) => start <= end);
      const readings = forward.filter((one, at) => forward.findIndex((other) => same(one, other)) === at);
      const isInside = ([start, end]) => table.first <= start && end <= table.last;
      const inside = readings.filter(isInside);
      if (!readings.length) return refuse(found, "backwards");
      if (!inside.length) return refuse(found, "not_covered", { period: named(...readings[0]) });
      for (const one of readings) if (!isInside(one)) remark(found, "reading_not_covered", { period: named(...one) });
      if (inside.length > 1) remark(found, "readings", { words: span.words });
      if (span.whole) remark(found, "whole_months");
      if (span.relative) remark(found, "relative", { month: named(table.complete, table.complete) });
      for (const one of inside) if (!found.readings.some((other) => same(other, one))) found.readings.push(one);
    }
    const figures = found.characteristics.length * found.areas.length * found.classes.length * found.readings.length;
    return figures > held.most ? refuse(found, "many_figures", { number: String(figures) }) : found;
  };

  // What periods and figures are called: dashboards/periods.py and sentences.py.
  const monthName = (index) => `${held.monthNames[index % 12]} ${Math.floor(index / 12)}`;
  const named = (start, end) => {
    const months = end - start + 1;
    if (months === 12 && end % 12 === 2) return `the year ending ${monthName(end)}`;
    if (months === 12) return `the 12 months to ${monthName(end)}`;
    if (months > 12 && months % 12 === 0) return `the ${held.numerals[months / 12] ?? months / 12} years ending ${monthName(end)}`;
    if (start === end) return monthName(start);
    const opening = Math.floor(start / 12) === Math.floor(end / 12) ? held.monthNames[start % 12] : monthName(start);
    return `${opening} to ${monthName(end)}`;
  };

  window.asking = { held, table, mod, same, has, fill, areaName, monthName, named, understand };
})();
