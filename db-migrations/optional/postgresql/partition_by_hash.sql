-- Partitions the backups by the hash of their keys, on PostgreSQL. It is no migration, and Flyway does not look here: who owns the
-- tables runs it by hand, if docs/scaling.md says that it helps. Nodes may run meanwhile.
--
--   psql -v ON_ERROR_STOP=1 -f partition_by_hash.sql                                           16 partitions
--   PGOPTIONS='-c backstop.partitions=32' psql -v ON_ERROR_STOP=1 -f partition_by_hash.sql     as many as that
--   PGOPTIONS='-c backstop.partitions=0' psql -v ON_ERROR_STOP=1 -f partition_by_hash.sql      one plain table again
--
-- It copies the rows into a new table of the same name, with the same columns, constraints, indexes, settings, rights and views,
-- under a lock that neither reads nor writes get past. That is one statement: if anything fails, nothing has happened. Where the
-- table has that many partitions already, it does nothing.
do $$
declare
  wanted  integer := coalesce(nullif(current_setting('backstop.partitions', true), ''), '16');
  present integer;
  old     oid;
  made    oid[];
  options text;
  rest    text[];
  command text;
begin
  if wanted not between 0 and 1024 then
    raise exception 'backstop.partitions must be from 0 to 1024, was %', wanted;
  end if;

  -- As long as this waits for its lock, everybody else waits behind it.
  perform set_config('lock_timeout', '5s', true);
  lock table backstop_backup in access exclusive mode;
  old := 'backstop_backup'::regclass;
  perform set_config('search_path', relnamespace::regnamespace::text, true) from pg_class where oid = old;
  select count(*) into present from pg_inherits where inhparent = old;
  if present = wanted then
    raise notice 'backstop_backup has % partitions already', present;
    return;
  end if;
  if exists (select from pg_trigger where tgrelid = old and not tgisinternal)
      or exists (select from pg_policy where polrelid = old)
      or exists (select from pg_publication_rel where prrelid = old) then
    raise exception 'backstop_backup has a trigger, a policy or a publication: drop it, and make it again afterwards';
  end if;

  -- Settings such as fillfactor belong to what holds the rows: the table, or each of its partitions.
  select string_agg(o.option, ', ') into options
    from pg_class t left join pg_class toast on toast.oid = t.reltoastrelid,
      lateral (select unnest(t.reloptions) union all select 'toast.' || unnest(toast.reloptions)) o (option)
    where t.oid = coalesce((select min(inhrelid) from pg_inherits where inhparent = old), old);

  -- What is said of the table by its name, to be said again of the new one.
  rest := array(
      select format('grant %s%s on backstop_backup to %s%s', a.privilege_type, g.columns,
          case when a.grantee = 0 then 'public' else a.grantee::regrole::text end,
          case when a.is_grantable then ' with grant option' end)
      from (
        select relacl, '' from pg_class where oid = old
        union all
        select attacl, format(' (%I)', attname) from pg_attribute where attrelid = old and not attisdropped
      ) g (acl, columns), aclexplode(g.acl) a)
    || array(
      select format('comment on table backstop_backup is %L', d) from obj_description(old, 'pg_class') d where d is not null)
    || array(
      -- Replaced, not dropped: so a view keeps its own rights, and whatever depends on it.
      select format('create or replace view %s%s as %s', v.oid::regclass,
          ' with (' || array_to_string(v.reloptions, ', ') || ')', pg_get_viewdef(v.oid))
      from pg_class v
      where v.relkind = 'v' and v.oid in (
        select r.ev_class from pg_depend d join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        where d.refclassid = 'pg_class'::regclass and d.refobjid = old))
    || 'drop table backstop_backup_before'::text
    || array(
      -- After the copy, as that is quicker, and after the drop, which frees their names.
      select coalesce(
          'alter table backstop_backup add constraint ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid),
          replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '))
      from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = old and c.contype in ('p', 'u')
      where i.indrelid = old);

  alter table backstop_backup rename to backstop_backup_before;
  execute 'create table backstop_backup (like backstop_backup_before including all excluding indexes)'
    || case when wanted = 0 then coalesce(' with (' || options || ')', '') else ' partition by hash (cache_name, cache_key)' end;
  for i in 0 .. wanted - 1 loop
    execute format('create table backstop_backup_%s_of_%s partition of backstop_backup for values with (modulus %2$s, remainder %1$s)%3$s',
      i, wanted, ' with (' || options || ')');
  end loop;

  -- The new tables are their maker's, with the rights that new tables get here: neither need be so of the old one.
  made := 'backstop_backup'::regclass::oid || array(select inhrelid from pg_inherits where inhparent = 'backstop_backup'::regclass);
  for command in
    select format('alter table %s owner to %s', m::regclass, o.relowner::regrole) from unnest(made) m, pg_class o where o.oid = old
  loop
    execute command;
  end loop;
  for command in
    select format('revoke all on %s from %s', t.oid::regclass,
      case when a.grantee = 0 then 'public' else a.grantee::regrole::text end)
    from pg_class t, aclexplode(t.relacl) a where t.oid = any (made) and a.grantee <> t.relowner
  loop
    execute command;
  end loop;

  execute 'insert into backstop_backup select * from backstop_backup_before';
  foreach command in array rest loop
    execute command;
  end loop;
end
$$;

-- Autovacuum does this for each partition, but never for all of them together.
analyze backstop_backup;
