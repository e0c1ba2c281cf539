{%- set at = '_' ~ number ~ '_' %}
{%- if line %}
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
  <Line_Enable{{ at }}>Yes</Line_Enable{{ at }}>
{%- if second %}
  <Proxy{{ at }}>xivo_proxies{{ number }}:SRV={{ registrar|value }}:{{ registrar_port }}:p=0|{{ second|value }}:{{ second_port }}:p=1</Proxy{{ at }}>
  <Use_DNS_SRV{{ at }}>Yes</Use_DNS_SRV{{ at }}>
  <Proxy_Fallback_Intvl{{ at }}>120</Proxy_Fallback_Intvl{{ at }}>
{%- else %}
  <Proxy{{ at }}>{{ registrar|value }}:{{ registrar_port }}</Proxy{{ at }}>
  <Use_DNS_SRV{{ at }}>No</Use_DNS_SRV{{ at }}>
  <Proxy_Fallback_Intvl{{ at }}>3600</Proxy_Fallback_Intvl{{ at }}>
{%- endif %}
  <Use_Outbound_Proxy{{ at }}>{{ 'Yes' if way_out else 'No' }}</Use_Outbound_Proxy{{ at }}>
  <Outbound_Proxy{{ at }}>{% if way_out %}{{ way_out|value }}:{{ way_out_port }}{% endif %}</Outbound_Proxy{{ at }}>
  <Register{{ at }}>Yes</Register{{ at }}>
  <SIP_Transport{{ at }}>{{ transport|upper }}</SIP_Transport{{ at }}>
  <Display_Name{{ at }}>{{ (line.display_name or '')|value }}</Display_Name{{ at }}>
  <User_ID{{ at }}>{{ (line.username or '')|exact }}</User_ID{{ at }}>
  <Use_Auth_ID{{ at }}>Yes</Use_Auth_ID{{ at }}>
  <Auth_ID{{ at }}>{{ (line.auth_username or line.username or '')|exact }}</Auth_ID{{ at }}>
  <Password{{ at }}>{{ (line.password or '')|exact }}</Password{{ at }}>
  <DTMF_Tx_Method{{ at }}>{{ tables.dtmf[line.dtmf_mode or sip_dtmf_mode] or 'Auto' }}</DTMF_Tx_Method{{ at }}>
{%- else %}
  <Line_Enable{{ at }}>No</Line_Enable{{ at }}>
  <User_ID{{ at }}></User_ID{{ at }}>
  <Auth_ID{{ at }}></Auth_ID{{ at }}>
  <Password{{ at }}></Password{{ at }}>
  <Display_Name{{ at }}></Display_Name{{ at }}>
{%- endif %}
