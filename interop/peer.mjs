// A small Fedify server of one person, for the tests of this folder.
//
// FIRSTKNOCK says which signature it tries first: rfc9421 or
// draft-cavage-http-signatures-12. It listens on a free port of 127.0.0.1, writes
// its origin as one line when it is ready, and ends when its input does. It is
// told what to do by POST ORIGIN/control with {"act": …}, and says what it knows
// at GET ORIGIN/control. Everything else is Fedify's.
import http from "node:http";
import {
  createFederation,
  generateCryptoKeyPair,
  MemoryKvStore,
} from "@fedify/fedify";
import {
  Accept,
  Announce,
  Create,
  Delete,
  Endpoints,
  Follow,
  Like,
  Mention,
  Note,
  Person,
  PUBLIC_COLLECTION,
  Tombstone,
  Undo,
  Update,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

const server = http.createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const ORIGIN = `http://localhost:${server.address().port}`;
process.stdin.on("end", () => process.exit()).resume();

const name = "fred";
const keys = [
  await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"),
  await generateCryptoKeyPair("Ed25519"),
];

// What we made ourselves. Acts are kept by their kind and object, to be undone.
const notes = new Map();
const acts = new Map();

// What others told us.
const known = {
  followers: new Map(),
  following: new Set(),
  posts: new Map(),
  likes: new Set(),
  boosts: new Set(),
  schemes: new Set(),
  errors: [],
};

const federation = createFederation({
  kv: new MemoryKvStore(),
  origin: ORIGIN,
  allowPrivateAddress: true,
  firstKnock: process.env.FIRSTKNOCK,
});

federation
  .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
    if (identifier !== name) return null;
    const pairs = await ctx.getActorKeyPairs(identifier);
    return new Person({
      id: ctx.getActorUri(identifier),
      url: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Fred",
      inbox: ctx.getInboxUri(identifier),
      outbox: ctx.getOutboxUri(identifier),
      followers: ctx.getFollowersUri(identifier),
      endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher(() => keys);

federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({
  items: [...known.followers.values()],
}));
federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
federation.setObjectDispatcher(
  Note,
  "/users/{identifier}/notes/{number}",
  (_, { number }) => notes.get(number) ?? null,
);

const inbox = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");

inbox.on(Follow, async (ctx, follow) => {
  const follower = await follow.getActor(ctx);
  known.followers.set(follower.id.href, follower);
  await ctx.sendActivity(
    { identifier: name },
    follower,
    new Accept({ id: newID("accept"), actor: me(), object: follow }),
  );
});
inbox.on(Accept, (_, accept) => known.following.add(accept.actorId.href));
inbox.on(Like, (_, like) => known.likes.add(like.objectId.href));
inbox.on(Announce, (_, boost) => known.boosts.add(boost.objectId.href));
inbox.on(Create, async (ctx, create) => remember(await create.getObject(ctx)));
inbox.on(Update, async (ctx, update) => remember(await update.getObject(ctx)));
inbox.on(Delete, (_, gone) => known.posts.delete(gone.objectId.href));
inbox.on(Undo, async (ctx, undo) => {
  const object = await undo.getObject(ctx);
  if (object instanceof Follow) known.followers.delete(undo.actorId.href);
  if (object instanceof Like) known.likes.delete(object.objectId.href);
  if (object instanceof Announce) known.boosts.delete(object.objectId.href);
});
inbox.onError((_, error) => known.errors.push(String(error?.stack ?? error)));

async function remember(post) {
  if (!(post instanceof Note)) return;
  const pictures = [];
  for await (const one of post.getAttachments()) pictures.push(String(one.name));
  known.posts.set(post.id.href, {
    content: String(post.content),
    inReplyTo: post.replyTargetId?.href ?? "",
    direct: post.toIds.concat(post.ccIds).every((to) => to.href === me().href),
    pictures,
  });
}

const context = () => federation.createContext(new URL(ORIGIN), undefined);
const me = () => context().getActorUri(name);
let last = 0;
const newID = (kind) => new URL(`#${kind}-${++last}`, me());

async function find(address) {
  const ctx = context();
  const documentLoader = await ctx.getDocumentLoader({ identifier: name });
  const found = await ctx.lookupObject(address, { documentLoader });
  if (!found) throw new Error(`there is nothing at ${address}`);
  return found;
}

const send = (to, activity) =>
  context().sendActivity({ identifier: name }, to, activity, { preferSharedInbox: true });

// act sends an activity about something of somebody's, and keeps it.
async function act(Kind, address, extra = {}) {
  const object = await find(address);
  const to = object instanceof Note ? await object.getAttribution(context()) : object;
  const activity = new Kind({ id: newID("act"), actor: me(), object: object.id, ...extra });
  acts.set(Kind.name + address, { to, activity });
  await send(to, activity);
}

async function undo(Kind, address) {
  const { to, activity } = acts.get(Kind.name + address);
  await send(to, new Undo({ id: newID("undo"), actor: me(), object: activity }));
}

async function publish({ text, to, inReplyTo, direct }) {
  const ctx = context();
  const number = String(++last);
  const reader = to ? await find(to) : null;
  const id = ctx.getObjectUri(Note, { identifier: name, number });
  const note = new Note({
    id,
    url: id,
    attribution: me(),
    content: `<p>${text}</p>`,
    published: Temporal.Now.instant(),
    replyTarget: inReplyTo ? new URL(inReplyTo) : null,
    tos: direct ? [reader.id] : [PUBLIC_COLLECTION],
    ccs: direct ? [] : [ctx.getFollowersUri(name), ...(reader ? [reader.id] : [])],
    tags: reader ? [new Mention({ href: reader.id, name: `@${reader.preferredUsername}@${reader.id.host}` })] : [],
  });
  notes.set(number, note);
  const create = new Create({ id: newID("create"), actor: me(), object: note, tos: note.toIds, ccs: note.ccIds });
  await send(direct ? reader : "followers", create);
  return { id: id.href };
}

const numberOf = (id) => id.slice(id.lastIndexOf("/") + 1);

const control = {
  // By address, since Fedify asks for handles by https only.
  async finger({ of }) {
    const found = await context().lookupWebFinger(new URL(of), { allowPrivateAddress: true });
    return { id: found.links.find((link) => link.rel === "self").href };
  },
  follow: ({ of }) => act(Follow, of),
  unfollow: ({ of }) => undo(Follow, of),
  like: ({ of }) => act(Like, of),
  unlike: ({ of }) => undo(Like, of),
  boost: ({ of }) =>
    act(Announce, of, { to: PUBLIC_COLLECTION, cc: context().getFollowersUri(name), published: Temporal.Now.instant() }),
  unboost: ({ of }) => undo(Announce, of),
  publish,
  async edit({ id, text }) {
    const note = notes.get(numberOf(id)).clone({ content: `<p>${text}</p>`, updated: Temporal.Now.instant() });
    notes.set(numberOf(id), note);
    await send("followers", new Update({ id: newID("update"), actor: me(), object: note, to: PUBLIC_COLLECTION }));
  },
  async delete({ id, to }) {
    notes.delete(numberOf(id));
    const object = new Tombstone({ id: new URL(id) });
    await send(to ? await find(to) : "followers", new Delete({ id: newID("delete"), actor: me(), object }));
  },
};

const state = () => ({
  actor: me().href,
  followers: [...known.followers.keys()],
  following: [...known.following],
  posts: Object.fromEntries(known.posts),
  likes: [...known.likes],
  boosts: [...known.boosts],
  schemes: [...known.schemes],
  errors: known.errors,
});

async function answerControl(req, res, body) {
  try {
    const order = req.method === "POST" ? JSON.parse(body) : null;
    const answer = order ? await control[order.act](order) : state();
    res.setHeader("content-type", "application/json").end(JSON.stringify(answer ?? {}));
  } catch (error) {
    res.writeHead(500).end(String(error?.stack ?? error));
  }
}

async function answerFedify(req, res, url, body) {
  if (req.method === "POST") known.schemes.add("signature-input" in req.headers ? "rfc9421" : "cavage");
  const hasBody = req.method !== "GET" && req.method !== "HEAD";
  const answer = await federation.fetch(
    new Request(url, { method: req.method, headers: req.headers, body: hasBody ? body : undefined }),
    { contextData: undefined },
  );
  res.writeHead(answer.status, Object.fromEntries(answer.headers));
  res.end(Buffer.from(await answer.arrayBuffer()));
}

server.on("request", async (req, res) => {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const url = new URL(req.url, ORIGIN);
  if (url.pathname === "/control") await answerControl(req, res, body);
  else await answerFedify(req, res, url, body);
});
console.log(ORIGIN);
