/* A few comforts. Every page works without this file. */
(() => {
  const root = document.documentElement;
  const say = (node, text) => { const n = document.createElement("span"); n.className = "hush"; n.role = "status"; node.after(n); n.textContent = text; };

  document.addEventListener("click", async e => {
    // What is copied stands in the element; without script it is a plain link.
    const copy = e.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      e.preventDefault();
      await navigator.clipboard.writeText(copy.dataset.copy);
      const label = copy.querySelector(".copied");
      if (label) label.textContent = "Copied";
      else say(copy, "Copied");
    }
  });

  // Escape closes an open menu and gives the focus back.
  document.addEventListener("keydown", e => {
    const open = document.querySelector(".menu[open]");
    if (e.key === "Escape" && open) { open.open = false; open.querySelector("summary").focus(); }
    // Ctrl or Command with Enter sends what is being written.
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && e.target.matches("textarea[data-count]")) e.target.form.requestSubmit();
  });

  // The hue is shown at once; the server keeps it when the form is saved.
  document.addEventListener("change", e => {
    if (e.target.name === "hue") root.dataset.hue = e.target.value;
    // A chosen picture is named on the line that its details fold into.
    const chosen = e.target.type === "file" && document.querySelector(`[data-chosen="${e.target.id}"]`);
    if (chosen) chosen.textContent = e.target.files[0]?.name ?? "";
  });

  // Characters as people count them, beside the field that is counted.
  const count = field => {
    const shown = document.getElementById(field.dataset.count);
    if (!shown) return;
    const n = [...field.value].length, most = Number(field.dataset.most);
    shown.textContent = !n ? "" : most && n > most ? `${(n - most).toLocaleString(root.lang)} characters too long` : `${n.toLocaleString(root.lang)} characters`;
    shown.classList.toggle("error", Boolean(most) && n > most);
  };
  document.addEventListener("input", e => { if (e.target.matches("[data-count]")) count(e.target); });
  document.querySelectorAll("[data-count]").forEach(count);

  // What is wider than the page can be scrolled with the keys.
  document.querySelectorAll("pre").forEach(pre => { if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0; });

  // An error is read first.
  document.querySelector(".note.bad[tabindex]")?.focus();
})();
