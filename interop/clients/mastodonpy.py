"""A day in a home by Mastodon.py, on which many scripts and bots are built."""
import json
import os
import threading
import time
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone

from mastodon import Mastodon, MastodonNotFoundError, StreamListener

BASE, HELPER, PICTURE = os.environ["BASE"], os.environ["HELPER"], os.environ["PICTURE"]


def ask(path, **params):
    with urllib.request.urlopen(HELPER + path + "?" + urllib.parse.urlencode(params)) as answer:
        return answer.read().decode()


def same(got, want):
    assert got == want, f"{got!r}, want {want!r}"


# Sign in
scopes = ["read", "write", "follow", "push"]
client_id, secret = Mastodon.create_app("Mastodon.py", scopes=scopes, api_base_url=BASE)
client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=BASE, version_check_mode="none")
code = ask("/code", url=client.auth_request_url(client_id=client_id, scopes=scopes))
token = client.log_in(code=code, scopes=scopes)
me = client.account_verify_credentials()
same(me.username, "ana")
same(client.instance().uri, urllib.parse.urlparse(BASE).netloc)


# Listen, by server-sent events
class Ear(StreamListener):
    heard = []

    def on_update(self, status):
        self.heard.append(("update", status.id))

    def on_notification(self, notification):
        self.heard.append((notification.type, notification.status.id if notification.get("status") else None))

    def on_delete(self, status_id):
        self.heard.append(("delete", status_id))


def hears(what):
    for _ in range(500):
        if what in Ear.heard:
            return
        time.sleep(0.02)
    raise AssertionError(f"{what} was not heard: {Ear.heard}")


stream = client.stream_user(Ear(), run_async=True, timeout=60)
time.sleep(0.5)

# Post with a picture, answer, poll
picture = client.media_post(PICTURE, description="A red field")
post = client.status_post("By Mastodon.py #wool", media_ids=[picture], visibility="public", spoiler_text="wool", language="en", idempotency_key="one")
same(post.media_attachments[0].description, "A red field")
same(post.spoiler_text, "wool")
same(client.status_post("By Mastodon.py #wool", media_ids=[picture], idempotency_key="one").id, post.id)
hears(("update", post.id))
reply = client.status_reply(post, "More of it")
same([s.id for s in client.status_context(post).descendants], [reply.id])
poll = client.status_post("Which?", poll=client.make_poll(["bread", "soup"], 3600, multiple=True))
same([o.title for o in poll.poll.options], ["bread", "soup"])
same(client.poll(poll.poll).multiple, True)
later = client.status_post("Later", scheduled_at=datetime.now(timezone.utc) + timedelta(hours=1))
same(later.params.text, "Later")
same([s.id for s in client.scheduled_statuses()], [later.id])
client.scheduled_status_delete(later)

# What somebody else does
goat = int(ask("/friend/mention", text="have you seen my goat?"))
hears(("mention", goat))
same(client.status_favourite(goat).favourited, True)
same(client.status_bookmark(goat).bookmarked, True)
same(client.status_reblog(goat).reblog.id, goat)
same([s.id for s in client.bookmarks()], [goat])
same([s.id for s in client.favourites()], [goat])
same([a.id for a in client.status_favourited_by(goat)], [me.id])
ask("/friend/like", uri=post.uri)
hears(("favourite", post.id))
kinds = {n.type for n in client.notifications()}
assert {"mention", "favourite", "follow"} <= kinds, kinds

# Pages: each post once, whatever the page size
walked, page = [], client.timeline_home(limit=2)
while page:
    walked += [s.id for s in page]
    page = client.fetch_next(page)
same(len(walked), len(set(walked)))
assert {post.id, reply.id, poll.id, goat} <= set(walked), walked

# Filter, list, relations, search
friend = client.status(goat).account
filter = client.filter_create("goat", ["home"], whole_word=True)
same([f.phrase for f in client.filters()], ["goat"])
client.filter_delete(filter)
friends = client.list_create("Friends")
client.list_accounts_add(friends, [friend])
same([a.id for a in client.list_accounts(friends)], [friend.id])
assert goat in [s.id for s in client.timeline_list(friends)]
client.list_delete(friends)
relation = client.account_relationships(friend)[0]
same((relation.following, relation.followed_by), (True, True))
same(client.account_mute(friend, notifications=False, duration=60).muting, True)
same(client.account_unmute(friend).muting, False)
same(client.account_note_set(friend, "keeps goats").note, "keeps goats")
assert goat in [s.id for s in client.search("goat", resolve=False).statuses]
same([t.name for t in client.featured_tag_create("wool") and client.featured_tags()], ["wool"])
same(client.account_update_credentials(note="By Mastodon.py").source.note, "By Mastodon.py")
same(client.markers_set("home", post).home.last_read_id, post.id)
client.conversations()
client.preferences()

# Delete
client.status_delete(post)
hears(("delete", post.id))
try:
    client.status(post)
    raise AssertionError("the post is still there")
except MastodonNotFoundError:
    pass
stream.close()
client.revoke_access_token()
