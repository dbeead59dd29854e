create table meta (key text primary key, value text not null) without rowid;
create table runs (
  run_id text primary key, project_id text not null, phase_id text not null, workstream_id text, execution_request_id text,
  created_at text not null, started_at text, ended_at text, state text not null, state_reason text, origin text not null,
  counters text not null, exit_code integer, error_message text, metadata text not null
) without rowid;
create table definitions (
  run_id text primary key, workflow_name text not null, path text not null, text text not null, sha256 text not null,
  params text not null, settings text not null, machines text not null
) without rowid;
create table steps (
  step_id text primary key, position integer not null, state text not null, reason text, tool_id text, attempts integer not null,
  started_at text, ended_at text, outputs text
) without rowid;
create table step_attempts (
  step_attempt_id text not null, run_id text not null, sequence integer primary key, step_id text not null,
  attempt integer not null, tool_id text not null, tool_run_id text, execution_request_id text, prompt_id text,
  started_at text not null, ended_at text, state text not null, state_reason text, exit_code integer,
  outputs text not null, metadata text not null
);
create table run_events (
  sequence integer primary key, event_id text not null, run_id text not null, step_attempt_id text, ts text not null,
  kind text not null, payload text not null
);
create table snapshots (actor_id text primary key, machine text not null, version text not null, snapshot text not null) without rowid;
create table signals (
  signal_id text primary key, command text not null, payload text not null, received_at text not null, applied_at text not null,
  accepted integer not null, answer text not null
) without rowid;
