{#- The names that templates written for Wazo know. One whose parameter nobody gives is not set: they ask for it with |d(…). -#}
{%- set XX_mac = device.bare_mac or '' %}
{%- if locale %}
{%- set XX_lang = locale %}
{%- endif %}
{%- set first = sip_lines|dictsort|map('last')|selectattr('proxy_ip')|first %}
{%- set XX_main_proxy_ip = first.proxy_ip or sip_proxy_ip or '' %}
{%- set XX_funckeys = {} %}
{%- for number, key in funckeys.items() if key %}
{%- set _ = XX_funckeys.update({number|int: key}) %}
{%- endfor %}
