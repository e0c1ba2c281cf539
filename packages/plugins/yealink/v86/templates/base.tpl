#!version:1.0.0.1
{#- Every setting is written each time: one that is left out would keep its old value on the phone. -#}
{%- set dialect = tables.dialect %}
{%- set static = dialect.static %}
{%- set facts = (model.variables if model else none) or {} %}
{%- set accounts = model.lines if model else 16 %}
{%- set keys = model.keys if model else 0 %}
{%- set backup = model.highAvailability if model else false %}
{%- macro flag(on) %}{{ 1 if on else 0 }}{% endmacro %}
{%- macro set_(name, text) %}
{{ name }} = {{ text|value if text else '%NULL%' }}
{%- endmacro %}

{{ static }}auto_provision.server.url = {{ XX_server_url|value }}
{%- if XX_http_username %}
{{ static }}auto_provision.server.username = {{ XX_http_username|exact }}
{{ static }}auto_provision.server.password = {{ XX_http_password|exact }}
{%- endif %}

{{ static }}network.static_dns_enable = {{ flag(dns_enabled) }}
{{- set_(static ~ 'network.primary_dns', dns_ip if dns_enabled else none) }}
{{ static }}network.vlan.internet_port_enable = {{ flag(vlan_enabled) }}
{%- if vlan_enabled %}
{{ static }}network.vlan.internet_port_vid = {{ vlan_id }}
{{ static }}network.vlan.internet_port_priority = {{ vlan_priority if vlan_priority is number else 0 }}
{{ static }}network.vlan.pc_port_enable = {{ flag(vlan_pc_port_id is number) }}
{{ static }}network.vlan.pc_port_vid = {{ vlan_pc_port_id if vlan_pc_port_id is number else '%NULL%' }}
{%- else %}
{{ static }}network.vlan.internet_port_vid = %NULL%
{{ static }}network.vlan.internet_port_priority = %NULL%
{{ static }}network.vlan.pc_port_enable = 0
{{ static }}network.vlan.pc_port_vid = %NULL%
{%- endif %}

{{ static }}syslog.{{ dialect.syslogSwitch }} = {{ flag(syslog_enabled) }}
{%- if syslog_enabled %}
{{ static }}syslog.server = {{ syslog_ip|default('', true)|value }}
{{ static }}syslog.server_port = {{ syslog_port }}
{{ static }}syslog.{{ dialect.syslogLevel }} = {{ tables.syslogLevels[syslog_level] }}
{%- else %}
{{ static }}syslog.server = %NULL%
{{ static }}syslog.server_port = %NULL%
{{ static }}syslog.{{ dialect.syslogLevel }} = %NULL%
{%- endif %}

{%- set user = user_username or 'user' %}
{%- set admin = admin_username or 'admin' %}

{{ static }}security.user_name.user = {{ user|exact }}
{{ static }}security.user_name.admin = {{ admin|exact }}
{{ static }}security.user_password = {{ (user ~ ':' ~ (user_password or 'user'))|exact }}
{{ static }}security.user_password = {{ (admin ~ ':' ~ (admin_password or 'admin'))|exact }}
{{ '' }}
{{- set_('local_time.ntp_server1', ntp_ip if ntp_enabled else none) }}
{%- include 'time-zone.tpl' %}
{%- if locale %}
{%- set language = tables.languages[locale] or tables.languages[locale.split('_')[0]] or 'English' %}
{%- set tone = tables.tones[locale.split('_')[1]] %}

lang.gui = {{ language }}
lang.wui = {{ language }}
voice.tone.country = {{ tone or '%NULL%' }}
{%- if model and model.type == 'dect' %}
custom.handset.language = {{ tables.handsetLanguages[locale.split('_')[0]] or 0 }}
{%- endif %}
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
{%- if dialect.callPark %}
features.call_park.enable = {{ flag(exten_park) }}
{{- set_('features.call_park.park_code', exten_park) }}
{%- endif %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}

remote_phonebook.data.1.name = {{ tables.phonebook[(locale or 'en').split('_')[0]] or 'Phone book' }}
remote_phonebook.data.1.url = {{ directory|value }}
{%- else %}

remote_phonebook.data.1.name = %NULL%
remote_phonebook.data.1.url = %NULL%
{%- endif %}
{#- Where a code is dialled the server of the directory need not be told too. #}
{%- set tells %}{% if not exten_dnd %}{% include 'dnd-url.tpl' %}{% endif %}{% endset %}
{{- set_('action_url.dnd_on', tells ~ 'enable' if tells else none) }}
{{- set_('action_url.dnd_off', tells ~ 'disable' if tells else none) }}
{%- if facts.role == 'multicell' %}
{%- include 'multicell.tpl' %}
{%- elif facts.role != 'base' %}
{%- include 'accounts.tpl' %}
{%- endif %}
{%- include 'keys.tpl' %}
{% block model_specific_parameters %}{% endblock %}
