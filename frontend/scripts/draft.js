// Keeps a letter that is being written in this browser, and nowhere else, until it is sent.
// Without the writer's wish it lies with the window alone and holds for half an hour; with it,
// on the device for a week. Both forget it as soon as the letter has been sent.
const PREFIX = "casework.draft.";
const WEEK = 7 * 24 * 3600 * 1000;
const HALF_HOUR = 30 * 60 * 1000;
const PLACES = [
  { name: "device", holds: WEEK, store: opened("localStorage") },
  { name: "window", holds: HALF_HOUR, store: opened("sessionStorage") },
];

function opened(name) {
  try {
    return window[name];
  } catch {
    return null; // a browser that keeps nothing for anybody
  }
}

function read(place, key) {
  try {
    return JSON.parse(place.store?.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function erase(wanted = () => true) {
  for (const place of PLACES) {
    const keys = Object.keys(place.store ?? {}).filter((key) => key.startsWith(PREFIX));
    for (const key of keys) if (wanted(read(place, key), place)) place.store.removeItem(key);
  }
}

const tooOld = (draft, place) => !draft || Math.abs(Date.now() - draft.at) > place.holds;
erase(tooOld);
setInterval(() => erase(tooOld), 60_000);

const sent = document.querySelector("[data-draft-sent]")?.dataset.draftSent;
if (sent) erase((draft) => draft.slip?.startsWith(`${sent}.`));

const box = document.querySelector("[data-draft]");
const form = box && document.querySelector(`form[action="${box.dataset.draft}"]`);
if (form) watch(box, form);

function watch(box, form) {
  const part = (name) => box.querySelector(`[data-draft-${name}]`);
  const key = PREFIX + (form.elements.to?.value ?? "");
  const left = new Set(box.dataset.draftLeaves.split(" "));
  const [device, tab] = PLACES;
  const keep = part("keep");
  const found = read(device, key) ?? read(tab, key);
  const fresh = box.dataset.draftFresh !== undefined && !hasText({ fields: typed() });
  let offered = fresh && hasText(found);
  let waiting = 0;

  function hasText(draft) {
    return Boolean(draft?.fields.some(([name, value]) => value && name !== "to"));
  }

  function typed() {
    return [...new FormData(form)].filter(
      ([name, value]) => typeof value === "string" && !left.has(name),
    );
  }

  function save() {
    clearTimeout(waiting);
    waiting = 0;
    if (offered) return; // what lies here already is not written over before its writer has chosen
    const draft = { at: Date.now(), slip: form.elements.slip.value, fields: typed() };
    const [wanted, other] = keep.checked ? [device, tab] : [tab, device];
    try {
      other.store?.removeItem(key);
      wanted.store.setItem(key, JSON.stringify(draft));
      say(keep.checked ? box.dataset.saidDevice : box.dataset.saidWindow);
    } catch {
      say(box.dataset.saidNot);
    }
  }

  function say(text) {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const said = text.replace("{time}", time);
    if (part("said").textContent !== said) part("said").textContent = said;
    part("state").hidden = false;
  }

  function soon() {
    if (!waiting) waiting = setTimeout(save, 400);
  }

  function fill(draft) {
    for (const element of form.elements) {
      if (!element.name || left.has(element.name) || element.type === "file") continue;
      const values = draft.fields.filter(([name]) => name === element.name).map(([, text]) => text);
      if (element.type === "radio" || element.type === "checkbox") {
        element.checked = values.includes(element.value);
      } else if (values.length) {
        element.value = values[0];
      }
      if (values.some(Boolean)) element.closest("details")?.setAttribute("open", "");
      element.dispatchEvent(new Event("change", { bubbles: true }));
    }
    // With the slip of that day a letter that was sent after all is not sent a second time.
    form.elements.slip.value = draft.slip;
  }

  function goOn() {
    offered = false;
    part("offer").hidden = true;
    part("kept").hidden = false;
    save();
  }

  function choose(again) {
    if (again) fill(found);
    goOn();
    form.querySelector("h2")?.scrollIntoView();
  }

  // Whoever comes back from the next page finds the form as the browser kept it: nothing to ask.
  function stands(draft) {
    const said = (fields) =>
      fields
        .filter(([name, value]) => value && name !== "category")
        .map((field) => field.join("="))
        .sort()
        .join("\n");
    return said(typed()) === said(draft.fields);
  }

  keep.checked = read(device, key) !== null;
  part("kept").hidden = offered;
  part("offer").hidden = !offered;
  if (offered) {
    part("when").textContent = new Date(found.at).toLocaleString(document.documentElement.lang, {
      dateStyle: "long",
      timeStyle: "short",
    });
  }
  box.hidden = false;
  if (!fresh) save();

  part("again").addEventListener("click", () => choose(true));
  window.addEventListener("pageshow", () => {
    if (!offered || !stands(found)) return;
    form.elements.slip.value = found.slip;
    goOn();
  });
  keep.addEventListener("change", save);
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  document.addEventListener("visibilitychange", () => waiting && save());
  window.addEventListener("pagehide", () => waiting && save());
  form.addEventListener("submit", (event) => {
    if (event.submitter?.dataset.draftEnds !== undefined) erase();
    else save();
  });
  for (const button of box.querySelectorAll("[data-draft-erase]")) {
    button.addEventListener("click", () => {
      if (!window.confirm(box.dataset.asks)) return;
      clearTimeout(waiting);
      waiting = 0;
      erase();
      form.reset();
      window.location.replace(box.dataset.again);
    });
  }
}
