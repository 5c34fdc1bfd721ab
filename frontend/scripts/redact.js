// What is hidden in a public text, by one click on the original beside it: each detail that was
// found can be shown and hidden again, other words can be hidden, and each click can be undone.
const holds = document.querySelector("[data-redact-words]");
const say = holds.dataset;

document.querySelector("[data-redact-help]").hidden = false;
for (const original of document.querySelectorAll("[data-redacts]")) offer(original);

function offer(original) {
  const field = document.getElementById(original.dataset.redacts);
  const prose = original.querySelector(".prose");
  const tools = document.querySelector(`[data-redact-tools="${field.id}"]`);
  const [add, back] = tools.querySelectorAll("button");
  const told = tools.querySelector("[aria-live]");
  const mark = say.mark;
  const earlier = [];
  let pieces = [...prose.childNodes].map((node) => ({ node, text: node.textContent, hidden: false }));
  for (const piece of pieces) if (piece.node.nodeType === Node.ELEMENT_NODE) make(piece);

  function make(piece) {
    piece.detail = true;
    piece.node.tabIndex = 0;
    piece.node.setAttribute("role", "button");
    piece.node.classList.add("personal--click");
    piece.node.addEventListener("click", () => turn(piece));
    piece.node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      turn(piece);
    });
  }

  // Which details the field hides, or null where somebody has written something else into it.
  function reading() {
    const seen = [];
    let place = 0;
    for (const { detail, text } of pieces) {
      const shown = field.value.startsWith(text, place);
      if (!shown && !detail) return null;
      if (!shown && !seen.at(-1)) {
        if (!field.value.startsWith(mark, place)) return null;
        place += mark.length;
      }
      if (shown) place += text.length;
      seen.push(!shown);
    }
    return place === field.value.length ? seen : null;
  }

  function redraw() {
    const seen = reading();
    pieces.forEach((piece, place) => {
      if (!piece.detail) return;
      piece.hidden = seen ? seen[place] : !field.value.includes(piece.text);
      piece.node.setAttribute("aria-pressed", piece.hidden);
      piece.node.title = piece.hidden ? say.hiddenNow : say.shownNow;
    });
    back.disabled = !earlier.length;
    return seen;
  }

  function write(text, words = "") {
    told.textContent = words;
    if (text === field.value) return;
    earlier.push(field.value);
    put(text);
  }

  function put(text) {
    field.value = text;
    for (const kind of ["input", "keyup"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    redraw();
  }

  // The text with the details that are hidden now; those side by side share one mark.
  function drawn() {
    return pieces
      .map((piece, place) => (piece.hidden ? (pieces[place - 1]?.hidden ? "" : mark) : piece.text))
      .join("");
  }

  function turn(piece) {
    if (redraw()) {
      piece.hidden = !piece.hidden;
      write(drawn());
    } else if (!piece.hidden) write(field.value.replaceAll(piece.text, mark));
    else write(...besides(piece));
  }

  // Where the field was written by hand, a detail goes back to between the words around it.
  function besides(piece) {
    const place = pieces.indexOf(piece);
    const before = pieces[place - 1]?.text.slice(-4) ?? "";
    const after = pieces[place + 1]?.text.slice(0, 4) ?? "";
    const [first, ...rest] = field.value.split(before + mark + after);
    return rest.length === 1
      ? [`${first}${before}${piece.text}${after}${rest[0]}`]
      : [field.value, say.byHand];
  }

  // Words that are marked with the mouse or the keyboard, in the original or in the public text.
  function chosen() {
    const range = document.getSelection();
    const node = range.anchorNode;
    if (node && node === range.focusNode && node.parentNode === prose && String(range)) {
      const ends = [range.anchorOffset, range.focusOffset].sort((one, other) => one - other);
      return [pieces.find((piece) => piece.node === node), ...ends];
    }
    const { selectionStart: start, selectionEnd: end } = field;
    let place = 0;
    for (const piece of redraw() ? pieces : []) {
      if (!piece.hidden && start >= place && end <= place + piece.text.length && start < end) {
        return piece.detail ? null : [piece, start - place, end - place];
      }
      if (!piece.hidden) place += piece.text.length;
      else if (!pieces[pieces.indexOf(piece) - 1]?.hidden) place += mark.length;
    }
    return null;
  }

  function cut([piece, start, end]) {
    const rest = piece.node.splitText(start);
    const after = rest.splitText(end - start);
    const node = document.createElement("mark");
    node.className = "personal";
    rest.replaceWith(node);
    node.append(rest);
    const [words, detail, last] = [piece.node, node, after].map((one) => ({ node: one, text: one.textContent, hidden: false }));
    make(detail);
    pieces = pieces.flatMap((one) => (one === piece ? [words, detail, last] : [one])).filter(({ text }) => text);
    return detail;
  }

  add.addEventListener("click", () => {
    const found = chosen();
    if (found) turn(cut(found));
    else if (field.selectionStart < field.selectionEnd) {
      const { value, selectionStart: start, selectionEnd: end } = field;
      write(value.slice(0, start) + mark + value.slice(end));
    } else told.textContent = say.nothingChosen;
    document.getSelection().removeAllRanges();
  });
  add.addEventListener("mousedown", (event) => event.preventDefault());
  back.addEventListener("click", () => {
    told.textContent = "";
    put(earlier.pop());
  });
  // What was typed since is not undone by a click.
  field.addEventListener("input", (event) => {
    if (event.isTrusted) earlier.length = 0;
    redraw();
  });
  tools.hidden = false;
  redraw();
}
