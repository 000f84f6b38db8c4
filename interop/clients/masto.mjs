// A day in a home by masto, the library that Phanpy and Elk are built on.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createStreamingAPIClient } from 'masto';
import { app, ask, client, oauth, token } from './sign-in.mjs';

const { PICTURE } = process.env;
const me = await client.v1.accounts.verifyCredentials();
assert.equal(me.username, 'ana');
const instance = await client.v2.instance.fetch();
assert.match(instance.version, /^4\.5\.0/);

// Listen
const streaming = createStreamingAPIClient({ streamingApiUrl: instance.configuration.urls.streaming, accessToken: token.accessToken });
const heard = [];
const events = streaming.user.subscribe();
(async () => { for await (const event of events) heard.push(event); })().catch(() => {});
const hears = async (what) => {
  for (let i = 0; i < 500; i++) {
    const event = heard.find(what);
    if (event) return event;
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.fail(`heard only ${JSON.stringify(heard.map((e) => e.event))}`);
};
await new Promise((done) => setTimeout(done, 300));

// Post with a picture, answer, change, poll
const picture = await client.v2.media.create({ file: new Blob([await readFile(PICTURE)], { type: 'image/png' }), description: 'A red field' });
assert.equal(picture.description, 'A red field');
const post = await client.v1.statuses.create({ status: 'By **masto** #wool', mediaIds: [picture.id], visibility: 'public' });
assert.equal(post.mediaAttachments[0].description, 'A red field');
assert.equal(post.tags[0].name, 'wool');
await hears((e) => e.event === 'update' && e.payload.id === post.id);
const reply = await client.v1.statuses.create({ status: 'More of it', inReplyToId: post.id });
assert.equal(reply.inReplyToId, post.id);
const context = await client.v1.statuses.$select(post.id).context.fetch();
assert.deepEqual(context.descendants.map((s) => s.id), [reply.id]);
const edited = await client.v1.statuses.$select(post.id).update({ status: 'By *masto*', mediaIds: [picture.id] });
assert.ok(edited.editedAt && edited.content.includes('<em>masto</em>'));
assert.equal((await client.v1.statuses.$select(post.id).history.list()).length, 2);
assert.equal((await client.v1.statuses.$select(post.id).source.fetch()).text, 'By *masto*');
const poll = await client.v1.statuses.create({ status: 'Which?', poll: { options: ['bread', 'soup'], expiresIn: 3600 } });
assert.deepEqual(poll.poll.options.map((o) => o.title), ['bread', 'soup']);
assert.deepEqual(poll.poll.ownVotes, []);

// A later time
const later = await client.v1.statuses.create({ status: 'Later', scheduledAt: new Date(Date.now() + 3600e3).toISOString() });
assert.equal(later.params.text, 'Later');
await client.v1.scheduledStatuses.$select(later.id).update({ scheduledAt: new Date(Date.now() + 7200e3).toISOString() });
await client.v1.scheduledStatuses.$select(later.id).remove();
assert.equal((await client.v1.scheduledStatuses.list()).length, 0);

// What somebody else does
const id = await ask('/friend/mention', { text: 'have you seen my goat?' });
const told = await hears((e) => e.event === 'notification' && e.payload.type === 'mention');
assert.equal(told.payload.status.id, id);
const theirs = client.v1.statuses.$select(id);
assert.equal((await theirs.favourite()).favourited, true);
assert.equal((await theirs.bookmark()).bookmarked, true);
assert.equal((await theirs.reblog()).reblog.id, id);
assert.deepEqual((await client.v1.bookmarks.list()).map((s) => s.id), [id]);
assert.deepEqual((await client.v1.favourites.list()).map((s) => s.id), [id]);
assert.equal((await theirs.mute()).muted, true);
assert.equal((await theirs.unmute()).muted, false);
await ask('/friend/like', { uri: post.uri });
await hears((e) => e.event === 'notification' && e.payload.type === 'favourite');
const groups = await client.v2.notifications.list();
assert.ok(groups.notificationGroups.some((g) => g.type === 'favourite' && g.statusId === post.id));
assert.ok((await client.v1.notifications.list()).length >= 2);
assert.ok((await client.v2.notifications.unreadCount.fetch()).count >= 2);
const policy = await client.v2.notifications.policy.update({ forNotFollowers: 'filter' });
assert.equal(policy.forNotFollowers, 'filter');
assert.deepEqual(await client.v1.notifications.requests.list(), []);
await client.v2.notifications.policy.update({ forNotFollowers: 'accept' });

// Quotes: ours, as their server gives leave, and theirs
const quoting = await client.v1.statuses.create({ status: 'Look at this', quotedStatusId: id, quoteApprovalPolicy: 'nobody' });
assert.match(quoting.content, /^<p class="quote-inline">RE: /);
if (quoting.quote.state !== 'accepted') {
  assert.equal(quoting.quote.state, 'pending');
  await hears((e) => e.event === 'status.update' && e.payload.id === quoting.id && e.payload.quote.state === 'accepted');
}
const quoted = await client.v1.statuses.$select(quoting.id).fetch();
assert.deepEqual([quoted.quote.state, quoted.quote.quotedStatus.id], ['accepted', id]);
assert.equal(quoted.quoteApproval.currentUser, 'automatic');
await ask('/friend/quote', { uri: post.uri, text: 'well said' });
const quote = (await hears((e) => e.event === 'notification' && e.payload.type === 'quote')).payload.status;
assert.deepEqual([quote.quote.state, quote.quote.quotedStatus.id], ['accepted', post.id]);
assert.deepEqual((await client.v1.statuses.$select(post.id).quotes.list()).map((s) => s.id), [quote.id]);
assert.equal((await client.v1.statuses.$select(post.id).fetch()).quotesCount, 1);

// Filter
const filter = await client.v2.filters.create({ title: 'Goats', context: ['home'], filterAction: 'warn', keywordsAttributes: [{ keyword: 'goat', wholeWord: true }] });
assert.equal(filter.keywords[0].keyword, 'goat');
const home = await client.v1.timelines.home.list();
assert.equal(home.find((s) => (s.reblog ?? s).id === id && s.account.id === me.id)?.reblog.filtered[0].filter.title, 'Goats');
await hears((e) => e.event === 'filters_changed');
await client.v2.filters.$select(filter.id).remove();

// List
const friend = (await theirs.fetch()).account;
const list = await client.v1.lists.create({ title: 'Friends', repliesPolicy: 'list' });
await client.v1.lists.$select(list.id).accounts.create({ accountIds: [friend.id] });
assert.deepEqual((await client.v1.lists.$select(list.id).accounts.list()).map((a) => a.id), [friend.id]);
assert.ok((await client.v1.timelines.list.$select(list.id).list()).some((s) => s.id === id));
await client.v1.lists.$select(list.id).remove();

// Relations, hashtags, search
const followed = await client.v1.accounts.$select(friend.id).follow({ notify: true, languages: ['en'] });
assert.deepEqual([followed.notifying, followed.languages], [true, ['en']]);
assert.equal((await client.v1.tags.$select('wool').follow()).following, true);
assert.deepEqual((await client.v1.followedTags.list()).map((t) => t.name), ['wool']);
assert.ok((await client.v2.search.list({ q: 'goat' })).statuses.some((s) => s.id === id));
await client.v1.markers.create({ home: { lastReadId: post.id } });
assert.equal((await client.v1.markers.fetch({ timeline: ['home'] })).home.lastReadId, post.id);
assert.equal((await client.v1.preferences.fetch())['posting:default:visibility'], 'public');

// Push
const device = JSON.parse(await ask('/device'));
const push = await client.v1.push.subscription.create({
  subscription: { endpoint: device.endpoint, keys: { p256dh: device.p256dh, auth: device.auth }, standard: true }, data: { alerts: { mention: true } }, policy: 'all',
});
assert.equal(push.endpoint, device.endpoint);
assert.equal(push.alerts.mention, true);
await ask('/friend/mention', { text: 'it came home' });
const pushed = JSON.parse(await ask('/pushed', { words: 'it came home' }));
assert.equal(pushed.notification_type, 'mention');
assert.equal(pushed.access_token, token.accessToken);
await client.v1.push.subscription.remove();

// Delete
await client.v1.statuses.$select(post.id).remove();
await hears((e) => e.event === 'delete' && e.payload === post.id);
await assert.rejects(client.v1.statuses.$select(post.id).fetch(), (e) => e.statusCode === 404);
await assert.rejects(client.v1.statuses.create({ status: '' }), (e) => e.statusCode === 422 && e.message.length > 0);
events.unsubscribe();
streaming.close();
await oauth.revoke({ clientId: app.clientId, clientSecret: app.clientSecret, token: token.accessToken });
await assert.rejects(client.v1.accounts.verifyCredentials(), (e) => e.statusCode === 401);
