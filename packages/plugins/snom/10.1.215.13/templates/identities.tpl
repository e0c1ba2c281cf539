{#- The identities. A line with a second server has one more behind the last line, which the phone turns to when it is gone. #}
{%- macro identity(number, line, host, port, way_out, way_out_port, failover) %}
{%- set dtmf = line.dtmf_mode or sip_dtmf_mode %}
{%- set srtp = tables.srtp[line.srtp_mode or sip_srtp_mode or 'disabled'] %}
    <user_active idx="{{ number }}" perm="R">on</user_active>
{{- secret_of_('user_name', number, line.username) }}
{{- secret_of_('user_pname', number, line.auth_username or line.username) }}
{{- secret_of_('user_pass', number, line.password) }}
{{- of_('user_realname', number, line.display_name) }}
{{- of_('user_idle_text', number, line.display_name or line.number or line.username) }}
{{- of_('user_idle_number', number, line.number) }}
{{- of_('user_host', number, host ~ (':' ~ port if port else '') if host else '') }}
{{- of_('user_outbound', number, way_out ~ ':' ~ (way_out_port or default_port) ~ (';transport=' ~ transport if transport != 'udp' else '') if way_out else '') }}
{{- of_('user_mailbox', number, line.voicemail or exten_voicemail) }}
{{- of_('user_dtmf_info', number, tables.dtmf[dtmf] or 'off') }}
{{- of_('codec_priority_list', number, tables.codecs ~ (',telephone-event' if dtmf != 'RTP-in-band' else '')) }}
{{- of_('user_srtp', number, srtp.user_srtp) }}
{{- of_('user_savp', number, srtp.user_savp) }}
    <user_auth_tag idx="{{ number }}" perm="R">off</user_auth_tag>
{{- of_('user_failover_identity', number, failover) }}
{%- endmacro %}
{%- set numbers = sip_lines|dictsort %}
{%- set last = numbers|last %}
{%- set last_line = last[0]|int if last else 0 %}
{%- set blocked %}
{%- for name, line in numbers %}
{%- if (line.backup_registrar_ip or sip_backup_registrar_ip or line.backup_proxy_ip or sip_backup_proxy_ip) and last_line + loop.index <= accounts %}Identity{{ '%02d'|format(last_line + loop.index) }}IsNotRegistered {% endif %}
{%- endfor %}
{%- endset %}
{{- set_('status_msgs_that_are_blocked', blocked|trim) }}
{%- for name, line in numbers %}
{%- set number = name|int %}
{%- if number >= 1 and number <= accounts %}
{%- set proxy = line.proxy_ip or sip_proxy_ip %}
{%- set proxy_port = line.proxy_port or sip_proxy_port %}
{%- set registrar = line.registrar_ip or sip_registrar_ip or proxy %}
{%- set registrar_port = line.registrar_port or sip_registrar_port or (proxy_port if registrar == proxy else none) %}
{%- set outbound = line.outbound_proxy_ip or sip_outbound_proxy_ip %}
{%- set outbound_port = line.outbound_proxy_port or sip_outbound_proxy_port %}
{%- set second_proxy = line.backup_proxy_ip or sip_backup_proxy_ip %}
{%- set second_proxy_port = line.backup_proxy_port or sip_backup_proxy_port %}
{%- set second = line.backup_registrar_ip or sip_backup_registrar_ip or second_proxy %}
{%- set second_port = line.backup_registrar_port or sip_backup_registrar_port or (second_proxy_port if second == second_proxy else none) %}
{%- set failover = last_line + loop.index if second and last_line + loop.index <= accounts else none %}
{{- identity(number, line, registrar, registrar_port, outbound or proxy or registrar, outbound_port if outbound else proxy_port, failover or 'none') }}
{%- if failover %}
{{- identity(failover, line, second, second_port, second_proxy or second, second_proxy_port or second_port, 'none') }}
{%- endif %}
{%- endif %}
{%- endfor %}
{%- for number in range(1, accounts + 1) %}
{%- set after = number - last_line %}
{%- set line = numbers[after - 1][1] if after >= 1 else none %}
{%- set is_second = line and (line.backup_registrar_ip or sip_backup_registrar_ip or line.backup_proxy_ip or sip_backup_proxy_ip) %}
{%- if not sip_lines[number|string] and not is_second %}
    <user_active idx="{{ number }}" perm="R">off</user_active>
    <user_name idx="{{ number }}" perm="R"></user_name>
    <user_pass idx="{{ number }}" perm="R"></user_pass>
{%- endif %}
{%- endfor %}
