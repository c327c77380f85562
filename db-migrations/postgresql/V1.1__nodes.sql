-- What nodes that share these tables tell each other, and which of them loads, on PostgreSQL. The same tables as on H2. It does
-- no harm where it was done before, and nodes of the version before go on with it: they neither tell, nor hear, nor share.

-- One row per change of a key, of all keys with a prefix, or of a whole cache. It is written in the transaction of the change
-- by nodes that have heardWithin set, and deleted after ten minutes. A load tells nothing. A commit may come later than that
-- of a row with a higher id: by its transaction a reader knows what it may have missed.
create table if not exists backstop_news (
  id         bigint generated always as identity primary key,
  xid        xid8 default pg_current_xact_id() not null,
  node       uuid not null,                       -- who tells
  cache_name varchar(64)  collate "C" not null,
  cache_key  varchar(512) collate "C",            -- the key, or the prefix, or null
  kind       varchar(16)  collate "C" not null,   -- PUT, REMOVE, EXPIRE, REMOVE_PREFIX, EXPIRE_PREFIX, CLEAR, EXPIRE_ALL
  stamp      timestamp(6) with time zone not null,
  told_at    timestamp(6) with time zone not null
);

-- Who listens finds by it what it has not heard.
create index if not exists backstop_news_xid on backstop_news (xid);

-- Which node loads a key whose cache shares its loads, or how the last load of it ended. Who may load is decided by one
-- statement; nothing is locked while a loader runs. A node that dies, or hangs, keeps a key until claimed_until.
create table if not exists backstop_flight (
  cache_name    varchar(64)  collate "C" not null,
  cache_key     varchar(512) collate "C" not null,
  node          uuid not null,                       -- who loads, or loaded
  claimed_at    timestamp(6) with time zone not null,
  claimed_until timestamp(6) with time zone not null,
  landed_at     timestamp(6) with time zone,         -- null while the load is under way
  outcome       varchar(16)  collate "C",            -- VALUE, NOTHING, FAILED, DIED
  failed_until  timestamp(6) with time zone,         -- no node tries again before
  failure_type  varchar(256) collate "C",
  failure       varchar(1024),
  primary key (cache_name, cache_key)
) with (fillfactor = 50);
