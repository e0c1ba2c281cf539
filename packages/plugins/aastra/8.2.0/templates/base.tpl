{#- A parameter that the file does not mention goes back to its default: nothing has to be cleared one by one. -#}
{%- macro set_(name, text) %}
{%- if text %}
{{ name }}: {{ text|value }}
{%- endif %}
{%- endmacro %}
{%- macro flag(on) %}{{ 1 if on else 0 }}{% endmacro -%}
{%- set authority = XX_server_url_without_scheme.split('/')[0] %}
{%- set folder = XX_server_url_without_scheme.split('/', 1)[1] %}
{%- set is_secure = XX_server_url.startswith('https:') %}
{%- set http = 'https' if is_secure else 'http' %}
{%- if authority.startswith('[') %}
{%- set host = authority.split(']')[0] ~ ']' %}
{%- set port = authority.split(']:')[1] %}
{%- else %}
{%- set host = authority.split(':')[0] %}
{%- set port = authority.split(':')[1] %}
{%- endif -%}
download protocol: {{ http|upper }}
{{ http }} server: {{ host|value }}
{{ http }} port: {{ port or (443 if is_secure else 80) }}
{{ http }} path: {{ ((folder ~ '/' if folder else '') ~ 'Aastra')|value }}
contact rcs: 0

tagging enabled: {{ flag(vlan_enabled) }}
{%- if vlan_enabled %}
vlan id: {{ vlan_id }}
priority non-ip: {{ vlan_priority if vlan_priority is number else 0 }}
vlan id port 1: {{ vlan_pc_port_id if vlan_pc_port_id is number else 4095 }}
{%- endif %}
{{- set_('dns1', dns_ip if dns_enabled else none) }}

time server disabled: {{ flag(not ntp_enabled) }}
{{- set_('time server1', ntp_ip if ntp_enabled else none) }}
{%- include 'time-zone.tpl' %}
{%- set spoken = (locale or 'en').split('_')[0] %}
{%- if locale %}
{%- set language = tables.languages[locale] or tables.languages[spoken] %}

{#- 0 is the English that is built in. #}
language: {{ flag(language) }}
{%- if language %}
language 1: {{ tables.languageFolder }}{{ language[0] }}
{%- endif %}
input language: {{ language[1] if language else 'English' }}
{{- set_('tone set', tables.tones[locale.split('_')[1]]) }}
{%- endif %}
{%- if admin_password %}

admin password: {{ admin_password|exact }}
{%- endif %}
{%- if user_password %}
user password: {{ user_password|exact }}
{%- endif %}
{%- if syslog_enabled %}

log server ip: {{ syslog_ip|default('', true)|value }}
log server port: {{ syslog_port }}
{%- for module in tables.syslogModules %}
log module {{ module }}: {{ tables.syslogLevels[syslog_level] }}
{%- endfor %}
{%- endif %}
{%- macro own_file(name, suffix, given) %}
{%- if given %}
{{ name }}: {{ device.bare_mac|upper }}-{{ suffix }}
{%- endif %}
{%- endmacro %}
{{ '' }}
{{- own_file('sips trusted certificates', 'ca_servers.crt', sip_servers_root_and_intermediate_certificates) }}
{{- own_file('sips root and intermediate certificates', 'local_chain.crt', sip_local_root_and_intermediate_certificates) }}
{{- own_file('sips local certificate', 'local.crt', sip_local_certificate) }}
{{- own_file('sips private key', 'local.key', sip_local_key) }}
sip transport protocol: {{ tables.transports[sip_transport or 'udp'] }}
{%- if sip_dtmf_mode %}
sip out-of-band dtmf: {{ tables.dtmf[sip_dtmf_mode][0] }}
sip dtmf method: {{ tables.dtmf[sip_dtmf_mode][1] }}
{%- endif %}
sip explicit mwi subscription: {{ flag(sip_subscribe_mwi) }}
{%- if exten_pickup_call %}
directed call pickup: 1
directed call pickup prefix: {{ exten_pickup_call|value }}
{%- endif %}
{%- set park %}{% include 'park.tpl' %}{% endset %}
{%- set park = park or exten_park %}
{%- set default_port = 5061 if sip_transport == 'tls' else 5060 %}
{%- for number, line in sip_lines|dictsort if line and (not model or number|int <= model.lines) %}
{%- set proxy = line.proxy_ip or sip_proxy_ip %}
{%- set proxy_port = line.proxy_port or sip_proxy_port or default_port %}
{%- set registrar = line.registrar_ip or sip_registrar_ip or proxy %}
{%- set registrar_port = line.registrar_port or sip_registrar_port or (proxy_port if registrar == proxy else default_port) %}
{%- set second_proxy = line.backup_proxy_ip or sip_backup_proxy_ip %}
{%- set second_proxy_port = line.backup_proxy_port or sip_backup_proxy_port or default_port %}
{%- set second = line.backup_registrar_ip or sip_backup_registrar_ip or second_proxy %}
{%- set second_port = line.backup_registrar_port or sip_backup_registrar_port or (second_proxy_port if second == second_proxy else default_port) %}
{%- set outbound = line.outbound_proxy_ip or sip_outbound_proxy_ip %}
{%- set dtmf = line.dtmf_mode or sip_dtmf_mode %}
{%- set account = 'sip line' ~ number %}

{{ account }} proxy ip: {{ (proxy or registrar or '')|value }}
{{ account }} proxy port: {{ proxy_port if proxy else registrar_port }}
{{ account }} backup proxy ip: {{ (second_proxy or '0.0.0.0')|value }}
{{ account }} backup proxy port: {{ second_proxy_port }}
{{ account }} registrar ip: {{ (registrar or '')|value }}
{{ account }} registrar port: {{ registrar_port }}
{{ account }} backup registrar ip: {{ (second or '0.0.0.0')|value }}
{{ account }} backup registrar port: {{ second_port }}
{%- if outbound %}
{{ account }} outbound proxy: {{ outbound|value }}
{{ account }} outbound proxy port: {{ line.outbound_proxy_port or sip_outbound_proxy_port or default_port }}
{%- endif %}
{{ account }} user name: {{ (line.username or '')|exact }}
{{ account }} auth name: {{ (line.auth_username or line.username or '')|exact }}
{{ account }} password: {{ (line.password or '')|exact }}
{{ account }} display name: {{ (line.display_name or '')|value }}
{{ account }} screen name: {{ (line.display_name or '')|value }}
{{ account }} screen name 2: {{ (line.number or '')|value }}
{{ account }} srtp mode: {{ tables.srtp[line.srtp_mode or sip_srtp_mode or 'disabled'] }}
{%- if dtmf %}
{{ account }} dtmf method: {{ tables.dtmf[dtmf][1] }}
{%- endif %}
{{- set_(account ~ ' vmail', line.voicemail or exten_voicemail) }}
{%- if park %}{% include 'park-pickup.tpl' %}{% endif %}
{%- endfor %}
{%- set words = tables.words[spoken] or tables.words.en %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}

directory script: {{ directory|value }}
{%- endif %}
{% include 'keys.tpl' %}
{%- include 'service-keys.tpl' %}

