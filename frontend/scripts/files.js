// Sends each chosen file ahead while its writer goes on writing, and shows how far it has come.
// Without scripts the files go with the form.
for (const part of document.querySelectorAll("[data-files]")) watch(part);

function watch(part) {
  const input = part.querySelector("input[type=file]");
  const form = input.form;
  const way = part.querySelector("[data-files-way]");
  const kept = () => part.querySelector("[data-files-kept]");
  const words = (name, file) => part.dataset[name].replace("{name}", file.name);
  let sending = null;

  part.querySelector("[data-files-add]").hidden = true;

  function fault(text) {
    const line = document.createElement("p");
    line.className = "govuk-error-message";
    line.textContent = text;
    kept().append(line);
  }

  function fields(more) {
    const data = new FormData();
    data.append("csrf_token", form.elements.csrf_token.value);
    data.append("basket", form.elements.basket.value);
    for (const [name, value] of more) data.append(name, value);
    return data;
  }

  function post(data, progress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", part.dataset.files);
      if (progress) request.upload.addEventListener("progress", progress);
      request.addEventListener("load", () => {
        if (request.status === 200 || request.status === 422) resolve(request.responseText);
        else reject(new Error(String(request.status)));
      });
      request.addEventListener("error", () => reject(new Error("lost")));
      request.send(data);
    });
  }

  function show(answer) {
    const page = new DOMParser().parseFromString(answer, "text/html");
    const fresh = page.querySelector("[data-files-kept]");
    if (!fresh) throw new Error("no list");
    kept().replaceWith(document.importNode(fresh, true));
  }

  async function send(files) {
    const left = new DataTransfer();
    const faults = [];
    way.hidden = false;
    for (const file of files) {
      if (file.size > Number(part.dataset.limit)) {
        faults.push(words("tooLarge", file));
        continue;
      }
      const [said, bar] = [way.querySelector("span"), way.querySelector("progress")];
      said.textContent = words("sending", file);
      bar.value = 0;
      try {
        const answer = await post(fields([["files", file]]), (event) => {
          if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
        });
        show(answer);
        for (const line of kept().querySelectorAll(".govuk-error-message")) {
          faults.push(line.lastChild.textContent.trim());
          line.remove();
        }
      } catch {
        left.items.add(file);
        faults.push(part.dataset.lost);
      }
    }
    way.hidden = true;
    input.files = left.files;
    for (const text of new Set(faults)) fault(text);
    part.classList.toggle("govuk-form-group--error", faults.length > 0);
  }

  input.addEventListener("change", () => {
    if (!input.files.length) return;
    sending = send([...input.files]).finally(() => (sending = null));
  });

  // The list changes in place; only where that fails is the whole form sent for it.
  part.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-files-drop]");
    if (!button || button.dataset.failed) return;
    event.preventDefault();
    try {
      show(await post(fields([["drop_file", button.value]])));
      input.focus();
    } catch {
      button.dataset.failed = "true";
      button.click();
    }
  });

  form.addEventListener(
    "submit",
    (event) => {
      if (!sending) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      sending.then(() => form.requestSubmit(submitter));
    },
    { capture: true },
  );
}
