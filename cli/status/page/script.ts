/** The page's only script: filter, sorting, copying, and a word where the page has become old. Nothing is read or sent. */
export const pageScript = `
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const [toolbar, filter, state, shown, said] = ["toolbar", "filter", "state", "shown", "said"].map(one);
  const rows = all("tbody tr").map((row) => ({ row, text: row.textContent.toLowerCase(), state: row.dataset.state }));
  const tenants = rows.filter((it) => it.state !== undefined);

  function apply() {
    const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const it of rows) {
      const isShown = words.every((word) => it.text.includes(word)) && (!state.value || !it.state || it.state === state.value);
      if (it.row.hidden === isShown) it.row.hidden = !isShown;
      if (isShown && it.state) count += 1;
    }
    shown.textContent = count + " of " + tenants.length + (tenants.length === 1 ? " tenant" : " tenants");
  }
  toolbar.hidden = false;
  toolbar.addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("input", apply);
  state.addEventListener("input", apply);
  apply();

  const collator = new Intl.Collator("en", { numeric: true });
  for (const header of all("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener("click", () => sortBy(header));
  }
  function sortBy(header) {
    const place = [...header.parentElement.children].indexOf(header);
    const direction = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const isNumber = header.dataset.sort === "number";
    const body = header.closest("table").tBodies[0];
    const keyed = [...body.rows].map((row) => ({ row, key: row.cells[place].dataset.key }));
    keyed.sort((a, b) => {
      if (!a.key || !b.key) return (a.key ? 0 : 1) - (b.key ? 0 : 1);
      return direction * (isNumber ? a.key - b.key : collator.compare(a.key, b.key));
    });
    body.append(...keyed.map((it) => it.row));
    for (const other of all("th[aria-sort]")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
  }

  for (const command of all("code.command")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy: " + command.textContent);
    button.dataset.copy = "";
    command.after(button);
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const command = button.previousElementSibling;
    const isCopied = await copy(command);
    button.textContent = isCopied ? "Copied" : "Press Ctrl+C";
    said.textContent = isCopied ? "Copied" : "Selected, press Control C to copy";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  async function copy(command) {
    try {
      await navigator.clipboard.writeText(command.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(command);
      return document.execCommand("copy");
    }
  }

  function reveal() {
    const row = one(location.hash.slice(1));
    if (!row || row.localName !== "tr") return;
    if (row.hidden) { filter.value = ""; state.value = ""; apply(); }
    for (const details of all("details", row)) details.open = true;
    row.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();

  const days = Math.floor((Date.now() - Date.parse(one("read-at").dateTime)) / 86400000);
  if (days >= 1) one("age").textContent = "That is " + days + (days === 1 ? " day" : " days") + " ago: write the page again.";
})();
`;
