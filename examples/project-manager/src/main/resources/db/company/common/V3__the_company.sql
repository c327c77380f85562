-- 200 employees, 400 projects, 50,000 tasks: the same ones on every database and at every start.
-- Whatever looks like chance is arithmetic.
create table word (kind varchar(10), n integer, text varchar(40), primary key (kind, n));

insert into word values
  ('first', 0, 'Ada'), ('first', 1, 'Björn'), ('first', 2, 'Chiara'), ('first', 3, 'Dmitri'),
  ('first', 4, 'Emeka'), ('first', 5, 'Fatima'), ('first', 6, 'Grace'), ('first', 7, 'Hiro'),
  ('first', 8, 'Inês'), ('first', 9, 'Jonas'), ('first', 10, 'Kavita'), ('first', 11, 'Łukasz'),
  ('first', 12, 'Mei'), ('first', 13, 'Noor'), ('first', 14, 'Oisín'), ('first', 15, 'Priya'),
  ('first', 16, 'Quentin'), ('first', 17, 'Rosa'), ('first', 18, 'Siân'), ('first', 19, 'Tomás'),
  ('last', 0, 'Adeyemi'), ('last', 1, 'Brandt'), ('last', 2, 'Costa'), ('last', 3, 'Dubois'),
  ('last', 4, 'Eriksen'), ('last', 5, 'Farouk'), ('last', 6, 'García'), ('last', 7, 'Hoshino'),
  ('last', 8, 'Ibrahim'), ('last', 9, 'Jansen'), ('last', 10, 'Kowalska'), ('last', 11, 'Lindqvist'),
  ('last', 12, 'Moreau'), ('last', 13, 'Nguyen'), ('last', 14, 'O''Brien'), ('last', 15, 'Patel'),
  ('last', 16, 'Quispe'), ('last', 17, 'Rossi'), ('last', 18, 'Sato'), ('last', 19, 'Turner'),
  ('last', 20, 'Uzun'), ('last', 21, 'Vasquez'), ('last', 22, 'Wójcik'), ('last', 23, 'Yilmaz'),
  ('last', 24, 'Zhang'),
  ('role', 0, 'Harbour engineer'), ('role', 1, 'Bookkeeper'), ('role', 2, 'Tram driver'),
  ('role', 3, 'Draughtsperson'), ('role', 4, 'Electrician'), ('role', 5, 'Cook'),
  ('role', 6, 'Surveyor'), ('role', 7, 'Carpenter'), ('role', 8, 'Pilot'),
  ('role', 9, 'Clerk of works'), ('role', 10, 'Archivist'), ('role', 11, 'Buyer'),
  ('deed', 0, 'Refit'), ('deed', 1, 'Renovate'), ('deed', 2, 'Survey'), ('deed', 3, 'Extend'),
  ('deed', 4, 'Reopen'), ('deed', 5, 'Document'), ('deed', 6, 'Insure'), ('deed', 7, 'Audit'),
  ('deed', 8, 'Repaint'), ('deed', 9, 'Rewire'), ('deed', 10, 'Furnish'), ('deed', 11, 'Advertise'),
  ('deed', 12, 'Measure'), ('deed', 13, 'Light'), ('deed', 14, 'Heat'), ('deed', 15, 'Catalogue'),
  ('deed', 16, 'Digitise'), ('deed', 17, 'Fence'), ('deed', 18, 'Roof'), ('deed', 19, 'Staff'),
  ('thing', 0, 'the Alma ferry'), ('thing', 1, 'Pier Seven'), ('thing', 2, 'the tram depot'),
  ('thing', 3, 'the cold store'), ('thing', 4, 'the customs house'), ('thing', 5, 'the tide gauge'),
  ('thing', 6, 'the night market'), ('thing', 7, 'the staff canteen'), ('thing', 8, 'the north lock'),
  ('thing', 9, 'the parcel office'), ('thing', 10, 'the boat school'), ('thing', 11, 'the pilot house'),
  ('thing', 12, 'the fish auction'), ('thing', 13, 'the ropewalk'), ('thing', 14, 'the lighthouse'),
  ('thing', 15, 'the slipway'), ('thing', 16, 'the grain silo'), ('thing', 17, 'the wash house'),
  ('thing', 18, 'the ticket hall'), ('thing', 19, 'the crane yard'),
  ('endless', 1, 'Keep the railings from rusting'), ('endless', 2, 'Answer the public'),
  ('endless', 3, 'Tidy the archive'), ('endless', 4, 'Move off the old ledger'),
  ('endless', 5, 'Make the website faster'),
  ('verb', 0, 'Draft'), ('verb', 1, 'Check'), ('verb', 2, 'Order'), ('verb', 3, 'Measure'),
  ('verb', 4, 'Sketch'), ('verb', 5, 'Price'), ('verb', 6, 'Approve'), ('verb', 7, 'Review'),
  ('verb', 8, 'Clean'), ('verb', 9, 'Repair'), ('verb', 10, 'Replace'), ('verb', 11, 'Test'),
  ('verb', 12, 'Sign off'), ('verb', 13, 'Photograph'), ('verb', 14, 'Label'), ('verb', 15, 'Store'),
  ('verb', 16, 'Inspect'),
  ('object', 0, 'the drawings'), ('object', 1, 'the west door'), ('object', 2, 'the fire plan'),
  ('object', 3, 'the ladders'), ('object', 4, 'the spare bulbs'), ('object', 5, 'the guard rail'),
  ('object', 6, 'the stock list'), ('object', 7, 'the timetable'), ('object', 8, 'the invoices'),
  ('object', 9, 'the scaffolding'), ('object', 10, 'the handrail'), ('object', 11, 'the floor plan'),
  ('object', 12, 'the switchboard'), ('object', 13, 'the gutters'), ('object', 14, 'the signposts'),
  ('object', 15, 'the safety notes'), ('object', 16, 'the east window'), ('object', 17, 'the pumps'),
  ('object', 18, 'the paint'), ('object', 19, 'the mooring lines'), ('object', 20, 'the permits'),
  ('object', 21, 'the uniforms'), ('object', 22, 'the cable run'), ('object', 23, 'the old crane'),
  ('object', 24, 'the visitors'' book'), ('object', 25, 'the radio'), ('object', 26, 'the roof tiles'),
  ('object', 27, 'the tools'), ('object', 28, 'the contract'), ('object', 29, 'the weather log'),
  ('object', 30, 'the kitchen');

insert into employee (id, name, role)
select x, f.text || ' ' || l.text, r.text
  from generate_series(1, 200) as n(x)
  join word f on f.kind = 'first' and f.n = mod(x, 20)
  join word l on l.kind = 'last' and l.n = mod(x / 20 * 3 + x, 25)
  join word r on r.kind = 'role' and r.n = mod(x * 5 + x / 12, 12);

-- One row a project: how many tasks, who, since when, how far. Five of them never end.
create table plan (
  p integer primary key,
  title varchar(200),
  tasks integer,
  first_task integer,
  branches integer,  -- subtasks of a task
  team integer,
  age integer,       -- in days
  done integer       -- per cent
);

insert into plan
select x, d.text || ' ' || t.text, 8 + mod(x * x * 31 + x * 17, 111), 0, 3 + mod(x, 4), 3 + mod(x, 6),
       30 + mod(x * 13, 300), case mod(x, 10) when 0 then 100 else mod(x * 37, 97) end
  from generate_series(6, 400) as n(x)
  join word d on d.kind = 'deed' and d.n = mod(x, 20)
  join word t on t.kind = 'thing' and t.n = mod(x / 20, 20);

insert into plan
select n, text, case n when 1 then 9000 when 2 then 6500 when 3 then 4500 else 3000 end, 0, 7, 200,
       2500 - 300 * n, 70 - 8 * n
  from word
 where kind = 'endless';

update plan set tasks = 50000 - (select sum(tasks) from plan where p <> 5) where p = 5;
update plan set first_task = 1 + (select coalesce(sum(before.tasks), 0) from plan before where before.p < plan.p);

-- The k-th task of a project is a part of the (k - 1) / branches-th; what was found last is done first.
insert into task (id, title, parent_id, project_id, estimate, done, created, edited)
select first_task + k,
       case when k = 0 then plan.title
            when p <= 5 then v.text || ' ' || o.text || ', round ' || (k / 527 + 1)
            else v.text || ' ' || o.text end,
       case when k = 0 then null else first_task + (k - 1) / branches end,
       first_task,
       1 + mod(k * 7 + p, 16),
       k >= tasks - tasks * plan.done / 100,
       current_timestamp - (24 + age * 24 * (tasks - k) / tasks) * interval '1' hour,
       current_timestamp - (24 + age * 24 * (tasks - k) / tasks * (10 + mod(k, 80)) / 100) * interval '1' hour
  from plan
  join generate_series(0, 8999) as n(k) on k < tasks
  join word v on v.kind = 'verb' and v.n = mod(k + p, 17)
  join word o on o.kind = 'object' and o.n = mod(k + p * 3, 31)
 order by first_task + k;

-- Who: somebody of the team, for every fourth task a second one, for a few nobody.
insert into task_assignee (task_id, employee_id)
select id, 1 + mod(p * 29 + mod((id - first_task) * 7 + (id - first_task) / 3, team) * 37, 200)
  from plan join task on project_id = first_task
 where mod(id - first_task, 23) <> 22;

insert into task_assignee (task_id, employee_id)
select id, 1 + mod(p * 29
         + mod(mod((id - first_task) * 7 + (id - first_task) / 3, team) + 1 + mod(id - first_task, team - 1), team) * 37, 200)
  from plan join task on project_id = first_task
 where mod(id - first_task, 4) = 1 and mod(id - first_task, 23) <> 22;

drop table plan;
drop table word;
