// What a day does not touch, by masto: the rooms at the back.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { anybody, ask, client } from './sign-in.mjs';

const same = assert.deepEqual;
const { v1, v2 } = client;
const gone = (promise) => assert.rejects(promise, (e) => e.statusCode === 404);

// The home, and people
const me = await v1.accounts.verifyCredentials();
same(await anybody.v1.instance.peers.list(), []);
same(await anybody.v1.instance.rules.list(), []);
await anybody.v1.instance.extendedDescription.fetch();
const id = await ask('/friend/mention', { text: 'look at https://loom.test/weft #linen' });
const friend = (await v1.statuses.$select(id).fetch()).account;
const them = v1.accounts.$select(friend.id);
same((await v1.accounts.lookup({ acct: friend.acct })).id, friend.id);
same((await v1.accounts.fetch({ id: [friend.id] })).map((a) => a.id), [friend.id]);
same((await v1.accounts.search.list({ q: 'fred' })).map((a) => a.id), [friend.id]);
same((await v1.accounts.$select(me.id).following.list()).map((a) => a.id), [friend.id]);
same((await v1.accounts.familiarFollowers.fetch({ id: [friend.id] })).map((f) => f.id), [friend.id]);
same((await them.block()).blocking, true);
same((await v1.blocks.list()).map((a) => a.id), [friend.id]);
same((await them.unblock()).blocking, false);
const follow = async () => {
  await them.follow();
  for (let i = 0; i < 500; i++) {
    if ((await v1.accounts.relationships.fetch({ id: [friend.id] }))[0].following) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.fail('the friend does not take the follow');
};
await follow();
same((await them.mute({ notifications: true })).muting, true);
same((await v1.mutes.list()).map((a) => a.id), [friend.id]);
same((await them.unmute()).muting, false);
same((await them.unfollow()).following, false);
await follow();
same((await them.removeFromFollowers()).followedBy, false);
await v1.accounts.updateCredentials({ locked: true });
await ask('/friend/follow');
same((await v1.followRequests.list()).map((a) => a.id), [friend.id]);
await v1.followRequests.$select(friend.id).reject();
same(await v1.followRequests.list(), []);
await ask('/friend/follow');
await v1.followRequests.$select(friend.id).authorize();
same((await v1.accounts.relationships.fetch({ id: [friend.id] }))[0].followedBy, true);
await v1.accounts.updateCredentials({ locked: false });
await v1.domainBlocks.create({ domain: 'weeds.test' });
same(await v1.domainBlocks.list(), ['weeds.test']);
await v1.domainBlocks.remove({ domain: 'weeds.test' });
await v1.profile.avatar.remove();
await v1.profile.header.remove();
await v1.directory.list();
await v1.suggestions.list();
await v2.suggestions.list();
await v1.suggestions.$select(friend.id).remove();

// Posts
const their = v1.statuses.$select(id);
for (const [act, undo, of] of [['favourite', 'unfavourite', 'favourited'], ['bookmark', 'unbookmark', 'bookmarked'], ['reblog', 'unreblog', 'reblogged']]) {
  await their[act]();
  same((await their.fetch())[of], true);
  if (act === 'reblog') same((await their.rebloggedBy.list()).map((a) => a.id), [me.id]);
  await their[undo]();
  same((await their.fetch())[of], false);
}
const post = await v1.statuses.create({ status: 'Back rooms', visibility: 'public' });
const mine = v1.statuses.$select(post.id);
same((await v1.statuses.fetch({ id: [post.id, id] })).map((s) => s.id).sort(), [post.id, id].sort());
same((await mine.pin()).pinned, true);
same((await mine.unpin()).pinned, false);
const later = await v1.statuses.create({ status: 'Later', scheduledAt: new Date(Date.now() + 3600e3).toISOString() });
same((await v1.scheduledStatuses.$select(later.id).fetch()).params.text, 'Later');
await v1.scheduledStatuses.$select(later.id).remove();
const picture = await v2.media.create({ file: new Blob([await readFile(process.env.PICTURE)], { type: 'image/png' }) });
same((await v1.media.$select(picture.id).update({ description: 'A red field' })).description, 'A red field');
await v1.media.$select(picture.id).remove();
await gone(v1.media.$select(picture.id).fetch());
same((await v1.timelines.link.list({ url: 'https://loom.test/weft' })).map((s) => s.id), [id]);
await v1.reports.create({ accountId: friend.id, statusIds: [id], comment: 'only trying this out' });

// Hashtags and trends
same((await v1.tags.$select('linen').follow()).following, true);
same((await v1.tags.$select('linen').unfollow()).following, false);
const featured = await v1.featuredTags.create({ name: 'linen' });
await v1.featuredTags.suggestions.list();
await v1.featuredTags.$select(featured.id).remove();
same(await v1.featuredTags.list(), []);
await v1.trends.tags.list();

// Lists
const list = await v1.lists.create({ title: 'Weavers' });
same((await v1.lists.$select(list.id).update({ title: 'Dyers', exclusive: true })).exclusive, true);
same((await v1.lists.$select(list.id).fetch()).title, 'Dyers');
await v1.lists.$select(list.id).accounts.create({ accountIds: [friend.id] });
same((await them.lists.list()).map((l) => l.id), [list.id]);
await v1.lists.$select(list.id).accounts.remove({ accountIds: [friend.id] });
await v1.lists.$select(list.id).remove();

// Notifications and messages
await ask('/friend/mention', { text: 'one' });
await ask('/friend/mention', { text: 'two' });
const [first, second] = await v1.notifications.list({ limit: 2 });
same((await v1.notifications.$select(first.id).fetch()).id, first.id);
assert.ok((await v1.notifications.unreadCount.fetch()).count > 0);
await v1.notifications.$select(first.id).dismiss();
await gone(v1.notifications.$select(first.id).fetch());
const { notificationGroups: groups } = await v2.notifications.list();
const group = groups.find((g) => g.mostRecentNotificationId === second.id) ?? groups[0];
same((await v2.notifications.$select(group.groupKey).fetch()).notificationGroups[0].groupKey, group.groupKey);
assert.ok((await v2.notifications.$select(group.groupKey).accounts.list()).length > 0);
await v2.notifications.$select(group.groupKey).dismiss();
same((await v1.notifications.requests.merged.fetch()).merged, true);
await v1.notifications.clear();
same(await v1.notifications.list(), []);
const letter = await v1.statuses.create({ status: `@${friend.acct} between us`, visibility: 'direct' });
const [talk] = await v1.conversations.list();
same(talk.lastStatus.id, letter.id);
same((await v1.conversations.$select(talk.id).read()).unread, false);
await v1.conversations.$select(talk.id).remove();
same(await v1.conversations.list(), []);

// Filters
const filter = await v2.filters.create({ title: 'Goats', context: ['home'], filterAction: 'hide' });
const one = v2.filters.$select(filter.id);
same((await one.update({ title: 'Sheep', context: ['home', 'thread'], filterAction: 'warn' })).title, 'Sheep');
const word = await one.keywords.create({ keyword: 'ewe', wholeWord: true });
same((await one.keywords.list()).map((k) => k.keyword), ['ewe']);
const keyword = v2.filters.keywords.$select(word.id);
same((await keyword.fetch()).keyword, 'ewe');
same((await keyword.update({ keyword: 'ram', wholeWord: true })).keyword, 'ram');
await keyword.remove();
const by = await one.statuses.create({ statusId: id });
same((await one.statuses.list()).map((s) => s.statusId), [id]);
same((await v2.filters.statuses.$select(by.id).fetch()).statusId, id);
await v2.filters.statuses.$select(by.id).remove();
same((await one.fetch()).statuses, []);
await one.remove();
await gone(one.fetch());

// Push
await gone(v1.push.subscription.fetch());
const device = JSON.parse(await ask('/device'));
await v1.push.subscription.create({ subscription: { endpoint: device.endpoint, keys: { p256dh: device.p256dh, auth: device.auth } }, data: { alerts: { mention: true } } });
same((await v1.push.subscription.update({ data: { alerts: { mention: false, follow: true } } })).alerts.follow, true);
same((await v1.push.subscription.fetch()).endpoint, device.endpoint);
await v1.push.subscription.remove();
