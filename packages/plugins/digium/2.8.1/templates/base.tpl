<?xml version="1.0" encoding="UTF-8"?>
{%- macro setting(id, text) %}
  <setting id="{{ id }}" value="{{ text|value }}"/>
{%- endmacro %}
<config>
  <setting id="login_password" value="{{ (admin_password or '789')|exact }}"/>
{{- setting('enable_check_sync', 1) }}
{%- if ntp_enabled %}
{{- setting('time_source', 'ntp') }}
{{- setting('ntp_server', ntp_ip or '') }}
{{- setting('ntp_resync', 86400) }}
{%- endif %}
{%- if timezone %}{{ setting('time_zone', timezone) }}{% endif %}
{%- if locale %}{{ setting('locale', locale) }}{% endif %}
{{- setting('network_vlan_discovery_mode', 'MANUAL' if vlan_enabled else 'LLDP') }}
{{- setting('network_vlan_id', vlan_id if vlan_enabled else 0) }}
{{- setting('network_vlan_qos', vlan_priority if vlan_enabled and vlan_priority is number else 0) }}
{%- if vlan_enabled and vlan_pc_port_id is number %}
{{- setting('pc_vlan_id', vlan_pc_port_id) }}
{%- endif %}
{%- set transport = sip_transport or 'udp' %}
{%- if transport == 'tcp' %}{{ setting('transport_tcp_enabled', 1) }}{% endif %}
{%- if transport == 'tls' %}{{ setting('transport_tls_allowed', 1) }}{% endif %}
{#- The keys beside the screen and those of unused lines show the contacts of this group. #}
{{- setting('enable_blf_on_unused_line_keys', 1) }}
{{- setting('blf_contact_group', 'Default') }}
  <contacts url="{{ XX_server_url|value }}/Digium/{{ device.bare_mac }}-contacts.xml" id="internal"/>
  <accounts>
{%- set default_port = 5061 if transport == 'tls' else 5060 %}
{%- macro host(element, address, port) %}
      <{{ element }} server="{{ address|value }}" port="{{ port }}" transport="{{ transport }}" reregister="3600" retry="25" num_retries="5"/>
{%- endmacro %}
{%- for number, line in sip_lines|dictsort if line and (not model or number|int <= model.lines) %}
{%- set proxy = line.proxy_ip or sip_proxy_ip %}
{%- set proxy_port = line.proxy_port or sip_proxy_port or default_port %}
{%- set registrar = line.registrar_ip or sip_registrar_ip or proxy or '' %}
{%- set registrar_port = line.registrar_port or sip_registrar_port or (proxy_port if registrar == proxy else default_port) %}
{%- set second_proxy = line.backup_proxy_ip or sip_backup_proxy_ip %}
{%- set second_proxy_port = line.backup_proxy_port or sip_backup_proxy_port or default_port %}
{%- set second = line.backup_registrar_ip or sip_backup_registrar_ip or second_proxy %}
{%- set second_port = line.backup_registrar_port or sip_backup_registrar_port or (second_proxy_port if second == second_proxy else default_port) %}
{%- set outbound = line.outbound_proxy_ip or sip_outbound_proxy_ip %}
{#- A proxy that is not the registrar is, for this phone, the way out to it. #}
{%- set way_out = outbound or (proxy if proxy and proxy != registrar else none) %}
{%- set voicemail = line.voicemail or exten_voicemail %}
    <account
      index="{{ number|int - 1 }}"
      status="1"
      register="1"
      account_id="{{ (line.username or '')|exact }}"
      username="{{ (line.username or '')|exact }}"
      authname="{{ (line.auth_username or line.username or '')|exact }}"
      password="{{ (line.password or '')|exact }}"
      line_label="{{ (line.number or line.display_name or '')|value }}"
      caller_id="{{ (line.display_name or '')|value }}"
      dial_plan="x.T6"
      visual_voicemail="0"
      voicemail="{% if voicemail %}sip:{{ voicemail|value }}@{{ registrar|value }}{% endif %}"
      needMwiSubscription="{{ 1 if sip_subscribe_mwi else 0 }}"
      conflict="replace"
    >
{{- host('host_primary', registrar, registrar_port) }}
{%- if second %}{{ host('host_alternate', second, second_port) }}{% endif %}
{%- if way_out %}
      <outbound_proxy server="{{ way_out|value }}" port="{{ (line.outbound_proxy_port or sip_outbound_proxy_port or default_port) if outbound else proxy_port }}"/>
{%- endif %}
    </account>
{%- endfor %}
  </accounts>
</config>

