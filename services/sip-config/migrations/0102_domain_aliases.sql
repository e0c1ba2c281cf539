-- Other names of a domain, by name; Asterisk has an object of each.
alter table setting drop constraint setting_section_check;
alter table setting add constraint setting_section_check
  check (section in ('global', 'system', 'domain_alias', 'general'));
