#!version:1.0.0.1
{#- Every setting is written each time: one that is left out would keep its old value on the phone. -#}
{%- set accounts = model.lines if model else 16 %}
{%- set keys = model.keys if model else 0 %}
{%- set backup = model.highAvailability if model else false %}
{%- macro flag(on) %}{{ 1 if on else 0 }}{% endmacro %}
{%- macro set_(name, text) %}
{{ name }} = {{ text|value if text else '%NULL%' }}
{%- endmacro %}

static.auto_provision.server.url = {{ XX_server_url|value }}
{%- if XX_http_username %}
static.auto_provision.server.username = {{ XX_http_username|exact }}
static.auto_provision.server.password = {{ XX_http_password|exact }}
{%- endif %}

static.network.static_dns_enable = {{ flag(dns_enabled) }}
{{- set_('static.network.primary_dns', dns_ip if dns_enabled else none) }}
static.network.vlan.internet_port_enable = {{ flag(vlan_enabled) }}
{%- if vlan_enabled %}
static.network.vlan.internet_port_vid = {{ vlan_id }}
static.network.vlan.internet_port_priority = {{ vlan_priority if vlan_priority is number else 0 }}
static.network.vlan.pc_port_enable = {{ flag(vlan_pc_port_id is number) }}
static.network.vlan.pc_port_vid = {{ vlan_pc_port_id if vlan_pc_port_id is number else '%NULL%' }}
{%- else %}
static.network.vlan.internet_port_vid = %NULL%
static.network.vlan.internet_port_priority = %NULL%
static.network.vlan.pc_port_enable = 0
static.network.vlan.pc_port_vid = %NULL%
{%- endif %}

static.syslog.enable = {{ flag(syslog_enabled) }}
{%- if syslog_enabled %}
static.syslog.server = {{ syslog_ip|default('', true)|value }}
static.syslog.server_port = {{ syslog_port }}
static.syslog.level = {{ tables.syslogLevels[syslog_level] }}
{%- else %}
static.syslog.server = %NULL%
static.syslog.server_port = %NULL%
static.syslog.level = %NULL%
{%- endif %}

{%- set user = user_username or 'user' %}
{%- set admin = admin_username or 'admin' %}

static.security.user_name.user = {{ user|exact }}
static.security.user_name.admin = {{ admin|exact }}
static.security.user_password = {{ (user ~ ':' ~ (user_password or 'user'))|exact }}
static.security.user_password = {{ (admin ~ ':' ~ (admin_password or 'admin'))|exact }}
{{ '' }}
{{- set_('local_time.ntp_server1', ntp_ip if ntp_enabled else none) }}
{%- if timezone_rule %}
{%- set offset = timezone_rule.offset_minutes %}
{%- set minutes = offset|abs % 60 %}
local_time.time_zone = {{ '-' if offset < 0 else '+' }}{{ offset|abs // 60 }}{% if minutes %}:{{ minutes }}{% endif %}
{%- if timezone_rule.dst %}
{%- set start = timezone_rule.dst.start %}
{%- set end = timezone_rule.dst.end %}
local_time.summer_time = 1
local_time.dst_time_type = 1
local_time.start_time = {{ start.month }}/{{ start.week }}/{{ start.weekday }}/{{ start.time_minutes // 60 }}
local_time.end_time = {{ end.month }}/{{ end.week }}/{{ end.weekday }}/{{ end.time_minutes // 60 }}
local_time.offset_time = {{ timezone_rule.dst.save_minutes }}
{%- else %}
local_time.summer_time = 0
{%- endif %}
{%- endif %}
{%- if locale %}
{%- set language = tables.languages[locale] or tables.languages[locale.split('_')[0]] or 'English' %}
{%- set tone = tables.tones[locale.split('_')[1]] %}

lang.gui = {{ language }}
lang.wui = {{ language }}
voice.tone.country = {{ tone or '%NULL%' }}
{%- endif %}
{{ '' }}
{{- set_('features.dnd.on_code', exten_dnd) }}
{{- set_('features.dnd.off_code', exten_dnd) }}
{{- set_('forward.always.on_code', exten_fwd_unconditional) }}
{{- set_('forward.always.off_code', exten_fwd_disable_all) }}
{{- set_('forward.no_answer.on_code', exten_fwd_no_answer) }}
{{- set_('forward.no_answer.off_code', exten_fwd_disable_all) }}
{{- set_('forward.busy.on_code', exten_fwd_busy) }}
{{- set_('forward.busy.off_code', exten_fwd_disable_all) }}
features.pickup.direct_pickup_enable = {{ flag(exten_pickup_call) }}
{{- set_('features.pickup.direct_pickup_code', exten_pickup_call) }}
features.pickup.group_pickup_enable = {{ flag(exten_pickup_group) }}
{{- set_('features.pickup.group_pickup_code', exten_pickup_group) }}
features.call_park.enable = {{ flag(exten_park) }}
{{- set_('features.call_park.park_code', exten_park) }}
{%- if X_xivo_phonebook_ip and X_xivo_user_uuid %}

remote_phonebook.data.1.name = {{ tables.phonebook[(locale or 'en').split('_')[0]] or 'Phone book' }}
remote_phonebook.data.1.url = {{ (X_xivo_phonebook_scheme or 'http')|value }}://{{ X_xivo_phonebook_ip|value }}:{{ X_xivo_phonebook_port or 9498 }}/0.1/directories/lookup/default/yealink?xivo_user_uuid={{ X_xivo_user_uuid|value }}&term=#SEARCH
{%- else %}

remote_phonebook.data.1.name = %NULL%
remote_phonebook.data.1.url = %NULL%
{%- endif %}
{%- for number in range(1, accounts + 1) %}
{%- set line = sip_lines[number|string] %}
{%- set account = 'account.' ~ number %}
{% if line %}
{%- set transport = sip_transport or 'udp' %}
{%- set default_port = 5061 if transport == 'tls' else 5060 %}
{%- set proxy = line.proxy_ip or sip_proxy_ip %}
{%- set proxy_port = line.proxy_port or sip_proxy_port or default_port %}
{%- set registrar = line.registrar_ip or sip_registrar_ip or proxy %}
{%- set registrar_port = line.registrar_port or sip_registrar_port or (proxy_port if registrar == proxy else default_port) %}
{%- set outbound = line.outbound_proxy_ip or sip_outbound_proxy_ip %}
{%- set outbound_port = line.outbound_proxy_port or sip_outbound_proxy_port or default_port %}
{%- set second_proxy = line.backup_proxy_ip or sip_backup_proxy_ip %}
{%- set second_proxy_port = line.backup_proxy_port or sip_backup_proxy_port or default_port %}
{%- set second = line.backup_registrar_ip or sip_backup_registrar_ip or second_proxy %}
{%- set second_port = line.backup_registrar_port or sip_backup_registrar_port or (second_proxy_port if second == second_proxy else default_port) %}
{%- set split = proxy and proxy != registrar %}
{%- set dtmf = line.dtmf_mode or sip_dtmf_mode %}
{{ account }}.enable = 1
{{ account }}.label = {{ (line.number or line.display_name or line.username or '')|value }}
{{ account }}.display_name = {{ (line.display_name or '')|value }}
{{ account }}.user_name = {{ (line.username or '')|exact }}
{{ account }}.auth_name = {{ (line.auth_username or line.username or '')|exact }}
{{ account }}.password = {{ (line.password or '')|exact }}
{{- set_(account ~ '.sip_server.1.address', registrar) }}
{{ account }}.sip_server.1.port = {{ registrar_port }}
{{ account }}.sip_server.1.transport_type = {{ tables.transports[transport] }}
{%- if backup and second %}
{{ account }}.sip_server.2.address = {{ second|value }}
{{ account }}.sip_server.2.port = {{ second_port }}
{{ account }}.sip_server.2.transport_type = {{ tables.transports[transport] }}
{{ account }}.fallback.redundancy_type = 1
{%- else %}
{{ account }}.sip_server.2.address = %NULL%
{{ account }}.sip_server.2.port = %NULL%
{%- endif %}
{#- A proxy that is not the registrar is, for this phone, the way out to it. #}
{%- set way_out = outbound or (proxy if split else none) %}
{%- set second_way_out = second_proxy if backup and split and second_proxy != second and not outbound else none %}
{{ account }}.outbound_proxy_enable = {{ flag(way_out) }}
{{- set_(account ~ '.outbound_proxy.1.address', way_out) }}
{{ account }}.outbound_proxy.1.port = {{ (outbound_port if outbound else proxy_port) if way_out else '%NULL%' }}
{{- set_(account ~ '.outbound_proxy.2.address', second_way_out) }}
{{ account }}.outbound_proxy.2.port = {{ second_proxy_port if second_way_out else '%NULL%' }}
{{ account }}.srtp_encryption = {{ tables.srtp[line.srtp_mode or sip_srtp_mode or 'disabled'] }}
{{ account }}.dtmf.type = {{ tables.dtmf[dtmf] if dtmf else '%NULL%' }}
{{ account }}.dtmf.info_type = {{ 1 if dtmf == 'SIP-INFO' else '%NULL%' }}
{{ account }}.subscribe_mwi = {{ flag(sip_subscribe_mwi) }}
{{- set_('voice_mail.number.' ~ number, line.voicemail or exten_voicemail) }}
{%- else %}
{{ account }}.enable = 0
{{ account }}.label = %NULL%
{{ account }}.display_name = %NULL%
{{ account }}.user_name = %NULL%
{{ account }}.auth_name = %NULL%
{{ account }}.password = %NULL%
{{ account }}.sip_server.1.address = %NULL%
{{ account }}.sip_server.2.address = %NULL%
{%- endif %}
{%- endfor %}
{%- macro function_key(name, key) %}
{%- if key.type == 'line' %}
{{ name }}.type = 15
{{ name }}.line = {{ key.line or 1 }}
{{- set_(name ~ '.value', none) }}
{{- set_(name ~ '.label', key.label) }}
{{ name }}.extension = %NULL%
{%- else %}
{{ name }}.type = {{ tables.keyTypes[key.type] }}
{{ name }}.line = {{ key.line or 1 }}
{{- set_(name ~ '.value', key.value or (exten_park if key.type == 'park' else none)) }}
{{- set_(name ~ '.label', key.label) }}
{{- set_(name ~ '.extension', exten_pickup_call ~ key.value if key.type == 'blf' and exten_pickup_call else none) }}
{%- endif %}
{%- endmacro %}
{% for number in range(1, keys + 1) %}
{%- set key = funckeys[number|string] %}
{%- set name = 'linekey.' ~ number %}
{%- if key %}{{ function_key(name, key) }}
{%- elif sip_lines[number|string] and number <= accounts %}
{{- function_key(name, {'type': 'line', 'line': number, 'label': sip_lines[number|string].number}) }}
{%- else %}
{{ name }}.type = %NULL%
{{ name }}.line = %NULL%
{{ name }}.value = %NULL%
{{ name }}.label = %NULL%
{{ name }}.extension = %NULL%
{%- endif %}
{%- endfor %}
{%- set per_module = (model.keysPerExpansionModule or 0) if model else 0 %}
{%- if per_module %}
{% for module in range(1, model.expansionModules + 1) %}
{%- for place in range(1, per_module + 1) %}
{%- set key = funckeys[(keys + (module - 1) * per_module + place)|string] %}
{%- set name = 'expansion_module.' ~ module ~ '.key.' ~ place %}
{%- if key %}{{ function_key(name, key) }}
{%- else %}
{{ name }}.type = %NULL%
{%- endif %}
{%- endfor %}
{%- endfor %}
{%- endif %}

