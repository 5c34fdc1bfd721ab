// Builds casework/web/static/build: one stylesheet, the scripts, the images and a manifest.
// The name of each file holds a hash of its content, so that browsers may keep it for a year.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const target = join(root, "casework/web/static/build");
const list = join(target, "manifest.json");
const manifest = {};

function put(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  manifest[name] = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
  writeFileSync(join(target, manifest[name]), content);
}

const withoutMap = (text) => text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
const read = (...path) => readFileSync(join(...path), "utf8");
const images = join(modules, "@ministryofjustice/frontend/moj/assets/images");

mkdirSync(join(target, "images"), { recursive: true });

const { css } = sass.compile(join(root, "frontend/styles/app.scss"), {
  loadPaths: [root],
  style: "compressed",
  quietDeps: true,
  silenceDeprecations: ["import"],
  logger: sass.Logger.silent,
});
for (const [, name] of css.matchAll(/url\("?images\/([\w-]+\.svg)"?\)/g)) {
  cpSync(join(images, name), join(target, "images", name));
}
put("app.css", css);

for (const name of readdirSync(join(root, "frontend/images"))) {
  put(name, read(root, "frontend/images", name));
}
put("start.js", read(root, "frontend/scripts/start.js"));
put("work.js", read(root, "frontend/scripts/work.js"));
put("files.js", read(root, "frontend/scripts/files.js"));
put("draft.js", read(root, "frontend/scripts/draft.js"));
put("redact.js", read(root, "frontend/scripts/redact.js"));
put("export.js", read(root, "frontend/scripts/export.js"));
put("govuk-frontend.js", withoutMap(read(modules, "govuk-frontend/dist/govuk/govuk-frontend.min.js")));
put("moj-frontend.js", withoutMap(read(modules, "@ministryofjustice/frontend/moj/moj-frontend.min.js")));
put("htmx.js", read(modules, "htmx.org/dist/htmx.min.js"));
put(
  "app.js",
  read(root, "frontend/scripts/app.js").replace(/"\.\/([\w-]+\.js)"/g, (_, name) => `"./${manifest[name]}"`),
);
writeFileSync(`${list}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
renameSync(`${list}.new`, list);

// A server that is still running names the files of an earlier build; after a week they go.
const kept = new Set([...Object.values(manifest), "manifest.json", "images"]);
const weekAgo = Date.now() - 7 * 24 * 3600 * 1000;
for (const name of readdirSync(target)) {
  const old = statSync(join(target, name)).mtimeMs < weekAgo;
  if (old && !kept.has(name) && !name.startsWith(".")) rmSync(join(target, name));
}
