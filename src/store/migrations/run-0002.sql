create table documents (
  document_id text primary key, kind text not null, step_id text not null, created_at text not null, body text not null
) without rowid;
