{#- A DECT manager names its servers in templates, ten at most, and each account names one of them. #}
{%- set default_port = 5061 if sip_transport == 'tls' else 5060 %}
{%- macro servers_of(line) %}
{%- set proxy = line.proxy_ip or sip_proxy_ip %}
{%- set proxy_port = line.proxy_port or sip_proxy_port or default_port %}
{%- set registrar = line.registrar_ip or sip_registrar_ip or proxy or '' %}
{%- set second_proxy = line.backup_proxy_ip or sip_backup_proxy_ip %}
{%- set second = line.backup_registrar_ip or sip_backup_registrar_ip or second_proxy or '' %}
{%- set second_proxy_port = line.backup_proxy_port or sip_backup_proxy_port or default_port %}
{%- set outbound = line.outbound_proxy_ip or sip_outbound_proxy_ip or (proxy if proxy != registrar else '') %}
{%- set port = line.registrar_port or sip_registrar_port or (proxy_port if registrar == proxy else default_port) %}
{%- set second_port = line.backup_registrar_port or sip_backup_registrar_port or (second_proxy_port if second == second_proxy else default_port) %}
{%- set has_outbound = line.outbound_proxy_ip or sip_outbound_proxy_ip %}
{%- set outbound_port = (line.outbound_proxy_port or sip_outbound_proxy_port or default_port) if has_outbound else proxy_port %}
{{- [registrar|value, port, second|value, second_port, outbound|value, outbound_port]|join('\t') }}
{%- endmacro %}
{%- set listed %}
{%- for number, line in sip_lines|dictsort %}{{ servers_of(line) }}
{% endfor %}
{%- endset %}
{%- set servers = listed.strip('\n').split('\n')|unique|list %}
{% for number in range(1, 11) %}
{%- set server = servers[number - 1] %}
{%- set name = 'template.' ~ number %}
{%- if server %}
{%- set part = server.split('\t') %}
{{ name }}.name = {{ part[0] or 'SIP' }}
{{- set_(name ~ '.sip_server.1.address', part[0]) }}
{{ name }}.sip_server.1.port = {{ part[1] }}
{{ name }}.sip_server.1.transport_type = {{ tables.transports[sip_transport or 'udp'] }}
{{- set_(name ~ '.sip_server.2.address', part[2] if backup else none) }}
{{ name }}.sip_server.2.port = {{ part[3] if backup and part[2] else '%NULL%' }}
{{ name }}.fallback.redundancy_type = {{ 1 if backup and part[2] else '%NULL%' }}
{{ name }}.outbound_proxy_enable = {{ flag(part[4]) }}
{{- set_(name ~ '.outbound_proxy.1.address', part[4]) }}
{{ name }}.outbound_proxy.1.port = {{ part[5] if part[4] else '%NULL%' }}
{%- else %}
{{ name }}.sip_server.1.address = %NULL%
{{ name }}.sip_server.2.address = %NULL%
{%- endif %}
{%- endfor %}
{% for number in range(1, accounts + 1) %}
{%- set line = sip_lines[number|string] %}
{%- set account = 'account.' ~ number %}
{%- if line %}
{%- set own = servers_of(line)|string %}
{%- set dtmf = line.dtmf_mode or sip_dtmf_mode %}
{{ account }}.enable = 1
{{ account }}.label = {{ (line.number or line.display_name or line.username or '')|value }}
{{ account }}.display_name = {{ (line.display_name or '')|value }}
{{ account }}.user_name = {{ (line.username or '')|exact }}
{{ account }}.auth_name = {{ (line.auth_username or line.username or '')|exact }}
{{ account }}.password = {{ (line.password or '')|exact }}
{%- for server in servers %}
{%- if server == own and loop.index <= 10 %}
{{ account }}.sip_server = {{ loop.index }}
{%- endif %}
{%- endfor %}
{{ account }}.srtp_encryption = {{ tables.srtp[line.srtp_mode or sip_srtp_mode or 'disabled'] }}
{{ account }}.dtmf.type = {{ tables.dtmf[dtmf] if dtmf else '%NULL%' }}
{{ account }}.dtmf.info_type = {{ 1 if dtmf == 'SIP-INFO' else '%NULL%' }}
{{ account }}.subscribe_mwi = {{ flag(sip_subscribe_mwi) }}
{{- set_('voice_mail.number.' ~ number, line.voicemail or exten_voicemail) }}
{%- else %}
{{ account }}.enable = 0
{{ account }}.user_name = %NULL%
{{ account }}.password = %NULL%
{%- endif %}
{%- endfor %}
