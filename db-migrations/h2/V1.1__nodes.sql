-- What nodes that share these tables tell each other, and which of them loads, on H2. The same tables as on PostgreSQL, but for
-- the transaction, which H2 does not tell. It does no harm where it was done before, and nodes of the version before go on with
-- it: they neither tell, nor hear, nor share.

-- One row per change of a key, of all keys with a prefix, or of a whole cache. It is written in the transaction of the change
-- by nodes that have heardWithin set, and deleted after ten minutes. A load tells nothing. A commit may come later than that
-- of a row with a higher id: who listens looks again at those of the last minute.
create table if not exists backstop_news (
  id         bigint generated always as identity primary key,
  node       uuid not null,                       -- who tells
  cache_name varchar(64)  not null,
  cache_key  varchar(512),                        -- the key, or the prefix, or null
  kind       varchar(16)  not null,               -- PUT, REMOVE, EXPIRE, REMOVE_PREFIX, EXPIRE_PREFIX, CLEAR, EXPIRE_ALL
  stamp      timestamp(6) with time zone not null,
  told_at    timestamp(6) with time zone not null
);

create index if not exists backstop_news_told_at on backstop_news (told_at);

-- Which node loads a key whose cache shares its loads, or how the last load of it ended. Who may load is decided by one
-- statement; nothing is locked while a loader runs. A node that dies, or hangs, keeps a key until claimed_until.
create table if not exists backstop_flight (
  cache_name    varchar(64)  not null,
  cache_key     varchar(512) not null,
  node          uuid not null,                    -- who loads, or loaded
  claimed_at    timestamp(6) with time zone not null,
  claimed_until timestamp(6) with time zone not null,
  landed_at     timestamp(6) with time zone,      -- null while the load is under way
  outcome       varchar(16),                      -- VALUE, NOTHING, FAILED, DIED
  failed_until  timestamp(6) with time zone,      -- no node tries again before
  failure_type  varchar(256),
  failure       varchar(1024),
  primary key (cache_name, cache_key)
);
