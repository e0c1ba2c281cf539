-- Sealed bytes cannot be compressed: PostgreSQL need not try.
alter table rendered alter column last_good set storage external;
