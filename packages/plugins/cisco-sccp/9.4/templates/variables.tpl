{#- The names that templates written for Wazo know. One whose parameter nobody gives is not set: they ask for it with |d(…). -#}
{#- These phones are told of no expansion modules. #}
{%- set XX_addons = '' %}
{%- set known = tables.locales[locale] if locale else none %}
{%- if known %}
{%- set XX_locale = (known.name, locale, known.network) %}
{%- endif %}
{%- if timezone_rule %}
{%- set XX_timezone %}{% include 'time-zone.tpl' %}{% endset %}
{%- endif %}
{%- set directory %}{% include 'phonebook.tpl' %}{% endset %}
{%- if directory %}
{%- set XX_xivo_phonebook_url = directory %}
{%- endif %}
{%- for priority, manager in sccp_call_managers.items() if manager %}
{%- set _ = manager.update({'XX_priority': (priority|int - 1)|string}) %}
{%- endfor %}
