/* A few comforts. Every page works without this file. */
(() => {
  const root = document.documentElement;
  const make = (tag, to) => Object.assign(document.createElement(tag), to);
  const say = (node, text) => { const n = make("span", { className: "hush", role: "status" }); node.after(n); n.textContent = text; };
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const parse = text => new DOMParser().parseFromString(text, "text/html");
  // What a form says, without its files.
  const wordsOf = form => new URLSearchParams([...new FormData(form)].filter(([, value]) => !(value instanceof File)));

  // What stands before the eyes for that long.
  const watched = (nodes, ms, then) => {
    const eyes = new IntersectionObserver(all => all.forEach(({ target, intersectionRatio, intersectionRect }) => {
      clearTimeout(target.timer);
      if (intersectionRatio >= .6 || intersectionRect.height > innerHeight / 2) target.timer = setTimeout(() => { eyes.unobserve(target); then(target); }, ms);
    }), { threshold: [0, .2, .4, .6, .8] });
    nodes.forEach(node => eyes.observe(node));
  };

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
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) e.target.closest("form.desk, form.compose")?.requestSubmit();
  });

  // The hue is shown at once; the server keeps it when the form is saved.
  document.addEventListener("change", e => {
    if (e.target.name === "hue") root.dataset.hue = e.target.value;
  });

  // Characters as people count them, beside the field that is counted.
  const count = field => {
    const shown = document.getElementById(field.dataset.count);
    if (!shown) return;
    const n = [...field.value].length, most = Number(field.dataset.most), left = most - n, near = most && left <= 500;
    const words = (k, more) => `${k.toLocaleString(root.lang)} character${k === 1 ? "" : "s"}${more}`;
    shown.textContent = !n ? "" : near && left < 0 ? words(-left, " too long") : near ? words(left, " left") : words(n, "");
    shown.ariaLive = near && left <= 20 ? "polite" : "off";
    shown.classList.toggle("error", near && left < 0);
  };
  document.addEventListener("input", e => { if (e.target.matches("[data-count]")) count(e.target); });
  all("[data-count]").forEach(count);

  // What is being written is kept as a draft: after three quiet seconds, and on
  // leaving. An edit is no draft; whoever leaves it unsaved is asked.
  all('form[action="/compose"]').forEach(form => {
    const words = () => { const all = wordsOf(form); all.delete("draft"); return all; };
    let draft = form.elements.draft, kept = "unsaved" in form.dataset ? "" : String(words()), timer, saving = null, sent = false;
    const status = make("span", { className: "soft small", role: "status" });
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
        if (answer.status !== 201 || !at) { status.textContent = answer.status === 200 ? await answer.text() : "Not saved"; return; }
        if (!draft) form.append(draft = make("input", { type: "hidden", name: "draft" }));
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
  all('form.desk:not([action="/compose"])').forEach(form => {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    addEventListener("beforeunload", e => { if (changed) e.preventDefault(); });
  });

  // What is begun with @, # or : is offered whole, below the field. A field of
  // several lines cannot be a combobox, but it can point at a list and into it.
  all("textarea[data-count]").forEach(field => {
    const list = make("ul", { className: "offers", role: "listbox", id: field.id + "-offers", ariaLabel: "What fits", hidden: true });
    const told = make("span", { className: "hush", role: "status" });
    field.after(list, told);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    let timer, asked, at = -1;
    const word = () => field.selectionStart === field.selectionEnd
      && field.value.slice(0, field.selectionEnd).match(/(?:^|[^\p{L}\p{N}@#:/=])([@#][\p{L}\p{N}\p{M}_.@:-]+|:[\p{L}\p{N}_+-]{2,})$/u)?.[1];
    const close = () => {
      clearTimeout(timer); asked?.abort();
      list.hidden = true; list.replaceChildren(); told.textContent = ""; at = -1;
      field.removeAttribute("aria-activedescendant");
    };
    const choose = n => {
      at = (n + list.children.length) % list.children.length;
      [...list.children].forEach((one, i) => { one.ariaSelected = String(i === at); });
      field.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    };
    const take = text => {
      const begun = word();
      close();
      if (!begun) return;
      field.setRangeText(text + " ", field.selectionEnd - begun.length, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    };
    const offer = async () => {
      const begun = word();
      asked?.abort(); asked = new AbortController();
      try {
        const found = await (await fetch("/complete?q=" + encodeURIComponent(begun), { signal: asked.signal })).json();
        if (word() !== begun) return;
        if (!found.length) return close();
        list.replaceChildren(...found.map((one, i) => {
          const li = make("li", { role: "option", id: `${list.id}-${i}`, ariaSelected: "false", onclick: () => take(one.text) });
          if (one.face) li.append(make("img", { src: one.face, width: 28, height: 28, alt: "", className: "face s" }));
          li.append(make("b", { textContent: one.text, dir: "auto" }), make("span", { textContent: one.name ?? "", dir: "auto", className: "soft" }));
          return li;
        }));
        list.hidden = false; at = -1;
        told.textContent = `${found.length} to choose from with the arrow keys`;
        if (begun[0] !== "#") choose(0); // a hashtag is as often a new one
      } catch (fault) { if (fault.name !== "AbortError") close(); }
    };
    field.addEventListener("input", () => { clearTimeout(timer); if (word()) timer = setTimeout(offer, 120); else close(); });
    field.addEventListener("blur", close);
    list.addEventListener("mousedown", e => e.preventDefault()); // the field keeps the focus
    field.addEventListener("keydown", e => {
      if (list.hidden || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
      if (e.key === "ArrowDown") choose(at + 1);
      else if (e.key === "ArrowUp") choose(Math.max(at, 0) - 1);
      else if (e.key === "Tab" || e.key === "Enter" && at >= 0) list.children[Math.max(at, 0)].click();
      else if (e.key === "Escape") close();
      else { if (/^(Arrow|Home|End|Page)/.test(e.key)) close(); return; }
      e.preventDefault(); e.stopPropagation();
    });
  });

  // Pictures chosen, pasted or dropped take one place each and are seen there.
  all("#media").forEach(box => {
    const fields = all("[type=file]", box), told = box.querySelector("[data-photos]");
    const kept = all("[name^=media_id_]", box).length, most = kept + fields.length;
    const tell = more => {
      const n = kept + fields.filter(f => f.files.length).length;
      told.textContent = (n ? `${n} of ${most} photos. ` : "") + (more ?? "");
      box.form.dispatchEvent(new Event("input"));
    };
    const show = async field => {
      const file = field.files[0], sheet = field.closest("details");
      all("canvas, .off", sheet).forEach(old => old.remove());
      box.querySelector(`[data-chosen="${field.id}"]`).textContent = file?.name ?? "";
      if (!file) return;
      sheet.open = true;
      field.after(make("button", { type: "button", className: "btn off", textContent: "Take it off", onclick: () => { put(field); tell(); sheet.querySelector("summary").focus(); } }));
      const picture = await createImageBitmap(file).catch(() => null);
      if (!picture || field.files[0] !== file) return;
      const { width: w, height: h } = picture, scale = 320 / Math.max(w, h), canvas = make("canvas", { width: Math.ceil(w * scale), height: Math.ceil(h * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      field.after(canvas);
    };
    const put = (field, file) => { const held = new DataTransfer(); if (file) held.items.add(file); field.files = held.files; show(field); };
    const add = files => {
      const pictures = files.filter(f => f.type.startsWith("image/")), free = fields.filter(f => !f.files.length);
      const fit = pictures.slice(0, free.length);
      fit.forEach((file, i) => put(free[i], file));
      if (box.closest("details")) box.closest("details").open = true;
      tell(files.length > pictures.length ? "Only pictures can be added." : pictures.length > fit.length ? `${pictures.length - fit.length} more did not fit.` : "");
    };
    fields.forEach(field => field.addEventListener("change", () => {
      const [first, ...others] = field.files;
      if (others.length) { put(field, first); add(others); } else { show(field); tell(); }
    }));
    box.form.addEventListener("paste", e => {
      const { files, types } = e.clipboardData;
      if (files.length && !types.includes("text/plain")) { e.preventDefault(); add([...files]); }
    });
    ["dragover", "drop"].forEach(kind => box.form.addEventListener(kind, e => {
      if (!e.dataTransfer.types.includes("Files")) return;
      e.preventDefault();
      if (kind === "drop") add([...e.dataTransfer.files]);
    }));
  });

  // Where there is room beside the desk, the post as it will look keeps up.
  const desk = document.querySelector("form.desk"), room = matchMedia("(min-width: 76rem)");
  if (desk) {
    let timer, asked, seen = "";
    const look = async () => {
      const body = wordsOf(desk);
      body.set("waiting", all("[type=file]", desk).filter(f => f.files.length).length);
      const now = String(body);
      if (!room.matches || now === seen || now.length > 900000) return;
      asked?.abort(); asked = new AbortController();
      try {
        const answer = await fetch("/compose/preview", { method: "POST", body, signal: asked.signal });
        const fresh = parse(await answer.text()).getElementById("preview"), old = document.getElementById("preview");
        const open = all("details", old).map(d => d.open);
        all("details", fresh).forEach((d, i) => { d.open = open[i] ?? d.open; });
        old.replaceWith(fresh);
        seen = now;
      } catch { /* the next key tries again */ }
    };
    desk.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 600); });
    room.addEventListener("change", look);
    if (desk.elements.text.value.trim()) look();
  }

  // What is done with a post is done in place; what fails is done once more as
  // without script, whose page says why.
  document.addEventListener("submit", async e => {
    const button = e.submitter, acts = button?.closest(".acts");
    if (!acts || !button.ariaPressed) return;
    e.preventDefault();
    const body = new URLSearchParams(new FormData(e.target)), next = body.get("next");
    body.set("part", 1);
    try {
      const answer = await fetch(button.formAction, { method: "POST", body });
      if (!answer.ok) throw answer;
      const fresh = parse(await answer.text()).querySelector(".acts"), at = all("[aria-pressed]", acts).indexOf(document.activeElement);
      fresh.querySelector("[name=next]").value = next;
      acts.replaceWith(fresh);
      all("[aria-pressed]", fresh)[at]?.focus();
    } catch { e.target.action = button.formAction; e.target.submit(); }
  });

  // The shortcuts of one key that /shortcuts lists; a test holds both together.
  if (document.querySelector(".rail") && root.dataset.keys !== "off") {
    const line = "main article.post, main .folded, main .list > li", open = '.folded > summary|a.when|.row > a[href^="/posts/"]|a.name';
    const keys = { // steps, an address, or what to press
      "j": 1, "k": -1, "o": open, "Enter": open, "r": 'a[href^="/compose?reply="]', "b": '[formaction$="boost"]',
      "l": '[formaction$="like"]', "f": '[formaction$="like"]', "s": '[formaction$="bookmark"]', "x": ".veil > summary",
      "n": "/compose", "/": "/search", "?": "/shortcuts",
      "g h": "/", "g n": "/notifications", "g m": "/messages", "g b": "/bookmarks", "g s": "/settings",
    };
    const here = () => document.activeElement.closest(line) ?? document.querySelector("article.post:target, .list > li:target") ?? document.querySelector("article.here");
    let g = -9999;
    document.addEventListener("keydown", e => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented) return;
      if (e.target.matches("input, textarea, select")) { if (e.key === "Escape") e.target.blur(); return; }
      if (e.key === "Enter" && !e.target.matches(line)) return;
      const after = e.timeStamp - g < 1500, does = keys[after ? "g " + e.key : e.key], now = here();
      g = !after && e.key === "g" ? e.timeStamp : -9999;
      if (!does) return;
      e.preventDefault();
      if (does[0] === "/") location.assign(does);
      else if (does.at) does.split("|").map(s => now?.querySelector(s)).find(Boolean)?.click();
      else {
        const lines = all(line).filter(n => n === now || n.checkVisibility()), next = lines[lines.indexOf(now) + does];
        if (!next) return;
        next.tabIndex = -1; next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" });
      }
    });
  }

  // A notification that stood before the eyes for a second is read.
  const notices = document.querySelector("[data-upto]");
  if (notices) {
    let seen = [], timer;
    const tell = () => {
      if (!seen.length) return;
      const body = new URLSearchParams([["upto", notices.dataset.upto], ...seen.map(key => ["group", key])]);
      seen = [];
      fetch("/notifications/read", { method: "POST", body, keepalive: true }).catch(() => {});
    };
    watched(all("[data-group]", notices), 1000, li => { seen.push(li.dataset.group); clearTimeout(timer); timer = setTimeout(tell, 500); });
    addEventListener("pagehide", tell);
  }

  // A conversation that is looked at is read.
  const letters = document.querySelector("form[data-read]");
  if (letters && !document.hidden) fetch(letters.action, { method: "POST", body: new URLSearchParams(new FormData(letters)) }).then(() => { letters.hidden = true; }).catch(() => {});

  // What is wider than the page can be scrolled with the keys.
  all("pre").forEach(pre => { if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0; });

  // An error is read first.
  document.querySelector(".note.bad[tabindex]")?.focus();

  // The app's icon counts the notifications, until the owner signs out.
  const badge = n => (n ? navigator.setAppBadge?.(n) : navigator.clearAppBadge?.())?.catch(() => {});
  if (document.querySelector('form[action="/login"]')) badge(0);

  // The place at home is kept as posts are really seen: up to where none above it
  // was passed over. What was seen down to the end of a page counts on the next.
  const home = document.querySelector("[data-lines]");
  if (home) {
    const ids = home.dataset.lines.split(" "), { from, low } = home.dataset, seen = new Set();
    // What the last page kept while it was left may not have been there yet when this one was made.
    let kept = sessionStorage.kept, place = home.dataset.place, timer;
    const mine = ids.indexOf(kept);
    if (mine >= 0 && (place < 0 || mine < place)) place = mine;
    const reached = () => {
      const run = JSON.parse(sessionStorage.read ?? "{}"), top = from && run.low === from ? run.top : ids[0];
      let n = 0, t = +place;
      while (seen.has(n)) n++;
      while (seen.has(t - 1)) t--;
      if (n === ids.length) sessionStorage.read = JSON.stringify({ top, low });
      if (place === "") return n && ids[0]; // none was kept yet
      if (t < 0 || t === +place && (t || top === ids[0])) return; // it lies further down, or nothing new was seen
      return t ? ids[t] : top;
    };
    const keep = () => {
      const upto = reached();
      if (upto && upto !== kept) fetch("/home/read", { method: "POST", body: new URLSearchParams({ upto: sessionStorage.kept = kept = upto }), redirect: "manual", keepalive: true }).catch(() => { kept = sessionStorage.kept = ""; });
    };
    const lines = all(":scope > .post, :scope > .folded", home);
    watched(lines, 300, line => { seen.add(lines.indexOf(line)); clearTimeout(timer); timer = setTimeout(keep, 3000); });
    addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  }

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
      if (!mark) link.append(mark = make("span", { className: "dot" }));
      mark.replaceChildren(n.toLocaleString(root.lang), make("span", { className: "hush", textContent: " new" }));
    };
    const fresh = (n, text, at, press) => {
      document.title = n ? `(${n}) ${title}` : title;
      let line = document.querySelector(".rule.fresh");
      if (!n) return;
      if (!line) {
        at.before(line = make("p", { className: "rule fresh", role: "status" }));
        line.append(make("a", { href: location.pathname, onclick: press }));
      }
      line.querySelector("a").textContent = text;
    };
    // A thread that grows offers what has come; an empty one is filled at once.
    let rest = document.querySelector("[data-thread]");
    const fill = (...parts) => fetch(location.pathname + location.search).then(r => r.text()).then(text => {
      const page = parse(text);
      parts.forEach(s => document.querySelector(s).replaceWith(page.querySelector(s)));
      rest = document.querySelector("[data-thread]"); document.title = title;
    }).catch(() => {});
    const grown = ({ Above, Below, Asking }) => {
      const up = Above - rest.dataset.above, down = Below - rest.dataset.below, n = up + down;
      if (n > 0 && (up || rest.dataset.below > 0)) fresh(n, n + (up ? " more post" + (n > 1 ? "s" : "") : n > 1 ? " more replies" : " more reply"), rest.querySelector(".stream"), e => {
        e.preventDefault();
        fill(".stream:has(.here)", "#answer").then(() => document.querySelector("#replies").focus({ preventScroll: true }));
      });
      else if (n > 0) fill("#answer");
      else if (!Asking && document.querySelector("#told a")) fill("#told");
    };
    let source;
    const open = () => {
      source = new EventSource("/events?" + (stream ? "after=" + stream.dataset.newest : rest ? "thread=" + rest.dataset.thread : ""));
      source.onmessage = e => {
        const news = JSON.parse(e.data);
        if (stream) fresh(news.posts, plural(news.posts), stream);
        if (news.thread && rest) grown(news.thread);
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
