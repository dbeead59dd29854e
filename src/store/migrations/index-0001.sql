create table meta (key text primary key, value text not null) without rowid;
create table runs (
  run_id text primary key, workflow_name text not null, project_id text not null, state text not null, state_reason text,
  created_at text not null, started_at text, ended_at text, exit_code integer, steps_total integer not null, counters text not null
) without rowid;
create index runs_by_state on runs (state, run_id);
