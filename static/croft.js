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
    shown.textContent = !n ? "" : most && n > most ? `${(n - most).toLocaleString(root.lang)} character${n - most === 1 ? "" : "s"} too long` : `${n.toLocaleString(root.lang)} character${n === 1 ? "" : "s"}`;
    shown.classList.toggle("error", Boolean(most) && n > most);
  };
  document.addEventListener("input", e => { if (e.target.matches("[data-count]")) count(e.target); });
  document.querySelectorAll("[data-count]").forEach(count);

  // What is being written is kept as a draft: after three quiet seconds, and on
  // leaving. An edit is no draft; whoever leaves it unsaved is asked.
  document.querySelectorAll('form[action="/compose"]').forEach(form => {
    const words = () => { const all = new FormData(form); all.delete("draft"); for (const [name, value] of [...all]) if (value instanceof File) all.delete(name); return new URLSearchParams(all); };
    let draft = form.elements.draft, kept = "unsaved" in form.dataset ? "" : String(words()), timer, saving = null, sent = false;
    const status = document.createElement("span");
    status.className = "soft small"; status.role = "status";
    form.querySelector("button.main").parentElement.append(status);
    const later = () => { clearTimeout(timer); timer = setTimeout(save, 3000); };
    const save = leaving => {
      clearTimeout(timer);
      const body = words(), now = String(body);
      if (sent || now === kept || !body.get("text").trim() && !body.has("media_id_1")) return;
      if (saving && leaving !== true) return later();
      if (draft) body.set("draft", draft.value);
      saving = fetch("/drafts", { method: "POST", body, keepalive: now.length < 60000, signal: AbortSignal.timeout(10000) }).then(async answer => {
        const at = answer.headers.get("Location");
        if (answer.status !== 201 || !at) { status.textContent = answer.status === 422 ? await answer.text() : "Not saved"; return; }
        if (!draft) { draft = document.createElement("input"); draft.type = "hidden"; draft.name = "draft"; form.append(draft); }
        draft.value = new URL(at, location).searchParams.get("draft");
        kept = now; status.textContent = "Saved";
        if (location.pathname === "/compose") history.replaceState(null, "", at); // a reload goes on with it
      }).catch(() => { status.textContent = "Not saved"; timer = setTimeout(save, 30000); }).finally(() => { saving = null; });
    };
    form.addEventListener("input", () => { status.textContent = ""; later(); });
    form.addEventListener("submit", e => {
      clearTimeout(timer);
      // The draft on its way must be there first, or it would stay behind the post.
      if (saving) { e.preventDefault(); saving.then(() => form.requestSubmit(e.submitter)); return; }
      sent = true;
    });
    addEventListener("pageshow", () => { sent = false; });
    addEventListener("pagehide", () => save(true));
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    if (!kept) later();
  });
  document.querySelectorAll('form.desk:not([action="/compose"])').forEach(form => {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    addEventListener("beforeunload", e => { if (changed) e.preventDefault(); });
  });

  // What is wider than the page can be scrolled with the keys.
  document.querySelectorAll("pre").forEach(pre => { if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0; });

  // An error is read first.
  document.querySelector(".note.bad[tabindex]")?.focus();

  // The app's icon counts the notifications, until the owner signs out.
  const badge = n => (n ? navigator.setAppBadge?.(n) : navigator.clearAppBadge?.())?.catch(() => {});
  if (document.querySelector('form[action="/login"]')) badge(0);

  // What is new is told as it happens: posts in a line above the first one, and
  // what waits in the rail. Nothing moves until the reader wishes it.
  const rail = document.querySelector(".rail");
  if (rail && window.EventSource) {
    const stream = document.querySelector("[data-newest]"), title = document.title;
    const plural = n => `${n >= 40 ? "40 or more" : n} new post${n === 1 ? "" : "s"}`;
    const dot = (path, n) => {
      const link = rail.querySelector(`a[href="${path}"]`);
      if (!link) return;
      let mark = link.querySelector(".dot");
      if (!n) { mark?.remove(); return; }
      if (!mark) { mark = document.createElement("span"); mark.className = "dot"; link.append(mark); }
      const hush = document.createElement("span");
      hush.className = "hush"; hush.textContent = " new";
      mark.replaceChildren(n.toLocaleString(root.lang), hush);
    };
    const fresh = n => {
      document.title = n ? `(${n}) ${title}` : title;
      let line = document.querySelector(".rule.fresh");
      if (!n) return;
      if (!line) {
        line = document.createElement("p");
        line.className = "rule fresh"; line.role = "status";
        stream.before(line);
        const link = document.createElement("a");
        link.href = "/"; line.append(link);
      }
      line.querySelector("a").textContent = plural(n);
    };
    let source;
    const open = () => {
      source = new EventSource("/events" + (stream ? "?after=" + stream.dataset.newest : ""));
      source.onmessage = e => {
        const news = JSON.parse(e.data);
        if (stream) fresh(news.posts);
        dot("/notifications", news.waiting.Notices); badge(news.waiting.Notices);
        dot("/messages", news.waiting.Messages);
      };
    };
    // A page that nobody looks at asks for nothing.
    const watch = () => { source?.close(); if (!document.hidden) open(); };
    document.addEventListener("visibilitychange", watch);
    addEventListener("pagehide", () => source?.close());
    watch();
  }
})();
