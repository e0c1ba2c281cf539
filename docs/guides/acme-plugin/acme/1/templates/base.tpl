provisioning.url = {{ XX_server_url|value }}
{%- if ntp_enabled %}
time.server = {{ ntp_ip|value }}
{%- endif %}
phone.password = {{ (admin_password or '0000')|exact }}
{%- for number, line in sip_lines|dictsort if line %}
line.{{ number }}.user = {{ (line.username or '')|exact }}
line.{{ number }}.login = {{ (line.auth_username or line.username or '')|exact }}
line.{{ number }}.password = {{ (line.password or '')|exact }}
line.{{ number }}.name = {{ (line.display_name or '')|value }}
line.{{ number }}.server = {{ (line.proxy_ip or sip_proxy_ip or '')|value }}:{{ line.proxy_port or sip_proxy_port or 5060 }}
line.{{ number }}.transport = {{ sip_transport or 'udp' }}
line.{{ number }}.voicemail = {{ (line.voicemail or exten_voicemail or '')|value }}
{%- endfor %}
