{%- import 'servers.tpl' as to with context %}
<device>
  <deviceProtocol>SIP</deviceProtocol>
{%- if admin_username and admin_password %}
  <sshUserId>{{ admin_username|exact }}</sshUserId>
  <sshPassword>{{ admin_password|exact }}</sshPassword>
{%- endif %}
  <devicePool>
{% include 'date-time.tpl' %}
    <callManagerGroup>
      <members>
        <member priority="0">
          <callManager>
            <ports>
              <sipPort>{{ to.registrar_port }}</sipPort>
            </ports>
            <processNodeName>{{ (to.registrar or '')|value }}</processNodeName>
          </callManager>
        </member>
{%- if to.second %}
        <member priority="1">
          <callManager>
            <ports>
              <sipPort>{{ to.second_port }}</sipPort>
            </ports>
            <processNodeName>{{ to.second|value }}</processNodeName>
          </callManager>
        </member>
{%- endif %}
      </members>
    </callManagerGroup>
  </devicePool>
  <sipProfile>
    <sipProxies>
      <backupProxy>{{ (to.second or '')|value }}</backupProxy>
      <backupProxyPort>{{ to.second_port if to.second else '' }}</backupProxyPort>
      <outboundProxy>{{ (to.outbound or '')|value }}</outboundProxy>
      <outboundProxyPort>{{ to.outbound_port if to.outbound else '' }}</outboundProxyPort>
      <registerWithProxy>true</registerWithProxy>
    </sipProxies>
    <preferredCodec>none</preferredCodec>
    <dtmfOutofBand>{{ tables.dtmf[(line.dtmf_mode if line else none) or sip_dtmf_mode] or 'avt' }}</dtmfOutofBand>
    <sipLines>
{%- if line %}
      <line button="1">
        <featureID>9</featureID>
        <featureLabel>{{ (line.number or line.display_name or '')|value }}</featureLabel>
        <proxy>{{ (to.registrar or '')|value }}</proxy>
        <port>{{ to.registrar_port }}</port>
        <name>{{ (line.username or '')|exact }}</name>
        <displayName>{{ (line.display_name or '')|value }}</displayName>
        <authName>{{ (line.auth_username or line.username or '')|exact }}</authName>
        <authPassword>{{ (line.password or '')|exact }}</authPassword>
        <messagesNumber>{{ (line.voicemail or exten_voicemail or '')|value }}</messagesNumber>
        <contact>{{ (line.username or '')|exact }}</contact>
      </line>
{%- endif %}
    </sipLines>
    <dialTemplate>dialplan.xml</dialTemplate>
  </sipProfile>
{%- set known = tables.locales[locale] if locale else none %}
{%- if known %}
  <networkLocale>{{ known.network }}</networkLocale>
{%- endif %}
  <transportLayerProtocol>{{ tables.transports[to.transport] }}</transportLayerProtocol>
</device>
