{#- The names that templates written for Wazo know. One whose parameter nobody gives is not set: they ask for it with |d(…). -#}
{%- macro flag(on) %}{{ 1 if on else 0 }}{% endmacro %}
{%- set spoken = (locale or 'en').split('_')[0] %}
{%- set XX_dict = {'remote_directory': tables.words[spoken] or tables.words.en} %}
{%- set XX_language = tables.languages[locale] or tables.languages[spoken] or tables.languages.en %}
{%- set XX_sip_transport = tables.transports[sip_transport or 'udp'] %}
{%- set XX_syslog_level = tables.syslogLevels[syslog_level or 'warning']|string %}
{%- if timezone_rule %}
{%- set XX_timezone|trim %}{% include 'time-zone.tpl' %}{% endset %}
{%- endif %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}
{%- set XX_xivo_phonebook_url = directory %}
{%- endif %}
{%- set XX_fkeys|trim %}{% include 'keys.tpl' %}{% endset %}
