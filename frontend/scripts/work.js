// Very many letters come in: the browser finds a number whose hash begins with zeros. It takes a
// moment for one letter and long for thousands. Whoever has no scripts waits two minutes instead.
const box = document.querySelector("[data-work]");
const form = box.closest("form");
const bits = Number(box.dataset.work);
const token = form.elements.slip.value.split(".")[0];

const primes = [];
for (let number = 2; primes.length < 64; number++) {
  if (primes.every((prime) => number % prime)) primes.push(number);
}
const fraction = (value) => ((value % 1) * 2 ** 32) | 0;
const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND = primes.map((prime) => fraction(Math.cbrt(prime)));
const turned = (word, by) => (word >>> by) | (word << (32 - by));
const words = new Int32Array(64);

// The first word of SHA-256 of a text that fits into one block of 64 bytes.
function firstWord(text) {
  words.fill(0);
  for (let place = 0; place < text.length; place++) {
    words[place >> 2] |= text.charCodeAt(place) << (24 - 8 * (place & 3));
  }
  words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  words[15] = text.length * 8;
  let [a, b, c, d, e, f, g, h] = START;
  for (let step = 0; step < 64; step++) {
    if (step > 15) {
      const [before, last] = [words[step - 15], words[step - 2]];
      const low = turned(before, 7) ^ turned(before, 18) ^ (before >>> 3);
      const high = turned(last, 17) ^ turned(last, 19) ^ (last >>> 10);
      words[step] = words[step - 16] + low + words[step - 7] + high;
    }
    const chosen = (e & f) ^ (~e & g);
    const first = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + ROUND[step] + words[step];
    const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  return (a + START[0]) | 0;
}

let tried = 0;
let wanted = null;

function search() {
  for (const end = tried + 2000; tried < end; tried++) {
    if (firstWord(`${token}:${tried}`) >>> (32 - bits) === 0) {
      form.elements.work.value = tried;
      box.hidden = true;
      if (wanted) form.requestSubmit(wanted);
      return;
    }
  }
  setTimeout(search);
}

// Who presses the button before the number is found sends as soon as it is.
form.addEventListener("submit", (event) => {
  if (form.elements.work.value || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wanted = event.submitter;
  box.hidden = false;
});
search();
