{#- Where a line registers, and by what way. #}
{%- set transport = sip_transport or 'udp' %}
{%- set default_port = 5061 if transport == 'tls' else 5060 %}
{%- set proxy = line.proxy_ip or sip_proxy_ip %}
{%- set proxy_port = line.proxy_port or sip_proxy_port or default_port %}
{%- set registrar = line.registrar_ip or sip_registrar_ip or proxy or '' %}
{%- set registrar_port = line.registrar_port or sip_registrar_port or (proxy_port if registrar == proxy else default_port) %}
{%- set outbound = line.outbound_proxy_ip or sip_outbound_proxy_ip %}
{%- set outbound_port = line.outbound_proxy_port or sip_outbound_proxy_port or default_port %}
{%- set second_proxy = line.backup_proxy_ip or sip_backup_proxy_ip %}
{%- set second_proxy_port = line.backup_proxy_port or sip_backup_proxy_port or default_port %}
{%- set second = line.backup_registrar_ip or sip_backup_registrar_ip or second_proxy %}
{%- set second_port = line.backup_registrar_port or sip_backup_registrar_port or (second_proxy_port if second == second_proxy else default_port) %}
{#- This phone registers with its proxy. A proxy that is not the registrar is, for it, the way out to it. #}
{%- set split = proxy if proxy and proxy != registrar else none %}
{%- set way_out = outbound or split %}
{%- set way_out_port = outbound_port if outbound else proxy_port %}
{%- set address %}
{%- if second %}xivo_proxies{{ number }}:SRV={{ registrar|value }}:{{ registrar_port }}:p=0|{{ second|value }}:{{ second_port }}:p=1{% else %}{{ registrar|value }}:{{ registrar_port }}{% endif %}
{%- endset %}
