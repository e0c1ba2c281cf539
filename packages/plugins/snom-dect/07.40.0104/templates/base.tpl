<?xml version="1.0" encoding="utf-8"?>
{#- What nobody sets is left out where the base's own value does no harm; accounts that are not here are off by snom-general.xml. #}
{%- set accounts = model.lines if model else 20 %}
{%- set dialect = tables.dialect %}
{%- set transport = sip_transport or 'udp' %}
{%- set default_port = 5061 if transport == 'tls' else 5060 %}
{%- macro set_(name, value) %}
    <{{ name }}>{{ (value or '')|value }}</{{ name }}>
{%- endmacro %}
{%- macro secret_(name, value) %}
    <{{ name }}>{{ value|exact }}</{{ name }}>
{%- endmacro %}
{%- macro of_(name, number, value) %}
    <{{ name }} idx="{{ number }}">{{ (value or '')|value }}</{{ name }}>
{%- endmacro %}
{%- macro secret_of_(name, number, value) %}
    <{{ name }} idx="{{ number }}">{{ (value or '')|exact }}</{{ name }}>
{%- endmacro %}
{#- A line's server, with how it is used: what differs in any of these is another server of the base. #}
{%- macro server_of(line) %}
{%- set proxy = line.proxy_ip or sip_proxy_ip %}
{%- set proxy_port = line.proxy_port or sip_proxy_port %}
{%- set registrar = line.registrar_ip or sip_registrar_ip or proxy or '' %}
{%- set registrar_port = line.registrar_port or sip_registrar_port or (proxy_port if registrar == proxy else '') %}
{%- set has_outbound = line.outbound_proxy_ip or sip_outbound_proxy_ip %}
{%- set outbound = has_outbound or proxy or registrar %}
{%- set outbound_port = (line.outbound_proxy_port or sip_outbound_proxy_port) if has_outbound else proxy_port %}
{%- set dtmf = line.dtmf_mode or sip_dtmf_mode %}
{{- [registrar|value ~ (':' ~ registrar_port if registrar_port else ''), outbound|value ~ ':' ~ (outbound_port or default_port) if outbound else '', tables.dtmf[dtmf] or 'off', tables.codecs ~ (',telephone-event' if dtmf != 'RTP-in-band' else ''), tables.srtp[line.srtp_mode or sip_srtp_mode or 'disabled']]|join('\t') }}
{%- endmacro %}
{%- set numbers = sip_lines|dictsort %}
{%- set listed %}
{%- for name, line in numbers %}{{ server_of(line) }}
{% endfor %}
{%- endset %}
{%- set servers = listed.strip('\n').split('\n')|unique|list %}
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
    <vlan_id>{{ vlan_id }}</vlan_id>
    <vlan_qos>{{ vlan_priority if vlan_priority is number else 0 }}</vlan_qos>
{%- else %}
    <vlan_id></vlan_id>
    <vlan_qos></vlan_qos>
{%- endif %}
    <codec_tos>184</codec_tos>
    <signaling_tos>184</signaling_tos>
{{- set_('syslog_server', syslog_ip if syslog_enabled else '') }}
{%- if syslog_enabled %}{{ set_('log_level', tables.syslogLevels[syslog_level]) }}{% endif %}
{#- Passwords that nobody set stay as they are on the base: there is none that would be the same everywhere. #}
{%- if admin_username %}{{ secret_('http_user', admin_username) }}{% endif %}
{%- if admin_password %}
{{- secret_('http_pass', admin_password) }}
{%- if dialect.roles %}{{ secret_('http_engineer_pass', admin_password) }}
{%- else %}{{ secret_('admin_mode_password', admin_password) }}{% endif %}
{%- endif %}
{%- if user_username %}{{ secret_('http_basic_user', user_username) }}{% endif %}
{%- if user_password %}{{ secret_('http_basic_pass', user_password) }}{% endif %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}
    <phonebook_server_location>3</phonebook_server_location>
{{- set_('phonebook_location', directory) }}
{%- endif %}
{%- for server in servers %}
{%- if loop.index <= 10 and server %}
{%- set number = loop.index %}
{%- set part = server.split('\t') %}
{{- of_('srv_sip_server_alias', number, part[0]) }}
{{- of_('user_host', number, part[0]) }}
{{- of_('user_outbound', number, part[1]) }}
{{- of_('srv_sip_transport', number, transport) }}
{{- of_('user_dtmf_info', number, part[2]) }}
{{- of_('codec_priority_list', number, part[3]) }}
{{- of_('user_srtp', number, part[4]) }}
{{- of_('srv_srtp_auth', number, 'off' if part[4] == 'disabled' else 'on') }}
{%- endif %}
{%- endfor %}
{%- for name, line in numbers %}
{%- set number = name|int %}
{%- if number >= 1 and number <= accounts %}
{%- set own = server_of(line)|string %}
{%- set mailbox = line.voicemail or exten_voicemail %}
    <user_active idx="{{ number }}">on</user_active>
{{- secret_of_('user_name', number, line.username) }}
{{- secret_of_('user_pname', number, line.auth_username or line.username) }}
{{- secret_of_('user_pass', number, line.password) }}
{{- of_('user_realname', number, line.display_name) }}
{%- if dialect.mailnumber %}
{{- of_('user_mailbox', number, line.username if mailbox else '') }}
{{- of_('user_mailnumber', number, mailbox) }}
{%- else %}
{{- of_('user_mailbox', number, mailbox) }}
{%- endif %}
{{- of_('subscr_sip_line_name', number, line.number) }}
    <subscr_sip_hs_idx idx="{{ number }}">{{ number }}</subscr_sip_hs_idx>
    <subscr_dect_ac_code idx="{{ number }}">{{ '%04d'|format(number) }}</subscr_dect_ac_code>
{%- for server in servers %}
{%- if server == own and loop.index <= 10 %}
    <subscr_sip_ua_data_server_id idx="{{ number }}">{{ loop.index }}</subscr_sip_ua_data_server_id>
{%- endif %}
{%- endfor %}
{%- endif %}
{%- endfor %}
{%- block settings_suffix %}{% endblock %}
  </phone-settings>
</settings>

