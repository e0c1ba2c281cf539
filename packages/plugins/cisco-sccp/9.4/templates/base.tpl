<?xml version="1.0" encoding="UTF-8"?>
<device>
  <deviceProtocol>SCCP</deviceProtocol>
{%- if admin_username and admin_password %}
  <sshUserId>{{ admin_username|exact }}</sshUserId>
  <sshPassword>{{ admin_password|exact }}</sshPassword>
{%- endif %}
  <devicePool>
{% include 'date-time.tpl' %}
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
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
  <directoryURL>{{ directory|value }}</directoryURL>
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
