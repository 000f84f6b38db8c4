/* A few comforts. Every page works without this file. */
const root = document.documentElement;
const make = (tag, to) => Object.assign(document.createElement(tag), to);
const all = (what, where = document) => [...where.querySelectorAll(what)];
const first = what => document.querySelector(what);
const on = (node, kinds, then) => kinds.split(" ").forEach(kind => node.addEventListener(kind, then));
const left = then => { on(window, "pagehide", then); on(document, "visibilitychange", e => { if (document.hidden) then(e); }); };
const some = (n, one, many = one + "s") => `${n.toLocaleString(root.lang)} ${n === 1 ? one : many}`;
const parse = text => new DOMParser().parseFromString(text, "text/html");
const post = (to, body, more) => fetch(to, { method: "POST", body, ...more });
const nothing = () => {};
const teller = className => make("span", { className, role: "status" });
// What is done once it has been quiet for so long.
const quiet = (ms, then) => {
  let timer;
  const wait = (other = ms) => { wait.stop(); timer = setTimeout(then, other); };
  wait.stop = () => clearTimeout(timer);
  return wait;
};
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

// What is copied stands in the element; without script it is a plain link.
on(document, "click", async e => {
  const copy = e.target.closest("[data-copy]");
  if (!copy || !navigator.clipboard) return;
  e.preventDefault();
  await navigator.clipboard.writeText(copy.dataset.copy);
  let told = copy.querySelector(".copied");
  if (!told) copy.after(told = teller("hush"));
  told.textContent = "Copied";
});

// Escape closes an open menu and gives the focus back.
on(document, "keydown", e => {
  const open = first(".menu[open]");
  if (e.key === "Escape" && open) { open.open = false; open.querySelector("summary").focus(); }
  // Ctrl or Command with Enter sends what is being written.
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) e.target.closest("form.desk, form.compose")?.requestSubmit();
});

// The hue is shown at once; the server keeps it when the form is saved.
on(document, "change", e => { if (e.target.name === "hue") root.dataset.hue = e.target.value; });

// Characters as people count them, beside the field that is counted.
all("[data-count]").forEach(field => {
  const shown = document.getElementById(field.dataset.count), most = field.dataset.most || Infinity;
  const count = () => {
    const n = [...field.value].length, room = most - n;
    shown.textContent = !n ? "" : room > 500 ? some(n, "character") : some(Math.abs(room), "character") + (room < 0 ? " too long" : " left");
    shown.ariaLive = room <= 20 ? "polite" : "off";
    shown.classList.toggle("error", room < 0);
  };
  on(field, "input", count);
  count();
});

// What is being written is kept as a draft: after three quiet seconds, and on
// leaving. An edit is no draft; whoever leaves it unsaved is asked.
all('form[action="/compose"]').forEach(form => {
  const words = () => { const all = wordsOf(form); all.delete("draft"); return all; };
  let draft = form.elements.draft, kept = "unsaved" in form.dataset ? "" : String(words()), saving = null, sent = false;
  const status = teller("soft small");
  form.querySelector("button.main").parentElement.append(status);
  const save = e => {
    later.stop();
    const body = words(), now = String(body);
    if (sent || now === kept || !body.get("text").trim() && !body.has("media_id_1")) return;
    if (saving && e?.type !== "pagehide") return later();
    if (draft) body.set("draft", draft.value);
    saving = post("/drafts", body, { keepalive: now.length < 60000, signal: AbortSignal.timeout(10000) }).then(async answer => {
      const at = answer.headers.get("Location");
      if (!at) { status.textContent = answer.ok ? await answer.text() : "Not saved"; return; }
      if (!draft) form.append(draft = make("input", { type: "hidden", name: "draft" }));
      draft.value = new URL(at, location).searchParams.get("draft");
      kept = now; status.textContent = "Saved";
      if (location.pathname === "/compose") history.replaceState(null, "", at); // a reload goes on with it
    }).catch(() => { status.textContent = "Not saved"; later(30000); }).finally(() => { saving = null; });
  };
  const later = quiet(3000, save);
  on(form, "input", () => { status.textContent = ""; later(); });
  on(form, "submit", e => {
    later.stop();
    // The draft on its way must be there first, or it would stay behind the post.
    if (saving) { e.preventDefault(); saving.then(() => form.requestSubmit(e.submitter)); return; }
    sent = true;
  });
  on(window, "pageshow", () => { sent = false; });
  left(save);
  if (!kept) later();
});
all('form.desk:not([action="/compose"])').forEach(form => {
  let changed = false;
  on(form, "input submit", e => { changed = e.type === "input"; });
  on(window, "beforeunload", e => { if (changed) e.preventDefault(); });
});

// What is begun with @, # or : is offered whole, below the field. A field of
// several lines cannot be a combobox, but it can point at a list and into it.
all("textarea[data-count]").forEach(field => {
  const list = make("ul", { className: "offers", role: "listbox", id: field.id + "-offers", ariaLabel: "What fits", hidden: true });
  const told = teller("hush");
  field.after(list, told);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setSelectionRange(field.value.length, field.value.length); // one goes on behind whom one answers
  let at = -1;
  const word = () => document.activeElement === field && field.selectionStart === field.selectionEnd
    && field.value.slice(0, field.selectionEnd).match(/(?:^|[^\p{L}\p{N}@#:/=])([@#][\p{L}\p{N}\p{M}_.@:-]+|:[\p{L}\p{N}_+-]{2,})$/u)?.[1];
  const close = () => {
    later.stop();
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
    try {
      const found = await (await fetch("/complete?q=" + encodeURIComponent(begun))).json();
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
    } catch { close(); }
  };
  const later = quiet(120, offer);
  on(field, "input", () => word() ? later() : close());
  on(field, "blur", close);
  on(list, "mousedown", e => e.preventDefault()); // the field keeps the focus
  on(field, "keydown", e => {
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
    const picture = await createImageBitmap(file, { resizeHeight: 320 }).catch(nothing);
    if (!picture || field.files[0] !== file) return;
    const canvas = make("canvas", { width: picture.width, height: picture.height });
    canvas.getContext("bitmaprenderer").transferFromImageBitmap(picture);
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
  fields.forEach(field => on(field, "change", () => {
    const [file, ...others] = field.files;
    if (others.length) { put(field, file); add(others); } else { show(field); tell(); }
  }));
  on(box.form, "paste", e => {
    const { files, types } = e.clipboardData;
    if (files.length && !types.includes("text/plain")) { e.preventDefault(); add([...files]); }
  });
  on(box.form, "dragover drop", e => {
    if (!e.dataTransfer.types.includes("Files")) return;
    e.preventDefault();
    if (e.type === "drop") add([...e.dataTransfer.files]);
  });
});

// Where there is room beside the desk, the post as it will look keeps up.
const desk = first("form.desk"), room = matchMedia("(min-width: 76rem)");
if (desk) {
  let asked, seen = "";
  const look = async () => {
    const body = wordsOf(desk);
    body.set("waiting", all("[type=file]", desk).filter(f => f.files.length).length);
    const now = String(body);
    if (!room.matches || now === seen || now.length > 900000) return;
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await post("/compose/preview", body, { signal: asked.signal });
      const fresh = parse(await answer.text()).querySelector("#preview"), old = first("#preview");
      const open = all("details", old).map(d => d.open);
      all("details", fresh).forEach((d, i) => { d.open = open[i] ?? d.open; });
      old.replaceWith(fresh);
      seen = now;
    } catch { /* the next key asks again */ }
  };
  const later = quiet(600, look);
  on(desk, "input", () => later());
  on(room, "change", look);
  if (desk.elements.text.value.trim()) look();
}

// What is done with a post is done in place; what fails is done once more as
// without script, whose page says why.
on(document, "submit", async e => {
  const button = e.submitter, acts = button?.closest(".acts");
  if (!acts || !button.ariaPressed) return;
  e.preventDefault();
  const body = wordsOf(e.target), next = body.get("next");
  body.set("part", 1);
  try {
    const answer = await post(button.formAction, body);
    if (!answer.ok) throw answer;
    const fresh = parse(await answer.text()).querySelector(".acts"), at = all("[aria-pressed]", acts).indexOf(document.activeElement);
    fresh.querySelector("[name=next]").value = next;
    acts.replaceWith(fresh);
    all("[aria-pressed]", fresh)[at]?.focus();
  } catch { e.target.action = button.formAction; e.target.submit(); }
});

// The shortcuts of one key that /shortcuts lists; a test holds both together.
const rail = first(".rail");
if (rail && root.dataset.keys !== "off") {
  const line = "main article.post, main .folded, main .list > li", open = '.folded > summary|a.when|.row > a[href^="/posts/"]|a.name';
  const keys = { // steps, an address, or what to press
    "j": 1, "k": -1, "o": open, "Enter": open, "r": 'a[href^="/compose?reply="]', "b": '[formaction$="boost"]',
    "l": '[formaction$="like"]', "f": '[formaction$="like"]', "s": '[formaction$="bookmark"]', "x": ".veil > summary",
    "n": "/compose", "/": "/search", "?": "/shortcuts",
    "g h": "/", "g n": "/notifications", "g m": "/messages", "g b": "/bookmarks", "g s": "/settings",
  };
  const here = () => document.activeElement.closest(line) ?? first("article.post:target, .list > li:target") ?? first("article.here");
  let g = -9999;
  on(document, "keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented) return;
    if (e.target.matches("input, textarea, select")) { if (e.key === "Escape") e.target.blur(); return; }
    if (e.key === "Enter" && !e.target.matches(line)) return;
    const after = e.timeStamp - g < 1500, does = keys[after ? "g " + e.key : e.key], now = here();
    g = !after && e.key === "g" ? e.timeStamp : -9999;
    if (!does) return;
    e.preventDefault();
    if (does[0] === "/") location = does;
    else if (does.at) does.split("|").map(s => now?.querySelector(s)).find(Boolean)?.click();
    else {
      const lines = all(line).filter(n => n === now || n.checkVisibility()), next = lines[lines.indexOf(now) + does];
      if (!next) return;
      next.tabIndex = -1; next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" });
    }
  });
}

// A notification that stood before the eyes for a second is read.
const notices = first("[data-upto]");
if (notices) {
  let seen = [];
  const tell = () => {
    if (!seen.length) return;
    const body = new URLSearchParams([["upto", notices.dataset.upto], ...seen.map(key => ["group", key])]);
    seen = [];
    post("/notifications/read", body, { keepalive: true }).catch(nothing);
  };
  const later = quiet(500, tell);
  watched(all("[data-group]", notices), 1000, li => { seen.push(li.dataset.group); later(); });
  left(tell);
}

// A conversation that is looked at is read.
const letters = first("form[data-read]");
if (letters && !document.hidden) post(letters.action, wordsOf(letters)).then(() => { letters.hidden = true; }).catch(nothing);

// What is wider than the page can be scrolled with the keys.
all("pre").forEach(pre => { if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0; });

// The app's icon counts the notifications, until the owner signs out.
const badge = n => (n ? navigator.setAppBadge?.(n) : navigator.clearAppBadge?.())?.catch(nothing);
if (first('form[action="/login"]')) badge(0);

// The place at home is kept as posts are really seen: up to where none above it
// was passed over. What was seen down to the end of a page counts on the next.
const home = first("[data-lines]");
if (home) {
  const ids = home.dataset.lines.split(" "), { from, low } = home.dataset, seen = new Set();
  // What the last page kept on leaving may be newer than what this one was made with.
  let kept = sessionStorage.kept, place = home.dataset.place;
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
    if (upto && upto !== kept) post("/home/read", new URLSearchParams({ upto: sessionStorage.kept = kept = upto }), { redirect: "manual", keepalive: true }).catch(() => { kept = sessionStorage.kept = ""; });
  };
  const lines = all(":scope > .post, :scope > .folded", home), later = quiet(3000, keep);
  watched(lines, 300, line => { seen.add(lines.indexOf(line)); later(); });
  left(keep);
}

// What is new is told as it happens: posts in a line above the first one, and
// what waits in the rail. Nothing moves until the reader wishes it.
if (rail) {
  const stream = first("[data-newest]"), title = document.title;
  const dot = (path, n) => {
    const link = rail.querySelector(`a[href="${path}"]`), mark = make("span", { className: "dot" });
    link.querySelector(".dot")?.remove();
    if (n) link.append(mark);
    mark.append(n.toLocaleString(root.lang), make("span", { className: "hush", textContent: " new" }));
  };
  const fresh = (n, text, at, press) => {
    if (!n) return;
    document.title = `(${n}) ${title}`;
    let line = first(".rule.fresh");
    if (!line) {
      at.before(line = make("p", { className: "rule fresh", role: "status" }));
      line.append(make("a", { href: location.pathname, onclick: press }));
    }
    line.querySelector("a").textContent = text;
  };
  // A thread that grows offers what has come; an empty one is filled at once.
  let rest = first("[data-thread]");
  const fill = (...parts) => fetch(location).then(r => r.text()).then(text => {
    const page = parse(text);
    parts.forEach(s => first(s).replaceWith(page.querySelector(s)));
    rest = first("[data-thread]"); document.title = title;
  }).catch(nothing);
  const grown = ({ Above, Below, Asking }) => {
    const up = Above - rest.dataset.above, down = Below - rest.dataset.below, n = up + down;
    if (n > 0 && (up || rest.dataset.below > 0)) fresh(n, up ? some(n, "more post") : some(n, "more reply", "more replies"), rest.querySelector(".stream"), e => {
      e.preventDefault();
      fill(".stream:has(.here)", "#answer").then(() => first("#replies").focus({ preventScroll: true }));
    });
    else if (n > 0) fill("#answer");
    else if (!Asking && first("#told a")) fill("#told");
  };
  let source;
  // A page that nobody looks at asks for nothing.
  const watch = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource("/events?" + (stream ? "after=" + stream.dataset.newest : rest ? "thread=" + rest.dataset.thread : ""));
    source.onmessage = e => {
      const news = JSON.parse(e.data);
      if (stream) fresh(news.posts, news.posts < 40 ? some(news.posts, "new post") : "40 or more new posts", stream);
      if (news.thread && rest) grown(news.thread);
      dot("/notifications", news.waiting.Notices); badge(news.waiting.Notices);
      dot("/messages", news.waiting.Messages);
    };
  };
  on(document, "visibilitychange", watch);
  on(window, "pagehide", () => source?.close());
  watch();
}

// This device is told of notifications, if browser and owner agree.
on(document, "submit", async e => {
  const form = e.target, { push } = form.dataset;
  if (!push) return;
  e.preventDefault();
  try {
    if (await Notification.requestPermission() !== "granted") throw push;
    await navigator.serviceWorker.register("/worker.js");
    const { pushManager } = await navigator.serviceWorker.ready;
    await (await pushManager.getSubscription())?.unsubscribe();
    const { endpoint, keys } = (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: push })).toJSON();
    Object.entries({ endpoint, ...keys }).forEach(([name, value]) => { form.elements[name].value = value; });
    form.submit();
  } catch { (form.querySelector(".hint") ?? form.appendChild(teller("hint"))).textContent = "This browser does not agree. Look whether it may show notifications of this page."; }
});
