-- The database says when a task was edited, whoever edits it.
alter table task alter column edited set on update current_timestamp;
