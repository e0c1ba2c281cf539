-- Differs when the key or password that is in a device's files does, also where no file shows them.
alter table rendered add column access text not null default '';
