{#- The names that templates written for Wazo know. One whose parameter nobody gives is not set: they ask for it with |d(…). -#}
{#- What the cisco-spa phones have. A template for the adapter asks for the parts of XX_locale, as those of Cisco's large phones do. #}
{%- set language = tables.languages[(locale or 'en').split('_')[0]] or tables.languages.en %}
{%- set XX_language = language.name %}
{%- set known = tables.locales[locale] if locale else none %}
{%- if known %}
{%- set XX_locale = (known.name, locale, known.network) %}
{%- endif %}
{%- set XX_directory_name = language.directory %}
{%- if timezone_rule %}
{%- set XX_timezone|trim %}{% include 'time-zone.tpl' %}{% endset %}
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
{#- An adapter has no keys. -#}
{%- set XX_fkeys = '' %}
{%- set port_number %}{% include 'port-number.tpl' %}{% endset %}
{%- set XX_second_line_ata = port_number == '2' %}
