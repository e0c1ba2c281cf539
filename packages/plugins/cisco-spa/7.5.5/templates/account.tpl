{%- set at = '_' ~ number ~ '_' %}
{%- if line %}
{%- import 'servers.tpl' as to with context %}
  <Line_Enable{{ at }}>Yes</Line_Enable{{ at }}>
  <Proxy{{ at }}>{{ to.address }}</Proxy{{ at }}>
{%- if to.second %}
  <Use_DNS_SRV{{ at }}>Yes</Use_DNS_SRV{{ at }}>
  <Proxy_Fallback_Intvl{{ at }}>120</Proxy_Fallback_Intvl{{ at }}>
{%- else %}
  <Use_DNS_SRV{{ at }}>No</Use_DNS_SRV{{ at }}>
  <Proxy_Fallback_Intvl{{ at }}>3600</Proxy_Fallback_Intvl{{ at }}>
{%- endif %}
  <Use_Outbound_Proxy{{ at }}>{{ 'Yes' if to.way_out else 'No' }}</Use_Outbound_Proxy{{ at }}>
  <Outbound_Proxy{{ at }}>{% if to.way_out %}{{ to.way_out|value }}:{{ to.way_out_port }}{% endif %}</Outbound_Proxy{{ at }}>
  <Register{{ at }}>Yes</Register{{ at }}>
  <SIP_Transport{{ at }}>{{ to.transport|upper }}</SIP_Transport{{ at }}>
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
