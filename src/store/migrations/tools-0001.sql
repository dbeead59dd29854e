create table meta (key text primary key, value text not null) without rowid;
create table tools (
  tool_id text primary key, calls integer not null, succeeded integer not null, failed integer not null, total_ms real not null,
  cost_usd real not null, breaker text, breaker_version text, updated_at text not null
) without rowid;
create table tool_calls (
  sequence integer primary key, attempt_id text not null unique, tool_id text not null, run_id text not null, step_id text not null,
  ended_at text not null, verdict text not null, duration_ms real not null, cost_usd real
);
create index tool_calls_by_tool on tool_calls (tool_id, sequence);
create table turns (key text primary key, turn integer not null) without rowid;
