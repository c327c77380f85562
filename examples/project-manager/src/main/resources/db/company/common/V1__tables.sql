create table employee (
  id bigint primary key,
  name varchar(80) not null,
  role varchar(80) not null
);

-- A task without a parent is a project; project_id is the root of the tree that a task belongs to: itself, in a project,
-- which it can't say while it is inserted.
create table task (
  id bigint primary key,
  title varchar(200) not null,
  parent_id bigint references task (id),
  project_id bigint references task (id),
  estimate integer not null check (estimate between 0 and 999), -- in hours
  done boolean default false not null,
  version integer default 0 not null,
  created timestamp(6) with time zone default current_timestamp not null,
  edited timestamp(6) with time zone default current_timestamp not null
);
create index task_parent on task (parent_id);
create index task_edited on task (project_id, edited);
create sequence task_number start with 50001;

create table task_assignee (
  task_id bigint not null references task (id),
  employee_id bigint not null references employee (id),
  primary key (task_id, employee_id)
);
create index task_assignee_employee on task_assignee (employee_id, task_id);
