{#- The names that templates written for Wazo know. One whose parameter nobody gives is not set: they ask for it with |d(…). -#}
{%- set accounts = model.lines if model else 12 %}
{%- set keys = model.keys if model else 0 %}
{%- set facts = (model.variables if model else none) or {} %}
{%- macro set_(name, value) %}
    <{{ name }} perm="R">{{ (value or '')|value }}</{{ name }}>
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
{%- set XX_servers = {} %}
{%- set XX_fkeys|trim %}{% include 'keys.tpl' %}{% endset %}
{%- for line in sip_lines.values() if line %}
{%- set _ = line.update({'XX_user_dtmf_info': tables.dtmf[line.dtmf_mode] or 'off'}) %}
{%- endfor %}
