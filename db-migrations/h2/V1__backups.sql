-- The backups of Backstop, on H2. The same tables as on PostgreSQL. H2 keeps each statement for itself: whoever is killed in
-- the middle runs them all again at the next start, so each does no harm where it was done before.

-- One row per key: the last value that was loaded or put. A row without blob is a tombstone: the key was removed at
-- created_at, and an older value may not come back.
create table if not exists backstop_backup (
  cache_name       varchar(64)                 not null,
  cache_key        varchar(512)                not null,
  blob             varbinary,                             -- never a large object: H2 keeps those outside of transactions
  created_at       timestamp(6) with time zone not null,  -- the stamp: the moment as of which the value is known to hold
  last_access      timestamp(6) with time zone not null,
  expires_at       timestamp(6) with time zone not null,  -- created_at + ttl
  expired_at       timestamp(6) with time zone,           -- values stamped at or below it are no longer fresh
  codec            varchar(32),
  format           integer,
  type_fingerprint varchar(64),
  etag             varchar(512),
  last_modified    timestamp(6) with time zone,
  fingerprint      varchar(512),
  digest           varbinary(32),                         -- SHA-256 of the blob
  blob_bytes       bigint,
  constraint backstop_backup_pk primary key (cache_name, cache_key)
);

-- The cull finds its rows by it. None on last_access.
create index if not exists backstop_backup_expires_at on backstop_backup (expires_at);

-- One row per cache that was ever cleared or expired as a whole. The row named ":", or "shop:" for the namespace "shop",
-- is the heartbeat of whoever serves these caches: time that nobody was there does not make a backup idle.
create table if not exists backstop_cache (
  cache_name     varchar(64) not null primary key,
  expired_before timestamp(6) with time zone,  -- values stamped at or below it are no longer fresh
  cleared_before timestamp(6) with time zone,  -- values stamped at or below it are dead
  alive_at       timestamp(6) with time zone,  -- the last heartbeat
  alive_since    timestamp(6) with time zone,  -- since when there was no gap between heartbeats
  away_micros    bigint,                       -- how long the gap before that was
  culled_at      timestamp(6) with time zone   -- when a node began its last cull
);

-- What people want to know of each cache, without a blob. What was cleared is left out, also before it is culled.
create or replace view backstop_status as
select
  b.cache_name,
  count(b.blob)                                                    as backups,
  coalesce(sum(b.blob_bytes), 0)                                   as bytes,
  min(b.created_at) filter (where b.blob is not null)              as oldest,
  max(b.created_at) filter (where b.blob is not null)              as newest,
  max(b.last_access) filter (where b.blob is not null)             as last_access,
  count(*) filter (where b.blob is not null
    and b.expires_at <= current_timestamp)                         as past_ttl,
  count(*) filter (where b.blob is not null
    and (b.expired_at >= b.created_at or c.expired_before >= b.created_at)) as expired,
  count(*) filter (where b.blob is null)                           as tombstones
from backstop_backup b
left join backstop_cache c on c.cache_name = b.cache_name
where c.cleared_before is null or b.created_at > c.cleared_before
group by b.cache_name;
