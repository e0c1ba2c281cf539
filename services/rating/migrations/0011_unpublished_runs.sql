-- What a run was rated to is not kept for ever when nobody switches to it: when it ended its time as what counts, and
-- when the last of its rows had gone.
alter table run add column withdrawn_at timestamptz, add column cleaned_at timestamptz;
alter table run drop constraint run_state_check,
  add constraint run_state_check check (state in ('running', 'ready', 'published', 'withdrawn', 'failed', 'expired'));
