{#- The names that templates written for Wazo know. One whose parameter nobody gives is not set: they ask for it with |d(…). -#}
{%- set language = tables.languages[(locale or 'en').split('_')[0]] or tables.languages.en %}
{%- set XX_language = language.name %}
{%- set XX_locale = (locale or 'en_US')|replace('_', '-') %}
{%- set XX_directory_name = language.directory %}
{%- if timezone_rule %}
{%- set XX_timezone|trim %}{% include 'time.tpl' %}{% endset %}
{%- endif %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}
{%- set XX_xivo_phonebook_url = directory %}
{%- endif %}
{%- set XX_proxies = {} %}
{%- for number, line in sip_lines.items() if line %}
{%- import 'servers.tpl' as to with context %}
{%- set _ = XX_proxies.update({number: to.address|string}) %}
{%- endfor %}
{%- set XX_second_line_ata = false %}
{%- set lines = model.lines if model else 12 %}
{%- set keys = model.keys if model else 0 %}
{%- set XX_fkeys|trim %}{% if keys or (model and model.expansionModules) %}{% include 'keys.tpl' %}{% endif %}{% endset %}
