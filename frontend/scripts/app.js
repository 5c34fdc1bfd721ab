// Switches on the parts that scripts make nicer. Every page works without them.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  SkipLink,
  Tabs,
  createAll,
} from "./govuk-frontend.js";
import "./draft.js";
import "./export.js";
import "./files.js";

const parts = [
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  SkipLink,
  Tabs,
];

function start(scope) {
  createAll(Button, { preventDoubleClick: true }, scope);
  for (const part of parts) createAll(part, undefined, scope);
}

// A button that writes its value into a field; it is there only where that field is.
function offerFilling(scope) {
  for (const button of scope.querySelectorAll("[data-fill]")) {
    button.hidden = !document.getElementById(button.dataset.fill);
  }
}

start(document);
offerFilling(document);

// htmx puts new parts into the page; switch them on as well.
document.addEventListener("htmx:load", (event) => {
  if (event.target === document.body) return;
  start(event.target);
  offerFilling(event.target);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const filling = event.target.closest("[data-fill]");
  if (!filling) return;
  const field = document.getElementById(filling.dataset.fill);
  field.value = filling.dataset.fillValue;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// On a phone the list comes first; what filters it is one touch away.
if (window.matchMedia("(max-width: 48em)").matches) {
  for (const panel of document.querySelectorAll("details[data-fold]")) panel.open = false;
}

// A form that is being filled in is not lost by a slip of the hand.
for (const form of document.querySelectorAll("form[data-guard-typing]")) {
  let typed = false;
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("submit", () => (typed = false));
  form.addEventListener("reset", () => (typed = false));
  window.addEventListener("beforeunload", (event) => typed && event.preventDefault());
}

// A list that filters as soon as a choice is made keeps its button for everybody else.
for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// One tick for all that the page lists; without scripts the box is not there.
for (const all of document.querySelectorAll("[data-tick-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    const boxes = all.form.querySelectorAll(`[name="${all.dataset.tickAll}"]`);
    for (const box of boxes) box.checked = all.checked;
  });
}

// A board on a wall, which nobody touches, asks for itself again.
const board = document.querySelector("[data-refresh]");
if (board) setTimeout(() => location.reload(), Number(board.dataset.refresh) * 1000);

if (document.querySelector("[data-module='moj-sortable-table']")) {
  const { SortableTable } = await import("./moj-frontend.js");
  createAll(SortableTable);
}
