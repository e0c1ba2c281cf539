<?xml version="1.0" encoding="{{ tables.encoding }}"?>
{%- set lines = model.lines if model else 12 %}
{%- set keys = model.keys if model else 0 %}
{%- set language = tables.languages[(locale or 'en').split('_')[0]] or tables.languages.en %}
{%- set first = sip_lines['1'] %}
<flat-profile>
  <Profile_Rule>{{ XX_server_url|value }}/spa$PSN.cfg</Profile_Rule>
{% include 'network.tpl' %}
{% include 'time.tpl' %}
  <Enable_VLAN>{{ 'Yes' if vlan_enabled else 'No' }}</Enable_VLAN>
{%- if vlan_enabled %}
  <VLAN_ID>{{ vlan_id }}</VLAN_ID>
{%- endif %}
  <Enable_PC_Port_VLAN_Tagging>{{ 'Yes' if vlan_enabled and vlan_pc_port_id is number else 'No' }}</Enable_PC_Port_VLAN_Tagging>
{%- if vlan_enabled and vlan_pc_port_id is number %}
  <PC_Port_VLAN_ID>{{ vlan_pc_port_id }}</PC_Port_VLAN_ID>
{%- endif %}
  <Admin_Passwd>{{ (admin_password or '')|exact }}</Admin_Passwd>
  <User_Password>{{ (user_password or '')|exact }}</User_Password>
{%- if locale %}
  <Language_Selection>{{ language.name }}</Language_Selection>
  <Locale>{{ locale|replace('_', '-') }}</Locale>
{%- if tables.dictionary %}
{%- set dictionary = (model.variables.dictionary if model and model.variables else none) or tables.dictionary %}
  <Dictionary_Server_Script>serv={{ XX_server_url|value }}/i18n/;d0=English;x0={{ dictionary }}_en_v755.xml;{% if language.code != 'en' %}d1={{ language.name }};x1={{ dictionary }}_{{ language.code }}_v755.xml;{% endif %}</Dictionary_Server_Script>
{%- endif %}
{%- endif %}
  <Station_Name>{{ ((first.display_name or first.number or '') if first else '')|value }}</Station_Name>
  <Voice_Mail_Number>{{ ((first.voicemail if first else none) or exten_voicemail or '')|value }}</Voice_Mail_Number>
  <Call_Pickup_Code>{{ (exten_pickup_call or '')|value }}</Call_Pickup_Code>
  <Group_Call_Pickup_Code>{{ (exten_pickup_group or '')|value }}</Group_Call_Pickup_Code>
{%- set secure = sip_srtp_mode and sip_srtp_mode != 'disabled' %}
  <Secure_Call_Setting>{{ 'Yes' if secure else 'No' }}</Secure_Call_Setting>
  <SRTP_Method>s-descriptor</SRTP_Method>
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}
  <XML_Directory_Service_Name>{{ language.directory }}</XML_Directory_Service_Name>
  <XML_Directory_Service_URL>{{ directory|value }}</XML_Directory_Service_URL>
{%- else %}
  <XML_Directory_Service_Name></XML_Directory_Service_Name>
  <XML_Directory_Service_URL></XML_Directory_Service_URL>
{%- endif %}
{%- for number in range(1, lines + 1) %}
{%- set line = sip_lines[number|string] %}
{% include 'account.tpl' %}
{%- if line %}
{%- set registrar = line.registrar_ip or sip_registrar_ip or line.proxy_ip or sip_proxy_ip %}
  <Mailbox_ID_{{ number }}_>{{ (line.username or '')|exact if sip_subscribe_mwi else '' }}</Mailbox_ID_{{ number }}_>
  <Voice_Mail_Server_{{ number }}_>{{ (registrar or '')|value if sip_subscribe_mwi else '' }}</Voice_Mail_Server_{{ number }}_>
{%- endif %}
{%- endfor %}
{% include 'keys.tpl' %}
</flat-profile>
