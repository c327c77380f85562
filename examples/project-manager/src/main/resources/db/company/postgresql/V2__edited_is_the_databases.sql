-- The database says when a task was edited, whoever edits it.
create function task_was_edited() returns trigger language plpgsql as $$
begin
  new.edited := clock_timestamp();
  return new;
end $$;

create trigger task_edited before update on task
  for each row execute function task_was_edited();
