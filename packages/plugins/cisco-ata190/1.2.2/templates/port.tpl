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
              <sipPort>{{ registrar_port }}</sipPort>
            </ports>
            <processNodeName>{{ (registrar or '')|value }}</processNodeName>
          </callManager>
        </member>
{%- if second %}
        <member priority="1">
          <callManager>
            <ports>
              <sipPort>{{ second_port }}</sipPort>
            </ports>
            <processNodeName>{{ second|value }}</processNodeName>
          </callManager>
        </member>
{%- endif %}
      </members>
    </callManagerGroup>
  </devicePool>
  <sipProfile>
    <sipProxies>
      <backupProxy>{{ (second or '')|value }}</backupProxy>
      <backupProxyPort>{{ second_port if second else '' }}</backupProxyPort>
      <outboundProxy>{{ (outbound or '')|value }}</outboundProxy>
      <outboundProxyPort>{{ outbound_port if outbound else '' }}</outboundProxyPort>
      <registerWithProxy>true</registerWithProxy>
    </sipProxies>
    <preferredCodec>none</preferredCodec>
    <dtmfOutofBand>{{ tables.dtmf[(line.dtmf_mode if line else none) or sip_dtmf_mode] or 'avt' }}</dtmfOutofBand>
    <sipLines>
{%- if line %}
      <line button="1">
        <featureID>9</featureID>
        <featureLabel>{{ (line.number or line.display_name or '')|value }}</featureLabel>
        <proxy>{{ (registrar or '')|value }}</proxy>
        <port>{{ registrar_port }}</port>
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
  <transportLayerProtocol>{{ tables.transports[transport] }}</transportLayerProtocol>
</device>
