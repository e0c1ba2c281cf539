-- A device that goes to another tenant has lines there, too: the note of the first one is hidden from it.
alter table device_lines drop constraint device_lines_pkey;
alter table device_lines add primary key (device_id, tenant_id);
