{#- Where a line registers, and by what way; without a line, what is for all. #}
{%- set transport = sip_transport or 'udp' %}
{%- set default_port = 5061 if transport == 'tls' else 5060 %}
{%- set proxy = (line.proxy_ip if line else none) or sip_proxy_ip %}
{%- set proxy_port = (line.proxy_port if line else none) or sip_proxy_port or default_port %}
{%- set registrar = (line.registrar_ip if line else none) or sip_registrar_ip or proxy %}
{%- set registrar_port = (line.registrar_port if line else none) or sip_registrar_port or (proxy_port if registrar == proxy else default_port) %}
{%- set outbound = (line.outbound_proxy_ip if line else none) or sip_outbound_proxy_ip or (proxy if proxy != registrar else none) %}
{%- set outbound_port = (line.outbound_proxy_port if line else none) or sip_outbound_proxy_port or (proxy_port if outbound == proxy else default_port) %}
{%- set second = (line.backup_registrar_ip if line else none) or sip_backup_registrar_ip or (line.backup_proxy_ip if line else none) or sip_backup_proxy_ip %}
{%- set second_port = (line.backup_registrar_port if line else none) or sip_backup_registrar_port or (line.backup_proxy_port if line else none) or sip_backup_proxy_port or default_port %}
{%- set address %}
{%- if second %}xivo_proxies{{ number }}:SRV={{ registrar|value }}:{{ registrar_port }}:p=0|{{ second|value }}:{{ second_port }}:p=1{% else %}{{ (registrar or '')|value }}:{{ registrar_port }}{% endif %}
{%- endset %}
