<?xml version="1.0" encoding="utf-8"?>
{#- A setting is written each time: one that is left out would keep its old value. perm R: not to be changed on the phone. #}
{%- set accounts = model.lines if model else 12 %}
{%- set keys = model.keys if model else 0 %}
{%- set facts = (model.variables if model else none) or {} %}
{%- set transport = sip_transport or 'udp' %}
{%- set default_port = 5061 if transport == 'tls' else 5060 %}
{%- macro set_(name, value) %}
    <{{ name }} perm="R">{{ (value or '')|value }}</{{ name }}>
{%- endmacro %}
{%- macro secret_(name, value) %}
    <{{ name }} perm="R">{{ value|exact }}</{{ name }}>
{%- endmacro %}
{%- macro of_(name, number, value) %}
    <{{ name }} idx="{{ number }}" perm="R">{{ (value or '')|value }}</{{ name }}>
{%- endmacro %}
{%- macro secret_of_(name, number, value) %}
    <{{ name }} idx="{{ number }}" perm="R">{{ (value or '')|exact }}</{{ name }}>
{%- endmacro %}
<settings>
  <phone-settings>
{{- set_('setting_server', XX_server_url ~ '/snom' ~ (device.model or '') ~ '-' ~ (device.bare_mac or '')|upper ~ '.htm') }}
{%- if dns_enabled %}{{ set_('dns_server1', dns_ip) }}{% endif %}
{{- set_('ntp_server', ntp_ip if ntp_enabled else '') }}
{%- include 'time-zone.tpl' %}
{%- if locale %}
{%- set language = tables.languages[locale.split('_')[0]] or 'English' %}
{{- set_('language', language) }}
{{- set_('web_language', language) }}
{%- set tone = tables.tones[locale.split('_')[1]] %}
{%- if tone %}{{ set_('tone_scheme', tone) }}{% endif %}
{%- endif %}
{%- if vlan_enabled %}
    <vlan_id perm="R">{{ vlan_id }}</vlan_id>
    <vlan_qos perm="R">{{ vlan_priority if vlan_priority is number else 0 }}</vlan_qos>
    <vlan_pc_id perm="R">{{ vlan_pc_port_id if vlan_pc_port_id is number else '' }}</vlan_pc_id>
{%- else %}
    <vlan_id perm="R"></vlan_id>
    <vlan_qos perm="R"></vlan_qos>
    <vlan_pc_id perm="R"></vlan_pc_id>
{%- endif %}
    <codec_tos perm="R">184</codec_tos>
    <signaling_tos perm="R">184</signaling_tos>
{{- set_('syslog_server', syslog_ip ~ ':' ~ syslog_port if syslog_enabled and syslog_ip else '') }}
{%- if syslog_enabled %}{{ set_('log_level', tables.syslogLevels[syslog_level]) }}{% endif %}
{#- Passwords that nobody set stay as they are on the phone: there is none that would be the same everywhere. #}
{%- if admin_username %}
{{- secret_('http_user', admin_username) }}
{{- secret_('webserver_admin_name', admin_username) }}
{%- endif %}
{%- if admin_password %}
{{- secret_('http_pass', admin_password) }}
{{- secret_('webserver_admin_password', admin_password) }}
{{- secret_('admin_mode_password', admin_password) }}
{%- endif %}
{%- if user_username %}{{ secret_('webserver_user_name', user_username) }}{% endif %}
{%- if user_password %}{{ secret_('webserver_user_password', user_password) }}{% endif %}
{{- set_('dnd_on_code', exten_dnd) }}
{{- set_('dnd_off_code', exten_dnd) }}
{{- set_('redirect_always_on_code', exten_fwd_unconditional) }}
{{- set_('redirect_always_off_code', exten_fwd_disable_all) }}
{{- set_('redirect_busy_on_code', exten_fwd_busy) }}
{{- set_('redirect_busy_off_code', exten_fwd_disable_all) }}
{{- set_('redirect_time_on_code', exten_fwd_no_answer) }}
{{- set_('redirect_time_off_code', exten_fwd_disable_all) }}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}{{ set_('dkey_directory', 'url ' ~ directory) }}{% endif %}
{%- include 'identities.tpl' %}
{%- block settings_suffix %}{% endblock %}
  </phone-settings>
  <functionKeys>
{%- block fkeys_prefix %}{% endblock %}
{%- include 'keys.tpl' %}
  </functionKeys>
{%- if sip_servers_root_and_intermediate_certificates %}
  <certificates>
{%- for certificate in sip_servers_root_and_intermediate_certificates %}
    <certificate type="base64">{{ certificate.replace('-----BEGIN CERTIFICATE-----', '').replace('-----END CERTIFICATE-----', '').split()|join|value }}</certificate>
{%- endfor %}
  </certificates>
{%- endif %}
</settings>

