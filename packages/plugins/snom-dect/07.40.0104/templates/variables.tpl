{#- The names that templates written for Wazo know. One whose parameter nobody gives is not set: they ask for it with |d(…). -#}
{%- macro set_(name, value) %}
    <{{ name }}>{{ (value or '')|value }}</{{ name }}>
{%- endmacro %}
{%- set spoken = (locale or 'en').split('_')[0] %}
{%- set XX_dict = {'remote_directory': tables.phonebook[spoken] or tables.phonebook.en} %}
{%- set language = tables.languages[spoken] if locale else none %}
{%- if language %}
{%- set XX_locale = locale %}
{%- set XX_lang = (language, tables.tones[locale.split('_')[1]] or 'USA') %}
{%- endif %}
{%- set XX_sip_transport = sip_transport or 'udp' %}
{%- set XX_xml_filename = (device.bare_mac or '')|upper ~ '.xml' %}
{%- if timezone_rule %}
{%- set XX_timezone|trim %}{% include 'time-zone.tpl' %}{% endset %}
{%- endif %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}
{%- set XX_xivo_phonebook_url = directory %}
{%- endif %}
{#- An identity that stands in for line N is N + 1 there. -#}
{%- set XX_msgs_blocked %}
{%- for number, line in sip_lines|dictsort if line.backup_proxy_ip %} Identity{{ '%02d'|format(number|int + 1) }}IsNotRegistered{% endfor %}
{%- endset %}
{#- Handsets have no keys of their own. -#}
{%- set XX_fkeys = '' %}
{#- One server for each proxy; a base knows ten. -#}
{%- set XX_servers = {} %}
{%- for number, line in sip_lines|dictsort if line %}
{%- set dtmf = tables.dtmf[line.dtmf_mode] or 'off' %}
{%- set at = (line.proxy_ip, line.proxy_port) %}
{%- if at not in XX_servers and XX_servers|length < 10 %}
{%- set server = {'id': XX_servers|length + 1, 'dtmf_mode': dtmf} %}
{%- for name in ['proxy_ip', 'proxy_port', 'backup_proxy_ip', 'backup_proxy_port'] if line[name] is defined %}
{%- set _ = server.update({name: line[name]}) %}
{%- endfor %}
{%- set _ = XX_servers.update({at: server}) %}
{%- endif %}
{%- set _ = line.update({'XX_user_dtmf_info': dtmf}) %}
{%- if at in XX_servers %}{% set _ = line.update({'XX_server_id': XX_servers[at].id}) %}{% endif %}
{%- endfor %}
