{%- if tables.certificateProfiles %}
{%- set trusted = sip_servers_root_and_intermediate_certificates or [] %}
{%- if trusted or sip_local_certificate %}
  sec.TLS.profileSelection.SIP="ApplicationProfile1"
{#- The phone has seven places for certificates of authorities. #}
{%- for certificate in trusted %}
{%- if loop.index <= 7 %}
  sec.TLS.customCaCert.{{ loop.index }}="{{ pem(certificate) }}"
  sec.TLS.profile.1.caCert.application{{ loop.index }}="1"
{%- endif %}
{%- endfor %}
{%- if sip_local_certificate and sip_local_key %}
  sec.TLS.customDeviceCert.1="{{ pem(sip_local_certificate) }}"
  sec.TLS.customDeviceKey.1="{{ pem(sip_local_key) }}"
  sec.TLS.profile.1.deviceCert="Application1"
{%- endif %}
{%- endif %}
{%- elif sip_servers_root_and_intermediate_certificates %}
{#- Before UC Software 4 there is one place. #}
  device.sec.SSL.certList.set="1"
  device.sec.SSL.certList="custom"
  device.sec.SSL.customCert.set="1"
  device.sec.SSL.customCert="{{ pem(sip_servers_root_and_intermediate_certificates[0]) }}"
{%- else %}
  device.sec.SSL.certList.set="1"
  device.sec.SSL.certList="default"
{%- endif %}
