<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
{#- Parameters that the file does not mention go back to their defaults, but those of device.* stay: they are written each time. #}
{%- macro set_(name, text) %}
{%- if text %}
  {{ name }}="{{ text|value }}"
{%- endif %}
{%- endmacro %}
{%- macro device_(name, text) %}
  device.{{ name }}.set="1"
  device.{{ name }}="{{ text|value }}"
{%- endmacro %}
{%- macro flag(on) %}{{ 1 if on else 0 }}{% endmacro %}
{#- An attribute keeps a line break only when it is written as a character reference. #}
{%- macro pem(text) %}{{ text|trim|e|replace('\r', '')|replace('\n', '&#10;') }}{% endmacro %}
<polycomConfig
  device.set="1"
{{- device_('prov.serverType', 'HTTPS' if XX_server_url.startswith('https:') else 'HTTP') }}
{{- device_('prov.serverName', XX_server_url_without_scheme) }}
{{- device_('dns.serverAddress', dns_ip or '' if dns_enabled else '') }}
{{- device_('net.vlanId', vlan_id if vlan_enabled else '') }}
{%- if vlan_enabled and vlan_priority is number %}
  qos.ethernet.callControl.user_priority="{{ vlan_priority }}"
  qos.ethernet.rtp.user_priority="{{ vlan_priority }}"
  qos.ethernet.other.user_priority="{{ vlan_priority }}"
{%- endif %}
{{- device_('syslog.serverName', syslog_ip or '' if syslog_enabled else '') }}
{{- device_('syslog.transport', 'UDP' if syslog_enabled else 'None') }}
{{- device_('syslog.renderLevel', tables.syslogLevels[syslog_level] if syslog_enabled else 4) }}
  device.auth.localAdminPassword.set="1"
  device.auth.localAdminPassword="{{ (admin_password or '9486')|exact }}"
  device.auth.localUserPassword.set="1"
  device.auth.localUserPassword="{{ (user_password or '123')|exact }}"
  tcpIpApp.sntp.address.overrideDHCP="{{ flag(ntp_enabled) }}"
  tcpIpApp.sntp.address="{{ (ntp_ip or '')|value if ntp_enabled }}"
{%- include 'time-zone.tpl' %}
{%- set spoken = (locale or 'en').split('_')[0] %}
{%- if locale %}
  lcl.ml.lang="{{ tables.languages[locale] or tables.languages[spoken] or tables.languages.en }}"
{%- endif %}
{#- These phones know one way of sending digits for all lines: that of the first one. #}
{%- set dtmf = sip_lines['1'].dtmf_mode or sip_dtmf_mode %}
{%- if dtmf %}
  tone.dtmf.viaRtp="{{ tables.dtmf[dtmf][0] }}"
  tone.dtmf.rfc2833Control="{{ tables.dtmf[dtmf][1] }}"
  voIpProt.SIP.dtmfViaSignaling.rfc2976="{{ tables.dtmf[dtmf][2] }}"
{%- endif %}
{%- macro srtp(prefix, mode) %}
  {{ prefix }}.enable="{{ flag(mode != 'disabled') }}"
  {{ prefix }}.offer="{{ flag(mode != 'disabled') }}"
  {{ prefix }}.require="{{ flag(mode == 'required') }}"
{%- endmacro %}
{{- srtp('sec.srtp', sip_srtp_mode or 'disabled') }}
{%- include 'certificates.tpl' %}
{{- set_('call.directedCallPickupString', exten_pickup_call) }}
{%- set transport = sip_transport or 'udp' %}
{%- set default_port = 5061 if transport == 'tls' else 5060 %}
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
{%- set outbound_port = line.outbound_proxy_port or sip_outbound_proxy_port or default_port %}
{#- A proxy that is not the registrar is, for this phone, the way out to it. #}
{%- set way_out = outbound or (proxy if proxy and proxy != registrar else none) %}
{%- set voicemail = line.voicemail or exten_voicemail %}
{%- set reg = 'reg.' ~ number %}
  {{ reg }}.address="{{ (line.username or '')|exact }}"
  {{ reg }}.auth.userId="{{ (line.auth_username or line.username or '')|exact }}"
  {{ reg }}.auth.password="{{ (line.password or '')|exact }}"
  {{ reg }}.displayName="{{ (line.display_name or '')|value }}"
  {{ reg }}.label="{{ (line.number or line.display_name or '')|value }}"
  {{ reg }}.lineKeys="1"
  {{ reg }}.server.1.address="{{ (registrar or '')|value }}"
  {{ reg }}.server.1.port="{{ registrar_port }}"
  {{ reg }}.server.1.transport="{{ tables.transports[transport] }}"
  {{ reg }}.server.1.register="1"
{%- if second %}
  {{ reg }}.server.2.address="{{ second|value }}"
  {{ reg }}.server.2.port="{{ second_port }}"
  {{ reg }}.server.2.transport="{{ tables.transports[transport] }}"
  {{ reg }}.server.2.register="1"
{%- endif %}
{%- if way_out %}
  {{ reg }}.outboundProxy.address="{{ way_out|value }}"
  {{ reg }}.outboundProxy.port="{{ outbound_port if outbound else proxy_port }}"
  {{ reg }}.outboundProxy.transport="{{ tables.transports[transport] }}"
{%- endif %}
{%- if tables.srtpOfLines %}{{ srtp(reg ~ '.srtp', line.srtp_mode or sip_srtp_mode or 'disabled') }}{% endif %}
  msg.mwi.{{ number }}.subscribe="{{ (line.username or '')|value if sip_subscribe_mwi }}"
  msg.mwi.{{ number }}.callBackMode="{{ 'contact' if voicemail else 'disabled' }}"
{{- set_('msg.mwi.' ~ number ~ '.callBack', voicemail) }}
{%- endfor %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}
  mb.main.home="{{ directory|value }}"
  softkey.1.enable="1"
  softkey.1.label="{{ tables.words[spoken] or tables.words.en }}"
  softkey.1.action="{{ directory|value }}"
  softkey.1.use.idle="1"
{%- endif %}
{%- include 'keys.tpl' %}
{% block model_specific_parameters %}{% endblock %}/>

