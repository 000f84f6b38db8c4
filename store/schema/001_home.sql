-- The home: its person, whom they know, what was written, and what stands
-- between them. Times are Unix milliseconds; an absent time is null. What is
-- never asked for is JSON, and empty if there is none.

create table actors (
	id              integer primary key,
	uri             text not null unique,
	type            text not null check (type in ('Person', 'Service', 'Group', 'Organization', 'Application')),
	name            text not null collate nocase, -- the handle's first part
	handle_host     text not null,
	host            text not null,                -- where the URI lives
	display_name    text not null collate nocase,
	bio             text not null,
	url             text not null,
	avatar          text not null,
	header          text not null,
	fields          text not null,
	emojis          text not null,
	local           integer not null check (local in (0, 1)),
	moved_to        text not null,
	also_known_as   text not null,
	websites        text not null default '',     -- that may name the owner as their author
	inbox           text not null,
	shared_inbox    text not null,
	outbox          text not null,
	followers       text not null,
	following       text not null,
	featured        text not null,
	locked          integer not null check (locked in (0, 1)),
	discoverable    integer not null check (discoverable in (0, 1)),
	indexable       integer not null check (indexable in (0, 1)),
	follower_count  integer not null,
	following_count integer not null,
	post_count      integer not null,
	host_blocked    integer not null check (host_blocked in (0, 1)), -- host or handle_host is in host_blocks
	created_at      integer,
	updated_at      integer,
	fetched_at      integer,
	gone_at         integer
) strict;
create index actors_handle on actors (name, handle_host);
create index actors_host on actors (host);
create index actors_discoverable on actors (id) where discoverable = 1;
create index actors_host_blocked on actors (id) where host_blocked = 1;
create index actors_display_name on actors (display_name) where display_name <> '';

create table home (
	id          integer primary key check (id = 1),
	origin      text not null,
	handle_host text not null,
	owner_id    integer not null references actors (id),
	instance_id integer not null references actors (id),
	password    text not null, -- argon2id, as its own text form
	profile     text not null,
	preferences text not null,
	created_at  integer not null
) strict;

create table own_keys (
	actor_id integer primary key references actors (id),
	rsa      text not null, -- PEM, PKCS #8
	ed25519  text not null
) strict;

-- Public keys of others.
create table keys (
	uri        text not null primary key,
	actor_id   integer not null references actors (id),
	material   text not null, -- PEM or multikey, as it came
	fetched_at integer not null
) strict, without rowid;
create index keys_actor on keys (actor_id);

create table posts (
	id             integer primary key,
	uri            text not null unique,
	url            text not null,
	kind           text not null check (kind in ('Note', 'Question', 'Article', 'Page', 'Video', 'Image', 'Audio', 'Event')),
	author_id      integer not null references actors (id),
	title          text not null,
	content        text not null,
	source         text not null,
	warning        text not null,
	sensitive      integer not null check (sensitive in (0, 1)),
	language       text not null,
	visibility     text not null check (visibility in ('public', 'unlisted', 'followers', 'direct')),
	to_uris        text not null,
	cc_uris        text not null,
	mentions       text not null,
	tags           text not null,
	emojis         text not null,
	in_reply_to    text,                            -- only until the post answered is here
	in_reply_to_id integer references posts (id),
	context        text not null,
	conversation   text,                            -- of a direct post: a number made from who takes part
	replies        text not null,
	poll           text not null,
	link           text not null,
	may_reply      text not null default '' check (may_reply in ('', 'followers', 'followed', 'nobody')), -- of the owner's posts
	quote_uri      text not null default '',       -- of the post that it quotes
	quote_state    text not null default '',
	quote_stamp    text not null default '',
	may_quote      text not null default '',
	like_count     integer not null default 0,
	boost_count    integer not null default 0,
	reply_count    integer not null default 0,
	local          integer not null check (local in (0, 1)),
	published_at   integer not null,
	edited_at      integer,
	deleted_at     integer,
	pinned_at      integer,
	fetched_at     integer
) strict;
create index posts_author on posts (author_id, id, visibility, deleted_at, in_reply_to_id, in_reply_to); -- all that home and profile look for
create index posts_pinned on posts (author_id, pinned_at) where pinned_at is not null;
create index posts_in_reply_to_id on posts (in_reply_to_id) where in_reply_to_id is not null;
create index posts_in_reply_to on posts (in_reply_to) where in_reply_to is not null;
create index posts_quote on posts (quote_uri, id) where quote_uri <> '';
create index posts_quote_stamp on posts (quote_stamp) where quote_stamp <> '';
create index posts_conversation on posts (conversation, id) where conversation is not null;

-- How many posts of an author are here, tombstones not counted; of the owner's
-- those that anybody may see. Kept by triggers: to count thousands costs
-- milliseconds, and a profile says the number.
create table post_counts (
	author_id integer primary key references actors (id),
	n         integer not null check (n >= 0)
) strict;
create trigger posts_come after insert on posts
when new.deleted_at is null and (not new.local or new.visibility in ('public', 'unlisted')) begin
	insert into post_counts (author_id, n) values (new.author_id, 1)
	on conflict (author_id) do update set n = n + 1;
end;
create trigger posts_go after update of deleted_at, visibility on posts
when old.deleted_at is null and (not old.local or old.visibility in ('public', 'unlisted'))
	and not (new.deleted_at is null and (not new.local or new.visibility in ('public', 'unlisted'))) begin
	update post_counts set n = n - 1 where author_id = new.author_id;
end;
create trigger posts_return after update of deleted_at, visibility on posts
when new.deleted_at is null and (not new.local or new.visibility in ('public', 'unlisted'))
	and not (old.deleted_at is null and (not old.local or old.visibility in ('public', 'unlisted'))) begin
	insert into post_counts (author_id, n) values (new.author_id, 1)
	on conflict (author_id) do update set n = n + 1;
end;

create table post_tags (
	tag     text not null, -- lower case
	post_id integer not null references posts (id),
	primary key (tag, post_id)
) strict, without rowid;

-- Pages that posts lead to; mentions and hashtags are none.
create table post_links (
	post_id  integer not null references posts (id),
	position integer not null,
	url      text not null,
	own      integer not null check (own in (0, 1)), -- of the owner's post
	primary key (post_id, position)
) strict, without rowid;
create index post_links_url on post_links (url, post_id);
create index post_links_own on post_links (own, post_id) where own = 1;

-- Searchable words of posts, by the post's id. The index keeps no text of its
-- own; who changes a post takes the old words out by naming them.
create virtual table post_words using fts5 (words, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2');
insert into post_words (post_words, rank) values ('secure-delete', 1);

create table revisions (
	post_id     integer not null references posts (id),
	at          integer not null,
	content     text not null,
	source      text not null,
	warning     text not null,
	sensitive   integer not null check (sensitive in (0, 1)),
	language    text not null,
	attachments text not null,
	primary key (post_id, at)
) strict, without rowid;

create table attachments (
	id         integer primary key,
	post_id    integer references posts (id),
	position   integer not null,
	kind       text not null check (kind in ('image', 'video', 'audio', 'other')),
	file       text not null,
	preview    text not null,
	remote_url text not null,
	media_type text not null,
	alt        text not null,
	blurhash   text not null,
	width      integer not null,
	height     integer not null,
	focus_x    real not null,
	focus_y    real not null,
	size       integer not null
) strict;
create index attachments_post on attachments (post_id, position) where post_id is not null;
create index attachments_own on attachments (post_id) where kind = 'image' and file <> ''; -- the wall of photos
create index attachments_unbound on attachments (id) where post_id is null;

-- What the owner has begun to write. Pictures are ids of attachments that no
-- post has taken, as a JSON list. A draft outlives the post that it answers. One
-- with publish_at is published by itself; problem says why it was not.
create table drafts (
	id             integer primary key,
	text           text not null,
	warning        text not null,
	sensitive      integer not null check (sensitive in (0, 1)),
	language       text not null,
	visibility     text not null check (visibility in ('public', 'unlisted', 'followers', 'direct')),
	in_reply_to_id integer,
	attachments    text not null,
	poll           text not null,
	saved_at       integer not null,
	may_reply      text not null,
	quote_id       integer,
	may_quote      text not null,
	publish_at     integer,
	problem        text not null
) strict;
create index drafts_publish on drafts (id) where publish_at is not null;

create table boosts (
	id         integer primary key,
	uri        text not null unique,
	booster_id integer not null references actors (id),
	post_id    integer not null references posts (id),
	created_at integer not null
) strict;
create unique index boosts_post on boosts (post_id, booster_id);
create index boosts_booster on boosts (booster_id, id);

create table likes (
	id         integer primary key,
	uri        text not null unique,
	actor_id   integer not null references actors (id),
	post_id    integer not null references posts (id),
	emoji      text not null, -- of a reaction; empty for a mere like
	picture    text not null, -- where its custom emoji is; empty for others
	created_at integer not null
) strict;
create unique index likes_post on likes (post_id, actor_id);
create index likes_actor on likes (actor_id, id);

-- Posts that the owner keeps to find again.
create table bookmarks (
	id         integer primary key,
	post_id    integer not null unique references posts (id),
	created_at integer not null
) strict;

create table follows (
	id          integer primary key,
	uri         text not null unique,
	follower_id integer not null references actors (id),
	followed_id integer not null references actors (id),
	state       text not null check (state in ('pending', 'accepted')),
	hide_boosts integer not null default 0 check (hide_boosts in (0, 1)), -- what they boost is not for the home timeline
	aside       integer not null default 0 check (aside in (0, 1)),       -- nothing of theirs is: they are in an exclusive list
	notify      integer not null default 0 check (notify in (0, 1)),      -- the owner is told of what they post
	languages   text not null default '',                                 -- only posts in these stand in the home timeline; empty: in any
	created_at  integer not null
) strict;
create unique index follows_edge on follows (follower_id, followed_id);
create index follows_followed on follows (followed_id, state, id);
create index follows_follower on follows (follower_id, state, id);

-- Whom the owner blocks or mutes, and who blocks the owner.
create table blocks (
	actor_id   integer primary key references actors (id),
	created_at integer not null
) strict;
create table mutes (
	actor_id   integer primary key references actors (id),
	until      integer, -- null: for good
	notices    integer not null check (notices in (0, 1)), -- what they cause is told all the same
	created_at integer not null
) strict;
create table host_blocks (
	host       text not null primary key,
	created_at integer not null
) strict, without rowid;
create table blocked_by (
	actor_id   integer primary key references actors (id),
	uri        text not null unique, -- of the Block
	created_at integer not null
) strict;

create table notifications (
	id         integer primary key,
	kind       text not null check (kind in ('mention', 'like', 'boost', 'follow', 'follow_request', 'edit', 'poll', 'post', 'quote', 'quoted_edit', 'move', 'report')),
	actor_id   integer not null references actors (id),
	post_id    integer references posts (id),
	created_at integer not null,
	read       integer not null check (read in (0, 1)),
	head       integer not null default 1 check (head in (0, 1)), -- the newest of its group
	group_key  text not null generated always as ( -- what is told in one line: likes or boosts of a post, follows of a day (UTC)
		case when kind in ('like', 'boost') then kind || '-' || ifnull(post_id, 0)
			when kind in ('follow', 'follow_request') then kind || '-' || (created_at / 86400000)
			else 'ungrouped-' || id end) virtual
) strict;
create unique index notifications_actor on notifications (actor_id, kind, ifnull(post_id, 0));
create index notifications_post on notifications (post_id) where post_id is not null;
create index notifications_unread on notifications (id) where read = 0;
create index notifications_group on notifications (group_key, id);
create index notifications_head on notifications (id, kind) where head = 1; -- pages go by it
create trigger notifications_come after insert on notifications begin
	update notifications set head = 0 where id = (select max(m.id) from notifications m where m.group_key = new.group_key and m.id < new.id);
end;
create trigger notifications_go after delete on notifications when old.head = 1 begin
	update notifications set head = 1 where id = (select max(m.id) from notifications m where m.group_key = old.group_key);
end;

create table reports (
	id         integer primary key,
	uri        text not null unique,
	actor_id   integer not null references actors (id),
	target_id  integer not null references actors (id),
	posts      text not null,
	comment    text not null,
	outgoing   integer not null check (outgoing in (0, 1)),
	created_at integer not null,
	closed_at  integer
) strict;
create index reports_open on reports (id) where closed_at is null and outgoing = 0;

-- Activities as this home said them, byte for byte but for compression.
create table activities (
	uri  text not null primary key,
	body blob not null
) strict, without rowid;

-- Activities that came in before, as a number made from actor and id.
create table seen (
	hash integer primary key,
	at   integer not null
) strict;
create index seen_at on seen (at);

-- Who was sent a post of the owner's: ids of inboxes, as a JSON list.
create table inboxes (
	id   integer primary key,
	url  text not null unique,
	host text not null
) strict;
create table recipients (
	post_id integer primary key references posts (id),
	inboxes text not null
) strict;

-- What is known of the thread around a post.
create table threads (
	post_id    integer primary key references posts (id),
	asked_at   integer not null, -- when others' servers were last to be asked
	fetched_at integer,          -- when the post's server last said what answers it; null if never
	replies    integer not null, -- direct ones that it counts; -1 unknown
	whole      integer not null  -- posts of the whole thread that it counts; -1 unknown
) strict;

-- What was asked of others' servers in vain, of late.
create table missing (
	uri text not null primary key,
	why text not null check (why in ('silent', 'gone', 'refused', 'blocked', 'broken')),
	at  integer not null
) strict, without rowid;
create index missing_at on missing (at);

-- How far the owner has read a list.
create table markers (
	list       text not null primary key check (list in ('home', 'notifications')),
	last_read  integer not null,
	version    integer not null,
	updated_at integer not null
) strict, without rowid;

-- When the owner last looked at somebody, and their server was asked of them.
create table looks (
	actor_id integer primary key references actors (id),
	asked_at integer not null,
	ended_at integer -- null while it goes on
) strict;

create table sessions (
	token      text not null primary key, -- as its owner hashed it
	data       blob not null,
	created_at integer not null,
	expires_at integer not null
) strict, without rowid;

-- Programs that asked for keys, what the owner said to that, and the keys. What
-- opens anything is kept as a hash.
create table apps (
	id            integer primary key,
	client_id     text not null unique,
	secret        text not null,
	name          text not null,
	website       text not null,
	redirect_uris text not null,
	scopes        text not null,
	created_at    integer not null
) strict;
create table codes (
	hash         text not null primary key,
	app_id       integer not null references apps (id),
	redirect_uri text not null,
	scopes       text not null,
	challenge    text not null,
	used         integer not null check (used in (0, 1)),
	expires_at   integer not null
) strict, without rowid;
create index codes_app on codes (app_id);
create table tokens (
	id         integer primary key,
	hash       text not null unique,
	app_id     integer not null references apps (id),
	code       text not null, -- the hash of the code it was made from; empty: by the owner's command, or of the app alone
	scopes     text not null,
	owner      integer not null check (owner in (0, 1)),
	created_at integer not null,
	used_at    integer
) strict;
create index tokens_app on tokens (app_id);
-- Calls that an app may send again, and the post that each has made. A post that
-- went is not made again.
create table repeats (
	hash    text not null primary key, -- of the app and the key that it chose
	post_id integer not null,
	at      integer not null
) strict, without rowid;
create index repeats_at on repeats (at);
create index tokens_code on tokens (code) where code <> '';

-- The owner's emoji. One that is in use no more stays where it was written.
create table emojis (
	id         integer primary key,
	name       text not null,
	file       text not null,
	media_type text not null,
	category   text not null,
	created_at integer not null,
	retired_at integer
) strict;
create unique index emojis_name on emojis (name) where retired_at is null;

-- Conversations that the owner put away, up to a post: they come back when
-- somebody writes again.
create table put_away (
	conversation text not null primary key,
	up_to        integer not null
) strict, without rowid;

-- What actors chose in polls: others in the owner's, the owner in others'.
create table votes (
	post_id  integer not null references posts (id),
	actor_id integer not null references actors (id),
	choice   integer not null, -- index of the option
	primary key (post_id, actor_id, choice)
) strict, without rowid;
create index votes_actor on votes (actor_id, post_id);

-- Lists of those whom the owner follows. Who is in an exclusive one is set aside
-- from the home timeline, and who is followed no more is in none.
create table lists (
	id        integer primary key,
	title     text not null,
	replies   text not null check (replies in ('list', 'followed', 'none')),
	exclusive integer not null check (exclusive in (0, 1))
) strict;
create table list_members (
	list_id  integer not null references lists (id),
	actor_id integer not null references actors (id),
	primary key (list_id, actor_id)
) strict, without rowid;
create index list_members_actor on list_members (actor_id);
create trigger members_come after insert on list_members begin
	update follows set aside = exists (select 1 from list_members e join lists t on t.id = e.list_id where e.actor_id = new.actor_id and t.exclusive = 1)
	where followed_id = new.actor_id and follower_id = (select owner_id from home);
end;
create trigger members_go after delete on list_members begin
	update follows set aside = exists (select 1 from list_members e join lists t on t.id = e.list_id where e.actor_id = old.actor_id and t.exclusive = 1)
	where followed_id = old.actor_id and follower_id = (select owner_id from home);
end;
create trigger lists_change after update of exclusive on lists when old.exclusive <> new.exclusive begin
	update follows set aside = exists (select 1 from list_members e join lists t on t.id = e.list_id where e.actor_id = follows.followed_id and t.exclusive = 1)
	where followed_id in (select e.actor_id from list_members e where e.list_id = new.id) and follower_id = (select owner_id from home);
end;
create trigger follows_end after delete on follows when old.follower_id = (select owner_id from home) begin
	delete from list_members where actor_id = old.followed_id;
end;

-- What the owner wrote of somebody, for themself alone.
create table notes (
	actor_id integer primary key references actors (id),
	text     text not null
) strict;

-- Devices that are told of notifications: of each app's key, and of each sign-in,
-- at most one. It goes with them.
create table pushes (
	id       integer primary key,
	key_id   integer unique references tokens (id) on delete cascade,
	session  text unique references sessions (token) on delete cascade,
	endpoint text not null,
	p256dh   blob not null,
	auth     blob not null,
	legacy   integer not null check (legacy in (0, 1)), -- it reads the older encoding only
	kinds    text not null,
	policy   text not null check (policy in ('all', 'followed', 'follower', 'none')),
	check ((key_id is null) <> (session is null))
) strict;

-- Posts of threads of which the owner wants to be told nothing: what answers them,
-- however far below, is meant.
create table muted_threads (
	post_id integer primary key references posts (id)
) strict;

-- What the owner does not want to read just so: words, and single posts. They are
-- few, and read all at once.
create table filters (
	id         integer primary key,
	title      text not null,
	contexts   text not null,
	action     text not null check (action in ('warn', 'hide', 'blur')),
	expires_at integer,
	keywords   text not null,
	posts      text not null
) strict;

-- Replies to the owner's posts by those who may not reply, until the owner decides.
-- Nobody is shown them; one that is declined stays here.
create table held_replies (
	post_id  integer primary key references posts (id),
	declined integer not null check (declined in (0, 1))
) strict;

-- Approvals that the owner gave to posts that quote theirs (FEP-044f).
create table quote_stamps (
	id          integer primary key,
	post_id     integer not null references posts (id), -- the owner's
	quoting_uri text not null unique,
	actor_id    integer not null references actors (id)
) strict;
create index quote_stamps_post on quote_stamps (post_id);

-- Hashtags of which the owner wants to see every public post that is here, and
-- those that stand on their profile. Name is as it was typed, tag in lower case.
create table followed_tags (
	id   integer primary key,
	tag  text not null unique,
	name text not null
) strict;
create table featured_tags (
	id   integer primary key,
	tag  text not null unique,
	name text not null
) strict;

-- What the owner's policy keeps apart from the notifications, and whose
-- notifications come through whatever it says.
create table held_notifications (
	id         integer primary key,
	kind       text not null,
	actor_id   integer not null references actors (id),
	post_id    integer references posts (id),
	created_at integer not null
) strict;
create unique index held_notifications_actor on held_notifications (actor_id, kind, ifnull(post_id, 0));
create index held_notifications_post on held_notifications (post_id) where post_id is not null;
create table heard_actors (
	actor_id integer primary key references actors (id)
) strict;

-- Whom those follow whom the owner follows, as far as their servers say so; and
-- when these were last asked. To suggest people by.
create table circle (
	followed_uri text not null,
	follower_id  integer not null references actors (id),
	asked        integer not null default 0 check (asked in (0, 1)), -- who that is was asked for
	primary key (followed_uri, follower_id)
) strict, without rowid;
create index circle_follower on circle (follower_id);
create table circle_asked (
	actor_id integer primary key references actors (id),
	at       integer not null
) strict;
create table unsuggested (
	actor_id integer primary key references actors (id)
) strict;
