{#- One registration after the other. #}
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
{%- if dialect.transportOfAccount %}
{{ account }}.transport = {{ tables.transports[transport] }}
{%- else %}
{{ account }}.sip_server.1.transport_type = {{ tables.transports[transport] }}
{%- endif %}
{%- if backup and second %}
{{ account }}.sip_server.2.address = {{ second|value }}
{{ account }}.sip_server.2.port = {{ second_port }}
{%- if not dialect.transportOfAccount %}
{{ account }}.sip_server.2.transport_type = {{ tables.transports[transport] }}
{%- endif %}
{{ account }}.fallback.redundancy_type = 1
{%- else %}
{{ account }}.sip_server.2.address = %NULL%
{{ account }}.sip_server.2.port = %NULL%
{%- endif %}
{#- A proxy that is not the registrar is, for this phone, the way out to it. #}
{%- set way_out = outbound or (proxy if split else none) %}
{%- set second_way_out = second_proxy if backup and split and second_proxy != second and not outbound else none %}
{{ account }}.outbound_proxy_enable = {{ flag(way_out) }}
{{- set_(account ~ dialect.outboundHost, way_out) }}
{{ account }}{{ dialect.outboundPort }} = {{ (outbound_port if outbound else proxy_port) if way_out else '%NULL%' }}
{{- set_(account ~ dialect.secondOutboundHost, second_way_out) }}
{{ account }}{{ dialect.secondOutboundPort }} = {{ second_proxy_port if second_way_out else '%NULL%' }}
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
