-- Calls that a run left in error, to be found without reading all that were rated again (`call` has such an index).
create index rerated_errors on rerated (tenant_id) where status = 1;
