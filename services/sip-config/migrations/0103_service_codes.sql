-- Service codes of a tenant: the setting `features`, code by feature.
alter table setting drop constraint setting_section_check;
alter table setting add constraint setting_section_check
  check (section in ('global', 'system', 'domain_alias', 'general', 'features'));

-- Function keys that a line brings to its phone, {number: key}.
alter table line add column keys jsonb;
