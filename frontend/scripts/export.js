// A large table that leaves as a file says how far it is, and can be stopped. Without this script
// the link downloads the same file; small ones leave that way too.
const LARGE = 5000;

async function take(link, line) {
  const stop = new AbortController();
  const button = line.querySelector("button");
  button.onclick = () => stop.abort();
  line.hidden = false;
  const answer = await fetch(link.href, { signal: stop.signal });
  if (answer.redirected) return location.assign(link.href); // to sign in again, say
  if (!answer.ok) throw new Error(String(answer.status));
  const parts = [];
  let rows = -1; // the header is no row
  const reader = answer.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    for (const byte of part.value) if (byte === 10) rows += 1;
    if (link.dataset.export === "csv") say(line, link, Math.max(rows, 0));
  }
  const file = document.createElement("a");
  file.href = URL.createObjectURL(new Blob(parts, { type: answer.headers.get("Content-Type") }));
  file.download = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? "";
  file.click();
  URL.revokeObjectURL(file.href);
}

function say(line, link, rows) {
  const all = Number(link.dataset.rows);
  line.querySelector("progress").value = Math.min(rows / all, 1);
  line.querySelector("[data-done]").textContent = rows.toLocaleString("en");
}

for (const link of document.querySelectorAll("a[data-export]")) {
  if (Number(link.dataset.rows) < LARGE) continue;
  const line = document.getElementById("export-progress");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (!line.hidden) return;
    line.querySelector("progress").removeAttribute("value");
    line.querySelector("[data-done]").textContent = "0";
    document.getElementById("export-failed").hidden = true;
    take(link, line)
      .catch((error) => {
        if (error.name !== "AbortError") document.getElementById("export-failed").hidden = false;
      })
      .finally(() => (line.hidden = true));
  });
}
