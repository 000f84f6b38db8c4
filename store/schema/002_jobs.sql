-- Work in the background, and what is remembered of other servers.

-- What is to be done. A lane is kind and host; its jobs are done one after the
-- other, in the order of run_at and id. run_at is 0 for "at once", so that a
-- clock that is set back reorders nothing. Numbers are never used again: a job
-- that was cancelled while it ran must not finish another.
create table jobs (
	id         integer primary key autoincrement,
	kind       text not null,
	host       text not null,    -- or another name of a lane within the kind
	topic      text not null,    -- what it is about, to cancel it by
	recipient  text not null,    -- whom it is for, to cancel it by
	payload    blob not null,
	run_at     integer not null,
	waited     integer not null, -- the lane's waited when this was put
	attempts   integer not null, -- of a parked job; the lane counts for the others
	last_error text not null,
	parked_at  integer
) strict;
create index jobs_lane on jobs (kind, host, run_at) where parked_at is null;
create index jobs_topic on jobs (topic) where topic <> '';
create index jobs_parked on jobs (id) where parked_at is not null;

-- One row for each lane that has jobs. Only a lane's first job is ever tried, so
-- tries and backoff are the lane's. Booking a try writes here what shall be
-- true if the program ends during it.
create table lanes (
	kind       text not null,
	host       text not null,
	class      text not null check (class in ('house', 'peer', 'probation')),
	due_at     integer not null,
	attempts   integer not null, -- tries since the lane last got on
	waited     integer not null, -- milliseconds of backoff since then
	faults     integer not null, -- of the first job: our own errors, panics, sudden ends
	refused    integer not null, -- of the first job: answers of 401
	booked_id  integer not null, -- the last job taken up; faults and refused are of jobs up to here
	last_error text not null,
	primary key (kind, host)
) strict, without rowid;
create index lanes_due on lanes (class, due_at);
create index lanes_host on lanes (host) where class <> 'house';

-- Other servers: the signature they want, and how they have been failing.
create table hosts (
	host          text not null primary key,
	scheme        text not null,    -- empty until known
	failures      integer not null, -- in a row
	recent        text not null,    -- the last moments of failure, as a JSON list
	failed_at     integer,          -- the last of them
	open_until    integer,          -- the breaker is open; then one probe
	resting_since integer,
	probe_at      integer           -- when a resting host may be sent one more
) strict, without rowid;
create index hosts_resting on hosts (host) where resting_since is not null;
create index hosts_failed on hosts (failed_at) where failed_at is not null;
