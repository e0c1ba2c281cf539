<?xml version="1.0" encoding="UTF-8"?>
<device>
  <deviceProtocol>SCCP</deviceProtocol>
{%- if admin_username and admin_password %}
  <sshUserId>{{ admin_username|exact }}</sshUserId>
  <sshPassword>{{ admin_password|exact }}</sshPassword>
{%- endif %}
  <devicePool>
    <dateTimeSetting>
      <dateTemplate>{{ tables.dateTemplates[locale] or tables.dateTemplates[(locale or 'en').split('_')[0]] or 'D/M/Y' }}</dateTemplate>
{%- if timezone_rule %}
{%- set offset = timezone_rule.offset_minutes %}
{%- set dst = timezone_rule.dst %}
{%- set zone = offset ~ ' ' ~ dst.start.month ~ '-' ~ dst.end.month if dst else offset|string %}
{#- A zone of which the phone has no name: one with the same offset, else with the nearest. #}
{%- set name = tables.timeZones[zone] or tables.timeZones[offset|string] or tables.timeZonesOfOffset[offset|string] %}
{%- set near = tables.timeZones[(offset - 30)|string] or tables.timeZones[(offset + 30)|string] %}
{%- set far = tables.timeZones[(offset - 60)|string] or tables.timeZones[(offset + 60)|string] %}
      <timeZone>{{ name or near or far or 'Greenwich Standard Time' }}</timeZone>
{%- endif %}
{%- if ntp_enabled and ntp_ip %}
      <ntps>
        <ntp>
          <name>{{ ntp_ip|value }}</name>
          <ntpMode>Unicast</ntpMode>
        </ntp>
      </ntps>
{%- endif %}
    </dateTimeSetting>
    <callManagerGroup>
      <members>
{%- for priority, manager in sccp_call_managers|dictsort %}
        <member priority="{{ loop.index0 }}">
          <callManager>
            <ports>
              <ethernetPhonePort>{{ manager.port or 2000 }}</ethernetPhonePort>
            </ports>
            <processNodeName>{{ manager.ip|value }}</processNodeName>
          </callManager>
        </member>
{%- endfor %}
      </members>
    </callManagerGroup>
  </devicePool>
  <loadInformation>{{ (X_cisco_load or '')|value }}</loadInformation>
{%- set known = tables.locales[locale] if locale else none %}
{%- if known %}
  <userLocale>
    <name>{{ known.name }}</name>
    <uid>1</uid>
    <langCode>{{ locale }}</langCode>
    <winCharSet>iso-8859-1</winCharSet>
  </userLocale>
  <networkLocale>{{ known.network }}</networkLocale>
  <networkLocaleInfo>
    <name>{{ known.network }}</name>
  </networkLocaleInfo>
{%- endif %}
  <idleTimeout>0</idleTimeout>
  <authenticationURL></authenticationURL>
{%- if X_xivo_phonebook_ip and X_xivo_user_uuid %}
  <directoryURL>{{ (X_xivo_phonebook_scheme or 'http')|value }}://{{ X_xivo_phonebook_ip|value }}:{{ X_xivo_phonebook_port or 9498 }}/0.1/directories/menu/default/cisco?xivo_user_uuid={{ X_xivo_user_uuid|value }}</directoryURL>
{%- else %}
  <directoryURL></directoryURL>
{%- endif %}
  <idleURL></idleURL>
  <informationURL></informationURL>
  <messagesURL></messagesURL>
  <proxyServerURL></proxyServerURL>
  <servicesURL></servicesURL>
  <vendorConfig>
    <pcPort>0</pcPort>
    <settingsAccess>1</settingsAccess>
    <webAccess>0</webAccess>
  </vendorConfig>
</device>
