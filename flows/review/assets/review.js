// The keys, the details beside a document, and decisions. Without it the pages can be read, and decisions cannot be made.
"use strict";

const root = document.body.dataset.root;
const token = document.body.dataset.token;
const page = document.querySelector("[data-document]");
const detail = document.getElementById("detail");
const toast = document.getElementById("toast");
const done = []; // what was decided on this page, to undo: names of decisions, and how to show that
const all = (selector, above = document) => [...above.querySelectorAll(selector)];

async function post(path, content) {
  const answer = await fetch(root + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-bodycopy-token": token },
    body: JSON.stringify(content),
  });
  return answer;
}

function say(words, undo) {
  toast.textContent = words;
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Undo";
    button.addEventListener("click", undoLast);
    toast.append(button);
  }
  toast.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.hidden = true; }, 8000);
}

// ---- decisions

function unitsOf(asked) {
  const wanted = new Set([
    ...(asked.findings || []).map((number) => `[data-finding="${number}"].unit`),
    ...(asked.spans || []).map(([start, end]) => `[data-span="${start}/${end}"].unit`),
    ...(asked.kind === "off" && page ? [`[data-of="${CSS.escape(asked.rule)}"].unit`] : []),
  ]);
  return [...wanted].flatMap((selector) => all(selector));
}

async function decide(asked) {
  let answer;
  if (asked.document !== undefined) asked.stamp = page.dataset.stamp;
  try {
    answer = await post("/decide", asked);
  } catch {
    say("bodycopy review does not answer; is it still running?");
    return false;
  }
  const found = await answer.json().catch(() => ({ error: "this was refused" }));
  if (!answer.ok) {
    say(found.error);
    return false;
  }
  const units = unitsOf(asked);
  const shown = units.map((unit) => [unit, unit.className]);
  for (const unit of units) {
    unit.classList.remove("will-stay", "will-go", "marked");
    unit.classList.add(["keep", "off"].includes(asked.kind) ? "will-stay" : "will-go");
  }
  done.push({ ids: found.ids, shown });
  const many = found.number === 1 ? "Decided" : `${found.number} decided`;
  const others = found.instead_of.length ? `, instead of what ${found.instead_of.join(" and ")} had decided` : "";
  say(`${many}${others}; the next run obeys.`, true);
  showMarked();
  if (page && chosen) await showDetail(chosen);
  return true;
}

async function undoLast() {
  const last = done.pop();
  if (!last) {
    say("There is nothing to undo on this page. Older decisions: see Decisions.");
    return;
  }
  const answer = await post("/undo", { ids: last.ids }).catch(() => null);
  if (!answer || !answer.ok) {
    done.push(last);
    say("This could not be undone.");
    return;
  }
  for (const [unit, classes] of last.shown) unit.className = classes;
  say("Undone.");
  if (page && chosen) await showDetail(chosen);
}

function spanOf(text) {
  return text.split("/").map(Number);
}

function askedBy(button) {
  const { decide: kind, finding, span, rule, site, article } = button.dataset;
  const asked = { kind };
  if (rule !== undefined && kind === "off") return { ...asked, rule, site };
  asked.document = Number(page.dataset.document);
  if (article !== undefined) return { ...asked, article: Number(article) };
  if (button.dataset.several !== undefined) {
    const marked = all(".unit.marked");
    return {
      ...asked,
      findings: [...new Set(marked.filter((unit) => unit.dataset.finding).map((unit) => Number(unit.dataset.finding)))],
      spans: marked.filter((unit) => unit.dataset.span).map((unit) => spanOf(unit.dataset.span)),
    };
  }
  return finding !== undefined ? { ...asked, findings: [Number(finding)] } : { ...asked, spans: [spanOf(span)] };
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (button) {
    const { decide: kind, undo, action, choose, lines } = button.dataset;
    if (action === "help") document.getElementById("help").showModal();
    if (kind) await decide(askedBy(button));
    if (undo && (await post("/undo", { ids: [undo] })).ok) {
      button.closest("tr").classList.add("undone");
      button.remove();
      say("Undone; the next run makes it as it was.");
    }
    if (choose) for (const box of all("input[name=line]")) box.checked = choose === "all";
    if (lines) {
      const form = button.closest("form");
      const chosen = all("input[name=line]:checked", form);
      if (!chosen.length) return say("No line is marked.");
      const { site, rule } = form.dataset;
      if (await decide({ kind: lines, site, rule, lines: chosen.map((box) => box.value) })) {
        for (const box of chosen) {
          const label = form.querySelector(`label[for="${box.id}"]`);
          label.className = lines === "keep" ? "will-stay" : "will-go";
          box.checked = false;
        }
      }
    }
    return;
  }
  const unit = page && event.target.closest(".unit");
  if (unit && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    choose(unit);
    if (event.shiftKey) mark(unit);
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches(".field")) {
    event.preventDefault();
    const { kind, article } = form.dataset;
    await decide({ kind, article: Number(article), document: Number(page.dataset.document), value: form.elements.value.value });
  } else if (form.matches("[data-rule-lines]")) {
    event.preventDefault();
  } else if (form.id === "try") {
    event.preventDefault();
    const tried = document.getElementById("tried");
    tried.textContent = "Reading …";
    const answer = await post("/try", { text: form.elements.text.value, url: form.elements.url.value }).catch(() => null);
    if (answer && answer.ok) tried.innerHTML = await answer.text();
    else tried.textContent = answer ? await answer.text() : "bodycopy review does not answer; is it still running?";
  }
});

// ---- moving about in a document or in the queue

let chosen = null;

async function choose(unit, focus = true) {
  for (const other of all(".unit.chosen")) other.classList.remove("chosen");
  if (chosen) chosen.tabIndex = -1;
  chosen = unit;
  for (const same of siblings(unit)) same.classList.add("chosen");
  unit.tabIndex = 0;
  if (focus) unit.focus({ preventScroll: true });
  unit.scrollIntoView({ block: "nearest" });
  await showDetail(unit);
  if (chosen === unit) document.getElementById("details").scrollTop = 0;
}

async function showDetail(unit) {
  const { finding, span } = unit.dataset;
  const path = finding !== undefined ? `/finding/${page.dataset.document}/${finding}` : `/kept/${page.dataset.document}/${span}`;
  const answer = await fetch(root + path).catch(() => null);
  if (!answer || chosen !== unit) return;
  if (answer.ok) detail.innerHTML = await answer.text();
  else detail.textContent = await answer.text();
}

function move(step, selector) {
  const units = all(selector);
  if (!units.length) return;
  let place = units.indexOf(chosen);
  if (place < 0 && chosen) {
    const behind = units.findIndex((unit) => chosen.compareDocumentPosition(unit) & Node.DOCUMENT_POSITION_FOLLOWING);
    place = step > 0 ? (behind < 0 ? units.length : behind) - 1 : behind < 0 ? units.length : behind;
  } else if (place < 0) {
    place = step > 0 ? -1 : units.length;
  }
  let next = units[place + step];
  const current = chosen && chosen.dataset.finding;
  while (next && current !== undefined && next.dataset.finding === current) {
    place += step;
    next = units[place + step];
  }
  if (next) choose(next);
}

function moveRow(step) {
  const rows = all("[data-row]");
  const place = rows.findIndex((row) => row.classList.contains("chosen"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, place + step))];
  if (!next) return;
  for (const row of rows) row.classList.remove("chosen");
  next.classList.add("chosen");
  const target = next.querySelector("a[data-open], input, a, button");
  if (target) target.focus();
  next.scrollIntoView({ block: "nearest" });
}

// The pieces of the same finding: what became metadata is a piece of its own.
function siblings(unit) {
  return unit.dataset.finding === undefined ? [unit] : all(`.unit[data-finding="${unit.dataset.finding}"]`);
}

function mark(unit) {
  for (const same of siblings(unit)) same.classList.toggle("marked");
  showMarked();
}

function showMarked() {
  const several = document.getElementById("several");
  if (!several) return;
  const number = new Set(all(".unit.marked").map((unit) => unit.dataset.finding ?? unit.dataset.span)).size;
  several.hidden = !number;
  document.getElementById("several-count").textContent = number;
}

function judge(agrees) {
  if (!chosen) return say("Choose a line first: j, k, or a click.");
  const { finding, span } = chosen.dataset;
  const stands = chosen.classList.contains("kept");
  const kind = stands === agrees ? "keep" : "remove";
  const asked = { kind, document: Number(page.dataset.document) };
  decide(finding !== undefined ? { ...asked, findings: [Number(finding)] } : { ...asked, spans: [spanOf(span)] });
}

const follow = (selector) => document.querySelector(selector)?.click();
const FINDINGS = ".source .unit.gone, .source .unit.doubt";
const keys = {
  j: () => (page ? move(1, FINDINGS) : moveRow(1)),
  k: () => (page ? move(-1, FINDINGS) : moveRow(-1)),
  J: () => page && move(1, ".source .unit"),
  K: () => page && move(-1, ".source .unit"),
  a: () => page && judge(true),
  r: () => page && judge(false),
  x: () => page && chosen && mark(chosen),
  u: undoLast,
  n: () => follow("a[rel=next]"),
  p: () => follow("a[rel=prev]"),
  "/": () => document.getElementById("search")?.focus(),
  "?": () => document.getElementById("help").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, dialog")) return;
  if (event.key === "Enter" && event.target === chosen) {
    event.preventDefault();
    document.getElementById("details").focus();
    return;
  }
  if (Object.hasOwn(keys, event.key)) {
    event.preventDefault();
    keys[event.key]();
  }
});

// A link to a finding: choose it.
const wanted = new URLSearchParams(location.search).get("finding");
if (page && wanted !== null) {
  const unit = document.querySelector(`.source .unit[data-finding="${CSS.escape(wanted)}"]`);
  if (unit) choose(unit, false);
}
